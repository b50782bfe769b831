package app_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/chat"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/testkit"
)

// TestAMessageIsOneCaseWhenTheProgramIsKilled: right after it was acknowledged, and while its page has the receipt and nobody heard the
// answer. Zalo and Facebook bring it again each time; there is one case, and one receipt of each.
func TestAMessageIsOneCaseWhenTheProgramIsKilled(t *testing.T) {
	pages := &provider{refresh: "first", private: map[string][]string{}, public: map[string][]string{}}
	heard := map[string]chan struct{}{"/v3.0/oa/message/cs": make(chan struct{}, 8), "/99/messages": make(chan struct{}, 8)}
	last := map[string]string{"/v3.0/oa/message/cs": "last", "/99/messages": "99_last"}
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pages.ServeHTTP(w, r)
		if said := heard[r.URL.Path]; said != nil {
			said <- struct{}{}
			if to := strings.Replace(last[r.URL.Path], "last", "kill1", 1); len(pages.heard(to)) == 1 && len(pages.heard(last[r.URL.Path])) == 0 {
				<-r.Context().Done() // its answer is on its way when the program dies
			}
		}
	}))
	t.Cleanup(at.Close)
	p := testkit.NewProgram(t, "TIEPDAN_SWEEP=200ms", "TIEPDAN_ZALO=app=777 account=oa-1 secret=oa-secret app_secret=app-secret refresh=first api="+at.URL+" oauth="+at.URL,
		"TIEPDAN_FACEBOOK=page=99 secret=fb-secret verify=verify-word token=page-token api="+at.URL)
	p.Start(t, "demo")
	bring := func(who string) {
		bringTo(t, p.URL, who)
		commentTo(t, p.URL, who)
	}
	wait := func() {
		for _, said := range heard {
			<-said
		}
	}
	for i := range 2 {
		who := "kill" + strconv.Itoa(i)
		bring(who)
		if i == 1 {
			wait() // the receipts went out, and the program dies before it knows
		}
		p.Kill(t)
		p.Start(t, "serve")
		for range 2 {
			bring(who)
		}
		if i == 0 {
			wait()
		}
	}
	bring("last")
	until(t, "later receipts", func() bool { return len(pages.heard("last")) == 1 && len(pages.heard("99_last")) == 1 })
	p.Kill(t)
	for channel, before := range map[string]string{casework.ByZalo: "", casework.ByComment: "99_"} {
		cases := casesLeft(t, p.Data, channel)
		for _, who := range []string{"kill0", "kill1", "last"} {
			if n := cases["Đèn của "+who+" tắt, xin xã sửa giúp"]; n != 1 || len(pages.heard(before+who)) != 1 {
				t.Errorf("%s by %s: %d cases, %d receipts", who, channel, n, len(pages.heard(before+who)))
			}
		}
	}
}

// bringTo brings the message of a person to the program at an address, as Zalo does.
func bringTo(t *testing.T, base, who string) {
	t.Helper()
	at := strconv.FormatInt(time.Now().UnixMilli(), 10)
	body := fmt.Sprintf(`{"app_id":"777","event_name":"user_send_text","sender":{"id":%q},"recipient":{"id":"oa-1"},"timestamp":%q,"message":{"msg_id":%q,"text":"Đèn của %s tắt, xin xã sửa giúp"}}`, who, at, who, who)
	sum := sha256.Sum256([]byte("777" + body + at + "oa-secret"))
	bringHook(t, base+"/hooks/zalo", body, chat.ZaloSignature, "mac="+hex.EncodeToString(sum[:]))
}

// commentTo brings his comment, as Facebook does.
func commentTo(t *testing.T, base, who string) {
	t.Helper()
	body := fmt.Sprintf(`{"object":"page","entry":[{"id":"99","changes":[{"field":"feed","value":{"item":"comment","verb":"add","comment_id":"99_%s","message":"Đèn của %s tắt, xin xã sửa giúp","created_time":%d,"from":{"id":%q,"name":"Võ Thị Bé"}}}]}]}`,
		who, who, time.Now().Unix(), who)
	mac := hmac.New(sha256.New, []byte("fb-secret"))
	mac.Write([]byte(body))
	bringHook(t, base+"/hooks/facebook", body, chat.FacebookSignature, "sha256="+hex.EncodeToString(mac.Sum(nil)))
}

func bringHook(t *testing.T, at, body, header, signature string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(header, signature)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d", at, resp.StatusCode)
	}
}
