package app_test

import (
	"encoding/json"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

const open311Key = "khoa-cua-fixmystreet"

// bring311 posts a form to an address of Open311.
func bring311(t *testing.T, r *running, path string, form map[string]string) answer {
	t.Helper()
	f := url.Values{}
	for name, value := range form {
		f.Set(name, value)
	}
	return r.call(t, "POST", "/open311/v2/"+path, f.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// list311 reads a list of Open311.
func list311(t *testing.T, r *running, path string) (out []map[string]any) {
	t.Helper()
	a := r.call(t, "GET", "/open311/v2/"+path, nil)
	if err := json.Unmarshal(a.Raw, &out); err != nil || a.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, a.Status, a.Raw)
	}
	return out
}

// TestALetterByOpen311IsAnswered on both engines: the administrator opens a subject, a program brings a letter and follows it until
// it is answered; a letter that denounces is never told of; nothing personal is logged.
func TestALetterByOpen311IsAnswered(t *testing.T) {
	for name, change := range map[string]func(*app.Config){"sqlite": nil, "mongodb": func(c *app.Config) { mongoServer(t, c) }} {
		t.Run(name, func(t *testing.T) {
			open311Journey(t, open(t, func(c *app.Config) {
				c.Open311 = map[string]string{"fixmystreet": open311Key}
				if change != nil {
					change(c)
				}
			}))
		})
	}
}

func open311Journey(t *testing.T, r *running) {
	t.Helper()
	if got := list311(t, r, "services.json"); len(got) != 0 {
		t.Errorf("offered before anybody opened it: %v", got)
	}
	k := registrar{r, r.signIn(t, "nhatcm")}
	made := k.must(t, "POST categories", map[string]any{"name": "Chiếu sáng", "name_en": "Lighting", "public": true}, nil, http.StatusCreated)
	service := made.JSON["id"].(string)
	if made.JSON["public"] != true || !strings.Contains(string(k.must(t, "GET categories/export.csv", nil, nil, http.StatusOK).Raw), "public") {
		t.Errorf("%s", made.Raw)
	}
	until(t, "the service", func() bool { return len(list311(t, r, "services.json")) == 1 })
	letter := map[string]string{
		"api_key": open311Key, "service_code": service, "description": "Đèn đường tắt\r\n\r\nTắt ba tuần nay trước nhà văn hóa.", "first_name": "Võ", "last_name": "Thị Bé",
		"email": "vo.be@example.vn", "lat": "15.74", "long": "108.35", "address_string": "Nhà văn hóa thôn Ba", "attribute[fixmystreet_id]": "31",
	}
	if a := bring311(t, r, "requests.xml", map[string]string{"api_key": "khong-phai-khoa-nay", "service_code": service, "description": "x"}); a.Status != http.StatusForbidden || !strings.Contains(string(a.Raw), "<errors><error><code>403</code>") {
		t.Errorf("a wrong key: %d %s", a.Status, a.Raw)
	}
	var ref string
	for range 3 {
		var got []map[string]string
		a := bring311(t, r, "requests.json", letter)
		if err := json.Unmarshal(a.Raw, &got); err != nil || a.Status != http.StatusCreated || len(got) != 1 || ref != "" && got[0]["service_request_id"] != ref {
			t.Fatalf("%d %s, before %s", a.Status, a.Raw, ref)
		}
		ref = got[0]["service_request_id"]
	}
	letter["description"], letter["attribute[fixmystreet_id]"] = "Tôi tố cáo ông Trần Văn A nhận tiền.", "32"
	sealed := bring311(t, r, "requests.json", letter)
	until(t, "triage", func() bool {
		c, err := r.Store.ByRef(t.Context(), ref)
		return err == nil && c.State == law.Triage
	})
	open311Moves(t, r, ref)

	window := "start_date=" + url.QueryEscape(r.Now().Add(-time.Hour).Format(time.RFC3339)) + "&end_date=" + url.QueryEscape(r.Now().Format(time.RFC3339))
	requests := list311(t, r, "requests.json?"+window)
	if len(requests) != 1 || requests[0]["service_request_id"] != ref || requests[0]["status"] != "closed" || requests[0]["status_notes"] != "Đã trả lời" || requests[0]["lat"] != 15.74 {
		t.Errorf("%v", requests)
	}
	if got := list311(t, r, "requests.json?status=open&"+window); len(got) != 0 {
		t.Errorf("open: %v", got)
	}
	updates := list311(t, r, "servicerequestupdates.json?api_key=&"+window)
	if len(updates) != 2 || updates[0]["status"] != "OPEN" || updates[1]["status"] != "CLOSED" || updates[0]["update_id"] == updates[1]["update_id"] || updates[1]["description"] != "Đã trả lời" {
		t.Errorf("%v", updates)
	}
	var hidden []map[string]string
	if err := json.Unmarshal(sealed.Raw, &hidden); err != nil || len(hidden) != 1 {
		t.Fatalf("%d %s", sealed.Status, sealed.Raw)
	}
	if c, err := r.Store.ByRef(t.Context(), hidden[0]["service_request_id"]); err != nil || c.Kind != law.Denunciation {
		t.Errorf("%+v %v", c, err)
	}
	if a := r.call(t, "GET", "/open311/v2/requests/"+hidden[0]["service_request_id"]+".json", nil); a.Status != http.StatusNotFound {
		t.Errorf("a sealed letter: %d %s", a.Status, a.Raw)
	}
	for _, secret := range []string{"vo.be", "Thị Bé", "văn hóa", "Trần Văn A", open311Key, "15.74"} {
		if strings.Contains(r.Log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

// TestPicturesByOpen311AreFetchedOnce, by public addresses alone, however often the letter is brought; nothing tells of them.
func TestPicturesByOpen311AreFetchedOnce(t *testing.T) {
	asked := &atomic.Int64{}
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_ = jpeg.Encode(w, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil)
	}))
	t.Cleanup(at.Close)
	r := open(t, func(c *app.Config) {
		c.Open311, c.Sweep = map[string]string{"fixmystreet": open311Key}, 200*time.Millisecond
		c.ChatNets = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	k := registrar{r, r.signIn(t, "nhatcm")}
	service := k.must(t, "POST categories", map[string]any{"name": "Chiếu sáng", "public": true}, nil, http.StatusCreated).JSON["id"].(string)
	until(t, "the service", func() bool { return len(list311(t, r, "services.json")) == 1 })
	letter := url.Values{"api_key": {open311Key}, "service_code": {service}, "description": {"Đèn đường tắt"}, "attribute[fixmystreet_id]": {"41"}, "media_url": {at.URL + "/photo/41.jpeg", "https://10.0.0.1/photo"}}
	bring := func() {
		if a := r.call(t, "POST", "/open311/v2/requests.json", letter.Encode(), "Content-Type", "application/x-www-form-urlencoded"); a.Status != http.StatusCreated {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
	}
	bring()
	noted := func() *casework.Case {
		for _, c := range r.byChannel(t, "open311/fixmystreet") {
			if len(c.Attachments) == 1 && slices.ContainsFunc(c.History, func(e history.Entry) bool { return e.What == "mail_checked" }) {
				return c
			}
		}
		return nil
	}
	until(t, "the picture, and word of what was not fetched", func() bool { return noted() != nil })
	bring()
	letter.Set("attribute[fixmystreet_id]", "42") // what comes after it is taken after it
	bring()
	until(t, "the other letter's picture", func() bool { return asked.Load() >= 2 })
	c := noted()
	if n := len(r.byChannel(t, "open311/fixmystreet")); n != 2 || asked.Load() != 2 || c.Attachments[0].Type != "image/jpeg" {
		t.Errorf("%d letters, asked %d times, %+v", n, asked.Load(), c.Attachments)
	}
	if a := r.call(t, "GET", "/open311/v2/requests/"+c.Ref+".json", nil); a.Status != http.StatusOK || strings.Contains(string(a.Raw), "photo") || strings.Contains(string(a.Raw), "media") {
		t.Errorf("%d %s", a.Status, a.Raw)
	}
	if strings.Contains(r.Log.String(), "/photo") {
		t.Error("the log tells an address")
	}
}

// open311Moves leads a case from triage to its answer, each step by whoever may make it.
func open311Moves(t *testing.T, r *running, ref string) {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, move := range []string{"assign", "answer"} {
		now, err := r.Store.ByRef(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		done := false
		for _, who := range o.AllStaff() {
			args := map[string]string{"text": "Đã sửa đèn.", "outcome": "resolved"}
			if move == "assign" {
				args = map[string]string{"unit": "phong-kinh-te"}
			}
			for _, m := range casework.Offers(o, who, now, r.Now()) {
				if m.Name == move && !done {
					_, err = r.Desk.Move(t.Context(), who, casework.Order{Ref: ref, Rev: now.Rev(), Move: move, Args: args})
					done = err == nil
				}
			}
		}
		if !done {
			t.Fatalf("nobody could %s: %v", move, err)
		}
	}
}
