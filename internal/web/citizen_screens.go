package web

import (
	"strings"

	"tiepdan/internal/domain/casework/law"
)

// screens is how many screens a form of a letter with much to ask has: what happened, whom it concerns, who writes, and what is checked
// before it is sent. All of them lie in one page, and a script shows one at a time: so a phone without a network goes on, the way
// back keeps everything, and no answer of the server holds a letter that was not sent. Without a script the page is one.
const screens = 4

// Steps is how many screens the form has; 0 means that all of it is one, as it is for whoever has to mend something.
func (p filePage) Steps() int {
	if p.NeedsIdentity() && p.Key == "" {
		return screens
	}
	return 0
}

// Speaks reports whether the form takes a voice. Of a denunciation it does not: a voice says whose it is, and browsers send what is
// dictated to their makers.
func (p filePage) Speaks() bool { return !law.Kind(p.Form.Kind).Secret() }

// MostSubject is how many characters a subject may have.
func (filePage) MostSubject() int { return law.MaxSubject }

// MostBody is how many characters a letter may have.
func (filePage) MostBody() int { return law.MaxBody }

// fault is the message of a field, which the field is tied to by its id.
type fault struct{ Field, Said string }

// Fault is the message of a field.
func (p filePage) Fault(field string) fault { return fault{field, p.Problem(field)} }

// Tied names what describes a field: its hint, and its message while there is one.
func (p filePage) Tied(field, hint string) string {
	if p.Problem(field) == "" {
		return hint
	}
	return strings.TrimSpace(hint + " " + field + "-wrong")
}
