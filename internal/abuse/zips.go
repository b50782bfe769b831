package main

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
)

// zeros are as many zeros as one asks for.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// wordFile is a Word file whose text is what a reader gives.
func wordFile(text io.Reader, parts int) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name string, r io.Reader) error {
		part, err := w.Create(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(part, r)
		return err
	}
	for name, said := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
	} {
		if err := put(name, bytes.NewReader([]byte(said))); err != nil {
			return nil, err
		}
	}
	if err := put("word/document.xml", text); err != nil {
		return nil, err
	}
	for range parts {
		if err := put("word/media/a.png", bytes.NewReader(nil)); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// zipBombs sends small files that unpack to much: each is refused, and the program does not grow by what they hold.
func zipBombs(ctx context.Context, t *target) (o outcome, err error) {
	const unpacked = 1 << 30
	bomb, err := wordFile(io.LimitReader(zeros{}, unpacked), 0)
	if err != nil {
		return o, err
	}
	nested, err := wordFile(bytes.NewReader(bomb), 0)
	if err != nil {
		return o, err
	}
	many, err := wordFile(bytes.NewReader([]byte("<x/>")), 60_000)
	if err != nil {
		return o, err
	}
	d, err := t.dossier(ctx)
	if err != nil {
		return o, err
	}
	before := t.peak()
	for name, raw := range map[string][]byte{"bom.docx": bomb, "long.docx": nested, "nhieu.docx": many} {
		r, err := d.attach(ctx, t.address(), name, raw)
		if err != nil {
			return o, err
		}
		o.add(r.status == http.StatusUnprocessableEntity || r.status == http.StatusUnsupportedMediaType || r.status == http.StatusRequestEntityTooLarge, "%s of %d bytes: %d %s", name, len(raw), r.status, r.body)
	}
	grown := t.peak() - before
	o.add(before == 0 || grown < roomOfBomb, "the program grew by %d MB", grown>>20)
	return o, nil
}
