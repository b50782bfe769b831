package register

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"

	"tiepdan/internal/domain/office"
)

// Sheet is a table of one kind.
type Sheet struct {
	Kind  Kind
	Table [][]string
}

// Adopt makes the office of an installation out of sheets, as whoever stands at the machine: it checks all of them together, as
// one leaves the office to the next, and carries them out when nothing is wrong. A unit's head may be named before he is
// there.
func (r *Register) Adopt(ctx context.Context, sheets []Sheet) ([]Imported, error) {
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	whole := o.Whole()
	lines, err := r.inTurn(sheets)
	if err != nil {
		return nil, err
	}
	wrong := false
	for i := range lines {
		if lines[i].ID == "" && lines[i].Kind == Units { // a head's line has to find its unit again
			lines[i].ID = slug(lines[i].Row["name"])
		}
		r.preview(ctx, office.Staff{}, &whole, &lines[i])
		wrong = wrong || lines[i].Do == Wrong
	}
	if wrong {
		return lines, nil
	}
	return lines, r.carryOut(ctx, office.Staff{}, lines)
}

// inTurn reads sheets in the order in which one refers to another; the heads of units come last.
func (r *Register) inTurn(sheets []Sheet) (lines []Imported, err error) {
	var heads []Imported
	slices.SortStableFunc(sheets, func(a, b Sheet) int {
		return cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind))
	})
	for _, s := range sheets {
		read, err := r.lines(s.Kind, s.Table)
		if err != nil {
			return nil, err
		}
		for _, l := range read {
			l.trusted = true
			if head := l.Row["head"]; s.Kind == Units && head != "" {
				delete(l.Row, "head")
				heads = append(heads, Imported{Kind: Units, Line: l.Line, ID: l.ID, Row: Row{"name": l.Row["name"], "head": head}, trusted: true})
			}
			lines = append(lines, l)
		}
	}
	return append(lines, heads...), nil
}

// SheetOf writes items, as programs have them, as a table.
func SheetOf(k Kind, all []map[string]any) Sheet {
	cols := columns(k)
	table := [][]string{cols}
	for _, it := range all {
		row := Row{}
		for name, v := range it {
			if !Write(row, name, v) {
				row[name] = fmt.Sprint(v)
			}
			if !slices.Contains(cols, name) {
				cols = append(cols, name) // an unknown name is told as one
			}
		}
		cells := make([]string, len(cols))
		for i, c := range cols {
			cells[i] = row[c]
		}
		table = append(table, cells)
	}
	table[0] = cols
	return Sheet{k, table}
}

// Sheets reads a spreadsheet with a sheet for each kind, under its name.
func Sheets(raw []byte) (_ []Sheet, err error) {
	if len(raw) > MostTable {
		return nil, tableFault("error.table_large")
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: mostOpen, UnzipXMLSizeLimit: mostOpen})
	if err != nil {
		return nil, tableFault("error.table")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var out []Sheet
	for _, k := range Kinds() {
		if i, err := f.GetSheetIndex(string(k)); err != nil || i < 0 {
			continue
		}
		rows, err := rowsOf(f, string(k))
		if err != nil {
			return nil, err
		}
		out = append(out, Sheet{k, rows})
	}
	if len(out) == 0 {
		return nil, tableFault("error.table")
	}
	return out, nil
}
