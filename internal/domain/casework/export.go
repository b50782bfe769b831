package casework

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"tiepdan/internal/domain/office"
)

// Exported is the kind of an access by which somebody took a list out as a table.
const Exported = "export"

// exportPage is how many cases one step of an export reads.
const exportPage = 200

// ExportAs is how somebody takes a list out: the conditions as the address has them, and how many cases the table may hold, 0 for any.
type ExportAs struct {
	Asked string
	Most  int
}

// Export is a list on its way out.
type Export struct {
	desk   *Desk
	who    office.Staff
	wanted Wanted
	access *Access
	first  []*Case
	next   string
}

// Export (xuất danh sách) begins to read all of a list, as its pages show it. That somebody takes it out is recorded before he has a
// word of it: how many cases are counted, and which conditions he gave.
func (d *Desk) Export(ctx context.Context, who office.Staff, w Wanted, t ExportAs) (*Export, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	w.After, w.Limit = "", exportPage
	e := &Export{desk: d, who: who, wanted: w}
	if e.first, e.next, err = d.List(ctx, who, w); err != nil {
		return nil, err
	}
	n, err := d.Count(ctx, who, w)
	if err != nil {
		return nil, err
	}
	if t.Most > 0 && n > t.Most {
		return nil, &Error{Code: Invalid, Key: "error.export_many"}
	}
	a := &Access{ID: strings.ToLower(rand.Text()), V: 1, Kind: Exported, Seat: o.Seat(who.Unit), By: who.ID, At: d.now(), Rows: max(n, len(e.first))}
	if a.Reason, err = d.Vault.SealPersonal([]byte(t.Asked), "access/"+a.ID); err != nil {
		return nil, err
	}
	e.access = a
	return e, d.Accesses.AddAccess(ctx, a)
}

// Pages gives the cases page by page, and keeps none. In the end the record says how many were given; of a table that broke off, how
// many were counted or begun, whichever is more.
func (e *Export) Pages(ctx context.Context, give func(cs []*Case) error) error {
	given, err := 0, error(nil)
	cs, next := e.first, e.next
	for e.first = nil; err == nil; {
		given += len(cs)
		if err = give(cs); err != nil || next == "" {
			break
		}
		e.wanted.After = next
		cs, next, err = e.desk.List(ctx, e.who, e.wanted)
	}
	if err != nil {
		given = max(given, e.access.Rows)
	}
	e.access.V, e.access.Rows = e.access.V+1, given
	return errors.Join(err, e.desk.Accesses.SetAccess(ctx, e.access))
}
