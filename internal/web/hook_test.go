package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

const hookSecret = "mot-bi-mat-du-dai"

func signature(secret, at, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "." + body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// hookStand serves two channels; call signs the body and sends it, after change has spoilt it.
func hookStand(t *testing.T) (st *stand, call func(path, body string, skew time.Duration, change func(h map[string]string, body *string)) reply) {
	t.Helper()
	st = newStand(t, func(c *Config) { c.Hooks = map[string]string{"1022": hookSecret, "sms": "mot-bi-mat-khac-han"} })
	return st, func(path, body string, skew time.Duration, change func(h map[string]string, body *string)) reply {
		t.Helper()
		at := strconv.FormatInt(st.desk.Clock.Add(skew).Unix(), 10)
		h := map[string]string{hookTime: at, hookSignature: signature(hookSecret, at, body)}
		if change != nil {
			change(h, &body)
		}
		return st.post(t, path, "application/json", []byte(body), hookTime, h[hookTime], hookSignature, h[hookSignature])
	}
}

// TestAProgramBringsALetter: signed, it is answered with the code once it is kept; again, with the same; unsigned, forged, old, changed
// on the way or sent to another channel it is refused, all in the same words.
func TestAProgramBringsALetter(t *testing.T) {
	st, call := hookStand(t)
	letter := `{"id":"1022-77","text":"Đèn đường thôn Ba tắt.","contact":{"name":"Võ Thị Bé","phone":"0905123456"}}`
	var codes [2]struct {
		Code string `json:"tracking_code"`
		Kind string `json:"kind"`
		URL  string `json:"track_url"`
	}
	for i := range codes {
		a := call("/hooks/1022", letter, time.Duration(i)*time.Minute, nil)
		if err := json.Unmarshal([]byte(a.body), &codes[i]); err != nil || a.status != http.StatusOK || codes[i].Kind != "feedback" || !strings.Contains(codes[i].URL, "/t#") {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if codes[0] != codes[1] || codes[0].Code == "" {
		t.Errorf("the same letter again: %+v", codes)
	}
	if f, err := st.desk.Follow(t.Context(), codes[0].Code); err != nil || f.Case.Channel != "hook/1022" || f.Case.Anonymous {
		t.Errorf("%+v %v", f.Case, err)
	}
	said := map[string]bool{}
	for name, x := range map[string]struct {
		path   string
		skew   time.Duration
		change func(h map[string]string, body *string)
	}{
		"unsigned":     {"/hooks/1022", 0, func(h map[string]string, _ *string) { h[hookSignature] = "" }},
		"no time":      {"/hooks/1022", 0, func(h map[string]string, _ *string) { h[hookTime] = "" }},
		"forged":       {"/hooks/1022", 0, func(h map[string]string, b *string) { h[hookSignature] = signature("x", h[hookTime], *b) }},
		"no secret":    {"/hooks/zalo", 0, func(h map[string]string, b *string) { h[hookSignature] = signature("", h[hookTime], *b) }},
		"other time":   {"/hooks/1022", 0, func(h map[string]string, _ *string) { h[hookTime] += "0" }},
		"changed":      {"/hooks/1022", 0, func(_ map[string]string, b *string) { *b = strings.Replace(*b, "Ba", "Tư", 1) }},
		"old":          {"/hooks/1022", -6 * time.Minute, nil},
		"of tomorrow":  {"/hooks/1022", 6 * time.Minute, nil},
		"other secret": {"/hooks/sms", 0, nil},
		"no channel":   {"/hooks/facebook", 0, nil},
	} {
		a := call(x.path, strings.Replace(letter, "77", name, 1), x.skew, x.change)
		if said[a.body] = true; a.status != http.StatusForbidden {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if len(said) != 1 {
		t.Errorf("strangers are told apart: %v", said)
	}
	for body, want := range map[string]int{
		`{"text":"x"}`: 422, `{"id":"a"}`: 422, `{"id":"a","text":"x","kind":"other"}`: 422, `{"id":"a","id":"b","text":"x"}`: 422, `{`: 400, `{"id":"a","text":"x\u0000"}`: 400, "{\"id\":\"a\",\"text\":\"\xff\"}": 400, `{"id":"1022-77","text":"Chuyện khác"}`: 422,
	} {
		if a := call("/hooks/1022", body, 0, nil); a.status != want {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
}

// TestAProgramThatNeverEndsIsTold to wait: a secret that was stolen fills no office.
func TestAProgramThatNeverEndsIsTold(t *testing.T) {
	_, call := hookStand(t)
	for i := range 2000 {
		a := call("/hooks/1022", fmt.Sprintf(`{"id":"%d"}`, i), 0, nil)
		if a.status == http.StatusTooManyRequests {
			if i < 300 {
				t.Errorf("after %d letters", i)
			}
			return
		}
	}
	t.Error("2000 letters of one minute")
}
