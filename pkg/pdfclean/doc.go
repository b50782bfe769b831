// Package pdfclean writes a PDF document anew with what its pages show and nothing else: who wrote it and when, what would
// run, start, fetch or send something, files carried inside and older versions stay behind.
package pdfclean

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"strconv"
)

// What Clean refuses.
var (
	ErrBroken   = errors.New("pdf: cannot be read")
	ErrLocked   = errors.New("pdf: encrypted")
	ErrTooLarge = errors.New("pdf: takes too much to read")
	ErrCarries  = errors.New("pdf: carries other files")
	ErrDynamic  = errors.New("pdf: made of a program instead of pages")
)

// The bounds of one document.
const (
	maxObjects  = 200_000
	maxInflated = 32 << 20
)

// entry is where an object lies: in the file, or in what an object stream holds.
type entry struct {
	src      []byte
	from     int
	data     []byte // of a stream, as it is packed
	isStream bool
	place    int // in the file; of two objects with one number the later one counts
}

type document struct {
	meter    *meter
	entries  map[int]entry
	packs    []pack
	trailers []dict
	inflated int
}

// pack is an object stream.
type pack struct {
	dict  dict
	data  []byte
	place int
}

// read finds all objects by walking over the file rather than by its table: every reader falls back to this when a table is
// wrong, and nothing can hide from it. An older version of an object is forgotten.
func read(ctx context.Context, raw []byte) (*document, error) {
	d := &document{meter: &meter{ctx: ctx}, entries: map[int]entry{}}
	if err := d.walk(raw); err != nil {
		return nil, err
	}
	for _, t := range d.trailers {
		if t["Encrypt"] != nil {
			return nil, ErrLocked
		}
	}
	for _, p := range d.packs {
		if err := d.unpack(p); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// walk goes over the file from object to object.
func (d *document) walk(raw []byte) error {
	trailer := seek(raw, "trailer", 0)
	for at := 0; ; {
		obj := seek(raw, "obj", at)
		for trailer < obj {
			if err := d.trailer(raw, trailer+len("trailer")); err != nil {
				return err
			}
			trailer = seek(raw, "trailer", trailer+1)
		}
		if obj == len(raw) {
			return nil
		}
		end, err := d.object(raw, obj)
		if err != nil {
			return err
		}
		at = end
		if trailer < at {
			trailer = seek(raw, "trailer", at)
		}
	}
}

// seek finds the word at or after a place, or the end.
func seek(raw []byte, what string, from int) int {
	if i := bytes.Index(raw[from:], []byte(what)); i >= 0 {
		return from + i
	}
	return len(raw)
}

func (d *document) trailer(raw []byte, at int) error {
	l := lexer{src: raw, at: at, meter: d.meter}
	v, err := l.value()
	if err != nil && !errors.Is(err, ErrBroken) {
		return err
	}
	if t, ok := v.(dict); ok {
		d.trailers = append(d.trailers, t)
	}
	return nil
}

// object reads what stands behind an "obj" and returns where to go on.
func (d *document) object(raw []byte, obj int) (int, error) {
	after := obj + len("obj")
	n, ok := numbered(raw[:obj])
	if !ok {
		return after, nil
	}
	l := lexer{src: raw, at: after, meter: d.meter}
	v, err := l.value()
	if errors.Is(err, ErrBroken) {
		return after, nil
	}
	if err != nil {
		return 0, err
	}
	e := entry{src: raw, from: after, place: obj}
	m, isDict := v.(dict)
	l.space()
	if isDict && bytes.HasPrefix(raw[l.at:], []byte("stream")) {
		if e.data, l.at, ok = d.stream(raw, l.at+len("stream"), m); !ok {
			return 0, ErrBroken
		}
		e.isStream = true
		switch m["Type"] {
		case name("ObjStm"):
			d.packs = append(d.packs, pack{m, e.data, obj})
		case name("XRef"):
			d.trailers = append(d.trailers, m)
		}
	}
	return l.at, d.keep(n, e)
}

func (d *document) keep(n int, e entry) error {
	if old, have := d.entries[n]; !have || e.place >= old.place {
		d.entries[n] = e
	}
	if len(d.entries) > maxObjects {
		return ErrTooLarge
	}
	return nil
}

// numbered reads the two numbers before an "obj".
func numbered(before []byte) (int, bool) {
	before, ok := lastNumber(before, nil)
	if !ok {
		return 0, false
	}
	var n int
	_, ok = lastNumber(before, &n)
	return n, ok
}

// lastNumber takes the number and the blanks behind it off the end.
func lastNumber(b []byte, into *int) ([]byte, bool) {
	end := len(b)
	for end > 0 && blank(b[end-1]) && len(b)-end < 32 {
		end--
	}
	from := end
	for from > 0 && b[from-1] >= '0' && b[from-1] <= '9' && end-from < 10 {
		from--
	}
	n, err := strconv.Atoi(string(b[from:end]))
	if into != nil {
		*into = n
	}
	return b[:from], err == nil
}

// stream returns the bytes of a stream and where it ends. Its length is believed only when an end stands there.
func (d *document) stream(raw []byte, at int, m dict) ([]byte, int, bool) {
	switch rest := raw[at:]; {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		at += 2
	case len(rest) > 0 && (rest[0] == '\n' || rest[0] == '\r'):
		at++
	}
	if n, ok := m["Length"].(number); ok {
		if size, err := strconv.Atoi(string(n)); err == nil && size >= 0 && size <= len(raw)-at {
			l := lexer{src: raw, at: at + size}
			for l.at < len(raw) && blank(raw[l.at]) && l.at-at-size < 4 {
				l.at++
			}
			if bytes.HasPrefix(raw[l.at:], []byte("endstream")) {
				return raw[at : at+size], l.at + len("endstream"), true
			}
		}
	}
	end := seek(raw, "endstream", at)
	if end == len(raw) {
		return nil, 0, false
	}
	data := bytes.TrimSuffix(bytes.TrimSuffix(raw[at:end], []byte("\n")), []byte("\r"))
	return data, end + len("endstream"), true
}

// unpack finds the objects in an object stream.
func (d *document) unpack(p pack) error {
	src, err := d.inflate(p.dict, p.data)
	if err != nil {
		return err
	}
	count, first := d.whole(p.dict["N"]), d.whole(p.dict["First"])
	if count < 0 || count > maxObjects || first < 0 || first > len(src) {
		return ErrBroken
	}
	l := lexer{src: src[:first], meter: d.meter}
	for range count {
		n, err1 := l.value()
		off, err2 := l.value()
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		at := d.whole(off)
		if at < 0 || at > len(src)-first || d.whole(n) < 0 {
			return ErrBroken
		}
		if err := d.keep(d.whole(n), entry{src: src, from: first + at, place: p.place}); err != nil {
			return err
		}
	}
	return nil
}

// inflate opens an object stream. One that is packed in an unusual way is refused: nobody honest writes that.
func (d *document) inflate(m dict, data []byte) ([]byte, error) {
	filter := d.resolve(m["Filter"])
	if a, ok := filter.(array); ok && len(a) == 1 {
		filter = d.resolve(a[0])
	}
	switch {
	case filter == nil:
		return data, nil
	case filter != name("FlateDecode") && filter != name("Fl") || d.resolve(m["DecodeParms"]) != nil:
		return nil, ErrBroken
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, ErrBroken
	}
	defer z.Close()
	left := maxInflated - d.inflated
	out, err := io.ReadAll(io.LimitReader(z, int64(left)+1))
	if d.inflated += len(out); len(out) > left {
		return nil, ErrTooLarge
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, zlib.ErrChecksum) {
		return nil, ErrBroken
	}
	return out, d.meter.spend(len(out))
}

// whole is a number as an integer, or -1.
func (d *document) whole(v any) int {
	n, ok := d.resolve(v).(number)
	if !ok {
		return -1
	}
	i, err := strconv.Atoi(string(n))
	if err != nil {
		return -1
	}
	return i
}

// object n, read anew each time: documents have more of them than anybody should hold in memory.
func (d *document) load(n int) (any, error) {
	e, ok := d.entries[n]
	if !ok {
		return nil, nil //nolint:nilnil // a reference to nothing is null by the standard
	}
	l := lexer{src: e.src, at: e.from, meter: d.meter}
	return l.value()
}

// resolve follows references to their value; what leads nowhere is null.
func (d *document) resolve(v any) any {
	for range 8 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		next, err := d.load(r.n)
		if err != nil {
			return nil
		}
		v = next
	}
	return nil
}
