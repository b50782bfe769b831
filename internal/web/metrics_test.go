package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
)

func figures(c *fiber.Ctx) error { return c.SendString("figures") }

func TestFiguresAreNotForStrangers(t *testing.T) {
	st := newStand(t, func(c *Config) { c.Metric = figures })
	local := "http://" + st.served(t) + "/metrics"
	get := func(address string, header ...string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	if got := get(local); got != http.StatusOK {
		t.Errorf("a program on this machine: %d", got)
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP"} {
		if got := get(local, name, "203.0.113.9"); got != http.StatusNotFound {
			t.Errorf("a stranger behind a proxy on this machine (%s): %d", name, got)
		}
	}
	if a := st.ask(t, http.MethodGet, "/metrics", nil); a.status != http.StatusNotFound { // from 0.0.0.0
		t.Errorf("from elsewhere: %d", a.status)
	}
	guarded := newStand(t, func(c *Config) { c.Metric, c.MetricToken = figures, "a long secret" })
	for header, want := range map[string]int{"": 404, "Bearer wrong": 404, "Bearer ": 404, "Bearer a long secret": 200} {
		if a := guarded.ask(t, http.MethodGet, "/metrics", nil, "Authorization", header); a.status != want {
			t.Errorf("with %q: %d, want %d", header, a.status, want)
		}
	}
}

// strictBell counts only while there is time, as a database does.
type strictBell struct {
	casework.Notices
	ref *string
}

func (b strictBell) ListNotices(ctx context.Context, _ string, _ bool, _ string, _ int) ([]*casework.Notice, string, error) {
	ns := make([]*casework.Notice, 7)
	for i := range ns {
		ns[i] = &casework.Notice{Ref: *b.ref, Step: "due", Unread: true, Opens: true}
	}
	return ns, "", ctx.Err()
}

func TestAnErrorPageStillCountsTheNotices(t *testing.T) {
	var log bytes.Buffer
	var ref string
	st := newStand(t, func(c *Config) {
		c.Desk.Notices = strictBell{ref: &ref}
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	ref = st.ref
	a := st.ask(t, http.MethodGet, "/staff/cases/TD26-000000", nil)
	if a.status != http.StatusNotFound || !strings.Contains(a.body, "7") || strings.Contains(log.String(), "notices not counted") {
		t.Errorf("%d, log %s", a.status, &log)
	}
}
