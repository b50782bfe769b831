package law

import "slices"

// Retention (thời hạn lưu) is how long the words and the persons of a closed case are kept. Afterwards only what counts and
// what proves stays: the reference, kind, unit, moves, times and digests.
type Retention struct {
	Kind   Kind
	State  State // where it narrows the row; empty for all ends
	Years  int
	Source string
	Sure   bool
}

// retentions is the table: the first row that fits a case holds.
var retentions = []Retention{
	{Kind: Complaint, State: PutAway, Years: 1, Source: "Thông tư 07/2014/TT-TTCP Đ.28"},
	{Kind: Denunciation, State: PutAway, Years: 1, Source: "Thông tư 07/2014/TT-TTCP Đ.28"},
	{Kind: Complaint, Years: 15, Source: "Thông tư 10/2022/TT-BNV"},
	{Kind: Denunciation, Years: 15, Source: "Thông tư 10/2022/TT-BNV"},
	{Kind: Petition, Years: 5, Source: "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"},
	{Kind: Feedback, Years: 2, Source: "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"},
	{Kind: Praise, Years: 2, Source: "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"},
}

// Retentions returns a copy of the table.
func Retentions() []Retention { return slices.Clone(retentions) }

// RetentionOf returns the row for a case of the kind that came to such an end, and whether there is one.
func RetentionOf(kind Kind, end State) (Retention, bool) {
	i := slices.IndexFunc(retentions, func(k Retention) bool { return k.Kind == kind && (k.State == "" || k.State == end) })
	if i < 0 {
		return Retention{}, false
	}
	return retentions[i], true
}
