package attach_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tiepdan/internal/attach"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/testkit"
)

// shop is a keeper over a desk in memory with one case.
type shop struct {
	*attach.Keeper
	desk *caseworktest.Desk
	code string
	id   string
	dir  string
}

// second opens the files of a denouncer to himself.
const second = "bông lúa vàng"

func open(t *testing.T, kind law.Kind, scan func(context.Context, []byte) error) *shop {
	t.Helper()
	d := caseworktest.New()
	filed, err := d.Submit(t.Context(), casework.Draft{Key: "k", Kind: kind, Subject: "Rác", Body: "Rác ven kênh", About: "Đỗ Văn Máy", Counter: "c1", Category: "roads", Passphrase: second})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Route(t.Context(), filed.Case.ID)...); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	blobs, err := attach.OpenBlobs(t.Context(), "file:"+dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() }) // nothing is written by then
	return &shop{attach.New(d.Desk, caseworktest.Vault{}, blobs, scan), d, filed.Code.String(), filed.Case.ID, dir}
}

func (s *shop) keep(t *testing.T, name string, raw []byte) (casework.Attachment, error) {
	t.Helper()
	return s.Keep(t.Context(), s.code, attach.Upload{Name: name, Body: bytes.NewReader(raw)})
}

func (s *shop) read(t *testing.T, id string) []byte {
	t.Helper()
	_, body, err := s.Open(t.Context(), s.code, id, second)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func why(err error) string {
	e, ok := errors.AsType[*casework.Error](err)
	switch {
	case !ok && err != nil:
		return err.Error()
	case !ok:
		return ""
	case e.Fields["file"] != "":
		return e.Fields["file"]
	default:
		return e.Key
	}
}

func picture(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), 90, 255})
		}
	}
	return img
}

func asJPEG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts an Exif segment with an orientation and a place into a JPEG.
func withExif(raw []byte, orientation byte) []byte {
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00")
	tiff = append(tiff, orientation, 0, 0, 0, 0, 0, 0, 0)
	body := append([]byte("Exif\x00\x00"), tiff...)
	body = append(body, "GPSLatitude 15.7321 GPSLongitude 108.3600"...)
	head := []byte{0xFF, 0xD8, 0xFF, 0xE1, byte((len(body) + 2) >> 8), byte(len(body) + 2)}
	return append(append(head, body...), raw[2:]...)
}

func zipped(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		text := parts[name]
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rels is a part with relationships: each the last word of its type and what follows. Their ids are rId0, rId1 ...
func rels(list ...string) string {
	var out strings.Builder
	out.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i, r := range list {
		fmt.Fprintf(&out, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"/>`, i, r)
	}
	return out.String() + `</Relationships>`
}

// sound is an MP3 of about so many bytes, unlike any other.
func sound(size int) []byte {
	raw := make([]byte, size/417*417)
	_, _ = rand.Read(raw)
	for at := 0; at < len(raw); at += 417 {
		copy(raw[at:], "\xff\xfb\x90\x64")
	}
	return raw
}

func document(extra map[string]string) map[string]string {
	parts := map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>`,
		"_rels/.rels":         rels(`officeDocument" Target="word/document.xml`), "word/document.xml": "<w:document/>",
	}
	maps.Copy(parts, extra)
	return parts
}

const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// withStream is a PDF with a packed stream.
func withStream(dict, body string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n1 0 obj<</Filter/FlateDecode" + dict + ">>stream\n")
	z := zlib.NewWriter(&b)
	_, _ = io.WriteString(z, body) // a Buffer takes all
	_ = z.Close()
	b.WriteString("\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	return b.Bytes()
}

// hugePNG is a picture of a hundred megapixels in a few bytes.
func hugePNG() []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	head := make([]byte, 13)
	binary.BigEndian.PutUint32(head, 10_000)
	binary.BigEndian.PutUint32(head[4:], 10_000)
	head[8], head[9] = 8, 2
	chunk := append([]byte("IHDR"), head...)
	_ = binary.Write(&b, binary.BigEndian, uint32(13))
	b.Write(chunk)
	_ = binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(chunk))
	return b.Bytes()
}

func TestWhatIsTakenAndWhatIsRefused(t *testing.T) {
	photo := asJPEG(t, picture(64, 48))
	html := []byte("<html><script>alert(1)</script></html>")
	word := zipped(t, document(nil))
	for name, tc := range map[string]struct {
		raw  []byte
		want string // why refused
		mime string
	}{
		"photo.jpg":       {photo, "", "image/jpeg"},
		"liar.pdf":        {photo, "", "image/jpeg"},
		"drawing.png":     {asPNG(t, picture(64, 48)), "", "image/png"},
		"letter.pdf":      {[]byte(pdf), "", "application/pdf"},
		"letter.docx":     {word, "", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"sound.mp3":       {append([]byte("\xff\xfb\x90\x64\x00\x00\x00\x00"), make([]byte, 400)...), "", "audio/mpeg"},
		"film.mp4":        {append([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"), make([]byte, 200)...), "", "video/mp4"},
		"voice.m4a":       {append([]byte("\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00isomiso2"), make([]byte, 200)...), "", "audio/mp4"},
		"cut.mp4":         {[]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2\x00\x00\xff\x00moov"), "error.file_broken", ""},
		"page.jpg":        {html, "error.file_type", ""},
		"drawing.svg":     {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "error.file_type", ""},
		"program.jpg":     {append([]byte("MZ"), make([]byte, 600)...), "error.file_type", ""},
		"archive.zip":     {zipped(t, map[string]string{"word/document.xml": ""})[:40], "error.file_type", ""},
		"empty.jpg":       {nil, "error.file_empty", ""},
		"cut.jpg":         {photo[:200], "error.file_broken", ""},
		"photo+page.jpg":  {append(bytes.Clone(photo), html...), "error.file_mixed", ""},
		"photo+zip.jpg":   {append(bytes.Clone(photo), word...), "error.file_mixed", ""},
		"photo+pdf.jpg":   {append(bytes.Clone(photo), pdf...), "error.file_mixed", ""},
		"pdf+zip.pdf":     {append([]byte(pdf), word...), "error.file_mixed", ""},
		"script.pdf":      {[]byte(strings.Replace(pdf, "/Catalog", "/Catalog/OpenAction<</S/JavaScript/JS(app.alert)>>", 1)), "", "application/pdf"},
		"wrapped.pdf":     {withStream("/Type/ObjStm/Filter[/ASCIIHexDecode /FlateDecode]", ""), "error.file_broken", ""},
		"bomb.pdf":        {withStream("/Type/ObjStm/N 1/First 4", strings.Repeat("\x00", 33<<20)), "error.file_bomb", ""},
		"locked.pdf":      {[]byte(strings.Replace(pdf, "/Root", "/Encrypt 5 0 R/Root", 1)), "error.file_locked", ""},
		"carrier.pdf":     {[]byte(strings.Replace(pdf, "/Catalog", "/Catalog/Names<</EmbeddedFiles<<>>>>", 1)), "error.file_carries", ""},
		"program.pdf":     {[]byte(strings.Replace(pdf, "/Catalog", "/Catalog/NeedsRendering true", 1)), "error.file_active", ""},
		"tail.pdf":        {[]byte(pdf + "alert(1)"), "error.file_mixed", ""},
		"page-in.pdf":     {[]byte("x" + pdf), "error.file_mixed", ""},
		"passes.jpg":      {append(bytes.Clone(photo), bytes.Repeat([]byte("\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"), 101)...), "error.file_bomb", ""},
		"progressive.jpg": {[]byte("\xff\xd8\xff\xc2\x00\x11\x08\x20\x00\x20\x00\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00\xff\xd9"), "error.file_pixels", ""},
		"macro.docx":      {zipped(t, document(map[string]string{"word/vbaProject.bin": "x"})), "error.file_active", ""},
		"bomb.docx":       {zipped(t, document(map[string]string{"word/bomb.xml": strings.Repeat("\x00", 65<<20)})), "error.file_bomb", ""},
		"hundred.png":     {hugePNG(), "error.file_pixels", ""},
		"too-large.jpg":   {append(bytes.Clone(photo), make([]byte, 10<<20)...), "error.file_large", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, law.Feedback, nil)
			a, err := s.keep(t, name, tc.raw)
			if got := why(err); got != tc.want || a.Type != tc.mime {
				t.Fatalf("%q, %s; want %q, %s", got, a.Type, tc.want, tc.mime)
			}
			left, globErr := filepath.Glob(filepath.Join(s.dir, "*", "*"))
			if globErr != nil || (tc.want == "") != (len(left) == 1) {
				t.Errorf("in the folder: %v, %v", left, globErr)
			}
			if tc.want == "" && len(s.read(t, a.ID)) != int(a.Size) {
				t.Error("it does not come back whole")
			}
		})
	}
}

func TestPhotosTellNothingButWhatTheEyeSees(t *testing.T) {
	s := open(t, law.Feedback, nil)
	img := picture(80, 40)
	for y := range 40 {
		for x := range 20 {
			img.Set(x, y, color.White) // the left edge
		}
	}
	raw := withExif(asJPEG(t, img), 6) // taken upright: the left edge is the top
	a, err := s.Keep(t.Context(), s.code, attach.Upload{Name: "a.jpg", Body: bytes.NewReader(raw), Evidence: true})
	if err != nil {
		t.Fatal(err)
	}
	got := s.read(t, a.ID)
	if bytes.Contains(got, []byte("GPS")) || bytes.Contains(got, []byte("Exif")) {
		t.Error("the photo still tells its place")
	}
	seen, err := jpeg.Decode(bytes.NewReader(got))
	if err != nil || seen.Bounds().Dx() != 40 || seen.Bounds().Dy() != 80 {
		t.Fatalf("it lies on its side: %v, %v", seen.Bounds(), err)
	}
	if r, _, _, _ := seen.At(20, 3).RGBA(); r < 0xE000 {
		t.Error("the left edge did not become the top")
	}
	officer, _ := find(t, s, "roadhead")
	_, body, err := s.OpenFor(t.Context(), officer, ref(t, s), a.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	original, err := io.ReadAll(body)
	if err != nil || !bytes.Equal(original, raw) {
		t.Errorf("the original is another: %d bytes of %d, %v", len(original), len(raw), err)
	}
	c := now(t, s)
	if last := c.History[len(c.History)-1]; last.What != "original_opened" || last.Actor != "staff/roadhead" {
		t.Errorf("the opening is not recorded: %+v", last)
	}
	reception, _ := find(t, s, "reception")
	if _, _, err := s.OpenFor(t.Context(), reception, ref(t, s), a.ID, true); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("reception opens the original: %v", err)
	}
}

func TestFilesAreSealedWhereTheyLie(t *testing.T) {
	for _, kind := range []law.Kind{law.Feedback, law.Denunciation} {
		s := open(t, kind, nil)
		a, err := s.keep(t, `C:\ảnh của bà Võ Thị Bé.pdf`, []byte(pdf))
		if err != nil {
			t.Fatal(err)
		}
		err = filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if bytes.Contains(raw, []byte("PDF")) || bytes.Contains(raw, []byte("Catalog")) {
				t.Errorf("%s lies open in %s", kind, path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if kind.Secret() == strings.Contains(a.Name, "Bé") || !strings.HasSuffix(a.Name, ".pdf") || strings.ContainsAny(a.Name, `\/:`) {
			t.Errorf("a %s's file is called %q", kind, a.Name)
		}
		for who, may := range map[string]bool{"officer": false, "admin": false, "inspector": false} {
			m, _ := find(t, s, who)
			if _, _, err := s.OpenFor(t.Context(), m, ref(t, s), a.ID, false); may != (err == nil) {
				t.Errorf("%s opens a %s's file: %v", who, kind, err)
			}
		}
	}
}

func TestFiveFilesThirtyMegabytesAndTheSameFileOnce(t *testing.T) {
	s := open(t, law.Feedback, nil)
	first, err := s.keep(t, "1.pdf", []byte(pdf))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.keep(t, "1 (1).pdf", []byte(pdf)); err != nil || again.ID != first.ID || len(now(t, s).Attachments) != 1 {
		t.Errorf("the same file again: %+v, %v", again, err)
	}
	for i := range 3 {
		if _, err := s.keep(t, "a.mp3", sound(8<<20)); err != nil {
			t.Fatalf("file %d: %v", i, err)
		}
	}
	if _, err := s.keep(t, "b.mp3", sound(8<<20)); why(err) != "error.files_large" {
		t.Errorf("over 30 MB: %v", err)
	}
	if _, err := s.keep(t, "5.pdf", []byte(strings.Replace(pdf, "1.4", "1.5", 1))); err != nil {
		t.Error(err)
	}
	if _, err := s.keep(t, "6.pdf", []byte(strings.Replace(pdf, "1.4", "1.6", 1))); why(err) != "error.files_many" {
		t.Errorf("a sixth: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(s.dir, "*", "*")); err != nil || len(left) != len(now(t, s).Attachments) {
		t.Errorf("refused files lie in the folder: %v, %v", left, err)
	}
}

// eicar is the file that every scanner knows and that harms nobody, put together here so that none finds it in this source.
func eicar() []byte {
	return []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + "EICAR-STANDARD" + `-ANTIVIRUS-TEST-FILE!$H+H*`)
}

func TestClamdRefusesTheTestVirus(t *testing.T) {
	s := open(t, law.Feedback, attach.Clamd(testkit.Clamd(t)))
	if _, err := s.keep(t, "a.pdf", []byte(pdf)); err != nil {
		t.Errorf("a clean file: %v", err)
	}
	for name, raw := range map[string][]byte{"alone": eicar(), "in a PDF": []byte(strings.Replace(pdf, "trailer", string(eicar())+"\ntrailer", 1))} {
		if _, err := s.keep(t, "b.pdf", raw); why(err) != "error.file_virus" {
			t.Errorf("%s: %v", name, err)
		}
	}
	down := open(t, law.Feedback, attach.Clamd("unix:"+filepath.Join(t.TempDir(), "nobody")))
	if _, err := down.keep(t, "a.pdf", []byte(pdf)); casework.CodeOf(err) != casework.Unavailable {
		t.Errorf("nobody looked, yet: %v", err)
	}
}

func FuzzKeep(f *testing.F) {
	f.Add([]byte(pdf))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00\x08\x00\x00\x00"))
	f.Add(hugePNG())
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := open(t, law.Feedback, nil)
		if _, err := s.keep(t, "x", raw); err != nil {
			if _, told := errors.AsType[*casework.Error](err); !told {
				t.Errorf("not told why: %v", err)
			}
		}
	})
}

func BenchmarkKeepPhoto(b *testing.B) {
	t := &testing.T{}
	raw := asJPEG(t, picture(4000, 3000))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		d := caseworktest.New()
		filed, err := d.Submit(b.Context(), casework.Draft{Key: "k", Kind: law.Feedback, Subject: "Rác", Body: "Rác"})
		if err != nil {
			b.Fatal(err)
		}
		blobs, err := attach.OpenBlobs(b.Context(), "file:"+b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := attach.New(d.Desk, caseworktest.Vault{}, blobs, nil).Keep(b.Context(), filed.Code.String(), attach.Upload{Name: "a.jpg", Body: bytes.NewReader(raw)}); err != nil {
			b.Fatal(err)
		}
	}
}
