package app_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/chat"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// provider is Zalo and Facebook as their documentation says, and where their files lie.
type provider struct {
	mu      sync.Mutex
	refresh string
	access  string
	private map[string][]string // by person or comment
	public  map[string][]string // by comment
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	var in struct {
		Recipient struct {
			User    string `json:"user_id"`
			ID      string `json:"id"`
			Comment string `json:"comment_id"`
		} `json:"recipient"`
		Message json.RawMessage `json:"message"`
	}
	if r.Header.Get("Content-Type") == "application/json" {
		_ = json.NewDecoder(r.Body).Decode(&in)
	}
	var m struct{ Text string }
	switch {
	case r.URL.Path == "/v4/oa/access_token":
		if r.FormValue("refresh_token") != p.refresh {
			answer(map[string]any{"error": -14014})
			return
		}
		p.refresh += "+"
		p.access = "access" + p.refresh
		answer(map[string]any{"access_token": p.access, "refresh_token": p.refresh, "expires_in": "90000"})
	case r.URL.Path == "/v3.0/oa/message/cs":
		if r.Header.Get("access_token") != p.access {
			answer(map[string]any{"error": -216})
			return
		}
		_ = json.Unmarshal(in.Message, &m)
		p.private[in.Recipient.User] = append(p.private[in.Recipient.User], m.Text)
		answer(map[string]any{"error": 0})
	case r.URL.Path == "/99/messages":
		_ = json.Unmarshal(in.Message, &m)
		to := in.Recipient.ID + in.Recipient.Comment
		p.private[to] = append(p.private[to], m.Text)
		answer(map[string]any{"message_id": "1"})
	case strings.HasSuffix(r.URL.Path, "/comments"):
		to := strings.Trim(strings.TrimSuffix(r.URL.Path, "/comments"), "/")
		p.public[to] = append(p.public[to], string(in.Message))
		answer(map[string]any{"id": "1"})
	case r.URL.Path == "/den.jpg":
		_ = jpeg.Encode(w, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (p *provider) heard(to string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.private[to])
}

func (p *provider) heardByAll(to string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.public[to])
}

// chatting is the program with both accounts, and their provider.
func chatting(t *testing.T) (*running, *provider) {
	t.Helper()
	p := &provider{refresh: "first", private: map[string][]string{}, public: map[string][]string{}}
	at := httptest.NewServer(p)
	t.Cleanup(at.Close)
	return open(t, func(c *app.Config) {
		c.Sweep = 200 * time.Millisecond
		c.ChatNets = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		c.Zalo = &chat.Zalo{App: "777", Account: "oa-1", Secret: "oa-secret", AppSecret: "app-secret", Refresh: "first", API: at.URL, OAuth: at.URL}
		c.Facebook = &chat.Facebook{Page: "99", Secret: "fb-secret", Verify: "verify-word", Token: "page-token", API: at.URL}
		c.Exit = at.URL
	}), p
}

// bringZalo brings a message as Zalo does.
func (r *running) bringZalo(t *testing.T, id, from, text, photo string) answer {
	t.Helper()
	at := strconv.FormatInt(r.Now().UnixMilli(), 10)
	files := "[]"
	if photo != "" {
		files = `[{"type":"image","payload":{"url":"` + photo + `"}}]`
	}
	said, _ := json.Marshal(text)
	body := `{"app_id":"777","event_name":"user_send_text","sender":{"id":"` + from + `"},"recipient":{"id":"oa-1"},"timestamp":"` + at + `","message":{"msg_id":"` + id + `","text":` + string(said) + `,"attachments":` + files + `}}`
	sum := sha256.Sum256([]byte("777" + body + at + "oa-secret"))
	return r.call(t, "POST", "/hooks/zalo", body, "Content-Type", "application/json", chat.ZaloSignature, "mac="+hex.EncodeToString(sum[:]))
}

// bringComment brings a comment as Facebook does.
func (r *running) bringComment(t *testing.T, id, from, text string) answer {
	t.Helper()
	said, _ := json.Marshal(text)
	body := fmt.Sprintf(`{"object":"page","entry":[{"id":"99","changes":[{"field":"feed","value":{"item":"comment","verb":"add","comment_id":%q,"message":%s,"created_time":%d,"from":{"id":%q,"name":"Võ Thị Bé"}}}]}]}`, id, said, r.Now().Unix(), from)
	mac := hmac.New(sha256.New, []byte("fb-secret"))
	mac.Write([]byte(body))
	return r.call(t, "POST", "/hooks/facebook", body, "Content-Type", "application/json", chat.FacebookSignature, "sha256="+hex.EncodeToString(mac.Sum(nil)))
}

// byChannel are the cases that came a way.
func (r *running) byChannel(t *testing.T, channel string) (out []*casework.Case) {
	t.Helper()
	if err := r.Store.EachCase(t.Context(), func(c *casework.Case) error {
		if c.Channel == channel {
			out = append(out, c)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAZaloMessageIsAnsweredByZalo: with its photo one case, however often Zalo brings it; the next message joins it; the receipt has
// the link, the answer comes back the same way, once; what denounces is sealed, and its sender told how to go on.
func TestAZaloMessageIsAnsweredByZalo(t *testing.T) {
	r, p := chatting(t)
	for range 3 {
		if a := r.bringZalo(t, "m1", "42", "Đèn đường thôn Ba tắt ba tuần nay, xin sửa giúp bà con.", r.Config.Exit+"/den.jpg"); a.Status != http.StatusOK {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
	}
	until(t, "the receipt", func() bool { return len(p.heard("42")) >= 1 })
	link := trackLink.FindStringSubmatch(p.heard("42")[0])
	if link == nil || strings.Contains(p.heard("42")[0], "Đèn") {
		t.Fatalf("the receipt: %q", p.heard("42"))
	}
	r.bringZalo(t, "m2", "42", "Cột số 7.", "")
	until(t, "the second message", func() bool { cs := r.byChannel(t, "zalo"); return len(cs) == 1 && len(cs[0].Messages) == 1 })
	c := r.byChannel(t, "zalo")[0]
	if f, err := r.Desk.Follow(t.Context(), link[1]); err != nil || f.Case.ID != c.ID || len(c.Attachments) != 1 || c.Kind != law.Feedback {
		t.Fatalf("%+v %v", c, err)
	}
	until(t, "triage", func() bool { return r.byChannel(t, "zalo")[0].State == law.Triage })
	open311Moves(t, r, c.Ref)
	if hour := r.Now().In(casework.Vietnam).Hour(); hour >= 7 && hour < 21 {
		until(t, "the answer's word", func() bool { return len(p.heard("42")) >= 2 })
		if said := p.heard("42")[1]; !strings.Contains(said, c.Ref) || strings.Contains(said, "Đã sửa") || trackLink.MatchString(said) {
			t.Errorf("the answer's word: %q", said)
		}
	}
	r.bringZalo(t, "m3", "43", "Tôi tố cáo ông Trần Văn A nhận tiền.", "")
	until(t, "word to the denouncer", func() bool { return len(p.heard("43")) == 1 })
	sealed := r.byChannel(t, "zalo")
	i := slices.IndexFunc(sealed, func(c *casework.Case) bool { return c.Kind == law.Denunciation })
	if i < 0 || len(sealed[i].Reach) > 0 || strings.Contains(p.heard("43")[0], sealed[i].Ref) || strings.Contains(p.heard("43")[0], "tố cáo") || !strings.Contains(p.heard("43")[0], "không viết tiếp ở đây") {
		t.Errorf("the denouncer: %q", p.heard("43"))
	}
	r.bringZalo(t, "m4", "43", "Ông ấy nhận năm triệu ở quán đầu làng.", "")
	until(t, "his next message in the sealed case", func() bool {
		return slices.ContainsFunc(r.byChannel(t, "zalo"), func(c *casework.Case) bool { return c.Kind.Secret() && len(c.Messages) == 1 })
	})
	if n := len(r.byChannel(t, "zalo")); n != 2 {
		t.Errorf("%d cases", n)
	}
	if a := r.call(t, "POST", "/hooks/zalo", `{"app_id":"777","timestamp":"1"}`, chat.ZaloSignature, "mac=00"); a.Status != http.StatusForbidden {
		t.Errorf("forged: %d", a.Status)
	}
	for _, secret := range []string{"Trần Văn A", "năm triệu", "Đèn đường", "oa-secret", "app-secret", "access", "first+"} {
		if strings.Contains(r.Log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

// TestAFacebookCommentIsAnsweredBelowIt: the code goes to its writer alone, what everybody reads says nothing of the case; a short
// comment is no letter; the page's address is proved to Facebook.
func TestAFacebookCommentIsAnsweredBelowIt(t *testing.T) {
	r, p := chatting(t)
	if a := r.call(t, "GET", "/hooks/facebook?hub.mode=subscribe&hub.verify_token=verify-word&hub.challenge=1158", nil); a.Status != http.StatusOK || !bytes.Equal(a.Raw, []byte("1158")) {
		t.Errorf("handshake: %d %s", a.Status, a.Raw)
	}
	if a := r.call(t, "GET", "/hooks/facebook?hub.mode=subscribe&hub.verify_token=other&hub.challenge=1158", nil); a.Status != http.StatusForbidden {
		t.Errorf("a handshake with another word: %d", a.Status)
	}
	r.bringComment(t, "99_0", "6", "Hay quá, cảm ơn xã!")
	for range 3 {
		if a := r.bringComment(t, "99_1", "6", "Đường trước chợ hỏng nặng đã hai tháng mà chưa ai sửa."); a.Status != http.StatusOK {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
	}
	until(t, "the private receipt", func() bool { return len(p.heard("99_1")) == 1 })
	cs := r.byChannel(t, casework.ByComment)
	if len(cs) != 1 || trackLink.FindStringSubmatch(p.heard("99_1")[0]) == nil || len(p.heardByAll("99_1")) != 0 {
		t.Fatalf("%d cases, %q, %q", len(cs), p.heard("99_1"), p.heardByAll("99_1"))
	}
	until(t, "triage", func() bool { return r.byChannel(t, casework.ByComment)[0].State == law.Triage })
	open311Moves(t, r, cs[0].Ref)
	if hour := r.Now().In(casework.Vietnam).Hour(); hour >= 7 && hour < 21 {
		until(t, "word below the comment", func() bool { return len(p.heardByAll("99_1")) == 1 })
		if said := p.heardByAll("99_1")[0]; strings.Contains(said, cs[0].Ref) || strings.Contains(said, "sửa") || trackLink.MatchString(said) {
			t.Errorf("everybody reads %q", said)
		}
	}
}
