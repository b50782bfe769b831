package attach

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"regexp"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	"github.com/gen2brain/heic"
	"golang.org/x/image/webp"
)

// kind is a type of file that is taken.
type kind struct {
	source string // the type found in the content
	mime   string // the type it is kept and served as
	ext    string
	size   func(io.Reader) (image.Config, error) // photos only
	decode func(io.Reader) (image.Image, error)
	pixels int // the most that are decoded: memory, not beauty, sets the bound
	encode func(io.Writer, image.Image) error
	look   func(raw []byte) error           // what else could be wrong with it
	strip  func(raw []byte) ([]byte, error) // takes out what else it tells
}

const megapixel = 1_000_000

// kinds are all types that are taken; the rest is refused.
var kinds = []kind{
	{source: "image/jpeg", mime: "image/jpeg", ext: ".jpg", size: jpeg.DecodeConfig, decode: jpeg.Decode, pixels: 50 * megapixel, encode: asJPEG, look: lookJPEG},
	{source: "image/png", mime: "image/png", ext: ".png", size: png.DecodeConfig, decode: png.Decode, pixels: 25 * megapixel, encode: png.Encode},
	{source: "image/webp", mime: "image/jpeg", ext: ".jpg", size: webp.DecodeConfig, decode: webp.Decode, pixels: 25 * megapixel, encode: asJPEG},
	{source: "image/heic", mime: "image/jpeg", ext: ".jpg", size: heic.DecodeConfig, decode: heic.Decode, pixels: heicPixels, encode: asJPEG, look: lookHEIC},
	{source: "image/heif", mime: "image/jpeg", ext: ".jpg", size: heic.DecodeConfig, decode: heic.Decode, pixels: heicPixels, encode: asJPEG, look: lookHEIC},
	{source: "application/pdf", mime: "application/pdf", ext: ".pdf", look: lookPDF},
	{source: docx, mime: docx, ext: ".docx", look: lookDOCX},
	{source: "video/mp4", mime: "video/mp4", ext: ".mp4", strip: stripFilm},
	{source: "audio/mpeg", mime: "audio/mpeg", ext: ".mp3"},
	{source: "audio/mp4", mime: "audio/mp4", ext: ".m4a", strip: stripFilm},
	{source: "audio/x-m4a", mime: "audio/mp4", ext: ".m4a", strip: stripFilm},
}

// sourceExt is the ending of a file as it came.
func (k kind) sourceExt() string {
	if m := mimetype.Lookup(k.source); m != nil {
		return m.Extension()
	}
	return k.ext
}

// changes reports whether what is kept is not what came.
func (k kind) changes() bool { return k.decode != nil || k.strip != nil }

const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// kindOf finds the kind by the content.
func kindOf(raw []byte) (kind, bool) {
	found := mimetype.Detect(raw)
	for _, k := range kinds {
		if found.Is(k.source) {
			return k, true
		}
	}
	return kind{}, false
}

// check refuses what is two things at once, what could run, and what is larger than it looks.
func (k kind) check(raw []byte) error {
	if k.source != docx && isArchive(raw) || foreign.Match(raw) || k.source != "application/pdf" && bytes.Contains(raw, []byte("%PDF-")) {
		return refused("error.file_mixed")
	}
	if k.look != nil {
		return k.look(raw)
	}
	return nil
}

// foreign is text of pages and scripts: in none of the kinds, and too long to come up in packed bytes by chance.
var foreign = regexp.MustCompile(`(?i)<script|<html|<!doctype|<\?php|javascript:`)

// isArchive reports whether the bytes open as a ZIP file, whatever stands before it.
func isArchive(raw []byte) bool {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	return err == nil && len(r.File) > 0
}

// The bounds of a document once unpacked.
const (
	maxParts    = 2000
	maxUnpacked = 100 << 20
)

// lookDOCX unpacks the document without keeping it: what it says of its sizes is not believed.
func lookDOCX(raw []byte) error {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(r.File) > maxParts {
		return refused("error.file_broken")
	}
	left, main := int64(maxUnpacked), false
	for _, f := range r.File {
		main = main || f.Name == "word/document.xml"
		if name := strings.ToLower(f.Name); strings.Contains(name, "vbaproject") || strings.HasPrefix(name, "word/embeddings/") || strings.Contains(name, "activex") {
			return refused("error.file_active")
		}
		n, err := unpack(f, left)
		if err != nil {
			return err
		}
		left -= n
	}
	if !main {
		return refused("error.file_broken")
	}
	return nil
}

// unpack counts the part's bytes up to one more than are left.
func unpack(f *zip.File, left int64) (int64, error) {
	r, err := f.Open()
	if err != nil {
		return 0, refused("error.file_broken")
	}
	defer r.Close()
	var seen bytes.Buffer
	into := io.Discard
	if strings.HasSuffix(f.Name, ".rels") {
		into = &limited{&seen}
	}
	n, err := io.Copy(into, io.LimitReader(r, left+1))
	switch {
	case n > left:
		return n, refused("error.file_bomb")
	case err != nil:
		return n, refused("error.file_broken")
	case bytes.Contains(seen.Bytes(), []byte("attachedTemplate")):
		return n, refused("error.file_active")
	default:
		return n, nil
	}
}

// limited keeps the first megabyte of what is written to it.
type limited struct{ buf *bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if room := 1<<20 - l.buf.Len(); room > 0 {
		l.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
