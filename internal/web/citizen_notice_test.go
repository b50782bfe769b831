package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/pkg/webpush"
)

// TestTheCitizenChoosesHisNotice on his case's page, and stops it there; the page never says the address.
func TestTheCitizenChoosesHisNotice(t *testing.T) {
	st := newStand(t)
	path := "/t/h/" + st.handle
	if a := st.ask(t, http.MethodGet, path, nil); strings.Contains(a.body, path+"/notice") {
		t.Error("offered without a mail server")
	}
	st.desk.Outbox = &caseworktest.Outbox{}
	choose := func(email, stop string, want int) string {
		t.Helper()
		form := url.Values{"csrf": {st.csrfOf(t, path)}, "email": {email}}
		if stop != "" {
			form.Set("stop", stop)
		}
		if a := st.ask(t, http.MethodPost, path+"/notice", form); a.status != want {
			t.Fatalf("%q %q: %d %s", email, stop, a.status, a.body)
		}
		return st.ask(t, http.MethodGet, path, nil).body
	}
	choose("", "", http.StatusUnprocessableEntity)
	choose("la", "", http.StatusUnprocessableEntity)
	on := st.Words.Say("vi", "notice.on.mail", nil)
	if page := choose("be@example.vn", "", http.StatusSeeOther); !strings.Contains(page, on) || strings.Contains(page, "be@example.vn") {
		t.Error("the page does not say that he is told, or says where")
	}
	if page := choose("", "yes", http.StatusSeeOther); strings.Contains(page, on) {
		t.Error("still told")
	}
}

// TestABrowserIsOfferedToBeTold on a phone that is his own, where the office tells browsers; nothing that leads inside is taken.
func TestABrowserIsOfferedToBeTold(t *testing.T) {
	kept, err := webpush.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := webpush.ReadKey(kept)
	if err != nil {
		t.Fatal(err)
	}
	st := newStand(t, func(c *Config) { c.Push = &webpush.Sender{Key: key} })
	path := "/t/h/" + st.handle
	st.desk.Outbox = &caseworktest.Outbox{}
	if a := st.ask(t, http.MethodGet, path, nil); strings.Contains(a.body, "data-push") {
		t.Error("offered although browsers are not told")
	}
	st.desk.ToldBy = []casework.Way{casework.WayPush}
	public, err := st.Push.Public()
	if err != nil {
		t.Fatal(err)
	}
	a := st.ask(t, http.MethodGet, path, nil)
	if !strings.Contains(a.body, `data-push="`+public+`"`) || strings.Contains(a.body, `name="email"`) || strings.Contains(a.body, st.Words.Say("vi", "action.tell_me", nil)+"<") {
		t.Error("not offered alone")
	}
	give := func(endpoint string) reply {
		t.Helper()
		sub := `{"endpoint":"` + endpoint + `","p256dh":"` + public + `","auth":"BTBZMqHH6r4Tts7J_aSIgg","name":"abc"}`
		return st.ask(t, http.MethodPost, path+"/notice", url.Values{"csrf": {st.csrfOf(t, path)}, "push": {sub}})
	}
	for _, inside := range []string{"https://127.0.0.1/p", "http://push.example.net/p", "https://[::ffff:10.0.0.1]/p", "file:///etc/passwd"} {
		if a := give(inside); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, st.Words.Say("vi", "error.field.push", nil)) {
			t.Errorf("%s: %d", inside, a.status)
		}
	}
	if a := give("https://push.example.net/p/1"); a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, a.body)
	}
	for sub, want := range map[string]int{
		`{"endpoint":"https://push.example.net/p/2","p256dh":"` + public + `","auth":"BTBZMqHH6r4Tts7J_aSIgg"}`: http.StatusCreated,
		`{"endpoint":"https://localhost/p","p256dh":"` + public + `","auth":"BTBZMqHH6r4Tts7J_aSIgg"}`:          http.StatusUnprocessableEntity,
		`{"endpoint":"https://push.example.net/p/2","p256dh":"","auth":""}`:                                     http.StatusUnprocessableEntity,
		`{"keys":{}}`: http.StatusUnprocessableEntity, `"x"`: http.StatusUnprocessableEntity,
	} {
		a := st.call(t, http.MethodPost, "/api/v1/cases/"+st.code+"/notice", map[string]any{"push": json.RawMessage(sub)})
		if a.status != want || want == http.StatusUnprocessableEntity && strings.HasPrefix(sub, `{"end`) && !strings.Contains(a.body, `"way"`) {
			t.Errorf("%s: %d %s", sub, a.status, a.body)
		}
	}
	if a := st.ask(t, http.MethodGet, "/api/v1/cases/"+st.code, nil); !strings.Contains(a.body, `"push_key":"`+public+`"`) {
		t.Errorf("the API does not say what to subscribe with: %s", a.body)
	}
	on := st.Words.Say("vi", "notice.on.push", nil)
	if a := st.ask(t, http.MethodGet, path, nil); !strings.Contains(a.body, on) || strings.Contains(a.body, "push.example.net") {
		t.Error("the page does not say that he is told, or says where")
	}
	if a := st.ask(t, http.MethodPost, path+"/notice", url.Values{"csrf": {st.csrfOf(t, path)}, "stop": {"yes"}}); a.status != http.StatusSeeOther {
		t.Errorf("stop: %d", a.status)
	}
	if a := st.ask(t, http.MethodGet, path, nil); strings.Contains(a.body, on) {
		t.Error("still told")
	}
	st.cookies = append(st.cookies, &http.Cookie{Name: phoneCookie, Value: sharedPhone})
	if a := st.ask(t, http.MethodGet, path, nil); a.status != http.StatusOK || strings.Contains(a.body, "data-push") {
		t.Errorf("offered on a phone that others hold: %d", a.status)
	}
}

// TestANumberIsToldByZalo where the office has templates for it: instead of SMS where he ticks it, or where there is no SMS.
func TestANumberIsToldByZalo(t *testing.T) {
	st := newStand(t)
	path := "/t/h/" + st.handle
	st.desk.Outbox = &caseworktest.Outbox{}
	tick, on, sms := `name="zalo"`, st.Words.Say("vi", "notice.on.zns", nil), st.Words.Say("vi", "notice.on.sms", nil)
	for _, tc := range []struct {
		ways  []casework.Way
		tick  bool // is offered
		zalo  string
		says  string
		label string
	}{
		{[]casework.Way{casework.WaySMS}, false, "", sms, "notice.phone"},
		{[]casework.Way{casework.WaySMS, casework.WayZNS}, true, "", sms, "notice.phone"},
		{[]casework.Way{casework.WaySMS, casework.WayZNS}, true, "yes", on, "notice.phone"},
		{[]casework.Way{casework.WayZNS}, false, "", on, "notice.zalo_phone"},
	} {
		st.desk.ToldBy = tc.ways
		a := st.ask(t, http.MethodGet, path, nil)
		if strings.Contains(a.body, tick) != tc.tick || !strings.Contains(a.body, ">"+st.Words.Say("vi", tc.label, nil)+"<") {
			t.Errorf("%v: the page offers something else", tc.ways)
		}
		for phone, want := range map[string]int{"12": http.StatusUnprocessableEntity, "0905 123 456": http.StatusSeeOther} {
			if a := st.ask(t, http.MethodPost, path+"/notice", url.Values{"csrf": {st.csrfOf(t, path)}, "phone": {phone}, "zalo": {tc.zalo}}); a.status != want {
				t.Errorf("%v %q: %d %s", tc.ways, phone, a.status, a.body)
			}
		}
		if a := st.ask(t, http.MethodGet, path, nil); !strings.Contains(a.body, tc.says) || !strings.Contains(a.body, "456") || strings.Contains(a.body, "905123") {
			t.Errorf("%v %q: it does not say %q", tc.ways, tc.zalo, tc.says)
		}
	}
	for zalo, want := range map[string]int{"true": http.StatusCreated, "false": http.StatusUnprocessableEntity} { // there is no SMS now
		if a := st.call(t, http.MethodPost, "/api/v1/cases/"+st.code+"/notice", map[string]any{"phone": "0905123456", "zalo": json.RawMessage(zalo)}); a.status != want {
			t.Errorf("by the API, %s: %d %s", zalo, a.status, a.body)
		}
	}
}
