package casework

import (
	"context"
	"crypto/rand"
	"strings"

	"tiepdan/internal/office"
)

// Exported is the kind of an access by which somebody took a list out as a table.
const Exported = "export"

// ExportRows bounds a table; who wants more narrows the list.
const ExportRows = 10_000

// exportPage is how many cases one step of an export reads.
const exportPage = 200

// Export (xuất danh sách) reads all of a list, as its pages show it. That somebody took it out is recorded before he has it: how
// many cases, and which conditions he gave; asked is those as the address has them.
func (d *Desk) Export(ctx context.Context, who office.Staff, w Wanted, asked string) ([]*Case, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	var all []*Case
	w.After, w.Limit = "", exportPage
	for {
		cs, next, err := d.List(ctx, who, w)
		if err != nil {
			return nil, err
		}
		all = append(all, cs...)
		if len(all) > ExportRows {
			return nil, &Error{Code: Invalid, Key: "error.export_many"}
		}
		if w.After = next; next == "" {
			break
		}
	}
	now := d.now()
	a := &Access{
		ID: strings.ToLower(rand.Text()), V: 1, Kind: Exported, Seat: o.Seat(who.Unit), By: who.ID, At: now, Rows: len(all),
	}
	if a.Reason, err = d.Vault.SealPersonal([]byte(asked), "access/"+a.ID); err != nil {
		return nil, err
	}
	return all, d.Accesses.AddAccess(ctx, a)
}
