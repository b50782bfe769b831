package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"tiepdan/internal/app"
)

func TestStaffIsChangedBesideTheRunningService(t *testing.T) {
	r := open(t, nil)
	path := filepath.Join(r.Config.Data, "admin.sock")
	until(t, "the socket", func() bool { // it listens before its rights are narrowed
		info, err := os.Stat(path)
		return err == nil && info.Mode().Perm() == 0o600
	})
	ask := func(do string, n app.NewStaff) error {
		t.Helper()
		running, err := app.AskRunning(t.Context(), r.Config.Data, app.StaffOrder{Do: do, Staff: n})
		if !running {
			t.Fatalf("%s: no service was found: %v", do, err)
		}
		return err
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v %v", info.Mode(), err)
	}
	in := func(h []string) int { return r.call(t, "GET", "/api/v1/staff/cases", nil, h...).Status }
	enter := func(username, password string) int {
		return r.call(t, "POST", "/api/v1/staff/sessions", map[string]string{"username": username, "password": password}).Status
	}
	if err := ask("keep", app.NewStaff{Username: "moi", Name: "Người Mới", Unit: "phong-kinh-te", Roles: []string{"inspector"}, Password: "mật khẩu mới"}); err != nil {
		t.Fatal(err)
	}
	if got := enter("moi", "mật khẩu mới"); got != http.StatusCreated {
		t.Errorf("the new person signs in: %d", got)
	}
	for name, order := range map[string]func() error{
		"end-sessions": func() error { return ask("end-sessions", app.NewStaff{Username: "lucht"}) },
		"a role":       func() error { return ask("keep", app.NewStaff{Username: "lucht", Roles: []string{"head", "officer"}}) },
		"a password":   func() error { return ask("keep", app.NewStaff{Username: "lucht", Password: r.password(t)}) },
		"disable and enable": func() error {
			if err := ask("disable", app.NewStaff{Username: "lucht"}); err != nil {
				return err
			}
			if got := enter("lucht", r.password(t)); got != http.StatusUnauthorized {
				t.Errorf("disabled, he signs in: %d", got)
			}
			return ask("enable", app.NewStaff{Username: "lucht"})
		},
	} {
		h := r.signIn(t, "lucht")
		if got := in(h); got != http.StatusOK {
			t.Fatalf("signed in: %d", got)
		}
		if err := order(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := in(h); got != http.StatusUnauthorized {
			t.Errorf("%s: the old token still opens: %d", name, got)
		}
	}
	for _, wrong := range []app.StaffOrder{
		{Do: "disable", Staff: app.NewStaff{Username: "nobody"}},
		{Do: "drop"},
		{Do: "keep", Staff: app.NewStaff{Username: "x"}},
		{Do: "keep", Staff: app.NewStaff{Username: "lucht", Roles: []string{"king"}}},
		{Do: "keep", Staff: app.NewStaff{Username: "lucht", Password: "short"}},
	} {
		if err := ask(wrong.Do, wrong.Staff); err == nil {
			t.Errorf("%+v was done", wrong)
		}
	}
	h := r.signIn(t, "lucht")
	if a := r.call(t, "DELETE", "/api/v1/staff/sessions/all", nil, h...); a.Status != http.StatusNoContent || in(h) != http.StatusUnauthorized {
		t.Errorf("signed out everywhere: %d, then %d", a.Status, in(h))
	}
	r.stop()
	if running, err := app.AskRunning(t.Context(), r.Config.Data, app.StaffOrder{}); running || err != nil {
		t.Errorf("after the end: %v %v", running, err)
	}
}
