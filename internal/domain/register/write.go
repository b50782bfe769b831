package register

import (
	"archive/zip"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"tiepdan/internal/domain/casework"
)

// MostSheet is how many lines a spreadsheet takes, its head among them.
const MostSheet = 1 << 20

// A TableWriter writes a table line by line, and keeps none of it.
type TableWriter interface {
	Row(cells []string) error
	Flush() error // hands on what was written so far
	End() error
}

// NewTable begins one as "csv" or "xlsx".
func NewTable(to io.Writer, name, as string) (TableWriter, error) {
	if as == "xlsx" {
		return NewXLSX(to, name)
	}
	return NewCSV(to)
}

// NewCSV begins a table as spreadsheets read it: with a mark that it is UTF-8, and no cell that one would take for a formula.
func NewCSV(to io.Writer) (TableWriter, error) {
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return nil, fmt.Errorf("begin table: %w", err)
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	return commas{w}, nil
}

type commas struct{ to *csv.Writer }

// formulas are the characters that begin one.
const formulas = "=+-@\t\r"

func (w commas) Row(cells []string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		if safe[i] = cell; cell != "" && strings.ContainsRune(formulas, rune(cell[0])) {
			safe[i] = "'" + cell
		}
	}
	if err := w.to.Write(safe); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func (w commas) Flush() error {
	w.to.Flush()
	if err := w.to.Error(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func (w commas) End() error { return w.Flush() }

// The parts of a spreadsheet that has one sheet and no styles.
const (
	sheetML    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	officeRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packRels   = "http://schemas.openxmlformats.org/package/2006/relationships"
	sheetType  = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	sheetHead  = xml.Header + `<worksheet xmlns="` + sheetML + `"><sheetData>`
	sheetFoot  = `</sheetData></worksheet>`
)

// NewXLSX begins a spreadsheet whose cells are all text. It is written as it grows, for the library's writer keeps the words of a long
// one in a file on the disk and gives nothing before its end.
func NewXLSX(to io.Writer, name string) (TableWriter, error) {
	w := &sheet{zip: zip.NewWriter(to)}
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + sheetType + `worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packRels + `"><Relationship Id="rId1" Type="` + officeRels + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + sheetML + `" xmlns:r="` + officeRels + `"><sheets><sheet name="` + escaped(name) + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packRels + `"><Relationship Id="rId1" Type="` + officeRels + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
	} {
		if err := w.part(part[0], xml.Header+part[1]); err != nil {
			return nil, err
		}
	}
	return w, w.part("xl/worksheets/sheet1.xml", sheetHead)
}

type sheet struct {
	zip  *zip.Writer
	open io.Writer // the part that is being written
	rows int
}

// part begins a file of the spreadsheet, which ends the one before.
func (w *sheet) part(name, text string) (err error) {
	if w.open, err = w.zip.Create(name); err == nil {
		_, err = io.WriteString(w.open, text)
	}
	if err == nil {
		err = w.zip.Flush()
	}
	if err != nil {
		return fmt.Errorf("begin %s: %w", name, err)
	}
	return nil
}

func (w *sheet) Row(cells []string) error {
	if w.rows++; w.rows > MostSheet {
		return &casework.Error{Code: casework.Invalid, Key: "error.export_many"}
	}
	var b strings.Builder
	b.WriteString("<row>")
	for _, cell := range cells {
		b.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">` + escaped(cell) + `</t></is></c>`)
	}
	b.WriteString("</row>")
	if _, err := io.WriteString(w.open, b.String()); err != nil {
		return fmt.Errorf("write row: %w", err)
	}
	return nil
}

func (w *sheet) Flush() error {
	if err := w.zip.Flush(); err != nil {
		return fmt.Errorf("write row: %w", err)
	}
	return nil
}

func (w *sheet) End() error {
	if _, err := io.WriteString(w.open, sheetFoot); err != nil {
		return fmt.Errorf("end sheet: %w", err)
	}
	if err := w.zip.Close(); err != nil {
		return fmt.Errorf("end spreadsheet: %w", err)
	}
	return nil
}

// mostCell is how many characters a cell of a spreadsheet takes.
const mostCell = 32_767

// escaped is the text as a spreadsheet's part has it.
func escaped(text string) string {
	if len(text) > mostCell {
		text = string([]rune(text)[:min(len([]rune(text)), mostCell)])
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
	return b.String()
}
