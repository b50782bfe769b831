package app_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tiepdan/internal/testkit"
)

// pictures draws a PDF as a printer would, a picture for each page.
func pictures(t *testing.T, pdf []byte, dpi string) []string {
	t.Helper()
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		testkit.Missing(t, "pdftoppm is not installed: "+err.Error())
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "p.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "pdftoppm", "-r", dpi, "-png", file, filepath.Join(dir, "p")).CombinedOutput(); err != nil {
		t.Fatalf("draw: %v %s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "p*.png"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// scanned is what a scanner reads off a picture: each code once.
func scanned(t *testing.T, picture string) string {
	t.Helper()
	if _, err := exec.LookPath("zbarimg"); err != nil {
		testkit.Missing(t, "zbarimg is not installed: "+err.Error())
	}
	out, err := exec.CommandContext(t.Context(), "zbarimg", "-q", "--raw", picture).Output()
	if err != nil {
		t.Errorf("%s cannot be read: %v", picture, err)
	}
	lines := strings.Fields(string(out))
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), " and ")
}

// TestEveryPosterIsReadBackFromItsPicture prints all counters on every size and reads the codes off the pictures; who printed is
// kept, and a sticker that was issued anew is the one that is printed.
func TestEveryPosterIsReadBackFromItsPicture(t *testing.T) {
	r := open(t, nil)
	k := registrar{r, r.signIn(t, "nhatcm")}
	o := fresh(t, r)
	for _, size := range []string{"a4", "a5", "badge", "tent"} {
		pdf := r.call(t, "GET", "/api/v1/staff/counters/posters.pdf?size="+size, nil, k.head...)
		if pdf.Status != http.StatusOK || pdf.Header.Get("Content-Type") != "application/pdf" {
			t.Fatalf("%s: %d %s", size, pdf.Status, pdf.Raw)
		}
		pages := pictures(t, pdf.Raw, "150")
		if len(pages) != len(o.Counters()) {
			t.Fatalf("%s: %d pages for %d counters", size, len(pages), len(o.Counters()))
		}
		for i, counter := range o.Counters() {
			if folder := os.Getenv("TIEPDAN_SCREENS"); folder != "" && i == 0 {
				raw, err := os.ReadFile(pages[i])
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, "poster-"+size+".png"), raw, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := scanned(t, pages[i]), r.URL+"/q/"+r.Stickers.Token(counter); got != want {
				t.Errorf("%s of %s says %s, want %s", size, counter.ID, got, want)
			}
		}
	}
	k.must(t, "POST counters/quay-1/reissue", nil, nil, http.StatusOK)
	one := r.call(t, "GET", "/api/v1/staff/counters/posters.pdf?counter=quay-1", nil, k.head...)
	pages := pictures(t, one.Raw, "100")
	if len(pages) != 1 {
		t.Fatalf("one counter: %d pages", len(pages))
	}
	counter, _ := fresh(t, r).Counter("quay-1")
	if got := scanned(t, pages[0]); got != r.URL+"/q/"+r.Stickers.Token(counter) || counter.Version != 2 {
		t.Errorf("issued anew, the poster says %s", got)
	}
	lines := k.must(t, "GET counters/quay-1/history", nil, nil, http.StatusOK)
	if n := strings.Count(string(lines.Raw), `"printed"`); n != 5 {
		t.Errorf("printed five times, kept %d", n)
	}
	for _, bad := range []string{"?size=a0", "?counter=no"} {
		if a := r.call(t, "GET", "/api/v1/staff/counters/posters.pdf"+bad, nil, k.head...); a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", bad, a.Status)
		}
	}
	proved(t, r)
}
