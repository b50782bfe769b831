package chat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"tiepdan/internal/chat"
)

// znsServer refuses what Zalo's documentation forbids: an access token that is not the newest, a number that is not written with its
// country, a template that is none or not enabled, a value that is missing, too long or of another type, a value that nobody asked
// for, an id of more than 48 letters, more in a day than the quota, an hour of the night.
type znsServer struct {
	*zaloServer
	templates map[string]string // what is told of each, as JSON
	quota     int
	hour      int
	asked     map[string]int
	sent      []map[string]any

	mu sync.Mutex
}

func (z *znsServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v4/oa/access_token" {
		z.zaloServer.ServeHTTP(w, r)
		return
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.asked[r.URL.Path]++
	answer := func(v map[string]any) { _ = json.NewEncoder(w).Encode(v) }
	refuse := func(code int) { answer(map[string]any{"error": code, "message": "no"}) }
	if r.Header.Get("access_token") != z.access {
		refuse(-124)
		return
	}
	if r.Method == http.MethodGet && r.URL.Path == "/template/info/v2" {
		if told := z.templates[r.FormValue("template_id")]; told != "" {
			_, _ = w.Write([]byte(`{"error":0,"message":"Success","data":` + told + `}`))
			return
		}
		refuse(-109)
		return
	}
	if r.Method != http.MethodPost || r.URL.Path != "/message/template" {
		refuse(-106)
		return
	}
	var in struct {
		Phone    string            `json:"phone"`
		Template string            `json:"template_id"`
		Data     map[string]string `json:"template_data"`
		Tracking string            `json:"tracking_id"`
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		refuse(-122)
		return
	}
	if code := z.judge(in.Phone, in.Template, in.Tracking, in.Data); code != 0 {
		refuse(code)
		return
	}
	z.quota--
	z.sent = append(z.sent, map[string]any{"to": in.Phone, "template": in.Template, "data": in.Data, "id": in.Tracking})
	answer(map[string]any{"error": 0, "message": "Success", "data": map[string]any{"msg_id": "a4d0", "sent_time": "1626926349402", "sending_mode": "1", "quota": map[string]string{"dailyQuota": "500", "remainingQuota": strconv.Itoa(z.quota)}}})
}

func (z *znsServer) judge(phone, template, tracking string, data map[string]string) int {
	var t struct {
		Status     string
		ListParams []struct {
			Name      string
			Require   bool
			Type      string
			MaxLength int
			MinLength int
		}
	}
	_ = json.Unmarshal([]byte(z.templates[template]), &t)
	codes := map[string]int{"84900000108": -108, "84900000118": -118, "84900000119": -119, "84900000139": -139, "84900000141": -141, "84900000100": -100, "84900000137": -137}
	switch {
	case !strings.HasPrefix(phone, "84"):
		return -108
	case codes[phone] != 0:
		return codes[phone]
	case t.Status != "ENABLE":
		return -131
	case len(tracking) == 0 || len(tracking) > 48:
		return -132
	case z.hour >= 22 || z.hour < 6:
		return -133
	case z.quota <= 0:
		return -144
	}
	for _, p := range t.ListParams {
		v, ok := data[p.Name]
		_, err := strconv.Atoi(v)
		switch n := utf8.RuneCountInString(v); {
		case p.Require && !ok:
			return -1122
		case ok && (n > p.MaxLength || n < p.MinLength):
			return -1121
		case ok && p.Type == "NUMBER" && err != nil:
			return -1124
		}
		delete(data, p.Name)
	}
	if len(data) > 0 {
		return -132
	}
	return 0
}

const told = `{"templateId":"1","status":"ENABLE","listParams":[{"name":"ref","require":true,"type":"STRING","maxLength":30,"minLength":0},{"name":"news","require":true,"type":"STRING","maxLength":30,"minLength":0},{"name":"link","require":false,"type":"STRING","maxLength":60,"minLength":0}]}`

func notices(t *testing.T) (*chat.ZNS, *znsServer, *time.Time) {
	t.Helper()
	z, s, _ := zalo(t)
	server := &znsServer{zaloServer: s, templates: map[string]string{"1": told}, quota: 100, hour: 9, asked: map[string]int{}}
	at := httptest.NewServer(server)
	t.Cleanup(at.Close)
	clock := now
	z.OAuth, z.Now = at.URL, func() time.Time { return clock }
	return &chat.ZNS{Zalo: z, API: at.URL, Client: chat.NewClient(), Now: z.Now, Templates: map[string]string{"told": "1", "other": "2"}}, server, &clock
}

func noted(id, to string, change ...string) chat.Noted {
	n := chat.Noted{ID: id, To: to, Template: "told", Values: map[string]string{"ref": "TD26-7K3M9Q", "news": "đã có trả lời", "link": "https://tiepdan.xa.example.vn/t", "other": "nobody asks for it"}}
	for i := 0; i < len(change); i += 2 {
		n.Values[change[i]] = change[i+1]
	}
	return n
}

// TestANoticeByTemplateIsWhatZaloTakes: to the number with its country, with what the template asks for and no more, under an id of
// its own; what the template wants is asked once in six hours.
func TestANoticeByTemplateIsWhatZaloTakes(t *testing.T) {
	z, s, clock := notices(t)
	for i := range 3 {
		if err := z.Send(t.Context(), noted("case."+strconv.Itoa(i), "+84905123456")); err != nil {
			t.Fatal(err)
		}
	}
	*clock = clock.Add(6*time.Hour + time.Second) // the token has ended too, and Zalo has another
	s.access = "taken away"
	if err := z.Send(t.Context(), noted("case.0", "+84905123456")); err != nil {
		t.Fatal(err)
	}
	if s.asked["/template/info/v2"] != 2 || len(s.sent) != 4 || fmt.Sprint(s.sent[0]["to"], s.sent[0]["template"]) != "849051234561" || s.sent[0]["id"] != s.sent[3]["id"] || s.sent[0]["id"] == s.sent[1]["id"] {
		t.Errorf("asked %v, sent %v", s.asked, s.sent)
	}
}

// TestWhatDoesNotFitATemplateIsNeverSent: nothing is asked of Zalo but what the template wants.
func TestWhatDoesNotFitATemplateIsNeverSent(t *testing.T) {
	z, s, _ := notices(t)
	s.templates["2"] = strings.Replace(told, `{"name":"link","require":false,"type":"STRING"`, `{"name":"link","require":true,"type":"NUMBER"`, 1)
	for name, n := range map[string]chat.Noted{
		"too long":          noted("1", "+84905123456", "news", strings.Repeat("đ", 31)),
		"nothing where one": noted("2", "+84905123456", "ref", ""),
		"no number":         func() chat.Noted { n := noted("3", "+84905123456"); n.Template = "other"; return n }(),
		"no template":       func() chat.Noted { n := noted("4", "+84905123456"); n.Template = "none"; return n }(),
		"one more wanted":   func() chat.Noted { n := noted("5", "+84905123456"); delete(n.Values, "ref"); return n }(),
	} {
		if err := z.Send(t.Context(), n); !errors.Is(err, chat.ErrTemplate) || strings.Contains(err.Error(), "đđ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := z.Send(t.Context(), noted("6", "+84905123456", "news", strings.Repeat("e\u0301", 30))); err != nil { // each two code points until it is composed
		t.Errorf("thirty letters: %v", err)
	}
	z2, s2, _ := notices(t)
	s2.templates["1"] = strings.Replace(told, "ENABLE", "PENDING_REVIEW", 1)
	if err := z2.Send(t.Context(), noted("7", "+84905123456")); !errors.Is(err, chat.ErrTemplate) {
		t.Errorf("a template that was not let through: %v", err)
	}
	if s.asked["/message/template"] != 1 || s2.asked["/message/template"] != 0 {
		t.Errorf("sent: %v, %v", s.asked, s2.asked)
	}
}

// TestATemplateThatZaloChangedIsReadAgain: its refusal says so, and the next notice fits.
func TestATemplateThatZaloChangedIsReadAgain(t *testing.T) {
	z, s, _ := notices(t)
	if err := z.Send(t.Context(), noted("1", "+84905123456")); err != nil {
		t.Fatal(err)
	}
	s.templates["1"] = strings.Replace(told, `{"name":"link","require":false,"type":"STRING","maxLength":60,"minLength":0}`, `{"name":"other","require":true,"type":"STRING","maxLength":60,"minLength":0}`, 1)
	if err := z.Send(t.Context(), noted("2", "+84905123456")); !errors.Is(err, chat.ErrTemplate) {
		t.Errorf("%v", err)
	}
	if err := z.Send(t.Context(), noted("2", "+84905123456")); err != nil || len(s.sent) != 2 {
		t.Errorf("%v, sent %d", err, len(s.sent))
	}
}

// TestTheDaysQuotaIsKept: after the last notice of the day, and after a refusal, nothing is asked until the day in Vietnam is over.
func TestTheDaysQuotaIsKept(t *testing.T) {
	for name, quota := range map[string]int{"the last one says so": 1, "a refusal says so": 0} {
		z, s, clock := notices(t)
		s.quota = quota
		err := z.Send(t.Context(), noted("1", "+84905123456"))
		if quota == 1 && err != nil || quota == 0 && !errors.Is(err, chat.ErrQuota) || !z.Rests() {
			t.Errorf("%s: %v, rests %t", name, err, z.Rests())
		}
		asked := s.asked["/message/template"]
		if err := z.Send(t.Context(), noted("2", "+84905123456")); !errors.Is(err, chat.ErrQuota) || s.asked["/message/template"] != asked {
			t.Errorf("%s: %v, asked %v", name, err, s.asked)
		}
		s.quota = 5
		*clock = time.Date(2026, 8, 3, 16, 59, 59, 0, time.UTC)
		if !z.Rests() {
			t.Errorf("%s: the day is not over", name)
		}
		*clock = clock.Add(time.Second) // midnight in Vietnam
		if err := z.Send(t.Context(), noted("2", "+84905123456")); err != nil {
			t.Errorf("%s: the next day %v", name, err)
		}
	}
}

// TestWhomZaloReachesNotIsTold: a number without Zalo or whose owner takes none is final; money, night and trouble are not.
func TestWhomZaloReachesNotIsTold(t *testing.T) {
	z, s, _ := notices(t)
	for to, want := range map[string]string{
		"+84900000108": chat.Gone, "+84900000118": chat.Gone, "+84900000119": chat.Blocked, "+84900000139": chat.Blocked, "+84900000141": chat.Blocked, "+84900000100": "", "+84900000137": "",
	} {
		err := z.Send(t.Context(), noted(to, to))
		e, final := errors.AsType[*chat.RefusedError](err)
		if err == nil || final != (want != "") || final && e.Status != want {
			t.Errorf("%s: %v", to, err)
		}
	}
	s.hour = 23
	err := z.Send(t.Context(), noted("n", "+84905123456"))
	if _, final := errors.AsType[*chat.RefusedError](err); final || err == nil || z.Rests() {
		t.Errorf("in the night: %v", err)
	}
	z.API = "http://127.0.0.1:1"
	if _, unsure := errors.AsType[*chat.UnsureError](z.Send(t.Context(), noted("x", "+84905123456"))); unsure {
		t.Error("nothing was connected to, and yet it may have gone out")
	}
}
