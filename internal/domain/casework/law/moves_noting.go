package law

import (
	"slices"

	"tiepdan/internal/domain/office"
)

// PastNoted is the event of an internal note: what one member of staff writes for the others who have the case, never shown to its sender. It
// rests in the history as every note does, sealed where the case is a denunciation.
const PastNoted = "noted"

// noting is its row.
var noting = []Move{{
	Name: "note", From: slices.DeleteFunc(States(), func(s State) bool { return s == Closed }), By: Staff, Needs: office.Work, Or: office.Triage, Guards: []string{"kept", "few_notes"}, Asks: []Ask{AskReason},
	Does: []string{"reason", "call"}, Past: PastNoted, Stands: Aside, Source: "quy chế làm việc của cơ quan",
}}
