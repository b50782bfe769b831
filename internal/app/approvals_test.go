package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework/law"
)

// TestSeveralAnswersGoOutAtOnce: without a script. The head sees three answers and no name of who gets them, ticks all, and those go out
// that are as he saw them; one that came back in between is named with its reason. Who was shown is on record for what was signed alone.
func TestSeveralAnswersGoOutAtOnce(t *testing.T) {
	r := open(t, nil)
	var ds []*dossier
	var head, officer string
	for range 3 {
		var d *dossier
		d, officer, head = roadCase(t, r)
		letters := "/api/v1/staff/cases/" + d.ref + "/letters"
		low := r.signIn(t, officer)
		if a := r.call(t, "POST", letters, map[string]any{"type": "answer", "text": "Đã vá đường.", "outcome": "resolved"}, low...); a.Status != http.StatusCreated {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
		if a := r.call(t, "POST", letters+"/answer-1/submit", nil, low...); a.Status != http.StatusOK {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
		ds = append(ds, d)
	}
	h := r.formsAs(t, head)
	_, body := h.get(t, "/staff/approvals")
	if n := strings.Count(body, `class="sheet`); n != 3 || strings.Contains(body, "Trần Văn Đước") {
		t.Fatalf("%d letters, or a name, in %s", n, body)
	}
	ticked := url.Values{"csrf": {csrfField.FindStringSubmatch(body)[1]}}
	for _, d := range ds {
		_, seen, ok := strings.Cut(body, `name="seen-`+d.ref+`" value="`)
		if !ok {
			t.Fatalf("%s cannot be ticked", d.ref)
		}
		seen, _, _ = strings.Cut(seen, `"`)
		_, rev, _ := strings.Cut(body, `name="rev-`+d.ref+`" value="`)
		rev, _, _ = strings.Cut(rev, `"`)
		ticked.Add("ref", d.ref)
		ticked.Set("seen-"+d.ref, seen)
		ticked.Set("rev-"+d.ref, rev)
	}
	ds[1].moves(t, r.signIn(t, head), do("send_back", "reason", "Ghi rõ ngày."))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+"/staff/approvals", strings.NewReader(ticked.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, body := h.send(t, req)
	if status != http.StatusOK || !strings.Contains(body, "Đã ký và gửi 2 văn bản") || !strings.Contains(body, `<li><a href="/staff/cases/`+ds[1].ref+`/approve">`) {
		t.Errorf("%d %s", status, body)
	}
	for i, want := range []law.State{law.Answered, law.InProgress, law.Answered} {
		c, shown := ds[i].kept(t), 0
		for _, e := range c.History {
			if e.What == "contact_shown" {
				shown++
			}
		}
		if c.State != want || shown != map[bool]int{true: 1}[want == law.Answered] {
			t.Errorf("case %d is %s, its sender was shown %d times", i, c.State, shown)
		}
	}
}
