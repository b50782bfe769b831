package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/chat"
	"tiepdan/internal/domain/casework"
)

// gateway is a gateway of SMS in the form of eSMS and Zalo's service of notices by template, as their documentation says: what it
// answers is held back until the caller is gone where hold says so.
type gateway struct {
	mu   sync.Mutex
	told map[string][]string // what each number was told, by path and number
	ids  map[string]bool     // of SMS, which are sent once
	hold func(path string) bool
}

const esmsPath, znsPath = "/MainService.svc/json/SendMultipleMessage_V4_post_json/", "/message/template"

func newGateway(t *testing.T) (*gateway, string) {
	t.Helper()
	g := &gateway{told: map[string][]string{}, ids: map[string]bool{}}
	at := httptest.NewServer(g)
	t.Cleanup(at.Close)
	return g, at.URL
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	switch r.URL.Path {
	case "/v4/oa/access_token":
		answer(map[string]any{"access_token": "access", "refresh_token": "next", "expires_in": "90000"})
	case "/template/info/v2":
		answer(map[string]any{"error": 0, "data": map[string]any{"status": "ENABLE", "listParams": []map[string]any{
			{"name": "ref", "require": true, "type": "STRING", "maxLength": 30}, {"name": "news", "require": true, "type": "STRING", "maxLength": 30}, {"name": "link", "require": true, "type": "STRING", "maxLength": 60},
		}}})
	case esmsPath, znsPath:
		answer(g.take(r))
		if g.hold != nil && g.hold(r.URL.Path) {
			<-r.Context().Done()
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// take takes a message.
func (g *gateway) take(r *http.Request) any {
	var in struct {
		Content   string
		Phone     string
		RequestID string            `json:"RequestId"`
		Data      map[string]string `json:"template_data"`
	}
	_ = json.NewDecoder(r.Body).Decode(&in)
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.URL.Path == znsPath {
		g.told[znsPath+in.Phone] = append(g.told[znsPath+in.Phone], in.Data["ref"]+"|"+in.Data["news"]+"|"+in.Data["link"])
		return map[string]any{"error": 0, "data": map[string]any{"quota": map[string]string{"remainingQuota": "400"}}}
	}
	if g.ids[in.RequestID] {
		return map[string]string{"CodeResult": "124"}
	}
	g.ids[in.RequestID] = true
	g.told[esmsPath+in.Phone] = append(g.told[esmsPath+in.Phone], in.Content)
	return map[string]string{"CodeResult": "100"}
}

func (g *gateway) heard(path, number string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.told[path+number])
}

// TestANumberIsToldByZaloOfEachStep: by the office's template, with the reference and what happened and no word of the letter.
func TestANumberIsToldByZaloOfEachStep(t *testing.T) {
	g, at := newGateway(t)
	r := openAs(t, func(c *app.Config) {
		c.Sweep = 200 * time.Millisecond
		c.BaseURL = "https://tiepdan.xa.example.vn"
		c.Zalo = &chat.Zalo{App: "777", Account: "oa-1", Secret: "oa-secret", AppSecret: "app-secret", Refresh: "first", API: at, OAuth: at}
		c.ZNS = &chat.ZNS{Templates: map[string]string{"told": "1", "neutral": "2"}, API: at}
	}, func(a *app.App) error { byDay(a); return a.Demo(t.Context(), false) })
	code := caseAt(t, r, "feedback")
	if a := r.call(t, "POST", "/api/v1/cases/"+code+"/notice", map[string]any{"phone": "0905 123 456", "zalo": true}); a.Status != http.StatusCreated {
		t.Fatalf("%d %s", a.Status, a.Raw)
	}
	f, err := r.Desk.Follow(t.Context(), code)
	if err != nil || r.Desk.ReachWay(f.Case) != casework.WayZNS {
		t.Fatalf("%v, told by %q", err, r.Desk.ReachWay(f.Case))
	}
	d := &dossier{running: r, code: code, ref: f.Case.Ref}
	d.moves(t, r.signIn(t, headOf(t, r, d.ref)), do("start"))
	until(t, "word by Zalo", func() bool { return len(g.heard(znsPath, "84905123456")) == 1 })
	if got, want := g.heard(znsPath, "84905123456")[0], d.ref+"|"+r.Words.T("vi", "zns.started")+"|https://tiepdan.xa.example.vn/t"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
	for _, secret := range []string{"905123456", "app-secret", "access", "first"} {
		if strings.Contains(r.Log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

// TestNoticesByZaloNeedBothTemplatesAndTheAccount: a setting that lacks one is refused in words.
func TestNoticesByZaloNeedBothTemplatesAndTheAccount(t *testing.T) {
	account := "app=777 account=oa-1 secret=s app_secret=s refresh=r"
	for _, tc := range []struct {
		zalo, zns string
		ok        bool
	}{
		{account, "told=1 neutral=2", true},
		{account, "told=1 neutral=2 told_en=3 api=https://zns.example.vn", true},
		{"", "told=1 neutral=2", false},
		{account, "told=1", false},
		{account, "told=1 neutral=2 other=3", false},
	} {
		t.Setenv("TIEPDAN_ZALO", tc.zalo)
		t.Setenv("TIEPDAN_ZNS", tc.zns)
		c, err := app.FromEnv("127.0.0.1:0", t.TempDir(), nil)
		if (err == nil) != tc.ok || err != nil && !strings.Contains(err.Error(), "TIEPDAN_ZNS") || tc.ok && c.ZNS.Templates["neutral"] != "2" {
			t.Errorf("%q with %q: %v", tc.zns, tc.zalo, err)
		}
	}
}
