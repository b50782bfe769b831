package web

import (
	"slices"
	"strings"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// accusedUnit is a unit that a complaint or denunciation may be about, with the post of its head where it has one.
type accusedUnit struct {
	ID, Name, Post string
}

// accusedUnits lists the counter's People's Committee, what is under it, what stands above it, and what serves that directly, such
// as its inspectorate.
func accusedUnits(o *office.Office, counter, lang string) []accusedUnit {
	seat := o.Seat(counter)
	above := o.Above(seat)
	near := append(o.Below(seat), above...)
	var out []accusedUnit
	for _, u := range o.Units() {
		if !slices.Contains(near, u.ID) && (u.Authority || !slices.Contains(above, u.Parent)) {
			continue
		}
		a := accusedUnit{ID: u.ID, Name: u.Name.In(lang)}
		if head, ok := o.Staff(u.Head); ok {
			a.Post, _, _ = strings.Cut(head.Title.In(lang), ",")
			if a.Post == "" {
				a.Post = "-"
			}
		}
		out = append(out, a)
	}
	return out
}

// chosen reads what was chosen from the list; whatever else stands there names a unit that does not exist.
func chosen(value string) casework.Chosen {
	post, unit, ok := strings.Cut(value, ":")
	switch {
	case value == "":
		return casework.Chosen{}
	case ok && post == casework.PostHead:
		return casework.Chosen{Unit: unit, Post: casework.PostHead}
	case ok && post == "unit":
		return casework.Chosen{Unit: unit}
	default:
		return casework.Chosen{Unit: value}
	}
}
