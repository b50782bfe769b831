package law

import "slices"

// Kind (loại đơn) is what a citizen files.
type Kind string

// The kinds. Basis: Luật Khiếu nại 02/2011, Luật Tố cáo 25/2018, Luật Tiếp công dân 42/2013 Đ.2, Nghị định 118/2025 Đ.31.
const (
	Complaint    Kind = "complaint"    // khiếu nại
	Denunciation Kind = "denunciation" // tố cáo
	Petition     Kind = "petition"     // kiến nghị
	Feedback     Kind = "feedback"     // phản ánh
	Praise       Kind = "praise"       // khen ngợi
)

// Kinds lists all kinds in the order pages show them.
func Kinds() []Kind { return []Kind{Feedback, Praise, Petition, Complaint, Denunciation} }

// Known reports whether k is one of the kinds.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// Secret reports whether cases of this kind are confidential from the first byte (Luật Tố cáo Đ.8, 56).
func (k Kind) Secret() bool { return k == Denunciation }

// NeedsIdentity reports whether the law wants name and address before the case can be resolved (Luật Khiếu nại Đ.8,
// Luật Tố cáo Đ.23). A letter without them is still read.
func (k Kind) NeedsIdentity() bool { return k == Complaint || k == Denunciation }
