package app_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/testkit"
)

// waitingLetters files letters that no rule can place, and waits until they lie in triage.
func (r *running) waitingLetters(t *testing.T, n int) []string {
	t.Helper()
	var refs []string
	for i := range n {
		filed, err := r.Desk.Submit(t.Context(), casework.Draft{
			Key: fmt.Sprintf("inbox-letter-%06d", i), Kind: law.Feedback, Category: "other", Language: "vi", Channel: "qr", Counter: "quay-1",
			Subject: fmt.Sprintf("Việc số %d ở thôn", i), Body: fmt.Sprintf("Xin cơ quan xem giúp việc thứ %d mà tôi đã trình bày.", i),
		})
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, filed.Case.Ref)
	}
	until(t, "the letters to wait", func() bool {
		return !slices.ContainsFunc(refs, func(ref string) bool {
			c, err := r.Store.ByRef(t.Context(), ref)
			return err != nil || c.State != law.Triage
		})
	})
	return refs
}

// eval runs a script in the page.
func eval[T any](t *testing.T, page context.Context, script string) T {
	t.Helper()
	return step(t, page, chromedp.Evaluate[T](script))
}

// press types keys where the focus is.
func press(t *testing.T, page context.Context, keys string) {
	t.Helper()
	step(t, page, chromedp.KeyEvent(keys))
}

const shownRef = `(document.querySelector("[data-lookers-of]") || {dataset: {}}).dataset.lookersOf || ""`

// TestLettersAreTriagedByKeyboard: letter after letter is given to a unit, and no page is loaded in between.
func TestLettersAreTriagedByKeyboard(t *testing.T) {
	const letters = 100
	r := open(t, nil)
	r.waitingLetters(t, letters)
	page := testkit.Browser(t, testkit.Desktop())
	r.signInBrowser(t, page, "thuanbc")
	testkit.Open(t, page, r.URL+"/staff/inbox?view=unrouted")
	testkit.Axe(t, page)
	eval[bool](t, page, `window.sameLoad = true`)
	var took []time.Duration
	for i := range letters {
		ref := eval[string](t, page, shownRef)
		if ref == "" {
			t.Fatalf("after %d letters none is shown", i)
		}
		if i == 1 { // the first is taken back, and shown again
			press(t, page, "z")
			until(t, "the letter that was taken back", func() bool { return eval[string](t, page, shownRef) != ref })
			ref = eval[string](t, page, shownRef)
		}
		press(t, page, "a")
		eval[string](t, page, `document.activeElement.value = "phong-kinh-te"`)
		began := time.Now()
		press(t, page, "\r")
		until(t, "the next letter", func() bool { return eval[string](t, page, shownRef) != ref })
		took = append(took, time.Since(began))
		if c, err := r.Store.ByRef(t.Context(), ref); err != nil || c.Unit != "phong-kinh-te" {
			t.Fatalf("%s was not given: %v", ref, err)
		}
		if i == letters-2 {
			break // the one that was taken back is given twice
		}
	}
	if !eval[bool](t, page, `window.sameLoad === true`) {
		t.Error("a page was loaded in between")
	}
	slices.Sort(took)
	t.Logf("from key to next letter: median %s", took[len(took)/2].Round(time.Millisecond))
}

// TestTwoAtOneLetter: each sees that the other looks; the second to act is told that it changed, and what was typed is still there.
// While the network is away nothing typed is lost either, and after the session's end it comes back with the sign-in.
func TestTwoAtOneLetter(t *testing.T) {
	r := open(t, nil)
	ref := r.waitingLetters(t, 1)[0]
	one := testkit.Browser(t, testkit.Desktop(), testkit.AllowConsole("409"), testkit.AllowConsole("401"), testkit.AllowConsole("ERR_"))
	r.signInBrowser(t, one, "thuanbc")
	testkit.Open(t, one, r.URL+"/staff/inbox?view=unrouted&ref="+ref)
	two := testkit.Browser(t, testkit.Phone())
	r.signInBrowser(t, two, "quynhtln")
	testkit.Open(t, two, r.URL+"/staff/inbox?view=unrouted&ref="+ref)
	until(t, "the first to see the second", func() bool {
		return strings.Contains(eval[string](t, one, `document.querySelector(".lookers").innerText`), "Trần Lê Như Quỳnh")
	})
	testkit.Axe(t, two)
	if wide := eval[int](t, two, `document.documentElement.scrollWidth - innerWidth`); wide != 0 {
		t.Errorf("on a phone it is %d px wider than the screen", wide)
	}
	press(t, one, "t")
	step(t, one, chromedp.SetValue(`form[action$="/moves/transfer"] [name="to"]`, "Công ty Điện lực"))
	step(t, one, chromedp.SetValue(`form[action$="/moves/transfer"] [name="reason"]`, "Thuộc trách nhiệm của công ty."))
	d := dossier{running: r, ref: ref}
	if got := d.move(t, r.signIn(t, "quynhtln"), "register", nil); got.Status != http.StatusOK {
		t.Fatalf("register: %d %s", got.Status, got.Raw)
	}
	typed := func() string {
		return eval[string](t, one, `document.querySelector('form[action$="/moves/transfer"] [name=to]').value + "/" + document.querySelector('form[action$="/moves/transfer"] [name=reason]').value`)
	}
	const want = "Công ty Điện lực/Thuộc trách nhiệm của công ty."
	send := `(() => {
		const f = document.querySelector('form[action$="/moves/transfer"]')
		f.querySelectorAll("[type=checkbox][required]").forEach(box => { box.checked = true }) // what is hard to take back is confirmed
		f.requestSubmit()
	})()`
	eval[any](t, one, send)
	step(t, one, chromedp.WaitReady(`.shown [role=alert]`))
	if got := typed(); got != want {
		t.Errorf("after somebody else's move: %q", got)
	}
	testkit.Offline(t, one)
	eval[any](t, one, send)
	until(t, "word that the connection is lost", func() bool {
		return strings.Contains(eval[string](t, one, `document.getElementById("live").innerText`), "Mất kết nối")
	})
	if got := typed(); got != want {
		t.Errorf("without a network: %q", got)
	}
	testkit.Online(t, one)
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, _ := o.ByUsername("thuanbc")
	open, err := r.Doors.Open(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	for _, session := range open {
		session.EndsAt = time.Now().Add(-time.Second)
		if err := r.Store.PutSession(t.Context(), session); err != nil {
			t.Fatal(err)
		}
	}
	eval[any](t, one, send)
	step(t, one, chromedp.WaitReady(`#password`))
	step(t, one, chromedp.SetValue(`#username`, "thuanbc"))
	step(t, one, chromedp.SetValue(`#password`, r.password(t)))
	step(t, one, chromedp.Click(`main button[type="submit"]`))
	step(t, one, chromedp.WaitReady(`form[action="/staff/cases/`+ref+`/moves/transfer"]`))
	if got := eval[string](t, one, `document.body.textContent`); !strings.Contains(got, "Công ty Điện lực") {
		t.Errorf("after the session's end: %s", got)
	}
}

// TestTheInboxWorksWithoutScripts: a move leads to the next letter with a full load, and says what was done.
func TestTheInboxWorksWithoutScripts(t *testing.T) {
	r := open(t, nil)
	r.waitingLetters(t, 2)
	page := testkit.Browser(t, testkit.Phone(), testkit.WithoutJavaScript())
	r.signInBrowser(t, page, "thuanbc")
	testkit.Open(t, page, r.URL+"/staff/inbox?view=unrouted")
	step(t, page, chromedp.Click(`#queue a`))
	step(t, page, chromedp.WaitReady(`.picked form[action$="/moves/assign"]`))
	eval[any](t, page, `document.querySelector('details form[action$="/moves/assign"]').closest("details").open = true`)
	step(t, page, chromedp.SetValue(`details form[action$="/moves/assign"] [name="unit"]`, "phong-kinh-te"))
	step(t, page, chromedp.Click(`details form[action$="/moves/assign"] button`))
	step(t, page, chromedp.WaitReady(`#did form`))
	step(t, page, chromedp.Click(`#did form button`))
	step(t, page, chromedp.WaitReady(`#did`))
}
