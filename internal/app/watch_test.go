package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
	"tiepdan/internal/worker"
)

// later is a worker that lives at another time.
func (r *running) later(at time.Time) *worker.Worker {
	d := *r.Desk
	d.Now = func() time.Time { return at }
	return &worker.Worker{Desk: &d, Store: r.Store, Now: d.Now, Log: r.App.Log, Every: time.Hour, Patient: time.Minute}
}

// pass watches once at the time.
func (r *running) pass(t *testing.T, at time.Time) worker.Watched {
	t.Helper()
	sum, err := r.later(at).Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// caseOf reads the case as it is kept.
func (d *dossier) kept(t *testing.T) *casework.Case {
	t.Helper()
	c, err := d.Store.ByRef(t.Context(), d.ref)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// told are the steps that somebody has notices of about the case, the newest first.
func (d *dossier) told(t *testing.T, who []string) (steps []string) {
	t.Helper()
	a := d.call(t, "GET", "/api/v1/staff/notices", nil, who...)
	if a.Status != http.StatusOK {
		t.Fatalf("notices: %d %s", a.Status, a.Raw)
	}
	for _, it := range a.JSON["items"].([]any) {
		if n := it.(map[string]any); n["reference"] == d.ref {
			steps = append(steps, n["step"].(string))
		}
	}
	return steps
}

// warnings are those of them that the watch gave.
func (d *dossier) warnings(t *testing.T, who []string) []string {
	t.Helper()
	return slices.DeleteFunc(d.told(t, who), func(step string) bool { return step == "assigned" })
}

// page reads a staff page as a browser does.
func (r *running) page(t *testing.T, path string, who []string) string {
	t.Helper()
	a := r.call(t, "GET", path, nil, "Cookie", "staff="+strings.TrimPrefix(who[1], "Bearer "))
	if a.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, a.Status, a.Raw)
	}
	return string(a.Raw)
}

func TestOverdueCaseClimbsToTheInspector(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		head, chair, inspector := r.signIn(t, "lucht"), r.signIn(t, "khaidq"), r.signIn(t, "bonnt")
		d := r.begin(t, "/api/v1/cases", map[string]any{
			"kind": "feedback", "counter": r.counterToken(t, "quay-1"), "category": "roads", "subject": "Đường hỏng", "body": "Đường trước chợ hỏng nặng.",
		})
		due := *d.kept(t).DueAt
		if sum := r.pass(t, due); sum.Done != 1 {
			t.Fatalf("%+v", sum)
		}
		until(t, "the notices of head and chair", func() bool { return len(d.warnings(t, head)) == 1 && len(d.warnings(t, chair)) == 1 })
		if got := strings.Join(append(d.warnings(t, head), d.warnings(t, chair)...), " "); got != "due due" || len(d.warnings(t, inspector)) != 0 {
			t.Errorf("head and chair were told %s, the inspector %v", got, d.warnings(t, inspector))
		}
		if html := r.page(t, "/staff/notices", head); !strings.Contains(html, d.ref) || !strings.Contains(html, "đã hết thời hạn") {
			t.Error("the head's page does not show it")
		}
		if html := r.page(t, "/staff", head); !strings.Contains(html, "2 nhắc việc chưa đọc") {
			t.Error("no bell on the head's board")
		}
		if sum := r.pass(t, due); sum.Read != 0 {
			t.Errorf("looked again: %+v", sum)
		}
		r.pass(t, due.AddDate(0, 0, 30))
		until(t, "the inspector's notice", func() bool { return len(d.warnings(t, inspector)) == 1 && len(d.warnings(t, head)) == 2 })
		at := due.AddDate(0, 0, 1).Format(time.RFC3339)
		if a := r.call(t, "POST", "/api/v1/staff/notices/read", map[string]string{"until": at}, head...); a.JSON["read"] != 2.0 {
			t.Errorf("read: %d %s", a.Status, a.Raw)
		}
		c := d.kept(t)
		for _, e := range c.History { // the bus may bring everything again; what was read stays read
			if err := errors.Join(r.Desk.Notify(t.Context(), casework.Warning{Case: c.ID, Seq: e.Seq})...); err != nil {
				t.Error(err)
			}
		}
		if a := r.call(t, "GET", "/api/v1/staff/notices?unread=true", nil, head...); a.JSON["unread"] != 1.0 || len(a.JSON["items"].([]any)) != 1 {
			t.Errorf("what came after the look: %s", a.Raw)
		}
	})
}

// TestDenunciationsNoticeGoesPastTheAccused: the chair is accused, so the city's head has it and is reminded.
func TestDenunciationsNoticeGoesPastTheAccused(t *testing.T) {
	r := open(t, nil)
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	accused, _ := o.ByUsername("khaidq")
	d := r.begin(t, "/api/v1/cases", map[string]any{
		"kind": "denunciation", "counter": r.counterToken(t, "quay-1"), "subject": "Nhũng nhiễu ZKQ", "body": "Ông " + accused.Name + " đòi tiền XWV.", "about": accused.Name,
		"contact": map[string]string{"name": "Mạc Thị Ẩn Danh", "phone": "0905777123", "address": "Thôn Bí Mật 9", "id_number": "049199001234"},
	})
	due := *d.kept(t).DueAt
	r.pass(t, due.AddDate(0, 0, 60))
	superior := r.signIn(t, "phuongth")
	until(t, "the superior's notice", func() bool { return len(d.told(t, superior)) > 0 })
	for _, s := range o.AllStaff() {
		if s.Username != "phuongth" && len(d.told(t, r.signIn(t, s.Username))) > 0 {
			t.Errorf("%s was told", s.Username)
		}
	}
	raw := string(r.call(t, "GET", "/api/v1/staff/notices", nil, superior...).Raw) + r.page(t, "/staff/notices", superior)
	for _, secret := range []string{"ZKQ", "XWV", "Ẩn Danh", accused.Name, "acceptance", "thụ lý", "0905777123"} {
		if strings.Contains(raw, secret) {
			t.Errorf("the notice tells %q", secret)
		}
	}
	for _, e := range d.kept(t).History {
		if strings.Contains(e.Data["to"], accused.ID) && strings.Contains(","+e.Data["to"]+",", ","+accused.ID+",") {
			t.Errorf("entry %d tells the accused: %v", e.Seq, e.Data)
		}
	}
}

// TestTwoWorkersWarnOnce lets two workers look at the same 500 due cases at once, on both engines.
func TestTwoWorkersWarnOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		many := 500
		if strings.HasPrefix(r.Config.Store, "mongodb") && os.Getenv("TEST_MONGODB_URI") == "" {
			many = 60 // FerretDB 1 reads the whole collection for every write: 500 take it four minutes
		}
		ids := dueCases(t, r, many)
		at := time.Now().AddDate(0, 0, 8)
		var wg sync.WaitGroup
		sums := make([]worker.Watched, 2)
		for i := range sums {
			wg.Go(func() {
				for again := true; again; { // what a sweep or the other one wrote meanwhile is left to the next pass
					sum, err := r.later(at).Watch(context.WithoutCancel(t.Context()))
					if err != nil {
						t.Error(err)
						return
					}
					sums[i].Read, sums[i].Done, sums[i].Lost = sums[i].Read+sum.Read, sums[i].Done+sum.Done, sums[i].Lost+sum.Lost
					again = sum.Read > 0
				}
			})
		}
		wg.Wait()
		t.Logf("two workers: %+v %+v", sums[0], sums[1])
		if sums[0].Done+sums[1].Done != many {
			t.Errorf("%d cases were written", sums[0].Done+sums[1].Done)
		}
		want := map[string]bool{}
		var ws []casework.Warning
		for _, id := range ids {
			c, err := r.Store.Get(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, e := range c.History {
				if e.What == "warned" {
					n++
					want[c.Ref] = true
					ws = append(ws, casework.Warning{Case: id, Seq: e.Seq})
				}
			}
			if n != 1 || c.CheckHistory() != nil || !c.WatchAt.After(at) {
				t.Fatalf("case %s was warned of %d times, next %s", c.Ref, n, c.WatchAt)
			}
		}
		who := assignee(t, r, ids[0])
		until(t, "the notices", func() bool { return len(everyNotice(t, r, who)) >= many })
		var both sync.WaitGroup
		for range 2 { // the bus may bring every event again, to both workers
			both.Go(func() {
				if err := errors.Join(r.Desk.Notify(context.WithoutCancel(t.Context()), ws...)...); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		for _, ref := range everyNotice(t, r, who) {
			if !want[ref] {
				t.Errorf("told twice or for nothing of %s", ref)
			}
			delete(want, ref)
		}
		if len(want) != 0 {
			t.Errorf("%d cases without a notice", len(want))
		}
	})
}

// dueCases files and routes n cases and returns their ids.
func dueCases(t *testing.T, r *running, n int) []string {
	t.Helper()
	d := *r.Desk
	d.Announce = silent{}
	ids := make([]string, n)
	var wg sync.WaitGroup
	next := make(chan int)
	for range 8 {
		wg.Go(func() {
			for i := range next {
				filed, err := d.Submit(context.WithoutCancel(t.Context()), casework.Draft{
					Key: fmt.Sprintf("due-%d", i), Kind: law.Feedback, Category: "roads", Subject: "Đường hỏng", Body: "Đường hỏng nặng.",
				})
				if err == nil {
					err = errors.Join(d.Route(context.WithoutCancel(t.Context()), filed.Case.ID)...)
					ids[i] = filed.Case.ID
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return ids
}

func assignee(t *testing.T, r *running, id string) office.Staff {
	t.Helper()
	c, err := r.Store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, _ := o.Staff(c.Assignee)
	return who
}

// everyNotice lists the references of all notices that the watch gave somebody.
func everyNotice(t *testing.T, r *running, who office.Staff) (refs []string) {
	t.Helper()
	after := ""
	for {
		ns, next, err := r.Desk.NoticesOf(t.Context(), who, true, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range ns {
			if n.Step != "assigned" {
				refs = append(refs, n.Ref)
			}
		}
		if next == "" {
			return refs
		}
		after = next
	}
}

func TestLadderOfTheOfficeIsChecked(t *testing.T) {
	for given, ok := range map[string]bool{"": true, "2,5": true, "1,3,7": true, "3,1": false, "x": false, "1,2,3,4": false, "61": false} {
		t.Setenv("TIEPDAN_LADDER", given)
		if _, err := app.FromEnv("127.0.0.1:0", t.TempDir(), nil); (err == nil) != ok {
			t.Errorf("%q: %v", given, err)
		}
	}
}

// TestNoticesFitANarrowScreen looks at the bell and the page on the narrowest phone and on a desk, and marks all as read.
func TestNoticesFitANarrowScreen(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", map[string]any{
		"kind": "feedback", "counter": r.counterToken(t, "quay-1"), "category": "roads", "subject": "Đường hỏng", "body": "Đường trước chợ hỏng nặng.",
	})
	r.pass(t, *d.kept(t).DueAt)
	head := r.signIn(t, "lucht")
	until(t, "the notice", func() bool { return len(d.told(t, head)) == 2 })
	for name, opts := range map[string][]testkit.BrowserOption{
		"narrow, dark, English": {testkit.Narrow(), testkit.Dark(), testkit.Language("en")}, "desk": {testkit.Desktop()},
	} {
		p := newPhone(t, r, opts...)
		p.open("/staff/sign-in?next=/staff/notices")
		p.fill("#username", "lucht")
		p.fill("#password", r.password(t))
		p.click("button.main", ".notices .new")
		testkit.Axe(t, p.ctx)
		if wide := p.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
			t.Errorf("%s: %s px wider than the screen", name, wide)
		}
		if bell := p.eval("document.querySelector('.bell strong').textContent"); bell != "2" {
			t.Errorf("%s: the bell says %s", name, bell)
		}
	}
	p := newPhone(t, r, testkit.Phone())
	p.open("/staff/sign-in?next=/staff/notices")
	p.fill("#username", "lucht")
	p.fill("#password", r.password(t))
	p.click("button.main", "form[action='/staff/notices/read'] button")
	p.click("form[action='/staff/notices/read'] button", ".notices li:not(.new)")
	if p.eval("document.querySelector('.bell strong')") != "null" {
		t.Error("the bell still counts")
	}
}
