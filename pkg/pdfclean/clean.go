package pdfclean

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"

	"tiepdan/pkg/picmeta"
)

// Clean returns the document anew. What it keeps: pages and how they look, the outline, fields of forms with their values,
// the structure that screen readers follow, links to places in the document and to http and https addresses. Everything
// else that a reader could act upon, and everything that tells who wrote it, is left out. The result has one version, no
// object streams and a plain table.
//
// A signature does not survive: it covers bytes that are no longer there.
func Clean(ctx context.Context, raw []byte) ([]byte, error) {
	d, err := read(ctx, raw)
	if err != nil {
		return nil, err
	}
	root, ok := d.root()
	if !ok {
		return nil, ErrBroken
	}
	if err := d.refuses(root); err != nil {
		return nil, err
	}
	w := newWriter(d)
	return w.write(d.catalog(root, w))
}

// root is the catalog that the newest trailer names, or the newest one there is.
func (d *document) root() (dict, bool) {
	for _, t := range slices.Backward(d.trailers) {
		if m, ok := d.resolve(t["Root"]).(dict); ok {
			return m, true
		}
	}
	return nil, false
}

// refuses tells documents apart whose content would be lost.
func (d *document) refuses(root dict) error {
	names, _ := d.resolve(root["Names"]).(dict)
	form, _ := d.resolve(root["AcroForm"]).(dict)
	fields, _ := d.resolve(form["Fields"]).(array)
	switch {
	case d.resolve(root["Collection"]) != nil, d.resolve(names["EmbeddedFiles"]) != nil:
		return ErrCarries
	case d.resolve(root["NeedsRendering"]) == word("true"), d.resolve(form["XFA"]) != nil && len(fields) == 0:
		return ErrDynamic
	default:
		return nil
	}
}

// kept of the catalog, of the form and of the names; everything else there runs, tells or carries something.
var (
	catalogKeys = []name{"Type", "Pages", "PageLabels", "PageLayout", "Outlines", "Dests", "OCProperties", "Lang", "MarkInfo", "StructTreeRoot", "OutputIntents"}
	formKeys    = []name{"Fields", "DR", "DA", "Q", "NeedAppearances"}
)

func (d *document) catalog(root dict, w *writer) dict {
	out := d.pick(root, catalogKeys, w)
	out["Type"] = name("Catalog")
	if form, ok := d.resolve(root["AcroForm"]).(dict); ok {
		out["AcroForm"] = d.pick(form, formKeys, w)
	}
	if names, ok := d.resolve(root["Names"]).(dict); ok {
		if kept := d.pick(names, []name{"Dests"}, w); len(kept) > 0 {
			out["Names"] = kept
		}
	}
	return out
}

func (d *document) pick(from dict, keys []name, w *writer) dict {
	out := dict{}
	for _, k := range keys {
		if v := w.clean(from[k]); v != nil {
			out[k] = v
		}
	}
	return out
}

// actions are the types of things that a reader does. A dictionary with one of them as S is an action wherever it stands.
var actions = set("GoTo GoToR GoToE GoToDp Launch Thread URI Sound Movie Hide Named SubmitForm ResetForm ImportData SetOCGState Rendition Trans GoTo3DView JavaScript RichMediaExecute")

// loud are annotations that play, carry or run something.
var loud = set("FileAttachment Sound Movie Screen 3D RichMedia TrapNet PrinterMark Projection")

// left are the keys that no dictionary keeps.
var left = set("AA OpenAction JS JavaScript XFA AF EF RF EmbeddedFiles Metadata PieceInfo LastModified Perms Legal Collection SpiderInfo PresSteps PA Thumb " +
	"RichMediaContent RichMediaSettings CreatorInfo User TrapStyles")

// outside are keys of streams that send the reader to another file, or that are written anew.
var outside = set("F FFilter FDecodeParms Ref OPI DL Length")

// told are keys of annotations that tell who made them and when.
var told = set("T M CreationDate NM")

func set(words string) map[name]bool {
	out := map[name]bool{}
	for w := range strings.FieldsSeq(words) {
		out[name(w)] = true
	}
	return out
}

// clean returns the value as it is written; nil leaves it out.
func (w *writer) clean(v any) any {
	switch v := v.(type) {
	case ref:
		return w.number(v)
	case array:
		out := make(array, len(v))
		for i, e := range v {
			out[i] = w.clean(e)
		}
		return out
	case dict:
		if out := w.cleanDict(v); out != nil {
			return out
		}
		return nil
	case word:
		if v == "true" || v == "false" {
			return v
		}
		return nil
	default:
		return v
	}
}

func (w *writer) cleanDict(m dict) dict {
	kind, _ := w.doc.resolve(m["S"]).(name)
	switch {
	case actions[kind]:
		return w.action(kind, m)
	case w.dropped(m):
		return nil
	}
	annotation := m["Rect"] != nil && w.doc.resolve(m["Subtype"]) != name("Widget")
	out := make(dict, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) { // in order: the same document is written the same way
		v := m[k]
		if left[k] || annotation && told[k] {
			continue
		}
		if k == "Annots" {
			v = w.annotations(v)
		}
		if v = w.clean(v); v != nil {
			out[k] = v
		}
	}
	return out
}

// dropped reports whether a dictionary is one that nothing of is kept: a signature, a file, an annotation that plays.
func (w *writer) dropped(m dict) bool {
	subtype, _ := w.doc.resolve(m["Subtype"]).(name)
	kind, _ := w.doc.resolve(m["Type"]).(name)
	if m["EF"] != nil || kind == "EmbeddedFile" || subtype == "FileAttachment" && m["Rect"] != nil {
		w.carries = true
	}
	return m["ByteRange"] != nil || m["EF"] != nil || kind == "Filespec" || kind == "EmbeddedFile" || kind == "Sig" && m["Contents"] != nil || loud[subtype] && m["Rect"] != nil
}

// annotations leaves out those of which nothing is kept: a page lists no holes.
func (w *writer) annotations(v any) any {
	list, ok := w.doc.resolve(v).(array)
	if !ok {
		return nil
	}
	out := array{}
	for _, e := range list {
		if m, ok := w.doc.resolve(e).(dict); ok && !w.dropped(m) {
			out = append(out, e)
		}
	}
	return out
}

// action keeps a jump within the document and a link that the reader himself follows.
func (w *writer) action(kind name, m dict) dict {
	switch kind {
	case "GoTo":
		return dict{"S": kind, "D": w.clean(m["D"])}
	case "URI":
		uri, ok := w.doc.resolve(m["URI"]).(text)
		low := strings.ToLower(string(uri))
		if ok && (strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://")) && !bytes.ContainsAny(uri, "\r\n\t\x00\\") {
			return dict{"S": kind, "URI": uri}
		}
	}
	return nil
}

// cleanStream keeps a stream that is part of a page.
func (w *writer) cleanStream(m dict, data []byte) (dict, []byte) {
	switch w.doc.resolve(m["Type"]) {
	case name("EmbeddedFile"), name("ObjStm"), name("XRef"), name("Metadata"):
		return nil, nil
	}
	out := w.cleanDict(m)
	if out == nil {
		return nil, nil
	}
	for k := range outside {
		delete(out, k)
	}
	filter := w.doc.resolve(m["Filter"])
	if a, ok := filter.(array); ok && len(a) == 1 {
		filter = w.doc.resolve(a[0])
	}
	if filter == name("DCTDecode") || filter == name("DCT") {
		data = picmeta.JPEG(data)
	}
	return out, data
}
