package attach

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"tiepdan/pkg/picmeta"
)

// The bounds of a document once unpacked.
const (
	maxParts    = 2000
	maxUnpacked = 64 << 20
	maxWords    = 24 << 20 // of one part that is written anew
)

// part says what becomes of the parts that a document is made of, by the kind of relationship that leads to them.
type part int

const (
	leftOut part = iota // nobody needs it to read the document: authors, templates, thumbnails, data behind the text
	words               // XML that is written anew
	media               // a picture or a font
	runs                // programs and other pages: the document is refused
)

var parts = map[string]part{
	"officedocument": words, "styles": words, "stylewitheffects": words, "styleswitheffects": words, "settings": words, "websettings": words,
	"fonttable": words, "theme": words, "themeoverride": words, "numbering": words, "footnotes": words, "endnotes": words, "header": words, "footer": words,
	"comments": words, "commentsextended": words, "glossarydocument": words, "chart": words, "chartex": words, "chartstyle": words, "chartcolorstyle": words,
	"chartusershapes": words, "diagramdata": words, "diagramlayout": words, "diagramquickstyle": words, "diagramcolors": words, "diagramdrawing": words,
	"image": media, "font": media,
	"vbaproject": runs, "wordvbadata": runs, "control": runs, "activexcontrolbinary": runs, "oleobject": runs, "afchunk": runs,
}

// book is a document while it is copied.
type book struct {
	ctx   context.Context //nolint:containedctx // lives as long as one call of stripDOCX
	files map[string]*zip.File
	left  int64 // bytes that may still be unpacked
	types contentTypes
	out   *zip.Writer
	done  map[string]bool // whether a part that was met is in the copy
	main  bool
	*people
}

// stripDOCX copies a document part by part, from its main part on: who wrote it and when stays behind, and so does what would
// fetch, start or show something from elsewhere. What no relationship leads to is not copied at all.
func stripDOCX(ctx context.Context, raw []byte) ([]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(r.File) > maxParts {
		return nil, refused("error.file_broken")
	}
	var out bytes.Buffer
	b := &book{ctx: ctx, files: map[string]*zip.File{}, left: maxUnpacked, out: zip.NewWriter(&out), done: map[string]bool{}, people: &people{}}
	if err := b.list(r.File); err != nil {
		return nil, err
	}
	if err := b.copyAll(); err != nil {
		return nil, err
	}
	if err := b.out.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// list looks at the names: no two of them may be read as the same, and none may lead out of the document.
func (b *book) list(files []*zip.File) error {
	seen := map[string]bool{}
	total := uint64(0)
	for _, f := range files {
		low := strings.ToLower(f.Name)
		if seen[low] || strings.ContainsAny(f.Name, "\\\x00") || path.IsAbs(f.Name) || path.Clean(f.Name) != strings.TrimSuffix(f.Name, "/") || strings.HasPrefix(f.Name, "..") {
			return refused("error.file_broken")
		}
		if strings.Contains(low, "vbaproject") || strings.Contains(low, "activex") {
			return refused("error.file_active")
		}
		seen[low], b.files[f.Name] = true, f
		if total += min(f.UncompressedSize64, maxUnpacked+1); total > maxUnpacked { // a part with more than it says does not open
			return refused("error.file_bomb")
		}
	}
	return nil
}

func (b *book) copyAll() error {
	raw, err := b.read(typesPart)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(raw, &b.types); err != nil {
		return refused("error.file_broken")
	}
	if strings.Contains(string(raw), "macroEnabled") {
		return refused("error.file_active")
	}
	if _, err := b.follow(""); err != nil {
		return err
	}
	if !b.main {
		return refused("error.file_broken")
	}
	return b.write(typesPart, b.types.only(b.done))
}

// read unpacks a part.
func (b *book) read(name string) ([]byte, error) {
	if b.ctx.Err() != nil {
		return nil, busy()
	}
	f, ok := b.files[name]
	if !ok {
		return nil, refused("error.file_broken")
	}
	r, err := f.Open()
	if err != nil {
		return nil, refused("error.file_broken")
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, b.left+1))
	switch b.left -= int64(len(raw)); {
	case b.left < 0:
		return nil, refused("error.file_bomb")
	case err != nil:
		return nil, refused("error.file_broken")
	default:
		return raw, nil
	}
}

// write adds a part; it carries no time.
func (b *book) write(name string, raw []byte) error {
	w, err := b.out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

// copyPart copies one part with everything that it leads to, and reports whether it is in the copy.
func (b *book) copyPart(name string, as part) (bool, error) {
	if kept, met := b.done[name]; met {
		return kept, nil
	}
	raw, err := b.read(name)
	if err != nil {
		return false, err
	}
	if as == media {
		b.done[name] = picture(raw)
		if !b.done[name] {
			return false, nil
		}
		return true, b.write(name, picmeta.PNG(picmeta.JPEG(raw)))
	}
	if len(raw) > maxWords {
		return false, refused("error.file_bomb")
	}
	b.done[name] = true
	gone, err := b.follow(name)
	if err != nil {
		return false, err
	}
	if raw, err = b.rewrite(raw, gone); err != nil {
		return false, err
	}
	return true, b.write(name, raw)
}

// picture reports whether bytes are a picture of dots, or a packed font or drawing: not a page, a program or an archive.
func picture(raw []byte) bool {
	found := mimetype.Detect(raw).String()
	return found == "application/octet-stream" || strings.HasPrefix(found, "image/") && !strings.HasPrefix(found, "image/svg")
}

type relationships struct {
	XMLName xml.Name       `xml:"http://schemas.openxmlformats.org/package/2006/relationships Relationships"`
	List    []relationship `xml:"Relationship"`
}

type relationship struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr,omitempty"`
}

// kind is the last word of the relationship's type.
func (r relationship) kind() string { return strings.ToLower(path.Base(r.Type)) }

// follow copies what a part leads to and returns the relationships that are gone.
func (b *book) follow(name string) (gone map[string]bool, err error) {
	rels := path.Join(path.Dir(name), "_rels", path.Base(name)+".rels")
	if name == "" {
		rels = "_rels/.rels"
	}
	gone = map[string]bool{}
	if b.files[rels] == nil {
		return gone, nil
	}
	raw, err := b.read(rels)
	if err != nil {
		return nil, err
	}
	var all, kept relationships
	if err := xml.Unmarshal(raw, &all); err != nil {
		return nil, refused("error.file_broken")
	}
	for _, r := range all.List {
		ok, err := b.lead(name, r)
		if err != nil {
			return nil, err
		}
		if ok {
			kept.List = append(kept.List, r)
		} else {
			gone[r.ID] = true
		}
	}
	if raw, err = xml.Marshal(kept); err != nil {
		return nil, err
	}
	return gone, b.write(rels, append([]byte(xml.Header), raw...))
}

// lead follows one relationship and reports whether it stays. Of those that lead out of the document only links stay, which
// nobody follows but the reader himself.
func (b *book) lead(from string, r relationship) (bool, error) {
	as := parts[r.kind()]
	switch {
	case as == runs:
		return false, refused("error.file_active")
	case strings.EqualFold(r.Mode, "External"):
		return r.kind() == "hyperlink" && webAddress(r.Target), nil
	case as == leftOut:
		return false, nil
	}
	target := path.Join(path.Dir(from), r.Target)
	if strings.HasPrefix(r.Target, "/") {
		target = strings.TrimPrefix(path.Clean(r.Target), "/")
	}
	if b.files[target] == nil || strings.Contains("/"+target, "/_rels/") || target == typesPart {
		return false, nil
	}
	b.main = b.main || from == "" && r.kind() == "officedocument"
	return b.copyPart(target, as)
}

// webAddress reports whether a link goes where a click may lead: never to a file or another computer's folder.
func webAddress(to string) bool {
	low := strings.ToLower(to)
	return (strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") || strings.HasPrefix(low, "mailto:")) && !strings.Contains(low, `\`)
}

// typesPart says of what type the parts are.
const typesPart = "[Content_Types].xml"

type contentTypes struct {
	XMLName  xml.Name      `xml:"http://schemas.openxmlformats.org/package/2006/content-types Types"`
	Default  []contentType `xml:"Default"`
	Override []contentType `xml:"Override"`
}

type contentType struct {
	Extension string `xml:"Extension,attr,omitempty"`
	PartName  string `xml:"PartName,attr,omitempty"`
	Type      string `xml:"ContentType,attr"`
}

// only returns the types of the parts that are there.
func (c contentTypes) only(there map[string]bool) []byte {
	c.Override = slices.DeleteFunc(c.Override, func(t contentType) bool { return !there[strings.TrimPrefix(t.PartName, "/")] })
	raw, err := xml.Marshal(c)
	return append([]byte(xml.Header), cmp.Or(string(raw), fmt.Sprint(err))...)
}
