package casework

import (
	"context"
	"errors"

	"tiepdan/internal/domain/casework/history"
)

// Mark says that a case's entries have been announced: all that it had at version V.
type Mark struct {
	ID string
	V  int64
}

// MarkOf returns the mark that says everything of this case has been announced.
func MarkOf(c *Case) Mark { return Mark{ID: c.ID, V: c.V} }

// Stretch is a part of the order in which entries were stored that may not have been announced: from a stamp to before another. A
// case has the stamp of the write that last brought it entries. Of and V say whose part it is, and as of when.
type Stretch struct {
	From, To int64
	Of       string
	V        int64
}

// Unannounced returns the entries after the mark.
func (c *Case) Unannounced() []history.Entry { return c.History[min(c.Announced, len(c.History)):] }

// Tells are the unannounced entries that call for notices or for telling the sender. Their case is marked only after the notices are written: so the sweep
// finds those that the bus lost.
func (c *Case) Tells() []Warning {
	var out []Warning
	for _, e := range c.Unannounced() {
		if e.What == warned || c.tells(e) {
			out = append(out, Warning{Case: c.ID, Seq: e.Seq})
		}
	}
	return out
}

// Mark raises the marks of cases that still are as they were when announced, and returns how many. A case that changed
// since is left to whoever changed it, or to the sweep; one that promises parts stays unsent until they are filed, so that the
// sweep finds it.
func (d *Desk) Mark(ctx context.Context, marks ...Mark) (int, error) {
	at := make(map[string]int64, len(marks))
	ids := make([]string, 0, len(marks))
	for _, m := range marks {
		at[m.ID] = m.V
		ids = append(ids, m.ID)
	}
	found, err := d.Cases.Many(ctx, ids)
	if err != nil {
		return 0, err
	}
	var raise []*Case
	for _, c := range found {
		if c.V != at[c.ID] || c.Announced == len(c.History) || len(c.Promised) > 0 {
			continue
		}
		n := c.Clone()
		n.Announced = len(n.History)
		n.V++
		n.wait() // nothing else changes: there is no entry that would vouch for it
		raise = append(raise, n)
	}
	if len(raise) == 0 {
		return 0, nil
	}
	raised := 0
	for _, e := range d.Cases.Replace(ctx, raise...) {
		switch {
		case e == nil:
			raised++
		case !errors.Is(e, ErrStale):
			err = e
		}
	}
	return raised, err
}
