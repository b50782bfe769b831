package attach

import (
	"archive/zip"
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"regexp"

	"github.com/gabriel-vasile/mimetype"
	"github.com/gen2brain/heic"
	"golang.org/x/image/webp"
)

// kind is a type of file that is taken.
type kind struct {
	source string // the type found in the content
	mime   string // the type it is kept and served as
	ext    string
	size   func(io.Reader) (image.Config, error)     // photos only
	cost   func(raw []byte, size image.Config) int64 // bytes of memory that decoding takes
	most   int64                                     // the most of them
	decode func(io.Reader) (image.Image, error)
	encode func(io.Writer, image.Image) error
	look   func(raw []byte) error // what else could be wrong with it
	strip  strip                  // takes out what else it tells, and what would run
}

// strip returns a file without what it tells besides its content.
type strip func(ctx context.Context, raw []byte) ([]byte, error)

// kinds are all types that are taken; the rest is refused.
var kinds = []kind{
	{source: "image/jpeg", mime: "image/jpeg", ext: ".jpg", size: jpeg.DecodeConfig, cost: costJPEG, most: maxDecoded, decode: jpeg.Decode, encode: asJPEG, look: lookJPEG},
	{source: "image/png", mime: "image/png", ext: ".png", size: png.DecodeConfig, cost: costPNG, most: maxDecoded, decode: png.Decode, encode: png.Encode},
	{source: "image/webp", mime: "image/jpeg", ext: ".jpg", size: webp.DecodeConfig, cost: costWebP, most: maxDecoded, decode: webp.Decode, encode: asJPEG},
	{source: "image/heic", mime: "image/jpeg", ext: ".jpg", size: heic.DecodeConfig, cost: costHEIC, most: maxSandbox, decode: heic.Decode, encode: asJPEG, look: lookHEIC},
	{source: "image/heif", mime: "image/jpeg", ext: ".jpg", size: heic.DecodeConfig, cost: costHEIC, most: maxSandbox, decode: heic.Decode, encode: asJPEG, look: lookHEIC},
	{source: "application/pdf", mime: "application/pdf", ext: ".pdf", look: lookPDF, strip: stripPDF},
	{source: docx, mime: docx, ext: ".docx", strip: stripDOCX},
	{source: "video/mp4", mime: "video/mp4", ext: ".mp4", strip: stripFilm},
	{source: "audio/mpeg", mime: "audio/mpeg", ext: ".mp3", strip: stripMP3},
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
