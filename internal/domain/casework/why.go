package casework

import (
	"context"
	"slices"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Why says where a case should go, or went, and why.
type Why struct {
	Unit string
	Rule office.Rule // the rule that says so; its zero value where none does
	Like string      // the reference of the letter that went there and is like it
	Done bool        // the rule sent it where it lies
}

// WhyThere says which rule brought the case where it lies, as the history has it; false where a person did, or where it is not known.
func WhyThere(o *office.Office, c *Case) (Why, bool) {
	for _, e := range slices.Backward(c.History) {
		if _, moved := e.Data["assignee"]; !moved && e.What != "queued" {
			continue
		}
		r, ok := o.Rule(e.Data["rule"])
		return Why{Unit: c.Unit, Rule: r, Done: true}, ok && e.Actor == history.BySystem && c.Unit != ""
	}
	return Why{}, false
}

// Suggest names the unit that a case which waits for one may belong to: by the rules as they are now, else where the letter went
// that is most like it. Of a denunciation nothing is suggested.
func (d *Desk) Suggest(ctx context.Context, v Opened, alikes []Alike) (Why, bool, error) {
	c := v.Case
	if c.Guarded() || v.Hidden || c.State != law.Triage {
		return Why{}, false, nil
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Why{}, false, err
	}
	s, err := d.routingSubject(ctx, c)
	if err != nil {
		return Why{}, false, err
	}
	if dec := o.Route(s, d.now()); dec.Unit != "" && dec.Rule != "" {
		r, _ := o.Rule(dec.Rule)
		return Why{Unit: dec.Unit, Rule: r}, true, nil
	}
	for _, a := range alikes {
		if _, _, headed := o.Acting(a.Case.Unit, d.now()); headed {
			return Why{Unit: a.Case.Unit, Like: a.Case.Ref}, true, nil
		}
	}
	return Why{}, false, nil
}
