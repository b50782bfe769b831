package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
)

var answerForm = regexp.MustCompile(`action="(/staff/ratings/([a-z0-9]+)/answer[^"]*)"`)

// TestThoseWhoServeReadWhatCitizensSay: each of his own counters, the head answers, everybody reads a public answer without the comment,
// and an administrator reads nothing.
func TestThoseWhoServeReadWhatCitizensSay(t *testing.T) {
	r := openSeeded(t)
	o := fresh(t, r)
	for _, s := range o.AllStaff() {
		f := r.formsAs(t, s.Username)
		status, body := f.get(t, "/staff/ratings")
		mine := o.RatedCounters(s, time.Now())
		for _, k := range o.Counters() {
			of, _ := f.get(t, "/staff/ratings?counter="+k.ID)
			may := false
			for _, m := range mine {
				may = may || m.ID == k.ID
			}
			if shown := strings.Contains(body, `<option value="`+k.ID+`"`); status != http.StatusOK || shown != may || (of == http.StatusOK) != may {
				t.Errorf("%s (%v): %d, counter %s is shown %t and open with %d", s.Username, s.Roles, status, k.ID, shown, of)
			}
		}
		if s.Has(office.Admin) && len(s.Roles) == 1 && strings.Contains(body, "<blockquote") {
			t.Errorf("%s reads comments", s.Username)
		}
	}
	head := r.formsAs(t, "khaidq") // who heads all
	last := rating.QuarterOf(time.Now()).Before().String()
	form := []string{}
	for _, quarter := range []string{"", last} {
		if _, body := head.get(t, "/staff/ratings?quarter="+quarter); len(form) == 0 {
			form = answerForm.FindStringSubmatch(body)
		}
	}
	if len(form) == 0 {
		t.Fatal("there is no comment to answer")
	}
	page, to := "/staff/ratings?"+strings.SplitN(strings.ReplaceAll(form[1], "&amp;", "&"), "?", 2)[1], strings.ReplaceAll(form[1], "&amp;", "&")
	if status, body := head.post(t, page, to, "v", "0", "public", "yes", "text", "Xin gọi 0905 123 456."); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Xin gọi 0905 123 456.") {
		t.Errorf("a public answer with a telephone number: %d, or what was typed is lost", status)
	}
	const answer = "Từ thứ Hai có thêm một người tiếp nhận."
	if status, body := head.post(t, page, to, "v", "0", "public", "yes", "text", answer); status != http.StatusOK || !strings.Contains(body, answer) {
		t.Errorf("answered: %d", status)
	}
	if status, body := head.post(t, page, to, "v", "0", "text", "Câu của người chậm."); status != http.StatusConflict || !strings.Contains(body, "Câu của người chậm.") {
		t.Errorf("over an answer that was not seen: %d, or what was typed is lost", status)
	}
	if status, _ := r.formsAs(t, oneOf(t, r, office.Officer)).post(t, "/staff/me", to, "v", "1", "text", "x"); status != http.StatusNotFound {
		t.Errorf("an officer answers for the office: %d", status)
	}
	if _, body := head.get(t, "/results?days=90"); !strings.Contains(body, answer) {
		t.Error("everybody reads the public answer")
	}
	if a := r.call(t, "GET", "/staff/ratings", nil); a.Status == http.StatusOK && strings.Contains(string(a.Raw), "<blockquote") {
		t.Error("a stranger reads comments")
	}
}
