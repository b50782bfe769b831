package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/web/live"
)

// TestOnlyTheStreamIsLetOffTheWriteTimeOut: every other answer has to be read within the server's.
func TestOnlyTheStreamIsLetOffTheWriteTimeOut(t *testing.T) {
	for address, want := range map[string]time.Duration{
		"/staff/live": liveLasts, "/staff/live?x=1": liveLasts, "/staff": 0, "/staff/live/x": 0, "/staff/cases?next=/staff/live": 0, "/%zz": 0,
	} {
		var h fasthttp.RequestHeader
		h.SetRequestURI(address)
		if got := lasting(&h).WriteTimeout; got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// TestWhoElseLooksAtACase is said to whoever may see it, and to nobody else.
func TestWhoElseLooksAtACase(t *testing.T) {
	hub := live.New(&live.Hub{Now: time.Now})
	st := newStand(t, func(c *Config) { c.Live, c.Looks = hub, hub.Seen })
	c, err := st.desk.Cases.ByRef(t.Context(), st.ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.desk.Route(t.Context(), c.ID)[0]; err != nil {
		t.Fatal(err)
	}
	csrf := st.csrfOf(t, "/staff/board")
	look := func(ref, gone string) reply {
		return st.ask(t, http.MethodPost, "/staff/cases/"+ref+"/lookers", url.Values{"csrf": {csrf}, "gone": {gone}})
	}
	if got := look(st.ref, ""); got.status != http.StatusOK || strings.Contains(got.body, "đang xem") {
		t.Errorf("alone: %d %s", got.status, got.body)
	}
	hub.Seen(live.Look{Case: c.ID, Staff: "reception"})
	if got := look(st.ref, ""); !strings.Contains(got.body, "đang xem đơn này") {
		t.Errorf("beside another: %s", got.body)
	}
	if got := hub.Looking(c.ID, ""); len(got) != 2 {
		t.Errorf("%q look", got)
	}
	look(st.ref, "yes")
	if got := hub.Looking(c.ID, ""); len(got) != 1 {
		t.Errorf("after going %q look", got)
	}
	if got := look("PA26-ZZZZZZ", ""); got.status != http.StatusNotFound {
		t.Errorf("a case that is not there: %d", got.status)
	}
	sealed, err := st.desk.Submit(t.Context(), casework.Draft{
		Key: strings.Repeat("s", 20), Kind: law.Denunciation, Category: "roads", Subject: "Nhận tiền", Body: "Có người nhận tiền.", Counter: "c1", Channel: "qr",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := look(sealed.Case.Ref, ""); got.status != http.StatusNotFound || len(hub.Looking(sealed.Case.ID, "")) != 0 {
		t.Errorf("a denunciation that lies in triage: %d", got.status)
	}
}
