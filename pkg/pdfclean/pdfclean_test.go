package pdfclean_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tiepdan/pkg/pdfclean"
)

func zip(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = io.WriteString(z, s) // a Buffer takes all
	_ = z.Close()
	return b.String()
}

// paper builds a document. Objects without a stream go into an object stream when packed is set.
func paper(packed bool, objects []string, info string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	var head, body strings.Builder
	n := 0
	for i, o := range objects {
		if packed && !strings.Contains(o, "stream") {
			fmt.Fprintf(&head, "%d %d ", i+1, body.Len())
			body.WriteString(o + " ")
			n++
			continue
		}
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	if packed {
		z := zip(head.String() + body.String())
		fmt.Fprintf(&b, "%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n", len(objects)+1, n, head.Len(), len(z), z)
		fmt.Fprintf(&b, "%d 0 obj\n<</Type/XRef/W[1 2 1]/Size %d/Root 1 0 R%s/Length 0>>stream\n\nendstream\nendobj\nstartxref\n0\n%%%%EOF\n", len(objects)+2, len(objects)+3, info)
		return b.Bytes()
	}
	fmt.Fprintf(&b, "trailer\n<</Root 1 0 R%s>>\nstartxref\n0\n%%%%EOF\n", info)
	return b.Bytes()
}

const drawn = "BT /F1 24 Tf 72 700 Td (Don khieu nai) Tj ET"

// letter is a document of one page, with more in the catalog, on the page and behind.
func letter(catalog, page string, more ...string) []string {
	return append([]string{
		"<</Type/Catalog/Pages 2 0 R" + catalog + ">>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R" + page + ">>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(drawn), drawn),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}, more...)
}

// armed carries everything that a reader acts upon, in all the ways of writing it.
func armed() []string {
	return letter(
		"/OpenAction 6 0 R/AA<</WC 6 0 R>>/Names<</JavaScript 7 0 R/Dests 8 0 R>>/AcroForm<</Fields[9 0 R]/XFA(xfa-secret)/CO[9 0 R]>>/URI<</Base(http://base.example)>>/Outlines 18 0 R/Metadata 19 0 R",
		"/AA<</O 6 0 R>>/PieceInfo<</Word<</Private(Nguyen Van Secret)>>>>/Annots 10 0 R",
		"<</S/J#61vaScript/JS(app.alert\\(1\\))/Next 11 0 R>>",
		"<</Names[(a)6 0 R]>>",
		"<</Names[(here)[3 0 R/Fit]]>>",
		"<</FT/Tx/T(hoten)/V(Ba Be)/Type/Annot/Subtype/Widget/Rect[0 0 9 9]/AA<</K 6 0 R>>/A<</S/SubmitForm/F(http://submit.example)>>>>",
		"[9 0 R 12 0 R 13 0 R 14 0 R 15 0 R 16 0 R 17 0 R]",
		"<</S/Launch/F(\\\\\\\\server\\\\share\\\\x.exe)>>",
		"<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://dichvucong.gov.vn/a)/Next 11 0 R>>>>",
		"<</Subtype/Link/Rect[0 0 9 9]/A<</S 21 0 R/F(\\\\\\\\server\\\\share\\\\gotor.pdf)/D[0/Fit]>>>>",
		"<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(file:///etc/passwd)>>/PA<</S/URI/URI(http://pa.example)>>>>",
		"<</Subtype/Link/Rect[0 0 9 9]/A<</S/GoTo/D(here)/Next<</S/GoToE/F(gotoe-secret)>>>>>>",
		"<</Subtype/Text/Rect[0 0 9 9]/T(Nguyen Van Secret)/Contents(xin xem)/M(D:20260101)>>",
		"<</Subtype/RichMedia/Rect[0 0 9 9]/RichMediaContent<</Assets(rich-secret)>>>>",
		"<</First 20 0 R/Last 20 0 R/Count 1>>",
		"<</Type/Metadata/Subtype/XML/Length 17>>stream\nNguyen Van Secret\nendstream",
		"<</Title(Muc mot)/Parent 18 0 R/A<</S/ImportData/F(import-secret)>>>>",
		"/GoToR",
	)
}

func clean(t *testing.T, raw []byte) string {
	t.Helper()
	out, err := pdfclean.Clean(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestNothingRunsAndNobodyIsNamed(t *testing.T) {
	for _, packed := range []bool{false, true} {
		raw := paper(packed, append(armed(), "<</Author(Nguyen Van Secret)/Creator(Word)>>"), "/Info 22 0 R")
		got := clean(t, raw)
		for _, bad := range []string{
			"JavaScript", "/JS", "alert", "Launch", "server", "SubmitForm", "submit.example", "GoToR", "GoToE", "gotoe", "ImportData", "import", "file:",
			"/AA", "OpenAction", "XFA", "xfa", "/PA", "pa.example", "base.example", "Secret", "Author", "D:2026", "RichMedia", "rich", "Metadata", "PieceInfo", "ObjStm", "Next",
		} {
			if strings.Contains(got, bad) {
				t.Errorf("packed %v: %q is still in it", packed, bad)
			}
		}
		for _, good := range []string{drawn, "(hoten)", "(Ba Be)", "(https://dichvucong.gov.vn/a)", "(xin xem)", "/D (here)", "(Muc mot)", "/Helvetica"} {
			if !strings.Contains(got, good) {
				t.Errorf("packed %v: %q is lost", packed, good)
			}
		}
		if again := clean(t, []byte(got)); again != got {
			t.Errorf("packed %v: cleaning what is clean changes it", packed)
		}
		opens(t, []byte(got))
	}
}

// opens asks the readers that this machine happens to have.
func opens(t *testing.T, raw []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, cmd := range [][]string{{"qpdf", "--check", path}, {"pdftotext", path, "-"}} {
		if _, err := exec.LookPath(cmd[0]); err != nil {
			continue
		}
		said, err := exec.CommandContext(t.Context(), cmd[0], cmd[1:]...).CombinedOutput()
		if err != nil || cmd[0] == "pdftotext" && !strings.Contains(string(said), "Don khieu nai") {
			t.Errorf("%v: %v, %s", cmd[0], err, said)
		}
	}
}

func TestAnOlderVersionIsForgotten(t *testing.T) {
	raw := string(paper(false, letter("", "/Annots[6 0 R]", "<</Subtype/Text/Rect[0 0 1 1]/Contents(struck out)>>"), ""))
	raw += "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\ntrailer<</Root 1 0 R/Prev 9>>\n%%EOF\n"
	if got := clean(t, []byte(raw)); strings.Contains(got, "struck out") || !strings.Contains(got, drawn) {
		t.Error(got)
	}
}

func TestPhotosOnPagesTellNoPlace(t *testing.T) {
	exif := "\xFF\xD8\xFF\xE1\x00\x0AGPS 15.7\xFF\xDA\x00\x02picture\xFF\xD9"
	raw := paper(false, letter("", "", fmt.Sprintf("<</Subtype/Image/Filter[/DCTDecode]/Length %d>>stream\n%s\nendstream", len(exif), exif)), "")
	raw = bytes.Replace(raw, []byte("<</Font"), []byte("<</XObject<</I 6 0 R>>/Font"), 1)
	if got := clean(t, raw); strings.Contains(got, "GPS") || !strings.Contains(got, "picture\xFF\xD9") {
		t.Errorf("%q", got)
	}
}

func TestWhatIsRefused(t *testing.T) {
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	bomb := zip("6 0 " + strings.Repeat(" ", 65<<20))
	for name, tc := range map[string]struct {
		raw  []byte
		want error
	}{
		"nothing":     {[]byte("%PDF-1.4\n%%EOF\n"), pdfclean.ErrBroken},
		"locked":      {paper(false, letter("", ""), "/Encrypt 5 0 R"), pdfclean.ErrLocked},
		"locked too":  {paper(true, letter("", ""), "/Encr#79pt 5 0 R"), pdfclean.ErrLocked},
		"carrier":     {paper(true, letter("/Names<</Embedded#46iles<</Names[(a)6 0 R]>>>>", "", "<</EF<</F 5 0 R>>>>"), ""), pdfclean.ErrCarries},
		"pinned file": {paper(true, letter("", "/Annots[<</Subtype/FileAttachment/Rect[0 0 1 1]/FS<</EF<<>>>>>>]"), ""), pdfclean.ErrCarries},
		"portfolio":   {paper(false, letter("/Collection<</View/D>>", ""), ""), pdfclean.ErrCarries},
		"program":     {paper(false, letter("/AcroForm<</XFA(x)/Fields[]>>", ""), ""), pdfclean.ErrDynamic},
		"rendered":    {paper(false, letter("/NeedsRendering true", ""), ""), pdfclean.ErrDynamic},
		"deep":        {paper(false, letter("/Dests "+deep, ""), ""), pdfclean.ErrBroken},
		"bomb":        {fmt.Appendf(nil, "%%PDF-1.5\n9 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj trailer<</Root 6 0 R>>", len(bomb), bomb), pdfclean.ErrTooLarge},
		"wrapped":     {[]byte("%PDF-1.5\n9 0 obj<</Type/ObjStm/N 1/First 4/Filter/ASCIIHexDecode/Length 2>>stream\n20\nendstream endobj trailer<</Root 6 0 R>>"), pdfclean.ErrBroken},
		"no end":      {[]byte("%PDF-1.5\n9 0 obj<</Length 4>>stream\n20\n"), pdfclean.ErrBroken},
		"open texts":  {[]byte("%PDF-1.5\n" + strings.Repeat("1 0 obj(", 1<<17)), pdfclean.ErrTooLarge},
		"objects":     {[]byte("%PDF-1.5\n" + manyObjects(210_000)), pdfclean.ErrTooLarge},
	} {
		if _, err := pdfclean.Clean(t.Context(), tc.raw); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

func manyObjects(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d 0 obj 1 endobj ", i)
	}
	return b.String()
}

func TestItEndsWhenNobodyWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pdfclean.Clean(ctx, []byte("%PDF-1.5\n"+manyObjects(150_000))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestHostileDocumentsTakeLittleMemory counts what is allocated, all told, for one value of a million elements.
func TestHostileDocumentsTakeLittleMemory(t *testing.T) {
	raw := []byte("%PDF-1.5\n1 0 obj[" + strings.Repeat("1 ", 5<<20) + "]endobj trailer<</Root 1 0 R>>")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := pdfclean.Clean(t.Context(), raw)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; err == nil || used > 256<<20 {
		t.Errorf("%d MB, %v", used>>20, err)
	}
}

func FuzzClean(f *testing.F) {
	f.Add(paper(false, armed(), ""))
	f.Add(paper(true, armed(), ""))
	f.Add([]byte("%PDF-1.5\n1 0 obj<</S#20 (\\051)/A<41>>>endobj trailer<</Root 1 0 R>>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, err := pdfclean.Clean(t.Context(), raw)
		if err != nil {
			return
		}
		if _, err := pdfclean.Clean(t.Context(), out); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%q", err, out)
		}
		for _, bad := range []string{"/JavaScript", "/Launch", "/OpenAction", "/Metadata"} {
			if bytes.Contains(out, []byte(bad+" ")) && !bytes.Contains(out, []byte("stream")) && !bytes.Contains(out, []byte("(")) {
				t.Fatalf("%s in %q", bad, out)
			}
		}
	})
}
