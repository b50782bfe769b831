package chat_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
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

var now = time.Date(2026, 8, 3, 1, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// kept keeps tokens in memory under the contract of chat.Tokens.
type kept struct {
	mu sync.Mutex
	t  chat.Token
	v  int64
}

func (k *kept) Token(context.Context) (chat.Token, int64, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.t, k.v, nil
}

func (k *kept) PutToken(_ context.Context, t chat.Token, over int64) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if over != k.v {
		return chat.ErrStale
	}
	k.t, k.v = t, k.v+1
	return nil
}

// zaloServer refuses what Zalo's documentation forbids: a token to renew by that was used, an access token that is not the newest, a
// text of more than 2000 letters, somebody who has not written for seven days.
type zaloServer struct {
	mu      sync.Mutex
	refresh string
	access  string
	n       int
	said    []string
	hold    chan struct{} // a renewal waits for it
	asked   chan struct{} // and says so
}

func (z *zaloServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if z.hold != nil && r.URL.Path == "/v4/oa/access_token" {
		z.asked <- struct{}{}
		<-z.hold
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	switch r.URL.Path {
	case "/v4/oa/access_token":
		if r.Header.Get("secret_key") != "app-secret" || r.FormValue("app_id") != "777" || r.FormValue("grant_type") != "refresh_token" || r.FormValue("refresh_token") != z.refresh {
			answer(map[string]any{"error": -14014, "error_description": "Invalid refresh token"})
			return
		}
		z.n++
		z.refresh, z.access = fmt.Sprintf("refresh-%d", z.n), fmt.Sprintf("access-%d", z.n)
		answer(map[string]any{"access_token": z.access, "refresh_token": z.refresh, "expires_in": "3600"})
	case "/v3.0/oa/message/cs":
		var in struct {
			Recipient struct {
				User string `json:"user_id"`
			} `json:"recipient"`
			Message struct{ Text string } `json:"message"`
		}
		_ = json.NewDecoder(r.Body).Decode(&in)
		switch {
		case r.Header.Get("access_token") != z.access:
			answer(map[string]any{"error": -216, "message": "Access token is invalid"})
		case in.Recipient.User == "lau":
			answer(map[string]any{"error": -230, "message": "User has not interacted with the OA in the past 7 days"})
		case in.Recipient.User == "chan":
			answer(map[string]any{"error": -213, "message": "User has not followed OA"})
		case utf8.RuneCountInString(in.Message.Text) > 2000 || in.Message.Text == "":
			answer(map[string]any{"error": -210, "message": "Parameter exceeds max length"})
		default:
			z.said = append(z.said, in.Message.Text)
			answer(map[string]any{"error": 0, "message": "Success"})
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func zalo(t *testing.T) (*chat.Zalo, *zaloServer, *kept) {
	t.Helper()
	s, k := &zaloServer{refresh: "refresh-0"}, &kept{}
	at := httptest.NewServer(s)
	t.Cleanup(at.Close)
	return &chat.Zalo{
		App: "777", Account: "oa-1", Secret: "oa-secret", AppSecret: "app-secret", Refresh: "refresh-0", API: at.URL, OAuth: at.URL,
		Tokens: k, Client: chat.NewClient(), Now: clock,
	}, s, k
}

func signZalo(body, at string) string {
	sum := sha256.Sum256([]byte("777" + body + at + "oa-secret"))
	return "mac=" + hex.EncodeToString(sum[:])
}

func TestZaloProvesWhatItSends(t *testing.T) {
	z, _, _ := zalo(t)
	at := strconv.FormatInt(now.UnixMilli(), 10)
	body := `{"app_id":"777","event_name":"user_send_image","sender":{"id":"4378231998246472"},"recipient":{"id":"oa-1"},"timestamp":"` + at + `","message":{"msg_id":"m1","text":"Đèn hỏng","attachments":[{"type":"image","payload":{"url":"https://a.example/x.jpg"}},{"type":"sticker","payload":{"url":"https://a.example/s"}}]}}`
	got, err := z.Read(signZalo(body, at), []byte(body))
	if err != nil || len(got) != 1 || got[0].ID != "m1" || got[0].From != "4378231998246472" || got[0].Text != "Đèn hỏng" || len(got[0].Files) != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	old := strconv.FormatInt(now.Add(-48*time.Hour).UnixMilli(), 10)
	replay := strings.Replace(body, at, old, 1)
	for name, tc := range map[string]struct {
		sign, body string
		want       error
	}{
		"no signature":     {"", body, chat.ErrForged},
		"another's secret": {strings.Replace(signZalo(body, at), "mac=", "mac=0", 1), body, chat.ErrForged},
		"a changed letter": {signZalo(body, at), strings.Replace(body, "hỏng", "hòng", 1), chat.ErrForged},
		"another app":      {signZalo(strings.Replace(body, `"777"`, `"778"`, 1), at), strings.Replace(body, `"777"`, `"778"`, 1), chat.ErrForged},
		"another account":  {signZalo(strings.Replace(body, "oa-1", "oa-2", 1), at), strings.Replace(body, "oa-1", "oa-2", 1), chat.ErrForged},
		"a recorded one":   {signZalo(replay, old), replay, chat.ErrOld},
		"no JSON":          {signZalo("x", ""), "x", chat.ErrForged},
	} {
		if got, err := z.Read(tc.sign, []byte(tc.body)); !errors.Is(err, tc.want) || got != nil {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	own := strings.Replace(body, "user_send_image", "oa_send_text", 1)
	if got, err := z.Read(signZalo(own, at), []byte(own)); err != nil || got != nil {
		t.Errorf("what the account itself says: %v %v", got, err)
	}
}

// TestZaloTokensAreRenewedOnceEach: two instances at once renew one time, a token that Zalo takes no more is renewed, and what it got
// last is kept.
func TestZaloTokensAreRenewedOnceEach(t *testing.T) {
	z, s, k := zalo(t)
	other := *z
	var wg sync.WaitGroup
	for _, one := range []*chat.Zalo{z, &other} {
		wg.Go(func() {
			for one.Send(t.Context(), "u", "Chào") != nil { // the other is renewing
			}
		})
	}
	wg.Wait()
	if s.n != 1 || len(s.said) != 2 || k.t.Refresh != "refresh-1" {
		t.Errorf("renewed %d times, said %v, kept %+v", s.n, s.said, k.t)
	}
	s.access = "taken away"
	if err := z.Send(t.Context(), "u", "Lại"); err != nil || k.t.Refresh != "refresh-2" {
		t.Errorf("%v %+v", err, k.t)
	}
	s.refresh, s.access = "another", "another"
	if err := z.Send(t.Context(), "u", "Nữa"); !errors.Is(err, chat.ErrRenewal) {
		t.Errorf("a token that is used up: %v", err)
	}
	z.Refresh, s.refresh = "refresh-new", "refresh-new"
	if err := z.Send(t.Context(), "u", "Nữa"); err != nil {
		t.Errorf("a new setting: %v", err)
	}
}

// TestOneRenewsWhileAnotherIsAtIt: who comes meanwhile waits for the next time and uses no token up.
func TestOneRenewsWhileAnotherIsAtIt(t *testing.T) {
	z, s, _ := zalo(t)
	s.hold, s.asked = make(chan struct{}), make(chan struct{}, 4)
	done := make(chan error, 1)
	go func() { done <- z.Send(t.Context(), "u", "Chào") }()
	<-s.asked
	other := *z
	if err := other.Send(t.Context(), "u", "Chào"); err == nil || len(s.asked) != 0 {
		t.Errorf("two renew at once: %v", err)
	}
	close(s.hold)
	if err := <-done; err != nil || s.n != 1 {
		t.Errorf("renewed %d times: %v", s.n, err)
	}
}

func TestZaloRefusalsAreFinal(t *testing.T) {
	z, s, _ := zalo(t)
	for to, want := range map[string]string{"lau": chat.Window, "chan": chat.Blocked} {
		err := z.Send(t.Context(), to, "Chào")
		if e, ok := errors.AsType[*chat.RefusedError](err); !ok || e.Status != want {
			t.Errorf("%s: %v", to, err)
		}
	}
	if err := z.Send(t.Context(), "u", strings.Repeat("đ", 3000)); err != nil || utf8.RuneCountInString(s.said[0]) != 2000 {
		t.Errorf("a long text: %v", err)
	}
	z.Client, z.API = chat.NewClient(), "http://127.0.0.1:1"
	if _, unsure := errors.AsType[*chat.UnsureError](z.Send(t.Context(), "u", "x")); unsure {
		t.Error("nothing was connected to, and yet it may have gone out")
	}
}

// facebookServer refuses what Facebook's documentation forbids: another token, a text of more than 2000 letters, a message after 24
// hours, a second private reply to a comment.
type facebookServer struct {
	mu       sync.Mutex
	answered map[string]bool
	said     []string
}

func (f *facebookServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault := func(code, sub int) {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]int{"code": code, "error_subcode": sub}})
	}
	if r.URL.Query().Get("access_token") != "page-token" {
		fault(190, 463)
		return
	}
	var raw map[string]json.RawMessage
	_ = json.NewDecoder(r.Body).Decode(&raw)
	if strings.HasSuffix(r.URL.Path, "/comments") {
		f.said = append(f.said, "public "+string(raw["message"]))
		_, _ = w.Write([]byte(`{"id":"1"}`))
		return
	}
	var to struct {
		ID      string
		Comment string `json:"comment_id"`
	}
	var m struct{ Text string }
	_ = json.Unmarshal(raw["recipient"], &to)
	_ = json.Unmarshal(raw["message"], &m)
	switch {
	case to.ID == "old":
		fault(10, 2018278)
	case to.ID == "blocked":
		fault(551, 0)
	case utf8.RuneCountInString(m.Text) > 2000:
		fault(100, 2018001)
	case to.Comment != "" && f.answered[to.Comment]:
		fault(10900, 0)
	default:
		f.answered[to.Comment] = true
		f.said = append(f.said, m.Text)
		_, _ = w.Write([]byte(`{"message_id":"1"}`))
	}
}

func facebook(t *testing.T) (*chat.Facebook, *facebookServer) {
	t.Helper()
	s := &facebookServer{answered: map[string]bool{}}
	at := httptest.NewServer(s)
	t.Cleanup(at.Close)
	return &chat.Facebook{Page: "99", Secret: "fb-secret", Verify: "verify-word", Token: "page-token", API: at.URL, Client: chat.NewClient(), Now: clock}, s
}

func signFacebook(body string) string {
	mac := hmac.New(sha256.New, []byte("fb-secret"))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func TestFacebookProvesWhatItSends(t *testing.T) {
	f, _ := facebook(t)
	if said, ok := f.Handshake("subscribe", "verify-word", "1158201444"); !ok || said != "1158201444" {
		t.Error("the handshake is not answered")
	}
	for _, word := range []string{"", "verify-wore"} {
		if _, ok := f.Handshake("subscribe", word, "1"); ok {
			t.Errorf("%q opens the handshake", word)
		}
	}
	ms := strconv.FormatInt(now.UnixMilli(), 10)
	body := `{"object":"page","entry":[{"id":"99","time":` + ms + `,"messaging":[{"sender":{"id":"5"},"timestamp":` + ms + `,"message":{"mid":"m1","text":"Đèn hỏng"}},
	{"sender":{"id":"99"},"timestamp":` + ms + `,"message":{"mid":"m2","text":"x","is_echo":true}}],
	"changes":[{"field":"feed","value":{"item":"comment","verb":"add","comment_id":"99_1","message":"Đường hỏng","created_time":` + strconv.FormatInt(now.Unix(), 10) + `,"from":{"id":"6","name":"Võ Thị Bé"}}},
	{"field":"feed","value":{"item":"comment","verb":"add","comment_id":"99_2","message":"của trang","created_time":1,"from":{"id":"99"}}},
	{"field":"feed","value":{"item":"comment","verb":"remove","comment_id":"99_3","message":"x","created_time":1,"from":{"id":"6"}}}]}]}`
	got, err := f.Read(signFacebook(body), []byte(body))
	if err != nil || len(got) != 2 || got[0].ID != "m1" || !got[1].Public || got[1].From != "99_1" || got[1].Who != "6" || got[1].Name != "Võ Thị Bé" {
		t.Fatalf("%+v %v", got, err)
	}
	other := strings.Replace(body, `"id":"99","time"`, `"id":"98","time"`, 1)
	old := strings.ReplaceAll(body, ms, strconv.FormatInt(now.Add(-48*time.Hour).UnixMilli(), 10))
	for name, tc := range map[string]struct {
		sign, body string
		want       error
	}{
		"no signature": {"", body, chat.ErrForged}, "sha1": {strings.Replace(signFacebook(body), "sha256", "sha1", 1), body, chat.ErrForged},
		"changed": {signFacebook(body), body + " ", chat.ErrForged}, "another page": {signFacebook(other), other, chat.ErrForged}, "recorded": {signFacebook(old), old, chat.ErrOld},
	} {
		if got, err := f.Read(tc.sign, []byte(tc.body)); !errors.Is(err, tc.want) || got != nil {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}

func TestFacebookRefusalsAreFinal(t *testing.T) {
	f, s := facebook(t)
	for to, want := range map[string]string{"old": chat.Window, "blocked": chat.Blocked} {
		if e, ok := errors.AsType[*chat.RefusedError](f.Send(t.Context(), to, "Chào")); !ok || e.Status != want {
			t.Errorf("%s: %v", to, e)
		}
	}
	if err := errors.Join(f.Send(t.Context(), "5", strings.Repeat("đ", 3000)), f.SendPrivately(t.Context(), "99_1", "Kín"), f.Comment(t.Context(), "99_1", "Công khai")); err != nil || len(s.said) != 3 {
		t.Errorf("%v %v", s.said, err)
	}
	if e, ok := errors.AsType[*chat.RefusedError](f.SendPrivately(t.Context(), "99_1", "Lại")); !ok || e.Status != chat.Window {
		t.Errorf("a second private reply: %v", e)
	}
	f.Token = "old"
	err := f.Send(t.Context(), "5", "x")
	if _, final := errors.AsType[*chat.RefusedError](err); final || err == nil || strings.Contains(err.Error(), "old") {
		t.Errorf("a token that is over is the setting's fault, not the person's: %v", err)
	}
}

// TestGatewaysOfSMS: in the form of each, with the number and the id that each wants; what is the number's fault is final.
func TestGatewaysOfSMS(t *testing.T) {
	sent := map[string]int{}
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in map[string]any
		_ = json.NewDecoder(r.Body).Decode(&in)
		user, _, basic := r.BasicAuth()
		switch {
		case strings.HasPrefix(r.URL.Path, "/MainService.svc/json/SendMultipleMessage_V4_post_json"):
			id, _ := in["RequestId"].(string)
			switch {
			case in["ApiKey"] != "key" || in["SecretKey"] != "secret":
				_, _ = w.Write([]byte(`{"CodeResult":"101"}`))
			case in["Phone"] == "0900000000":
				_, _ = w.Write([]byte(`{"CodeResult":"99999","ErrorMessage":"phone"}`))
			case sent[id] > 0 || id == "" || len(id) > 50:
				_, _ = w.Write([]byte(`{"CodeResult":"124"}`))
			default:
				sent[id]++
				_, _ = w.Write([]byte(`{"CodeResult":"100"}`))
			}
		case r.URL.Path == "/index.php/sms/send":
			to, _ := in["to"].([]any)
			if !basic || user != "key" || len(to) != 1 || to[0] != "84905123456" {
				_, _ = w.Write([]byte(`{"status":"error","code":"105"}`))
				return
			}
			sent["speed"]++
			_, _ = w.Write([]byte(`{"status":"success","code":"00"}`))
		}
	}))
	defer at.Close()
	e := &chat.SMS{Format: chat.ESMS, Key: "key", Secret: "secret", Brand: "UBND", API: at.URL, Client: chat.NewClient(), Now: clock}
	for range 2 {
		if err := e.Send(t.Context(), "case.3", "+84905123456", "Chào"); err != nil {
			t.Fatal(err)
		}
	}
	if _, final := errors.AsType[*chat.RefusedError](e.Send(t.Context(), "case.4", "+84900000000", "Chào")); !final {
		t.Error("a number that is none may come again")
	}
	e.Secret = "other"
	err := e.Send(t.Context(), "case.5", "+84905123456", "Chào")
	if _, final := errors.AsType[*chat.RefusedError](err); final || err == nil {
		t.Errorf("a wrong key: %v", err)
	}
	s := &chat.SMS{Format: chat.SpeedSMS, Key: "key", Brand: "UBND", API: at.URL, Client: chat.NewClient(), Now: clock}
	if err := s.Send(t.Context(), "case.3", "+84905123456", "Chào"); err != nil {
		t.Fatal(err)
	}
	if _, final := errors.AsType[*chat.RefusedError](s.Send(t.Context(), "x", "+84905000000", "Chào")); !final {
		t.Error("a number that is none may come again")
	}
	if len(sent) != 2 {
		t.Errorf("%v", sent)
	}
}
