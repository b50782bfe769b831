package web

import (
	"slices"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// keptCode is what a browser may remember of a case on its owner's wish. It stays there: the server neither keeps nor asks for it.
type keptCode struct {
	Code, Ref string
	Kind      law.Kind
	At        time.Time
}

// keeps is what may be remembered: never of a denunciation or of anything with a sealed sender, and never on a shared phone.
func keeps(c *casework.Case, code string, shared bool) *keptCode {
	if shared || c.Guarded() {
		return nil
	}
	return &keptCode{Code: code, Ref: c.Ref, Kind: c.Kind, At: c.ReceivedAt}
}

// Keeps is what the page of a case offers to remember, nil when that is nothing.
func (p trackPage) Keeps() *keptCode {
	if p.Seen == nil {
		return nil
	}
	return keeps(p.Seen.Case, p.Code, p.Shared)
}

// Keeps is what the receipt offers to remember, nil when that is nothing.
func (p receiptPage) Keeps() *keptCode { return keeps(p.Case, p.Code, p.Shared) }

// KeptKinds are the kinds a remembered code may be of.
func (trackPage) KeptKinds() []law.Kind {
	return slices.DeleteFunc(law.Kinds(), law.Kind.Secret)
}
