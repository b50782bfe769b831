package casework

import (
	"context"
	"fmt"
	"slices"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Route gives each case that still waits for it to the head of the responsible unit, or to the triage queue where no rule
// fits. It answers one error per id. A case that was routed already is left alone, so the same message may come twice.
func (d *Desk) Route(ctx context.Context, ids ...string) []error { return d.routeAll(ctx, ids, 0) }

// RouteReceived routes cases whose first entry the bus has: it brought the event.
func (d *Desk) RouteReceived(ctx context.Context, ids ...string) []error {
	return d.routeAll(ctx, ids, 1)
}

// routeAll routes cases of which so many entries were announced.
func (d *Desk) routeAll(ctx context.Context, ids []string, announced int) []error {
	errs := make([]error, len(ids))
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return fill(errs, err)
	}
	found, err := d.Cases.Many(ctx, ids)
	if err != nil {
		return fill(errs, err)
	}
	byID := make(map[string]*Case, len(found))
	for _, c := range found {
		byID[c.ID] = c
	}
	var routed []*Case
	var at []int
	for i, id := range ids {
		c, ok := byID[id]
		if !ok {
			errs[i] = notFound()
			continue
		}
		if !c.waits() || slices.Contains(ids[:i], id) { // the same id twice in one batch is routed once
			continue
		}
		n := c.Clone()
		n.Announced = max(n.Announced, announced)
		if errs[i] = d.route(ctx, o, n); errs[i] == nil {
			routed, at = append(routed, n), append(at, i)
		}
	}
	d.store(ctx, routed, at, errs)
	return errs
}

// store writes the routed cases together and announces those that were stored. A stale one was changed by somebody else
// meanwhile: if it still waits, the sweep brings it back.
func (d *Desk) store(ctx context.Context, routed []*Case, at []int, errs []error) {
	if len(routed) == 0 {
		return
	}
	var done []*Case
	for i, err := range d.Cases.Replace(ctx, routed...) {
		if err == nil {
			done = append(done, routed[i])
			continue
		}
		errs[at[i]] = fmt.Errorf("route case %s: %w", routed[i].ID, err)
	}
	d.Announce.Announce(done...)
}

func fill(errs []error, err error) []error {
	for i := range errs {
		errs[i] = err
	}
	return errs
}

// waits reports whether nobody has the case yet; it may have been withdrawn meanwhile.
func (c *Case) waits() bool {
	return c.State == law.Received || c.State == law.Withdrawing && c.Unit == ""
}

// route decides and records, without storing. A second complaint first ends the one it is about.
func (d *Desk) route(ctx context.Context, o *office.Office, c *Case) error {
	if err := d.markAppealed(ctx, c); err != nil {
		return err
	}
	s, err := d.routingSubject(ctx, c)
	if err != nil {
		return err
	}
	now := d.now()
	dec := o.Route(s, now)
	if c.unread() && !c.Kind.Secret() { // nobody has said yet what it is
		dec = office.Decision{}
	}
	data := map[string]string{"rule": dec.Rule, "past": dec.Past}
	what := "assigned"
	state := law.Assigned
	c.lieWith(dec, data)
	if dec.Assignee == "" {
		state, what = law.Triage, "queued"
	}
	if c.State == law.Received {
		c.State = state
	}
	if dec.Delegated {
		data["delegated"] = "yes"
	}
	data["state"] = string(c.State)
	c.record(history.Entry{At: now, Actor: history.BySystem, What: what, Data: compact(data)})
	d.cry(ctx, o, c, now)
	c.V++
	c.fold(d.ladder())
	return nil
}

// routingSubject is what the rules look at. A denunciation's letter is opened for it in memory only.
func (d *Desk) routingSubject(ctx context.Context, c *Case) (office.Subject, error) {
	s := c.subject()
	l, err := d.letter(ctx, c)
	if err != nil {
		return s, err
	}
	s.Category, s.Text, s.Place = l.Category, vntext.Words(l.Subject+" "+l.Body), vntext.Words(l.Location.Address)
	return s, nil
}

// compact leaves out empty values.
func compact(m map[string]string) map[string]string {
	for k, v := range m {
		if v == "" {
			delete(m, k)
		}
	}
	return m
}
