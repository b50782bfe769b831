package app_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/signin"
)

// TestAnAccessTokenReadsNoSenderInASignedPaper: its person does, in the file; the list of papers names nobody to anybody.
func TestAnAccessTokenReadsNoSenderInASignedPaper(t *testing.T) {
	r := open(t, nil)
	d, _, head := roadCase(t, r)
	own, program := r.signIn(t, head), r.program(t, head)
	letters := "/api/v1/staff/cases/" + d.ref + "/letters"
	if a := r.call(t, "POST", letters, map[string]any{"type": "answer", "text": "Kính gửi {họ tên}: đã vá.", "outcome": "resolved"}, own...); a.Status != http.StatusCreated {
		t.Fatalf("%d %s", a.Status, a.Raw)
	}
	if a := r.call(t, "POST", letters+"/answer-1/sign", nil, own...); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Raw)
	}
	const name = "Trần Văn Đước"
	readsPDF(t, r.call(t, "GET", letters+"/answer-1.pdf", nil, own...).Raw, "Kính gửi "+name+": đã vá.")
	if text := textOf(t, r.call(t, "GET", letters+"/answer-1.pdf", nil, program...).Raw); strings.Contains(text, name+": đã vá") || strings.Contains(text, "ông/bà "+name) || !strings.Contains(text, "Kính gửi (họ tên): đã vá.") {
		t.Errorf("a program reads %s", text)
	}
	for _, who := range [][]string{own, program} {
		if a := r.call(t, "GET", letters, nil, who...); a.Status != http.StatusOK || strings.Contains(string(a.Raw), name) || !strings.Contains(string(a.Raw), "(họ tên)") {
			t.Errorf("%d %s", a.Status, a.Raw)
		}
	}
}

// program is an access token of somebody, to read cases with.
func (r *running) program(t *testing.T, username string) []string {
	t.Helper()
	token, err := r.Doors.MakeToken(t.Context(), r.person(t, username), signin.NewToken{Name: "x", Scopes: []signin.Scope{signin.ReadCases}, Lasts: time.Hour}, signin.In{})
	if err != nil {
		t.Fatal(err)
	}
	return []string{"Authorization", "Bearer " + token}
}

// TestAnAccessTokenKnowsNoGuardedLetter: not in lists, counts, tables or notices either, whatever its person sees.
func TestAnAccessTokenKnowsNoGuardedLetter(t *testing.T) {
	r := open(t, nil)
	d := denounce(t, r)
	head := headOf(t, r, d.ref)
	own := r.signIn(t, head)
	program := r.program(t, head)
	for _, path := range []string{
		"/cases?kind=denunciation", "/cases?state=open", "/cases?q=" + d.ref, "/views/denunciations", "/views/mine", "/cases.csv?state=open", "/notices", "/cases/" + d.ref,
	} {
		mine, its := r.call(t, "GET", "/api/v1/staff"+path, nil, own...), r.call(t, "GET", "/api/v1/staff"+path, nil, program...)
		if path != "/notices" && !bytes.Contains(mine.Raw, []byte(d.ref)) {
			t.Errorf("%s: its person does not see it: %d %s", path, mine.Status, mine.Raw)
		}
		if bytes.Contains(its.Raw, []byte(d.ref)) {
			t.Errorf("%s: a program sees it: %s", path, its.Raw)
		}
	}
	if mine, its := r.call(t, "GET", "/api/v1/staff/board", nil, own...), r.call(t, "GET", "/api/v1/staff/board", nil, program...); its.Status != http.StatusOK || bytes.Equal(mine.Raw, its.Raw) {
		t.Errorf("the board counts it: %d %s", its.Status, its.Raw)
	}
}

// TestAnAccessTokenLooksForNobody: its person finds a letter by who sent it, and is recorded; a program finds nothing by it, in lists and
// tables.
func TestAnAccessTokenLooksForNobody(t *testing.T) {
	r := open(t, nil)
	d, _, head := roadCase(t, r)
	own, program := r.signIn(t, head), r.program(t, head)
	for _, path := range []string{"/cases?q=", "/cases.csv?q="} {
		path = "/api/v1/staff" + path + url.QueryEscape("Trần Văn Đước")
		mine, its := r.call(t, "GET", path, nil, own...), r.call(t, "GET", path, nil, program...)
		if mine.Status != http.StatusOK || !bytes.Contains(mine.Raw, []byte(d.ref)) {
			t.Errorf("%s: its person does not find it: %d %s", path, mine.Status, mine.Raw)
		}
		if its.Status != http.StatusOK || bytes.Contains(its.Raw, []byte(d.ref)) {
			t.Errorf("%s: a program finds it: %d %s", path, its.Status, its.Raw)
		}
	}
}
