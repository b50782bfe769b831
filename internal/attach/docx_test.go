package attach_test

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"tiepdan/internal/attach"
	"tiepdan/internal/domain/casework/law"
)

const ns = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// told is a Word document whose author can be read in every place that Word writes him to, and that fetches things from
// another computer in every way that it can.
func told() map[string]string {
	external := func(kind, to string) string { return kind + `" TargetMode="External" Target="` + to }
	return document(map[string]string{
		"_rels/.rels": rels(`officeDocument" Target="word/document.xml`, `metadata/core-properties" Target="docProps/core.xml`, `extended-properties" Target="docProps/app.xml`,
			`custom-properties" Target="docProps/custom.xml`, `metadata/thumbnail" Target="docProps/thumbnail.jpeg`),
		"docProps/core.xml": "Secret", "docProps/app.xml": "Secret", "docProps/custom.xml": "Secret", "docProps/thumbnail.jpeg": "Secret", "stowaway.xml": "Secret",
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/docProps/core.xml" ContentType="core"/></Types>`,
		"word/_rels/document.xml.rels": rels(`settings" Target="settings.xml`, `comments" Target="comments.xml`, `people" Target="people.xml`, `image" Target="media/a.jpg`,
			external("image", `\\evil\a.png`), external("hyperlink", "https://dichvucong.gov.vn/"), external("hyperlink", `file://evil/b`), external("frame", "http://evil/d"),
			`customXml" Target="../customXml/item1.xml`, `image" Target="media/b.svg`, `image" Target="media/page.png`, `styles" Target="_rels/settings.xml.rels`),
		"word/_rels/settings.xml.rels": rels(external("attachedTemplate", `file:///C:\Users\Secret\evil.dotx`)),
		"word/settings.xml":            `<w:settings` + ns + `><w:attachedTemplate r:id="rId0"/><w:rsids><w:rsidRoot w:val="00Secret"/></w:rsids><w:zoom w:percent="100"/><w:docVars><w:docVar w:name="a" w:val="Secret"/></w:docVars></w:settings>`,
		"word/comments.xml":            `<w:comments` + ns + `><w:comment w:id="1" w:author="Nguyễn Secret" w:initials="NS" w:date="2026-01-01T00:00:00Z"><w:p>góp ý</w:p></w:comment><w:comment w:id="2" w:author="Trần Secret"/></w:comments>`,
		"word/people.xml":              "Secret", "customXml/item1.xml": "Secret",
		"word/media/a.jpg":    "\xFF\xD8\xFF\xE0\x00\x07JFIF\x00\xFF\xE1\x00\x0DExif\x00Secret\xFF\xDA\x00\x02picture\xFF\xD9",
		"word/media/b.svg":    `<svg xmlns="http://www.w3.org/2000/svg"><image href="http://evil/"/></svg>`,
		"word/media/page.png": `<html><body>evil</body></html>`,
		"word/document.xml": `<?xml version="1.0" encoding="UTF-8"?><w:document` + ns + `><w:p w:rsidR="00Secret" w:rsidRDefault="00Secret"><w:ins w:author="Trần Secret" w:date="2026-01-01T00:00:00Z"><w:r><w:t xml:space="preserve">Đơn khiếu nại &amp; kèm theo </w:t></w:r></w:ins>` +
			`<w:hyperlink r:id="rId5"><w:t>cổng dịch vụ</w:t></w:hyperlink><w:hyperlink r:id="rId6"><w:t>tệp</w:t></w:hyperlink><a:blip xmlns:a="a" r:embed="rId3" r:link="rId4"/><a:svg xmlns:a="a" r:embed="rId9"/>` +
			`<w:docPr id="1" descr="C:\Users\Secret\Pictures\a.jpg"/>` +
			begin + `<w:instrText> PAGE </w:instrText>` + separate + `<w:t>7</w:t>` + end +
			begin + `<w:instrText> DDE</w:instrText><w:instrText>AUTO c:\\evil </w:instrText>` + separate + `<w:t>kết quả</w:t>` + end +
			begin + `<w:instrText> REF </w:instrText>` + begin + `<w:instrText> QUOTE 101 118 105 108 evil </w:instrText>` + end + separate + end +
			begin + `<w:instrText> INCLUDETEXT evil </w:instrText>` + begin + `<w:instrText> NUMPAGES </w:instrText>` + end + separate + end +
			begin + `<w:instrText> HYPERLINK "http://an.vn/trang" </w:instrText>` + separate + end + begin + `<w:instrText> HYPERLINK "\\evil\x" </w:instrText>` + separate + end +
			`<w:fldSimple w:instr=" INCLUDEPICTURE &quot;http://evil/p&quot; "><w:t>hình</w:t></w:fldSimple><w:fldSimple w:instr=" LASTSAVEDBY "/><w:altChunk r:id="rId99"/><w:object><o:OLEObject xmlns:o="o" Type="Link" r:id="rId7"><o:LinkType>evil</o:LinkType></o:OLEObject></w:object></w:p></w:document>`,
	})
}

const (
	begin    = `<w:fldChar w:fldCharType="begin"/>`
	separate = `<w:fldChar w:fldCharType="separate"/>`
	end      = `<w:fldChar w:fldCharType="end"/>`
)

// unzipped are the parts of a document.
func unzipped(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		body, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(body)
		if err != nil || out[f.Name] != "" || !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Fatalf("%s: %v, %v", f.Name, err, f.Modified)
		}
		out[f.Name] = string(text)
	}
	return out
}

func TestWordDocumentsNameNobodyAndFetchNothing(t *testing.T) {
	s := open(t, law.Complaint, nil)
	raw := zipped(t, told())
	a, err := s.Keep(t.Context(), s.code, attach.Upload{Name: "đơn.docx", Body: bytes.NewReader(raw), Evidence: true})
	if err != nil {
		t.Fatal(why(err))
	}
	clean := s.read(t, a.ID)
	got := unzipped(t, clean)
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(got)) {
		all.WriteString(name + ": " + got[name] + "\n")
	}
	whole := all.String()
	for _, bad := range []string{"Secret", "evil", "2026-01", "rsid", "docProps", "stowaway", "customXml", "people", "DDE", "AUTO", "INCLUDE", "LASTSAVEDBY", "QUOTE", "OLEObject", "altChunk", "attachedTemplate", ".svg", "page.png", "Exif", "NUMPAGES", `r:link="rId4"`, `r:id="rId6"`, `r:embed="rId9"`} {
		if strings.Contains(whole, bad) {
			t.Errorf("%q is still in it", bad)
		}
	}
	for _, good := range []string{
		"Đơn khiếu nại &amp; kèm theo ", `xml:space="preserve"`, `r:id="rId5"`, "https://dichvucong.gov.vn/", "cổng dịch vụ", `r:embed="rId3"`, "picture\xFF\xD9", "góp ý", " PAGE ", "kết quả", "http://an.vn/trang", "hình",
		`w:percent="100"`, `w:id="1" w:author="1"`, `w:id="2" w:author="2"`, `<w:ins w:author="2">`,
	} {
		if !strings.Contains(whole, good) {
			t.Errorf("%q is lost", good)
		}
	}
	if _, there := got["word/document.xml"]; !there || len(got) != 8 {
		t.Errorf("the parts are %v", slices.Sorted(maps.Keys(got)))
	}
	if a.Original == "" {
		t.Error("the original is not kept as evidence")
	}
	if t.Failed() {
		t.Log(whole)
	}
}

func TestWordDocumentsThatRunOrHideSomethingAreRefused(t *testing.T) {
	main := `officeDocument" Target="word/document.xml`
	for name, tc := range map[string]struct {
		parts map[string]string
		want  string
	}{
		"a program":       {map[string]string{"word/_rels/document.xml.rels": rels(`vbaProject" Target="vba.bin`), "word/vba.bin": "x"}, "error.file_active"},
		"a page":          {map[string]string{"word/_rels/document.xml.rels": rels(`aFChunk" Target="a.html`), "word/a.html": "x"}, "error.file_active"},
		"an object":       {map[string]string{"word/_rels/document.xml.rels": rels(`oleObject" Target="embeddings/a.bin`), "word/embeddings/a.bin": "x"}, "error.file_active"},
		"type of program": {map[string]string{"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`}, "error.file_active"},
		"entities":        {map[string]string{"word/document.xml": `<!DOCTYPE a [<!ENTITY e "e">]><a>&e;</a>`}, "error.file_broken"},
		"a doctype":       {map[string]string{"word/document.xml": `<!DOCTYPE a SYSTEM "http://evil/"><a/>`}, "error.file_active"},
		"twice":           {map[string]string{"word/Document.xml": "<a/>"}, "error.file_broken"},
		"a way out":       {map[string]string{"word/../../evil": "x"}, "error.file_broken"},
		"no main part":    {map[string]string{"_rels/.rels": rels(`styles" Target="word/document.xml`)}, "error.file_broken"},
		"itself":          {map[string]string{"word/_rels/document.xml.rels": rels(`styles" Target="document.xml`)}, ""},
		"nothing else":    {map[string]string{"_rels/.rels": rels(main)}, ""},
		"a long part":     {map[string]string{"word/document.xml": "<a>" + strings.Repeat(" ", 25<<20) + "</a>"}, "error.file_bomb"},
	} {
		s := open(t, law.Feedback, nil)
		if _, err := s.keep(t, "a.docx", zipped(t, document(tc.parts))); why(err) != tc.want {
			t.Errorf("%s: %q, want %q", name, why(err), tc.want)
		}
	}
}

// FuzzDOCX puts anything where the words and their relationships stand: what comes out is a document that comes out again.
func FuzzDOCX(f *testing.F) {
	parts := told()
	f.Add(parts["word/document.xml"], parts["word/_rels/document.xml.rels"])
	f.Add(begin+begin+end, rels(`styles" Target="document.xml`))
	f.Fuzz(func(t *testing.T, words, links string) {
		s := open(t, law.Feedback, nil)
		a, err := s.keep(t, "a.docx", zipped(t, document(map[string]string{"word/document.xml": words, "word/_rels/document.xml.rels": links})))
		if err != nil {
			return
		}
		clean := s.read(t, a.ID)
		unzipped(t, clean)
		again := open(t, law.Feedback, nil)
		if _, err := again.keep(t, "a.docx", clean); err != nil {
			t.Errorf("what was kept is not taken: %s", why(err))
		}
	})
}
