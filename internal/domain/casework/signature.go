package casework

import (
	"slices"

	"tiepdan/internal/domain/casework/law"
)

// A complaint or denunciation is accepted only signed or fingerprinted by somebody whose paper of identity was seen (Luật Khiếu nại
// Đ.8, 11.5; Luật Tố cáo Đ.23.1). A letter that came in by the counter's QR code has no signature yet; until the time for
// acceptance ends it may be cured in one of three ways. The limits run from receipt all the same.

// signed: what was filed was signed, and the signer's paper of identity was seen.
func signed(c *Case) bool { return c.Legal.Signed != "" }

// doSign records how the letter was signed and which paper was seen, never its number. Whoever signed has a name: a letter that
// came in without one is nameless no longer.
func doSign(_ *Desk, s *step) error {
	s.c.Legal.Signed, s.c.Anonymous = s.args["signed"], false
	s.data["signed"], s.data["paper"] = s.args["signed"], s.args["paper"]
	return nil
}

// ToldSign tells the sender that a signature is missing, by when and how to bring it; false where none is needed any more.
func (c *Case) ToldSign() (Told, bool) {
	waits := slices.Contains(append([]law.State{law.NeedsInfo, law.Ineligible, law.Proposed}, law.Fresh...), c.State)
	if !c.Kind.NeedsIdentity() || signed(c) || !waits {
		return Told{}, false
	}
	t := Told{Key: "told.sign." + string(c.Kind), Law: "Luật Khiếu nại Đ.8, 11"}
	if c.Kind == law.Denunciation {
		t.Law = "Luật Tố cáo Đ.23.1"
	}
	if k, ok := c.clock(law.Acceptance); ok && k.Done == nil {
		t.Due = k.Due
		return t, true
	}
	t.Key += ".undated"
	return t, true
}
