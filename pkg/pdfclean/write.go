package pdfclean

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// maxWritten bounds the document that comes out.
const maxWritten = 64 << 20

// writer writes the objects that can be reached, numbered anew.
type writer struct {
	doc     *document
	out     bytes.Buffer
	places  []int // of the objects, by their new number less one
	numbers map[int]int
	queue   []int // old numbers that are still to be written
	carries bool
}

func newWriter(d *document) *writer {
	return &writer{doc: d, numbers: map[int]int{}}
}

// number gives the object of a reference its new number; a reference to nothing is null.
func (w *writer) number(r ref) any {
	if _, ok := w.doc.entries[r.n]; !ok {
		return nil
	}
	n, ok := w.numbers[r.n]
	if !ok {
		n = len(w.numbers) + 2 // the catalog is the first
		w.numbers[r.n] = n
		w.queue = append(w.queue, r.n)
	}
	return ref{n: n}
}

// write writes the whole document from its catalog on.
func (w *writer) write(catalog dict) ([]byte, error) {
	w.out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	w.begin(1)
	w.value(catalog)
	w.out.WriteString("\nendobj\n")
	for len(w.queue) > 0 {
		old := w.queue[0]
		w.queue = w.queue[1:]
		if err := w.object(old); err != nil {
			return nil, err
		}
		if w.out.Len() > maxWritten {
			return nil, ErrTooLarge
		}
	}
	if w.carries {
		return nil, ErrCarries
	}
	at := w.out.Len()
	fmt.Fprintf(&w.out, "xref\n0 %d\n0000000000 65535 f \n", len(w.places)+1)
	for _, p := range w.places {
		fmt.Fprintf(&w.out, "%010d 00000 n \n", p)
	}
	fmt.Fprintf(&w.out, "trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n", len(w.places)+1, at)
	return w.out.Bytes(), nil
}

func (w *writer) begin(n int) {
	w.places = append(w.places, w.out.Len())
	fmt.Fprintf(&w.out, "%d 0 obj\n", n)
}

func (w *writer) object(old int) error {
	v, err := w.doc.load(old)
	if err != nil {
		return err
	}
	w.begin(w.numbers[old])
	e := w.doc.entries[old]
	m, isDict := v.(dict)
	if !e.isStream || !isDict {
		w.value(w.clean(v))
		w.out.WriteString("\nendobj\n")
		return nil
	}
	m, data := w.cleanStream(m, w.sized(m, e.data))
	if m == nil {
		w.out.WriteString("null\nendobj\n")
		return nil
	}
	m["Length"] = number(strconv.Itoa(len(data)))
	w.value(m)
	w.out.WriteString("\nstream\n")
	w.out.Write(data)
	w.out.WriteString("\nendstream\nendobj\n")
	return w.doc.meter.spend(len(data))
}

// sized cuts a stream to the length that stands in another object, if its end was searched for.
func (w *writer) sized(m dict, data []byte) []byte {
	if _, indirect := m["Length"].(ref); indirect {
		if n := w.doc.whole(m["Length"]); n >= 0 && n < len(data) && len(bytes.TrimRight(data[n:], "\r\n \t\x00")) == 0 {
			return data[:n]
		}
	}
	return data
}

// value writes a value the plain way.
func (w *writer) value(v any) {
	switch v := v.(type) {
	case nil:
		w.out.WriteString("null")
	case name:
		w.name(v)
	case number:
		w.out.WriteString(string(v))
	case word:
		w.out.WriteString(string(v))
	case ref:
		fmt.Fprintf(&w.out, "%d 0 R", v.n)
	case text:
		w.text(v)
	case array:
		w.out.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				w.out.WriteByte(' ')
			}
			w.value(e)
		}
		w.out.WriteByte(']')
	case dict:
		w.out.WriteString("<<")
		for _, k := range slices.Sorted(maps.Keys(v)) {
			w.name(k)
			w.out.WriteByte(' ')
			w.value(v[k])
		}
		w.out.WriteString(">>")
	}
}

func (w *writer) name(n name) {
	w.out.WriteByte('/')
	for i := range len(n) {
		if c := n[i]; c <= ' ' || c > '~' || delimiter(c) || c == '#' {
			fmt.Fprintf(&w.out, "#%02X", c)
		} else {
			w.out.WriteByte(c)
		}
	}
}

func (w *writer) text(t text) {
	w.out.WriteByte('(')
	for _, c := range t {
		switch c {
		case '(', ')', '\\':
			w.out.WriteByte('\\')
			w.out.WriteByte(c)
		case '\r':
			w.out.WriteString(`\r`)
		default:
			w.out.WriteByte(c)
		}
	}
	w.out.WriteByte(')')
}
