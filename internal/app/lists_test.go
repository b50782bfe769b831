package app_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
)

// TestEveryListIsWalkedToItsEnd follows the link to the next page in the browser, as a member of staff would, until there is
// none, and counts what was shown.
func TestEveryListIsWalkedToItsEnd(t *testing.T) {
	r := open(t, nil)
	refs := r.manyLetters(t, 130)
	reception, inspector := r.person(t, "quynhtln"), r.person(t, "bonnt")
	for i, ref := range refs {
		if _, err := r.Desk.ShowContact(t.Context(), reception, ref); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-time.Duration(i) * time.Minute)
		if err := r.Store.AddNotices(t.Context(), &casework.Notice{
			ID: fmt.Sprint("n", i), V: 1, Staff: reception.ID, Ref: ref, Step: law.WatchSteps()[0].Name, At: at, Unread: true,
		}); err != nil {
			t.Fatal(err)
		}
	}
	desk := testkit.Browser(t, testkit.Desktop())
	for _, list := range []struct {
		who, path string
		all       int
	}{
		{reception.Username, "/staff/cases?state=open&kind=feedback&q=" + url.QueryEscape("đèn đường ngõ"), len(refs)},
		{reception.Username, "/staff/cases?state=open", r.count(t, reception, casework.Wanted{State: "open"})},
		{reception.Username, "/staff/notices", 0},
		{inspector.Username, "/staff/accesses?kind=contact", len(refs)},
	} {
		r.signInBrowser(t, desk, list.who)
		testkit.Open(t, desk, r.URL+list.path)
		shown := walk(t, desk)
		if list.path == "/staff/notices" {
			list.all = r.notices(t, list.who)
		}
		if len(shown) != list.all {
			t.Errorf("%s shows %s %d different rows, want %d", list.path, list.who, len(shown), list.all)
		}
	}
}

// manyLetters files feedback that reception may see, and waits until none lies unrouted.
func (r *running) manyLetters(t *testing.T, n int) []string {
	t.Helper()
	var refs []string
	for i := range n {
		f, err := r.Desk.Submit(t.Context(), casework.Draft{
			Key: fmt.Sprintf("letter-%s-%d", rand.Text(), i), Kind: law.Feedback, Counter: "quay-3", Subject: fmt.Sprintf("Đèn đường ngõ %d bị tắt", i),
			Body: "Ngõ tối nhiều đêm nay.", Contact: casework.Contact{Name: "Trần Văn An", Phone: "0905123456"},
		})
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, f.Case.Ref)
	}
	until(t, "routing", func() bool {
		waiting, _, err := r.Store.Waiting(t.Context(), time.Now().Add(time.Hour), "", 1)
		return err == nil && len(waiting) == 0
	})
	return refs
}

// person is a member of staff by his sign-in name.
func (r *running) person(t *testing.T, username string) office.Staff {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, ok := o.ByUsername(username)
	if !ok {
		t.Fatalf("nobody signs in as %s", username)
	}
	return who
}

// count reads all pages of a list through the desk.
func (r *running) count(t *testing.T, who office.Staff, w casework.Wanted) int {
	t.Helper()
	n := 0
	for w.Limit = 200; ; {
		cs, next, err := r.Desk.List(t.Context(), who, w)
		if err != nil {
			t.Fatal(err)
		}
		if n, w.After = n+len(cs), next; next == "" {
			return n
		}
	}
}

// notices counts all notices of a person.
func (r *running) notices(t *testing.T, username string) int {
	t.Helper()
	n, after := 0, ""
	for {
		ns, next, err := r.Desk.NoticesOf(t.Context(), r.person(t, username), false, after)
		if err != nil {
			t.Fatal(err)
		}
		if n, after = n+len(ns), next; next == "" {
			return n
		}
	}
}

// signInBrowser signs in anew on the page.
func (r *running) signInBrowser(t *testing.T, desk context.Context, username string) {
	t.Helper()
	testkit.Open(t, desk, r.URL+"/staff/sign-in")
	step(t, desk, chromedp.SetValue(`[name="username"]`, username))
	step(t, desk, chromedp.SetValue(`[name="password"]`, r.password(t)))
	step(t, desk, chromedp.Click(`main button[type="submit"]`))
	step(t, desk, chromedp.WaitReady(`#q`))
}

// walk follows rel=next to the end and returns the rows, each once.
func walk(t *testing.T, desk context.Context) map[string]bool {
	t.Helper()
	shown := map[string]bool{}
	for page := range 40 {
		rows := step(t, desk, chromedp.Evaluate[[]string](`[...document.querySelectorAll("table.cases tbody tr th, ol.notices > li")].map(r => r.innerText)`))
		for _, row := range rows {
			if shown[row] {
				t.Errorf("page %d repeats %q", page, row)
			}
			shown[row] = true
		}
		href := step(t, desk, chromedp.Evaluate[string](`document.querySelector("a[rel=next]")?.href ?? ""`))
		if href == "" {
			return shown
		}
		testkit.Open(t, desk, href)
	}
	t.Fatal("the list does not end")
	return nil
}

// TestConditionsThatCannotBeAreRefused on the page and over the API, with what was chosen still there.
func TestConditionsThatCannotBeAreRefused(t *testing.T) {
	r := open(t, nil)
	r.manyLetters(t, 3)
	who := r.signIn(t, "quynhtln")
	for query, field := range map[string]string{
		"state=nowhere": "state", "state=any": "state", "kind=other": "kind", "due=never": "due", "due=later": "", "due=overdue&state=closed": "due",
		"due=soon&state=any&q=den": "", "unit=nowhere": "unit", "assignee=nobody": "assignee", "state=any&q=den": "",
		"q=den&kind=feedback&due=soon&state=assigned&assignee=me": "",
	} {
		got := r.call(t, "GET", "/api/v1/staff/cases?"+query, nil, who...)
		if want := map[bool]int{true: 200, false: 422}[field == ""]; got.Status != want || field != "" && !strings.Contains(string(got.Raw), `"`+field+`"`) {
			t.Errorf("%s: %d %s, want %d about %q", query, got.Status, got.Raw, want, field)
		}
		page := r.call(t, "GET", "/staff/cases?"+query, nil, "Cookie", "staff="+strings.TrimPrefix(who[1], "Bearer "))
		if page.Status != got.Status || field != "" && !strings.Contains(string(page.Raw), `id="`+field+`-problem"`) {
			t.Errorf("%s: the page says %d", query, page.Status)
		}
	}
}

var revField = regexp.MustCompile(`name="rev" value="(\d+)"`)

// TestMoveOutOfSightEndsOnTheBoard: whoever sends a letter where he may not follow is told so, on a page of the staff's.
func TestMoveOutOfSightEndsOnTheBoard(t *testing.T) {
	r := open(t, nil)
	ref := r.manyLetters(t, 1)[0]
	f := r.formsAs(t, "quynhtln")
	_, page := f.get(t, "/staff/cases/"+ref)
	rev := revField.FindStringSubmatch(page)
	if rev == nil || !strings.Contains(page, "/moves/reclassify") {
		t.Fatalf("reception is offered no other kind: %s", page)
	}
	_, end := f.post(t, "/staff/cases/"+ref, "/staff/cases/"+ref+"/moves/reclassify", "rev", rev[1], "kind", "denunciation", "reason", "Đơn tố cáo cán bộ.")
	if !strings.Contains(end, ref) || !strings.Contains(end, "không còn xem được") || strings.Contains(end, "Không tìm thấy") {
		t.Errorf("after the move reception reads %s", end)
	}
}
