package app_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/testkit"
)

// landHead is who answers letters about land in the demo.
const landHead = "lucht"

// byDayHour has TestProgramByDay be the program, at an hour after ten in the morning of yesterday.
const byDayHour = "TIEPDAN_TEST_HOUR"

// TestProgramByDay is no test but the program as a process of its own that lives by day, whenever the tests run: people are told of
// steps by day alone. See testkit.Program.
func TestProgramByDay(t *testing.T) {
	hour := os.Getenv(byDayHour)
	if hour == "" {
		t.Skip("the program for other tests")
	}
	cfg, err := app.FromEnv("", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.ChatNets = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	ctx, stop := signal.NotifyContext(context.WithoutCancel(t.Context()), syscall.SIGTERM)
	defer stop()
	a, err := app.Open(ctx, cfg, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		t.Fatal(err)
	}
	after, _ := strconv.Atoi(hour)
	began, real := a.Now(), a.Now
	day := began.In(casework.Vietnam).AddDate(0, 0, -1)
	ten := time.Date(day.Year(), day.Month(), day.Day(), 10+after, 0, 0, 0, casework.Vietnam)
	a.Desk.Now = func() time.Time { return ten.Add(real().Sub(began)) }
	if after == 0 {
		if err := a.Demo(ctx, false); err != nil {
			t.Fatal(err)
		}
		p, _, err := a.Store.Meta(ctx, "demo_password")
		if err != nil || os.WriteFile(filepath.Join(cfg.Data, "..", "password"), []byte(p), 0o600) != nil {
			t.Fatal("the password is not kept:", err)
		}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.RunOn(ctx, l); err != nil {
		t.Fatal(err)
	}
}

// TestAStepIsToldOnceWhenTheProgramIsKilled: right after the letters were acknowledged, and while those who tell of the answers have
// taken the notices and nobody heard that; each time all is brought again. There is one case of each, one answer, and one notice: by
// SMS, by Zalo's template, and by a browser.
func TestAStepIsToldOnceWhenTheProgramIsKilled(t *testing.T) {
	g, at := newGateway(t)
	browser, push := newPushService(t)
	held := make(chan string, 8)
	g.hold = func(path string) bool { held <- path; return len(g.heard(esmsPath, "0905123459")) == 0 }
	p := testkit.SelfProgram(t, "TestProgramByDay", byDayHour, "TIEPDAN_SWEEP=200ms", "TIEPDAN_LIMITS=1000", "TIEPDAN_PUSH=mailto:motcua@example.vn",
		"TIEPDAN_SMS=gateway=esms key=k secret=s brand=UBND api="+at, "TIEPDAN_ZNS=told=1 neutral=2 api="+at,
		"TIEPDAN_ZALO=app=777 account=oa-1 secret=oa-secret app_secret=app-secret refresh=first api="+at+" oauth="+at)
	p.Start(t, "0")
	r := &running{URL: p.URL}
	wishes := map[string]map[string]any{
		"sms": {"phone": "0905123451"}, "zns": {"phone": "0905123452", "zalo": true}, "push": {"push": browser.subscription(push + "/p/1")},
	}
	file := func(way string) string {
		a := r.call(t, "POST", "/api/v1/cases", map[string]any{"kind": "feedback", "category": "land", "subject": "Đèn " + way, "body": "Đèn tắt."}, "Idempotency-Key", "told-kill-key-"+way)
		if a.Status != http.StatusCreated && a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", way, a.Status, a.Raw)
		}
		return a.JSON["tracking_code"].(string)
	}
	for way := range wishes {
		file(way)
	}
	p.Kill(t)
	p.Start(t, "1")
	answered := func(way string) {
		code := file(way)
		if wish := wishes[way]; wish != nil {
			if a := r.call(t, "POST", "/api/v1/cases/"+code+"/notice", wish); a.Status != http.StatusCreated {
				t.Fatalf("%s: %d %s", way, a.Status, a.Raw)
			}
		}
		answerOnce(t, r, p.Data, code)
	}
	for way := range wishes {
		answered(way)
	}
	for range 2 { // the gateways have the notices
		<-held
	}
	p.Kill(t)
	p.Start(t, "2") // an hour later: whatever waits is due again
	for way := range wishes {
		answered(way)
	}
	wishes["last"] = map[string]any{"phone": "0905123459"}
	answered("last")
	until(t, "a later notice, and the browser's", func() bool {
		_, told, _ := browser.times()
		return len(g.heard(esmsPath, "0905123459")) == 1 && len(told) > 0
	})
	p.Kill(t)
	_, told, wrong := browser.times()
	if sms, zns := g.heard(esmsPath, "0905123451"), g.heard(znsPath, "84905123452"); len(sms) != 1 || len(zns) != 1 || len(browser.topic) != 1 || len(wrong) > 0 {
		t.Errorf("told by SMS %q, by Zalo %q, by the browser %v, wrong %v", sms, zns, told, wrong)
	}
	cases := casesLeft(t, p.Data, "api")
	for way := range wishes {
		if n := cases["Đèn "+way]; n != 1 {
			t.Errorf("%s is %d cases", way, n)
		}
	}
}

// answerOnce has the head who has a case answer it, who may have done so before; it is answered then, once.
func answerOnce(t *testing.T, r *running, data, code string) {
	t.Helper()
	password, err := os.ReadFile(filepath.Join(data, "..", "password"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, "routing", func() bool { return r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["status"] != "received" })
	seen := r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON
	in := r.call(t, "POST", "/api/v1/staff/sessions", map[string]string{"username": landHead, "password": string(password)})
	if in.Status != http.StatusCreated {
		t.Fatalf("%d %s", in.Status, in.Raw)
	}
	head := []string{"Authorization", "Bearer " + in.JSON["token"].(string)}
	at := "/api/v1/staff/cases/" + seen["reference"].(string)
	if seen["status"] != "answered" {
		now := r.call(t, "GET", at, nil, head...)
		got := r.call(t, "POST", at+"/moves/answer", map[string]string{"text": "Đã sửa đèn.", "outcome": "resolved"}, append(head, "If-Match", now.Header.Get("ETag"))...)
		if got.Status != http.StatusOK {
			t.Fatalf("%d %s", got.Status, got.Raw)
		}
	}
	timeline, _ := r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["timeline"].([]any)
	n := 0
	for _, e := range timeline {
		if e.(map[string]any)["event"] == "answered" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d answers", n)
	}
}
