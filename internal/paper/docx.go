package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// The parts of a text document that are the same in each (ECMA-376).
const (
	docxTypes = xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/></Types>`
	docxRels = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	docxOwnRels = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/></Relationships>`
	docxSpace  = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	docxHeader = xml.Header + `<w:hdr ` + docxSpace + `><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:sz w:val="26"/></w:rPr><w:fldChar w:fldCharType="begin"/></w:r>` +
		`<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>`
	// The page is that of the PDF, in twentieths of a point.
	docxPage = `<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:pgSz w:w="11906" w:h="16838"/>` +
		`<w:pgMar w:top="1134" w:right="1021" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr>`
)

// Docx writes it as a text document that can be worked on.
func (l Letter) Docx() ([]byte, error) {
	var d docx
	d.table(3742, 5442, func() {
		d.lines(style{size: headSize, centred: true}, l.Upper...)
		d.lines(style{size: headSize, bold: true, centred: true}, l.House...)
		d.lines(style{size: headSize, centred: true}, l.Number)
		if l.Title == "" {
			d.lines(style{size: headSize - 1, centred: true}, l.About)
		}
	}, func() {
		d.lines(style{size: headSize, bold: true, centred: true}, l.Nation, l.Motto)
		d.lines(style{size: headSize, italic: true, centred: true}, l.Dated)
	})
	d.lines(style{size: bodySize}, "")
	if l.Title != "" {
		d.lines(style{size: bodySize, bold: true, centred: true}, l.Title, l.About)
	}
	if l.To != "" {
		d.lines(style{size: bodySize, centred: true}, l.To)
	}
	d.lines(style{size: bodySize, justified: true}, paragraphs(l.Body)...)
	d.table(4252, 4932, func() {
		d.lines(style{size: copySize + 1, bold: true, italic: true}, l.Copies)
		d.lines(style{size: copySize}, l.Sent...)
	}, func() {
		d.lines(style{size: bodySize, bold: true, centred: true}, l.As...)
		d.lines(style{size: bodySize, centred: true}, "", "", "", "")
		d.lines(style{size: bodySize, bold: true, centred: true}, l.Signer)
	})
	body := xml.Header + "<w:document " + docxSpace + "><w:body>" + d.b.String() + docxPage + "</w:body></w:document>"
	return zipped([][2]string{
		{"[Content_Types].xml", docxTypes},
		{"_rels/.rels", docxRels},
		{"word/_rels/document.xml.rels", docxOwnRels},
		{"word/document.xml", body},
		{"word/header1.xml", docxHeader},
	})
}

// zipped packs the parts.
func zipped(parts [][2]string) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range parts {
		f, err := z.Create(part[0])
		if err == nil {
			_, err = f.Write([]byte(part[1]))
		}
		if err != nil {
			return nil, fmt.Errorf("write text document: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write text document: %w", err)
	}
	return out.Bytes(), nil
}

// docx gathers the body of a text document.
type docx struct{ b strings.Builder }

// style is how a paragraph looks.
type style struct {
	size                             float64
	bold, italic, centred, justified bool
}

// lines writes each as a paragraph.
func (d *docx) lines(s style, lines ...string) {
	for _, text := range lines {
		d.b.WriteString("<w:p><w:pPr>")
		switch {
		case s.justified:
			d.b.WriteString(`<w:spacing w:after="120" w:line="300" w:lineRule="auto"/><w:ind w:firstLine="567"/><w:jc w:val="both"/>`)
		case s.centred:
			d.b.WriteString(`<w:jc w:val="center"/>`)
		}
		d.b.WriteString(`</w:pPr><w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>`)
		if s.bold {
			d.b.WriteString("<w:b/>")
		}
		if s.italic {
			d.b.WriteString("<w:i/>")
		}
		d.b.WriteString(`<w:sz w:val="` + strconv.Itoa(int(s.size*2)) + `"/></w:rPr><w:t xml:space="preserve">`)
		_ = xml.EscapeText(&d.b, []byte(text)) // a builder takes all
		d.b.WriteString("</w:t></w:r></w:p>")
	}
}

// table writes two columns without lines.
func (d *docx) table(left, right int, one, two func()) {
	fmt.Fprintf(&d.b, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="%d"/><w:gridCol w:w="%d"/></w:tblGrid><w:tr>`, left+right, left, right)
	for i, cell := range []func(){one, two} {
		fmt.Fprintf(&d.b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, []int{left, right}[i])
		cell()
		d.b.WriteString("</w:tc>")
	}
	d.b.WriteString("</w:tr></w:tbl>")
}
