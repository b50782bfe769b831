package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// The secrets of the channels that the attacked program has; whoever attacks does not know them, but for what he has recorded.
const (
	zaloSecret, facebookSecret, hookSecret = "mat-khau-cua-zalo-1", "mat-khau-cua-trang-1", "mat-khau-cua-1022-1"
)

// channelSettings are the settings of the attacked program's channels.
var channelSettings = []string{
	"TIEPDAN_ZALO=app=777 account=oa-1 secret=" + zaloSecret + " app_secret=x refresh=x api=http://127.0.0.1:9 oauth=http://127.0.0.1:9",
	"TIEPDAN_FACEBOOK=page=99 secret=" + facebookSecret + " verify=loi-chao token=x api=http://127.0.0.1:9", "TIEPDAN_HOOKS=1022=" + hookSecret, "TIEPDAN_SWEEP=2s",
}

var channelAttacks = []attack{
	{family: "channels", name: "messages with a forged, a foreign or no signature are refused", try: forgeChannels},
	{family: "channels", name: "a recorded message again and again is one letter", try: replayChannels},
	{family: "channels", name: "old recordings are refused", try: oldChannels},
	{family: "channels", name: "an address for events that leads inside is refused", try: insideReceivers},
	{family: "channels", name: "a name for events that leads inside is never connected to", try: insideByName},
}

// message is one to a channel, as its provider signs it with a secret.
type message struct{ path, body, header, sign string }

func zaloMessage(id, text, secret string, at time.Time) message {
	ms := strconv.FormatInt(at.UnixMilli(), 10)
	body := `{"app_id":"777","event_name":"user_send_text","sender":{"id":"` + id + `"},"recipient":{"id":"oa-1"},"timestamp":"` + ms + `","message":{"msg_id":"` + id + `","text":"` + text + `"}}`
	sum := sha256.Sum256([]byte("777" + body + ms + secret))
	return message{"/hooks/zalo", body, "X-ZEvent-Signature", "mac=" + hex.EncodeToString(sum[:])}
}

func facebookMessage(id, text, secret string, at time.Time) message {
	body := fmt.Sprintf(`{"object":"page","entry":[{"id":"99","messaging":[{"sender":{"id":%q},"timestamp":%d,"message":{"mid":%q,"text":%q}}]}]}`, id, at.UnixMilli(), id, text)
	return message{"/hooks/facebook", body, "X-Hub-Signature-256", "sha256=" + macOf(secret, body)}
}

func macOf(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func (t *target) hand(ctx context.Context, b message) (int, error) {
	r, err := t.send(ctx, http.MethodPost, b.path, strings.NewReader(b.body), "Content-Type", "application/json", b.header, b.sign)
	return r.status, err
}

func forgeChannels(ctx context.Context, t *target) (o outcome, err error) {
	now, text := time.Now(), "Đèn đường trước nhà văn hóa thôn Ba tắt"
	for _, signed := range []func(string, string, string, time.Time) message{zaloMessage, facebookMessage} {
		good := signed("f-"+rand.Text(), text, zaloSecret, now)
		if good.path == "/hooks/facebook" {
			good = signed("f-"+rand.Text(), text, facebookSecret, now)
		}
		for _, b := range []message{
			signed("f-"+rand.Text(), text, "", now), signed("f-"+rand.Text(), text, "x", now),
			{good.path, good.body, good.header, ""},
			{good.path, good.body + " ", good.header, good.sign},
			{good.path, strings.Replace(good.body, "Ba", "Tư", 1), good.header, good.sign},
			{good.path, good.body, good.header, good.sign[:len(good.sign)-2]},
			{good.path, good.body, "X-Other", good.sign},
			{"/hooks/1022", good.body, good.header, good.sign},
		} {
			status, err := t.hand(ctx, b)
			if err != nil {
				return o, err
			}
			o.add(status == http.StatusForbidden, "%s: %d", b.path, status)
		}
	}
	for _, word := range []string{"", "loi", "LOI-CHAO"} {
		r, err := t.send(ctx, http.MethodGet, "/hooks/facebook?hub.mode=subscribe&hub.challenge=1158&hub.verify_token="+url.QueryEscape(word), nil)
		if err != nil {
			return o, err
		}
		o.add(r.status == http.StatusForbidden && !strings.Contains(r.body, "1158"), "handshake with %q: %d", word, r.status)
	}
	return o, nil
}

const aMessage = "a message came"

func replayChannels(ctx context.Context, t *target) (o outcome, err error) {
	before := t.told(aMessage)
	recorded := []message{
		zaloMessage("r-"+rand.Text(), "Đường liên thôn hỏng nặng", zaloSecret, time.Now()), facebookMessage("r-"+rand.Text(), "Đường liên thôn hỏng nặng", facebookSecret, time.Now()),
	}
	for range 20 {
		for _, b := range recorded {
			status, err := t.hand(ctx, b)
			if err != nil {
				return o, err
			}
			o.add(status == http.StatusOK, "the provider itself is refused: %d", status)
		}
	}
	for begun := time.Now(); t.told(aMessage)-before < len(recorded) && time.Since(begun) < patience; {
		time.Sleep(50 * time.Millisecond)
	}
	n := t.told(aMessage) - before
	o.add(n == len(recorded), "%d recordings were taken %d times", len(recorded), n)
	return o, nil
}

func oldChannels(ctx context.Context, t *target) (o outcome, err error) {
	old := time.Now().Add(-72 * time.Hour)
	for _, b := range []message{
		zaloMessage("o-"+rand.Text(), "Cũ", zaloSecret, old), facebookMessage("o-"+rand.Text(), "Cũ", facebookSecret, old),
		zaloMessage("o-"+rand.Text(), "Mới", zaloSecret, time.Now().Add(72*time.Hour)),
	} {
		status, err := t.hand(ctx, b)
		if err != nil {
			return o, err
		}
		o.add(status == http.StatusForbidden, "%s: %d", b.path, status)
	}
	at := strconv.FormatInt(old.Unix(), 10)
	body := `{"id":"o1","text":"Cũ"}`
	r, err := t.send(ctx, http.MethodPost, "/hooks/1022", strings.NewReader(body), "Content-Type", "application/json", "X-Tiepdan-Timestamp", at, "X-Tiepdan-Signature", "sha256="+macOf(hookSecret, at+"."+body))
	o.add(r.status == http.StatusForbidden, "the hotline: %d", r.status)
	return o, err
}

const receiversPage = "/staff/admin/receivers"

// administrator is the demo's, signed in.
func (t *target) administrator(ctx context.Context) (colleague, error) {
	if _, err := t.colleagues(ctx); err != nil {
		return colleague{}, err
	}
	return t.named("nhatcm"), nil
}

func insideReceivers(ctx context.Context, t *target) (o outcome, err error) {
	who, err := t.administrator(ctx)
	if err != nil {
		return o, err
	}
	for _, address := range []string{
		"http://127.0.0.1:22/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://10.0.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/",
		"https://[fd00::1]/", "https://[fe80::1]/", "https://0.0.0.0/", "https://224.0.0.1/", "https://100.64.0.1/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
		"http://example.vn/", "ftp://example.vn/", "file:///etc/passwd", "gopher://example.vn/", "https://user:pass@example.vn/", "javascript:alert(1)", "https://example.vn/#x",
	} {
		r, err := t.fill(ctx, who, receiversPage, receiversPage, url.Values{"name": {"Trong"}, "url": {address}})
		if err != nil {
			return o, err
		}
		o.add(r.status == http.StatusUnprocessableEntity, "%s: %d", address, r.status)
	}
	return o, nil
}

// insideByName enters a name that leads to this machine, has an event happen, and counts who is connected to.
func insideByName(ctx context.Context, t *target) (o outcome, err error) {
	who, err := t.administrator(ctx)
	if err != nil {
		return o, err
	}
	port, came, stop, err := counted(ctx)
	if err != nil {
		return o, err
	}
	defer stop()
	r, err := t.fill(ctx, who, receiversPage, receiversPage, url.Values{"name": {"Tên"}, "url": {"https://localhost:" + port + "/"}})
	if err != nil {
		return o, err
	}
	o.add(r.status == http.StatusOK, "entered: %d", r.status)
	at := strings.SplitN(r.body, receiversPage+"/", 2)
	if len(at) < 2 {
		return o, errors.New("no page of the receiver")
	}
	page := receiversPage + "/" + strings.FieldsFunc(at[1], func(r rune) bool { return r == '/' || r == '"' })[0]
	if r, err := t.post(ctx, "/api/v1/ratings", map[string]any{"counter": t.counters[0], "score": 5}); err != nil || r.status != http.StatusCreated {
		return o, fmt.Errorf("rate: %d %w", r.status, err)
	}
	tried, err := t.shows(ctx, who, page, "mạng nội bộ")
	if err != nil {
		return o, err
	}
	o.add(tried && came.Load() == 0, "tried %t, connected to %d times", tried, came.Load())
	return o, nil
}

// counted listens on this machine and counts who comes.
func counted(ctx context.Context) (port string, came *atomic.Int32, stop func(), err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, nil, err
	}
	came = &atomic.Int32{}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			_ = c.Close() // it is counted
		}
	}()
	_, port, err = net.SplitHostPort(l.Addr().String())
	return port, came, func() { _ = l.Close() }, err
}

// shows waits until a page of staff says something; false where it does not in time.
func (t *target) shows(ctx context.Context, who colleague, page, said string) (bool, error) {
	b, err := t.browserOf(who)
	if err != nil {
		return false, err
	}
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(100 * time.Millisecond) {
		r, err := b.visit(ctx, page, nil)
		if err != nil || strings.Contains(r.body, said) {
			return err == nil, err
		}
	}
	return false, nil
}
