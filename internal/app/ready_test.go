package app_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
)

// failed names the checks of /readyz that fail, and how long the answer took.
func failed(t *testing.T, r *running) (status int, names string, took time.Duration) {
	t.Helper()
	began := time.Now()
	a := r.call(t, "GET", "/readyz", nil)
	took = time.Since(began)
	var all []string
	checks, _ := a.JSON["checks"].([]any)
	if len(checks) != 9 {
		t.Fatalf("%d %s", a.Status, a.Raw)
	}
	for _, c := range checks {
		if m := c.(map[string]any); m["failed"] == true {
			all = append(all, m["name"].(string))
			if m["since"] == nil {
				t.Errorf("nobody knows since when %s fails", m["name"])
			}
		}
	}
	return a.Status, strings.Join(all, " "), took
}

// TestReadinessSaysWhatFails takes away one thing after the other.
func TestReadinessSaysWhatFails(t *testing.T) {
	expect := func(t *testing.T, r *running, want string) {
		t.Helper()
		until(t, "readiness to say "+want, func() bool {
			status, names, took := failed(t, r)
			if took > 20*time.Second { // on a busy machine; without their limits the checks take more than a minute
				t.Errorf("answered after %s", took)
			}
			return strings.Contains(names, want) && (status == http.StatusServiceUnavailable) == (names != "")
		})
	}
	t.Run("keys", func(t *testing.T) {
		r := open(t, nil)
		if status, names, _ := failed(t, r); status != http.StatusOK || names != "" {
			t.Fatalf("%d %s", status, names)
		}
		if err := os.Rename(r.Config.Keys, r.Config.Keys+".away"); err != nil {
			t.Fatal(err)
		}
		expect(t, r, "keys")
		page := r.page(t, "/staff/admin/health", r.signIn(t, oneOf(t, r, office.Admin)))
		if !strings.Contains(page, "Không thấy tệp khóa") || strings.Contains(page, "Dung lượng đĩa</h2>\n    <p class=\"chip late\"") {
			t.Error(page)
		}
		if a := r.call(t, "GET", "/staff/admin/health", nil, "Cookie", "staff="+strings.TrimPrefix(r.signIn(t, "lucht")[1], "Bearer ")); a.Status != http.StatusNotFound {
			t.Errorf("the head reads it: %d", a.Status)
		}
		if err := os.Rename(r.Config.Keys+".away", r.Config.Keys); err != nil {
			t.Fatal(err)
		}
		expect(t, r, "")
	})
	t.Run("disk", func(t *testing.T) {
		r, ballast := filled(t)
		expect(t, r, "database")
		expect(t, r, "disk")
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		expect(t, r, "")
	})
	t.Run("bus", func(t *testing.T) {
		srv := testkit.NATSServer(t)
		r := open(t, func(c *app.Config) { c.NATS = srv.URL })
		srv.Kill(t)
		expect(t, r, "events")
		srv.Start(t)
	})
	t.Run("database", func(t *testing.T) {
		w, r := stalled(t)
		w.silent.Store(true)
		defer w.speak()
		expect(t, r, "database")
	})
	t.Run("routing", func(t *testing.T) {
		r := openAs(t, func(c *app.Config) { c.Roles = []string{"web"} }, func(a *app.App) error {
			a.Now = func() time.Time { return time.Now().Add(6 * time.Minute) }
			return a.Demo(t.Context(), false)
		})
		lost(t, r, "a letter that nobody routes")
		expect(t, r, "routing")
	})
}

// TestNoticesThatWaitAreToldAndStopNothing: a mail server that is away is on the administrator's page and in the doctor's words, and
// takes no process out of service.
func TestNoticesThatWaitAreToldAndStopNothing(t *testing.T) {
	r := open(t, func(c *app.Config) {
		c.SMTP, c.MailAddress = "smtp://127.0.0.1:1", "motcua@xa.example"
	})
	due := time.Now().Add(-time.Hour)
	if err := r.Store.AddDispatches(t.Context(), &casework.Dispatch{ID: "x.1", V: 1, Case: "x", Seq: 1, Step: "accepted", Way: casework.WayMail, Due: &due}); err != nil {
		t.Fatal(err)
	}
	until(t, "the check to fail", func() bool {
		status, names, _ := failed(t, r)
		return status == http.StatusOK && names == "notices"
	})
	page := r.page(t, "/staff/admin/health", r.signIn(t, oneOf(t, r, office.Admin)))
	if !strings.Contains(page, "Gửi tin báo cho người dân") || !strings.Contains(page, "kiểm tra máy chủ thư") {
		t.Error(page)
	}
	if a := r.call(t, "GET", "/metrics", nil); !strings.Contains(string(a.Raw), `tiepdan_check_failed{check="notices"} 1`) {
		t.Error("the figures do not tell it")
	}
}

// TestTheServiceLooksAroundUnasked: nobody asks how it is, and the log says what fails and that it works again.
func TestTheServiceLooksAroundUnasked(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Sweep = 50 * time.Millisecond })
	keys := r.Config.Keys
	if err := os.Rename(keys, keys+".away"); err != nil {
		t.Fatal(err)
	}
	until(t, "the log to say that the key file is gone", func() bool { return strings.Contains(r.Log.String(), "check=keys") })
	if err := os.Rename(keys+".away", keys); err != nil {
		t.Fatal(err)
	}
	until(t, "the log to say that it is there again", func() bool {
		return strings.Contains(r.Log.String(), "what this service needs works again\" check=keys")
	})
}
