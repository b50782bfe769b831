package caseworktest

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Reads says which of Traces the person can read now of the case, through anything that the desk shows to staff: the case, what
// is stripped of it, the notice to the accused, the sender in full, an approved identity, lists, searches, board, notices and
// the list of openings. Nothing is left of the asking.
func (w *World) Reads(ctx context.Context, who office.Staff, c *casework.Case) map[string]bool {
	var seen bytes.Buffer
	out := json.NewEncoder(&seen)
	out.SetEscapeHTML(false)
	// told keeps what was shown; a refusal shows nothing.
	told := func(v any, err error) {
		if err == nil {
			_ = out.Encode(v) // to memory
		}
	}
	w.aside(func() {
		v, err := w.Open(ctx, who, c.Ref)
		told(v, err)
		contact, err := w.ShowContact(ctx, who, c.Ref)
		told(contact, err)
		_, blanked, err := w.ToStrip(ctx, who, c.Ref)
		told(blanked, err)
		notice, err := w.NoticeToAccused(ctx, who, c.Ref)
		told(notice, err)
		for _, id := range w.Asked() {
			if a, err := w.Accesses.GetAccess(ctx, id); err == nil && a.Case == c.ID {
				contact, err := w.ShowIdentity(ctx, who, id, nil)
				told(contact, err)
			}
		}
		for _, kind := range []string{casework.ContactShown, casework.IdentityOpened} {
			as, _, err := w.AccessList(ctx, who, kind, "")
			told(as, err)
		}
		w.lists(ctx, who, c.ID, told)
	})
	reads := map[string]bool{}
	for field, trace := range Traces {
		if bytes.Contains(seen.Bytes(), []byte(trace)) {
			reads[field] = true
		}
	}
	return reads
}

// lists reads what lists, searches and the board show of the case.
func (w *World) lists(ctx context.Context, who office.Staff, id string, told func(any, error)) {
	own := func(cs []*casework.Case, err error) {
		for _, c := range cs {
			if c.ID == id {
				told(c, err)
			}
		}
	}
	for _, state := range append([]law.State{""}, law.States()...) {
		cs, _, err := w.List(ctx, who, casework.Wanted{State: string(state)})
		own(cs, err)
	}
	for _, q := range []string{"zrqletter", "zorquyen", "0905318246", Sender.Name} {
		cs, _, err := w.List(ctx, who, casework.Wanted{Query: q})
		own(cs, err)
	}
	for _, view := range casework.Views() {
		cs, _, err := w.List(ctx, who, casework.Wanted{View: view})
		own(cs, err)
	}
}

// Readers says who can read which of Traces of the case now: field, then staff id.
func (w *World) Readers(ctx context.Context, c *casework.Case) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for field := range Traces {
		out[field] = map[string]bool{}
	}
	for _, who := range w.O.AllStaff() {
		for field := range w.Reads(ctx, who, c) {
			out[field][who.ID] = true
		}
	}
	return out
}

// aside runs f and takes back whatever it changed.
func (w *World) aside(f func()) {
	a := w.Accesses.(*Accesses) //nolint:forcetypeassert // New made it
	cases, secrets, accesses := maps.Clone(w.Kept.byID), maps.Clone(w.Kept.secrets), maps.Clone(a.byID)
	f()
	w.Kept.byID, w.Kept.secrets, a.byID = cases, secrets, accesses
}
