package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

// TestAFirstVisitBringsItsLookAlong: a browser that was never here gets the styles within the page, let through by their hash alone;
// one that was gets the files that it keeps, and no hash.
func TestAFirstVisitBringsItsLookAlong(t *testing.T) {
	st := newStand(t)
	own := st.cookies
	for _, path := range []string{"/", "/q/" + st.sticker, "/q/" + st.sticker + "/rate", "/q/" + st.sticker + "/file?kind=complaint", "/nowhere", "/staff/sign-in"} {
		st.cookies = nil
		first := st.ask(t, http.MethodGet, path, nil)
		_, rest, _ := strings.Cut(first.body, "<style>")
		text, _, _ := strings.Cut(rest, "</style>")
		sum := sha256.Sum256([]byte(text))
		want := "style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
		if len(text) < 1000 || !strings.Contains(first.header.Get("Content-Security-Policy"), want) {
			t.Errorf("%s brings %d bytes of styles under %s", path, len(text), first.header.Get("Content-Security-Policy"))
		}
		if strings.Contains(first.body, "tiepdan.") || strings.Contains(first.body, "/static/more.") {
			t.Errorf("%s asks for styles that it brings", path)
		}
		st.cookies = own[1:2] // the browser's number alone
		again := st.ask(t, http.MethodGet, path, nil)
		if strings.Contains(again.body, "<style>") || !strings.Contains(again.body, st.link(styles)) || strings.Contains(again.header.Get("Content-Security-Policy"), "sha256") {
			t.Errorf("%s brings styles to a browser that keeps them", path)
		}
	}
}
