package attach

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// people numbers the authors of a document's comments and changes by the order in which they come, so that a reader still
// sees who answers whom.
type people struct{ seen []string }

func (p *people) number(author string) string {
	for i, known := range p.seen {
		if known == author {
			return strconv.Itoa(i + 1)
		}
	}
	p.seen = append(p.seen, author)
	return strconv.Itoa(len(p.seen))
}

// setOf is the words of a text.
func setOf(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}

// Elements that go with all that is in them: identifiers of the program, of the template and of the author's data, and what
// brings something in from elsewhere.
var elementsOut = setOf("rsids attachedTemplate mailMerge docVars docId saveThroughXslt frameset subDoc altChunk OLEObject control webVideoPr dataBinding " +
	"externalData autoUpdate movie person")

// Attributes that tell when something was written, and by whom.
var attributesOut = setOf("date dateUtc initials userId providerId ed")

// rewrite writes the XML of a part anew. Names are told apart by their local part whatever their prefix is: a document may
// choose its prefixes. Attributes that name a relationship that is gone go too.
func (b *book) rewrite(raw []byte, gone map[string]bool) ([]byte, error) {
	allowed, err := fields(raw)
	if err != nil {
		return nil, err
	}
	r := &rewriter{dec: xml.NewDecoder(bytes.NewReader(raw)), gone: gone, people: b.people, allowed: allowed}
	for {
		if r.tokens++; r.tokens%4096 == 0 && b.ctx.Err() != nil {
			return nil, busy()
		}
		t, err := r.dec.RawToken()
		if errors.Is(err, io.EOF) {
			return r.out.Bytes(), nil
		}
		if err != nil {
			return nil, refused("error.file_broken")
		}
		if err := r.token(t); err != nil {
			return nil, err
		}
	}
}

// rewriter copies tokens.
type rewriter struct {
	dec     *xml.Decoder
	out     bytes.Buffer
	gone    map[string]bool
	people  *people
	allowed []bool // of the pieces of field instructions, in order
	piece   int
	skip    int // how deep within an element that goes
	blank   bool
	tokens  int
}

func (r *rewriter) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		r.start(t)
	case xml.EndElement:
		if r.skip > 0 {
			r.skip--
			return nil
		}
		r.blank = false
		r.out.WriteString("</" + qualified(t.Name) + ">")
	case xml.CharData:
		if r.skip == 0 && !r.blank {
			return xml.EscapeText(&r.out, t)
		}
	case xml.ProcInst:
		if t.Target == "xml" && r.out.Len() == 0 {
			r.out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
		}
	case xml.Directive:
		return refused("error.file_active") // a DOCTYPE: Word writes none
	}
	return nil
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func (r *rewriter) start(t xml.StartElement) {
	if instruction(t.Name) {
		r.blank = r.piece < len(r.allowed) && !r.allowed[r.piece]
		r.piece++
	}
	if r.skip > 0 || elementsOut[t.Name.Local] {
		r.skip++
		return
	}
	r.out.WriteString("<" + qualified(t.Name))
	for _, a := range t.Attr {
		if v, ok := r.attribute(a); ok {
			r.out.WriteString(" " + qualified(a.Name) + `="`)
			_ = xml.EscapeText(&r.out, []byte(v)) // a Buffer takes all
			r.out.WriteByte('"')
		}
	}
	r.out.WriteByte('>')
}

// attribute returns what is kept of an attribute.
func (r *rewriter) attribute(a xml.Attr) (string, bool) {
	local := a.Name.Local
	switch {
	case a.Name.Space == "xmlns" || local == "xmlns":
		return a.Value, true
	case attributesOut[local], strings.HasPrefix(local, "rsid"):
		return "", false
	case local == "author":
		return r.people.number(a.Value), true
	case local == "instr" && !harmless(a.Value):
		return " ", true
	case a.Name.Space != "" && r.gone[a.Value]:
		return "", false
	case (local == "descr" || local == "name" || local == "title" || local == "alt") && onDisk.MatchString(a.Value):
		return "", local == "name"
	case strings.HasPrefix(local, "embeddedHtml"):
		return "", false
	default:
		return a.Value, true
	}
}

// onDisk is the place of a file on somebody's computer, which often has his name in it.
var onDisk = regexp.MustCompile(`[A-Za-z]:\\|\\\\|/(Users|home)/|file:`)

// instruction reports whether an element holds a piece of a field's instruction.
func instruction(n xml.Name) bool { return n.Local == "instrText" || n.Local == "delInstrText" }

// harmlessFields are the fields that compute something from the document itself. Others fetch files, start programs or
// insert who wrote the document; their last result stays as text.
var harmlessFields = setOf("PAGE NUMPAGES SECTION SECTIONPAGES PAGEREF REF NOTEREF STYLEREF TOC TC TOA TA XE INDEX SEQ SYMBOL EQ FORMTEXT FORMCHECKBOX FORMDROPDOWN " +
	"DATE TIME LISTNUM AUTONUM AUTONUMLGL AUTONUMOUT ADVANCE CITATION BIBLIOGRAPHY MERGEFIELD")

// harmless reports whether a whole instruction is one of them, or a link that a click may follow.
func harmless(instr string) bool {
	w := strings.Fields(instr)
	if len(w) == 0 {
		return true
	}
	if strings.EqualFold(w[0], "HYPERLINK") {
		return len(w) > 1 && !strings.ContainsAny(instr, "\x13\x14\x15") && (w[1] == `\l` || webAddress(strings.Trim(w[1], `"“”`)))
	}
	return harmlessFields[strings.ToUpper(w[0])] && !strings.Contains(instr, `\\`)
}

// fields tells, for each piece of a field's instruction in the order they come, whether its field may stay. A field within a
// field makes one with it: the inner one may spell what the outer one does.
func fields(raw []byte) ([]bool, error) {
	f := fieldReader{dec: xml.NewDecoder(bytes.NewReader(raw))}
	for {
		t, err := f.dec.RawToken()
		if errors.Is(err, io.EOF) {
			f.end(0)
			return f.allowed, nil
		}
		if err != nil {
			return nil, refused("error.file_broken")
		}
		f.token(t)
	}
}

// fieldReader gathers instructions: begin, pieces, result, end.
type fieldReader struct {
	dec     *xml.Decoder
	allowed []bool
	open    []*field // those that are not ended, the innermost last
	pending []*field // all of the outermost one
	inPiece bool
}

type field struct {
	instr  strings.Builder
	pieces []int
}

func (f *fieldReader) token(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		switch {
		case instruction(t.Name):
			f.piece()
		case t.Name.Local == "fldChar":
			f.mark(t.Attr)
		}
	case xml.EndElement:
		if instruction(t.Name) {
			f.inPiece = false
		}
	case xml.CharData:
		if f.inPiece && len(f.open) > 0 {
			f.open[len(f.open)-1].instr.Write(t)
		}
	}
}

func (f *fieldReader) piece() {
	f.inPiece = true
	if len(f.open) == 0 { // outside of a field it does nothing
		f.allowed = append(f.allowed, false)
		return
	}
	in := f.open[len(f.open)-1]
	in.pieces = append(in.pieces, len(f.allowed))
	f.allowed = append(f.allowed, false)
}

func (f *fieldReader) mark(attrs []xml.Attr) {
	kind := ""
	for _, a := range attrs {
		if a.Name.Local == "fldCharType" {
			kind = a.Value
		}
	}
	switch {
	case kind == "begin":
		in := &field{}
		f.open, f.pending = append(f.open, in), append(f.pending, in)
	case kind == "end" && len(f.open) > 0:
		f.end(len(f.open) - 1)
	}
}

// end ends fields down to a depth; when none is open any more, all that stood in each other are judged together.
func (f *fieldReader) end(depth int) {
	f.open = f.open[:depth]
	if depth > 0 {
		return
	}
	ok := true
	for _, in := range f.pending {
		ok = ok && harmless(in.instr.String())
	}
	for _, in := range f.pending {
		for _, i := range in.pieces {
			f.allowed[i] = ok
		}
	}
	f.pending = nil
}
