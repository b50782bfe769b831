package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/domain/rating"
	"tiepdan/internal/testkit"
	"tiepdan/internal/web"
)

// heard listens to what the book keeps, instead of asking a store that gives no single rating away.
type heard struct {
	rating.Ratings
	got map[string]*rating.Rating
}

func (h *heard) Put(ctx context.Context, r *rating.Rating) error {
	h.got[r.ID] = r
	return h.Ratings.Put(ctx, r)
}

func (h *heard) verified() (yes, no int) {
	for _, r := range h.got {
		if r.Verified {
			yes++
		} else {
			no++
		}
	}
	return yes, no
}

func listen(r *running) *heard {
	h := &heard{Ratings: r.Book.Ratings, got: map[string]*rating.Rating{}}
	r.Book.Ratings = h
	return h
}

func TestRatingTakesTwoTapsAndAmendsItself(t *testing.T) {
	r := open(t, nil)
	h := listen(r)
	for name, opts := range map[string][]testkit.BrowserOption{
		"script": {testkit.Phone()}, "no script": {testkit.Narrow(), testkit.WithoutJavaScript()},
	} {
		clear(h.got)
		p := newPhone(t, r, opts...)
		p.open(counterPath(t, r, 2))
		p.click(`a[href$="/rate"]`, `button[value="5"]`)
		p.click(`button[value="4"]`, ".note.good")
		if why := p.text(`label[for="comment"]`); strings.Contains(why, "Vì sao") {
			t.Errorf("%s: who is content is asked %q", name, why)
		}
		p.do(chromedp.Click(chromedp.CSS(`label:has([name="criteria.costs"][value="1"])`)))
		p.fill("#comment", "Cán bộ nhiệt tình")
		if name == "script" {
			picture(t, p, "phone", "rated")
		}
		p.click("button.main", `main a.main`)
		if len(h.got) != 1 {
			t.Fatalf("%s: one visit made %d ratings", name, len(h.got))
		}
		for _, got := range h.got {
			if got.Score != 4 || got.Criteria["costs"] != 1 || got.Comment != "Cán bộ nhiệt tình" || !got.Verified {
				t.Errorf("%s: kept %+v", name, got)
			}
		}
	}
}

// TestASadFaceIsAskedWhy before anything else, and of money and visits in plain words.
func TestASadFaceIsAskedWhy(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone())
	p.open(counterPath(t, r, 2) + "/rate")
	p.click(`button[value="2"]`, ".note.good")
	if first := p.text("main form .field label, main form legend"); !strings.HasPrefix(first, "Vì sao ông/bà chưa hài lòng?") {
		t.Errorf("the first question is %q", first)
	}
	for _, asked := range []string{"Có ai đòi thêm tiền ngoài quy định không?", "3 lần trở lên"} {
		if !strings.Contains(p.text("main form"), asked) {
			t.Errorf("nobody asks %q", asked)
		}
	}
	p.sound("rated-sad")
}

// TestOneDeviceCannotOutvoteTheOthers keeps every tap, and counts only a few of one device as verified.
func TestOneDeviceCannotOutvoteTheOthers(t *testing.T) {
	r := open(t, nil)
	h := listen(r)
	p := newPhone(t, r, testkit.Phone())
	for range 5 {
		p.open(counterPath(t, r, 2) + "/rate")
		p.click(`button[value="1"]`, ".note.good")
	}
	if yes, no := h.verified(); yes != 3 || no != 2 {
		t.Errorf("%d verified and %d not, want 3 and 2", yes, no)
	}
}

// TestAVisitMadeUpAtHomeCountsApart sends a form with a visit that no page gave out.
func TestAVisitMadeUpAtHomeCountsApart(t *testing.T) {
	r := open(t, nil)
	h := listen(r)
	p := newPhone(t, r, testkit.Phone())
	p.open(counterPath(t, r, 2) + "/rate")
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("[name=visit]").value = "MADEUPATHOME.abc.def"`))
	p.click(`button[value="5"]`, ".note.good")
	if yes, no := h.verified(); yes != 0 || no != 1 {
		t.Errorf("%d verified and %d not, want 0 and 1", yes, no)
	}
}

func TestAKioskKeepsItsRatingsThroughAnOutage(t *testing.T) {
	r := open(t, nil)
	h := listen(r)
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	address := "/k/" + web.Kiosks(r.Keys.MAC).Token(o.Counters()[2])
	p := newPhone(t, r, testkit.Desktop(), testkit.AllowConsole("ERR_"), testkit.AllowConsole("Failed"))
	p.open(r.TabletAddress(o.Counters()[2]))
	p.click("#enrol", `button[value="5"]`)
	p.settled("enrolling", `Promise.resolve(document.readyState === "complete" && !document.getElementById("enrolment"))`)
	p.open(address)
	if links := p.eval("document.links.length"); links != "0" {
		t.Errorf("%s links lead away from the kiosk", links)
	}
	p.await(workerRules)
	p.settled("keeping the page", `caches.open("pages-1").then(c => c.match("`+address+`")).then(r => !!r)`)
	p.click(`button[value="1"]`, "#thanks")
	if on := p.eval(`document.getElementById("on").hidden`); on != "true" {
		t.Error("the next face can be touched at once")
	}
	p.click("#undo", `button[value="5"]`) // a wrong touch, taken back
	p.click(`button[value="5"]`, "#thanks")
	p.settled("sending", `box.all("ratings").then(x => x.length === 0)`)
	p.click("#again", `button[value="2"]`)
	testkit.Offline(t, p.ctx)
	p.click(`button[value="2"]`, "#thanks")
	p.open(address)
	p.click(`button[value="3"]`, "#thanks")
	if n := p.await(`box.all("ratings").then(x => x.length)`); n != "2" {
		t.Errorf("%s ratings wait, want 2", n)
	}
	testkit.Online(t, p.ctx)
	p.open(address)
	p.settled("sending what waited", `box.all("ratings").then(x => x.length === 0)`)
	if yes, no := h.verified(); yes != 3 || no != 0 {
		t.Errorf("%d verified and %d not, want 3 and 0", yes, no)
	}
	for _, kept := range h.got {
		if kept.Score == 1 {
			t.Error("what was taken back is kept")
		}
	}
}
