package witness_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tiepdan/internal/witness"
)

// root signs a root of a day as an office does.
func root(key ed25519.PrivateKey, day, before string) witness.Root {
	text := "root: " + day + "\nbefore: sha256:" + before + "\n"
	return witness.Root{Text: text, Sign: append([]byte{1}, ed25519.Sign(key, append([]byte("tiepdan root\n"), text...))...)}
}

// TestAnAnswerIsBelievedOnlyToItsOwnQuestion: not one that nobody signed, nor an older one, nor another witness's; also where nothing was
// signed yet.
func TestAnAnswerIsBelievedOnlyToItsOwnQuestion(t *testing.T) {
	office, own, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	w, err := witness.Open(folder, map[string][]ed25519.PublicKey{"Thăng An": {office}})
	if err != nil {
		t.Fatal(err)
	}
	var said []byte // what the road between answers instead, where it does
	real := w.Handler()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if said != nil {
			_, _ = rw.Write(said)
			return
		}
		real.ServeHTTP(rw, r)
	}))
	defer srv.Close()
	c := &witness.Client{URL: srv.URL, Key: w.Key(), HTTP: srv.Client()}
	nothing := heard(t, srv, office)
	if s, err := c.Last(t.Context(), office); err != nil || s.Day != "" {
		t.Errorf("before the first: %+v %v", s, err)
	}
	first := root(own, "2026-11-26", "")
	signed, err := c.Sign(t.Context(), []witness.Root{first})
	if err != nil || signed.Day != "2026-11-26" {
		t.Fatalf("%+v %v", signed, err)
	}
	if again, err := c.Sign(t.Context(), []witness.Root{first}); err != nil || again.Sum != signed.Sum || !bytes.Equal(again.Sign, signed.Sign) {
		t.Errorf("brought again: %+v %v", again, err)
	}
	if s, err := c.Last(t.Context(), office); err != nil || s.Sum != signed.Sum {
		t.Errorf("%+v %v", s, err)
	}
	for name, instead := range map[string]string{"unsigned": "{}", "an older nothing": nothing, "an older head": heard(t, srv, office)} {
		said = []byte(instead)
		if s, err := c.Last(t.Context(), office); err == nil {
			t.Errorf("%s was believed: %+v", name, s)
		}
		if s, err := c.Sign(t.Context(), []witness.Root{first}); err == nil && name != "an older head" {
			t.Errorf("%s was taken for a signature: %+v", name, s)
		}
	}
	said = nil
	other, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.Key = other
	if s, err := c.Last(t.Context(), office); err == nil {
		t.Errorf("another witness was believed: %+v", s)
	}
	for _, question := range []string{"", "short", strings.Repeat("x", 65), "0123456789abcdef%0A2026"} {
		resp, err := srv.Client().Get(srv.URL + "/v1/last/" + witness.WriteKey(office) + "?question=" + question)
		if err != nil {
			t.Fatal(err)
		}
		if _ = resp.Body.Close(); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %s", question, resp.Status)
		}
	}
}

// heard is a true answer to somebody's question.
func heard(t *testing.T, srv *httptest.Server, office ed25519.PublicKey) string {
	t.Helper()
	resp, err := srv.Client().Get(srv.URL + "/v1/last/" + witness.WriteKey(office) + "?question=0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	return string(raw)
}
