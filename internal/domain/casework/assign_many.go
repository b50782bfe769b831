package casework

import (
	"context"
	"slices"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/trackcode"
)

// Picked is a letter of a list that somebody chose, at the revision that the list showed.
type Picked struct {
	Ref string
	Rev int
}

// Stayed is a chosen letter that was not assigned, and why.
type Stayed struct {
	Ref string
	Err error
}

// MostPicked bounds how many letters one action is done to: a page of a list.
const MostPicked = 50

// AssignMany (phân công nhiều đơn) gives letters to one person or unit. Each is a move by itself: by the person's right to it, its own state
// and the revision that he saw, so one that cannot go keeps no other from going. What is no reference is held as a letter that
// is not there; of one that is chosen twice, the first counts. The error is about the whole: nothing was chosen, too much, or nobody to give it to.
func (d *Desk) AssignMany(ctx context.Context, who office.Staff, picked []Picked, to map[string]string) (done []string, held []Stayed, err error) {
	switch {
	case len(picked) == 0:
		return nil, nil, &Error{Code: Invalid, Key: "error.none_chosen"}
	case len(picked) > MostPicked:
		return nil, nil, &Error{Code: Invalid, Key: "error.many_chosen"}
	case to["unit"]+to["assignee"] == "":
		return nil, nil, &Error{Code: Invalid, Key: "error.nobody_chosen"}
	}
	var seen []string
	for _, p := range picked {
		ref, ok := trackcode.ParseReference(p.Ref)
		switch {
		case !ok:
			held = append(held, Stayed{p.Ref, &Error{Code: NotFound, Key: "error.case_not_found"}})
			continue
		case slices.Contains(seen, ref):
			continue
		}
		seen = append(seen, ref)
		if _, err := d.Move(ctx, who, Order{Ref: ref, Rev: p.Rev, Move: "assign", Args: to}); err != nil {
			held = append(held, Stayed{ref, err})
			continue
		}
		done = append(done, ref)
	}
	return done, held, nil
}
