package register

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// The limits of a table that is read.
const (
	MostTable = 2 << 20 // bytes
	mostRows  = 5000
	mostOpen  = 32 << 20 // bytes of a spreadsheet when it is unpacked
)

// idColumn is the table's first column.
const idColumn = "id"

// columns are a table's columns: the id, the fields, and whether the item is closed.
func columns(k Kind) []string {
	out := []string{idColumn}
	for _, f := range Fields(k) {
		out = append(out, f.Name)
	}
	return append(out, closed)
}

// Table is the kind's items as rows of cells, the names of the columns first.
func (r *Register) Table(ctx context.Context, who office.Staff, k Kind) ([][]string, error) {
	all, err := r.List(ctx, who, k)
	if err != nil {
		return nil, err
	}
	cols := columns(k)
	out := [][]string{cols}
	for _, it := range all {
		row := make([]string, len(cols))
		for i, c := range cols {
			row[i] = it.Row[c]
		}
		row[0] = it.ID
		out = append(out, row)
	}
	return out, nil
}

// CSV writes a short table whole, see NewCSV.
func CSV(table [][]string) ([]byte, error) {
	var b bytes.Buffer
	w, err := NewCSV(&b)
	err = whole(w, err, table)
	return b.Bytes(), err
}

// XLSX writes a short table whole, see NewXLSX.
func XLSX(name string, table [][]string) ([]byte, error) {
	var b bytes.Buffer
	w, err := NewXLSX(&b, name)
	err = whole(w, err, table)
	return b.Bytes(), err
}

// whole writes all lines to a writer that could be begun.
func whole(w TableWriter, err error, table [][]string) error {
	for _, row := range table {
		if err == nil {
			err = w.Row(row)
		}
	}
	if err != nil {
		return err
	}
	return w.End()
}

// ReadTable reads a table from the bytes of a CSV file or of a spreadsheet's first sheet.
func ReadTable(raw []byte) ([][]string, error) {
	if len(raw) > MostTable {
		return nil, tableFault("error.table_large")
	}
	if bytes.HasPrefix(raw, []byte("PK")) {
		return readXLSX(raw)
	}
	return readCSV(raw)
}

func tableFault(key string) error { return &casework.Error{Code: casework.Invalid, Key: key} }

func readCSV(raw []byte) ([][]string, error) {
	text := strings.TrimPrefix(string(raw), "\ufeff")
	first, _, _ := strings.Cut(text, "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	if strings.Count(first, ";") > strings.Count(first, ",") {
		r.Comma = ';' // as spreadsheets in Vietnam write it
	}
	var out [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, tableFault("error.table")
		}
		for i, cell := range row {
			if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune(formulas, rune(cell[1])) {
				row[i] = cell[1:]
			}
		}
		if out = append(out, row); len(out) > mostRows+1 {
			return nil, tableFault("error.table_large")
		}
	}
}

func readXLSX(raw []byte) (_ [][]string, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: mostOpen, UnzipXMLSizeLimit: mostOpen})
	if err != nil {
		return nil, tableFault("error.table")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return rowsOf(f, f.GetSheetName(0))
}

// rowsOf reads a sheet's cells.
func rowsOf(f *excelize.File, sheet string) (_ [][]string, err error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, tableFault("error.table")
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out [][]string
	for rows.Next() {
		row, err := rows.Columns()
		if err != nil {
			return nil, tableFault("error.table")
		}
		if out = append(out, row); len(out) > mostRows+1 {
			return nil, tableFault("error.table_large")
		}
	}
	return out, nil
}

// Imported is a line of a table that is read: what it would do, and what is wrong with it.
type Imported struct {
	Kind     Kind
	Line     int // in the table, the names of the columns are line 1
	ID       string
	Do       string // Created, Changed, Same, or Wrong
	Row      Row
	Problems map[string]string // by column, keys of messages
	Password string            // the one-time password of a new person, when it was carried out
	trusted  bool
}

// What a line may do beside Created and Changed.
const (
	Same  = "same"
	Wrong = "wrong"
)

// Preview says what a table would do, line by line, and does nothing. Lines may refer to items that lines before them make.
func (r *Register) Preview(ctx context.Context, who office.Staff, k Kind, table [][]string) ([]Imported, error) {
	if err := mayKeep(who); err != nil {
		return nil, err
	}
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	lines, err := r.lines(k, table)
	if err != nil {
		return nil, err
	}
	whole := o.Whole()
	for i := range lines {
		r.preview(ctx, who, &whole, &lines[i])
	}
	return lines, nil
}

// lines reads a table's rows by the names of its columns; empty ones are left out.
func (*Register) lines(k Kind, table [][]string) ([]Imported, error) {
	if _, ok := shelves[k]; !ok {
		return nil, notFound()
	}
	if len(table) == 0 {
		return nil, tableFault("error.table")
	}
	cols, err := headed(k, table[0])
	if err != nil {
		return nil, err
	}
	var out []Imported
	for n, cells := range table[1:] {
		row, stray := under(cols, cells)
		if !stray && strings.TrimSpace(strings.Join(slices.Collect(maps.Values(row)), "")) == "" {
			continue
		}
		l := Imported{Kind: k, Line: n + 2, ID: vntext.Line(row[idColumn]), Row: row, Problems: map[string]string{}}
		delete(row, idColumn)
		if stray {
			l.Do, l.Problems[idColumn] = Wrong, "error.field.no_heading"
		}
		out = append(out, l)
	}
	return out, nil
}

// under reads a line's cells by the names of the columns; stray says that one of them is filled where there is no name.
func under(cols, cells []string) (row Row, stray bool) {
	row = Row{}
	for i, cell := range cells {
		if i < len(cols) && cols[i] != "" {
			row[cols[i]] = cell
		} else {
			stray = stray || strings.TrimSpace(cell) != ""
		}
	}
	return row, stray
}

// headed reads the names of the columns.
func headed(k Kind, head []string) ([]string, error) {
	known := columns(k)
	cols := make([]string, len(head))
	for i, h := range head {
		cols[i] = strings.ToLower(vntext.Line(h))
		key := ""
		switch {
		case cols[i] != "" && !slices.Contains(known, cols[i]):
			key = "error.table_column"
		case cols[i] != "" && slices.Contains(cols[:i], cols[i]):
			key = "error.table_doubled"
		}
		if key != "" {
			return nil, &casework.Error{Code: casework.Invalid, Key: key, Args: map[string]string{"column": cols[i]}}
		}
	}
	if strings.Join(cols, "") == "" {
		return nil, tableFault("error.table_headless")
	}
	return cols, nil
}

// preview checks a line against the office as the lines before it would leave it.
func (r *Register) preview(ctx context.Context, who office.Staff, whole *office.Content, l *Imported) {
	if l.Do == Wrong {
		return
	}
	e, err := r.enter(ctx, office.Shape(*whole), who, r.order(*whole, l))
	if f, ok := errors.AsType[*casework.Error](err); ok && f.Code == casework.Invalid {
		l.Do, l.Problems = Wrong, f.Fields
		return
	}
	if err != nil {
		l.Do, l.Problems = Wrong, map[string]string{idColumn: "error.field.no_item"}
		return
	}
	l.ID = e.now.ID
	switch {
	case e.do == Created:
		l.Do = Created
	case e.same():
		l.Do = Same
	default:
		l.Do = Changed
	}
	into := &memory{whole}
	if err := e.shelf.put(ctx, into, e); err != nil {
		l.Do, l.Problems = Wrong, map[string]string{idColumn: "error.invalid"}
	}
}

// order is what a line asks for.
func (*Register) order(whole office.Content, l *Imported) Order {
	k := l.Kind
	ord := Order{Kind: k, ID: l.ID, Row: l.Row, do: Created, Note: "import", trusted: l.trusted}
	id := l.ID
	if k == People && id == "" {
		id = vntext.Line(l.Row["username"])
	}
	if it, err := find(shelves[k].list(whole), id); err == nil && id != "" {
		ord.ID, ord.Version, ord.do = id, it.V, Changed
	}
	return ord
}

// memory is a store that keeps the office of a preview.
type memory struct{ whole *office.Content }

func over[T any](list *[]T, next T, id func(T) string) error {
	i := slices.IndexFunc(*list, func(t T) bool { return id(t) == id(next) })
	if i < 0 {
		*list = append(slices.Clip(*list), next)
		return nil
	}
	*list = slices.Clone(*list)
	(*list)[i] = next
	return nil
}

func (m *memory) PutUnit(_ context.Context, u office.Unit) error {
	return over(&m.whole.Units, u, func(u office.Unit) string { return u.ID })
}

func (m *memory) PutStaff(_ context.Context, s office.Staff) error {
	return over(&m.whole.Staff, s, func(s office.Staff) string { return s.ID })
}

func (m *memory) PutCounter(_ context.Context, k office.Counter) error {
	return over(&m.whole.Counters, k, func(k office.Counter) string { return k.ID })
}

func (m *memory) PutRule(_ context.Context, r office.Rule) error {
	return over(&m.whole.Rules, r, func(r office.Rule) string { return r.ID })
}

func (m *memory) PutCategory(_ context.Context, c office.Category) error {
	return over(&m.whole.Categories, c, func(c office.Category) string { return c.ID })
}

func (m *memory) PutProcedure(_ context.Context, p office.Procedure) error {
	return over(&m.whole.Procedures, p, func(p office.Procedure) string { return p.ID })
}

func (m *memory) PutSettings(_ context.Context, x office.Settings) error {
	m.whole.Settings = x
	return nil
}

func (m *memory) PutTemplate(_ context.Context, t office.Template) error {
	return over(&m.whole.Templates, t, func(t office.Template) string { return t.ID })
}

func (m *memory) ChangeStaff(ctx context.Context, id string, change func(*office.Staff)) error {
	for _, s := range m.whole.Staff {
		if s.ID == id {
			next := s.Change(change)
			next.V++
			return m.PutStaff(ctx, next)
		}
	}
	return notFound()
}

// Write puts a value as programs have it into a row: texts, lists and flags, and a name in two languages as an object. It reports
// false for anything else.
func Write(row Row, name string, v any) bool {
	switch v := v.(type) {
	case nil:
		row[name] = ""
	case string:
		row[name] = v
	case bool:
		row[name] = word(v)
	case float64:
		row[name] = strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		var lines []string
		for _, part := range v {
			text, ok := part.(string)
			if !ok {
				return false
			}
			lines = append(lines, text)
		}
		row[name] = strings.Join(lines, "\n")
	case map[string]any:
		vi, ok := v["vi"].(string)
		if !ok || len(v) > 2 {
			return false
		}
		row[name] = vi
		if en, ok := v["en"].(string); ok {
			row[name+"_en"] = en
		}
	default:
		return false
	}
	return true
}
