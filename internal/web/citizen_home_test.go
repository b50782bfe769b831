package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/pkg/workday"
)

// online is the address that the front door leads to; that of the counter without a name is the office's own.
func (st *stand) online(t *testing.T, id string) string {
	t.Helper()
	o, err := st.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range o.Counters() {
		if k.ID == id || id == "" {
			k.ID = id
			return "/q/" + st.Stickers.Online(k)
		}
	}
	t.Fatalf("no counter %q", id)
	return ""
}

// TestTheFrontDoorNeedsNoSticker: from the first page one comes to the counters and to the forms of the office as a whole. Nothing that
// was sent so says that its sender stood at the counter.
func TestTheFrontDoorNeedsNoSticker(t *testing.T) {
	st := newStand(t, behindProxy)
	home, whole := st.ask(t, http.MethodGet, "/", nil).body, st.online(t, "")
	for _, want := range []string{`href="/rate"`, whole + `/file?of=voice"`, whole + `/file?of=letter"`, `href="/t"`, `href="/procedures"`, st.online(t, "c1") + `"`} {
		if !strings.Contains(home, want) {
			t.Errorf("the first page lacks %s", want)
		}
	}
	if strings.Contains(home, st.sticker) {
		t.Error("the first page gives away a sticker")
	}
	if which := st.ask(t, http.MethodGet, "/rate", nil).body; !strings.Contains(which, st.online(t, "c1")+`/rate"`) {
		t.Error("no counter to rate")
	}
	if a := st.ask(t, http.MethodGet, whole+"/rate", nil); a.header.Get("Location") != "/rate" {
		t.Errorf("the office as a whole is rated: %d %s", a.status, a.header.Get("Location"))
	}
	page := st.ask(t, http.MethodGet, st.online(t, "c1")+"/rate", nil)
	for _, form := range []url.Values{{"score": {"5"}}, {"csrf": {between(page.body, `name="csrf" value="`)}, "visit": {"x"}, "score": {"5"}}} {
		if a := st.ask(t, http.MethodPost, whole+"/rate", form); a.status != http.StatusSeeOther || a.header.Get("Location") != "/rate" {
			t.Errorf("the office as a whole is rated with %v: %d %s", form, a.status, a.header.Get("Location"))
		}
	}
	if a := st.ask(t, http.MethodGet, strings.Replace(st.online(t, "c1"), "/q/", "/k/", 1), nil); a.status == http.StatusOK {
		t.Error("a tablet's page opens without a sticker")
	}
	o, err := st.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{st.online(t, "c1"): "web", whole: "web", "/q/" + st.sticker: "qr"} {
		if a := st.ask(t, http.MethodPost, at+"/file", st.letter(t)); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", at, a.status, a.body)
		}
		k, err := st.Stickers.Read(o, strings.TrimPrefix(at, "/q/"))
		if err != nil || (fileForm{}).draft(k, "vi", "").Channel != want {
			t.Errorf("a letter of %s came by another way than %q: %v", at, want, err)
		}
	}
}

// TestARatingOfTheFrontDoorCountsApart: the same device, the same counter; by the sticker it counts.
func TestARatingOfTheFrontDoorCountsApart(t *testing.T) {
	st := newStand(t)
	st.cookies = st.cookies[1:2]
	for at, want := range map[string]bool{st.online(t, "c1"): false, "/q/" + st.sticker: true} {
		page := st.ask(t, http.MethodGet, at+"/rate", nil)
		a := st.ask(t, http.MethodPost, at+"/rate", url.Values{
			"csrf": {between(page.body, `name="csrf" value="`)}, "visit": {between(page.body, `name="visit" value="`)}, "score": {"1"},
		})
		if got := st.thanked(t, a); got != want {
			t.Errorf("%s: counted %v, want %v", at, got, want)
		}
	}
}

// TestAnHourIsSaidAsPeopleDo in each sentence of open and closed.
func TestAnHourIsSaidAsPeopleDo(t *testing.T) {
	st := newStand(t)
	for now, want := range map[string]string{
		"2026-11-23 08:00": "Đang mở cửa, đến 11 giờ 30",
		"2026-11-23 06:00": "Quầy đang đóng cửa, mở lại lúc 7 giờ 30 hôm nay",
		"2026-11-24 17:00": "Quầy đã đóng cửa, mở lại lúc 7 giờ 30 sáng mai (thứ tư 25/11/2026)",
		"2026-11-27 18:00": "Quầy đã đóng cửa, mở lại lúc 7 giờ 30 thứ hai 30/11/2026",
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", now, vietnam)
		if err != nil {
			t.Fatal(err)
		}
		p := st.words("vi")
		p.Now = at
		if got := p.OpenWords(openAt(workweek{}, workday.UsualHours(), at)); got != want {
			t.Errorf("%s: %q, want %q", now, got, want)
		}
	}
}

// TestAWrongAddressIsNotLost: what was typed of where to be told stands in the form that comes back.
func TestAWrongAddressIsNotLost(t *testing.T) {
	st := newStand(t)
	st.desk.Outbox = &caseworktest.Outbox{}
	path := "/t/h/" + st.handle
	a := st.ask(t, http.MethodPost, path+"/notice", url.Values{"csrf": {st.csrfOf(t, path)}, "email": {"be@@example"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="be@@example"`) {
		t.Errorf("%d, and the address is lost", a.status)
	}
}
