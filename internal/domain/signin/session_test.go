package signin_test

import (
	"errors"
	"testing"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
)

func TestWhatChangesAPersonEndsHisSessionsAtOnce(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*office.Staff)
		ends   bool
	}{
		"a new password":  {func(s *office.Staff) { s.Password = "khác" }, true},
		"another role":    {func(s *office.Staff) { s.Roles = []office.Role{office.Admin} }, true},
		"another unit":    {func(s *office.Staff) { s.Unit = "roads" }, true},
		"a second factor": {func(s *office.Staff) { s.OTP = []byte("x") }, true},
		"disabled":        {func(s *office.Staff) { s.Disabled = true }, true},
		"everywhere":      {func(s *office.Staff) { s.Epoch++ }, true},
		"an epoch undone": {func(s *office.Staff) { s.Epoch = 0; s.Password = "khác" }, true},
		"another name":    {func(s *office.Staff) { s.Name = "Trần Lan" }, false},
		"an absence":      {func(s *office.Staff) { s.Away = []office.Absence{{Delegate: "s2"}} }, false},
	} {
		d := clearly(newDoor(clerk().Change(func(s *office.Staff) { s.Epoch = 3 })))
		token, _, err := d.SignIn(t.Context(), in("đúng"))
		if err != nil {
			t.Fatal(err)
		}
		d.staff[0] = d.staff[0].Change(tc.change)
		if _, _, err := d.Who(t.Context(), token); errors.Is(err, signin.ErrSignedOut) != tc.ends {
			t.Errorf("%s: %v", name, err)
		}
		d.staff[0] = d.staff[0].Change(func(s *office.Staff) { s.Disabled = false })
		if _, _, err := d.Who(t.Context(), token); errors.Is(err, signin.ErrSignedOut) != tc.ends {
			t.Errorf("%s, and enabled: %v", name, err)
		}
	}
}

func TestAnUnusedSessionEnds(t *testing.T) {
	d := clearly(newDoor(clerk()))
	d.Lasts, d.Idle = 9*time.Hour, 30*time.Minute
	token, _, err := d.SignIn(t.Context(), in("đúng"))
	if err != nil {
		t.Fatal(err)
	}
	for range 10 { // used now and then it lasts
		d.clock = d.clock.Add(29 * time.Minute)
		if _, _, err := d.Who(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	d.clock = d.clock.Add(30 * time.Minute)
	if _, _, err := d.Who(t.Context(), token); !errors.Is(err, signin.ErrSignedOut) {
		t.Errorf("after half an hour: %v", err)
	}
}

// TestWhatAPageAsksByItselfIsNoUse of its session, which ends as if nobody had asked.
func TestWhatAPageAsksByItselfIsNoUse(t *testing.T) {
	d := clearly(newDoor(clerk()))
	d.Lasts, d.Idle = 9*time.Hour, 30*time.Minute
	token, _, err := d.SignIn(t.Context(), in("đúng"))
	if err != nil {
		t.Fatal(err)
	}
	d.clock = d.clock.Add(29 * time.Minute)
	if who, _, err := d.Look(t.Context(), token); err != nil || who.ID != "s1" {
		t.Fatalf("before its end: %v %v", who.ID, err)
	}
	d.clock = d.clock.Add(time.Minute)
	if _, _, err := d.Look(t.Context(), token); !errors.Is(err, signin.ErrSignedOut) {
		t.Errorf("after half an hour: %v", err)
	}
}

func TestAPersonSeesHisOpenSessionsAndEndsThemAll(t *testing.T) {
	d := clearly(newDoor(clerk()))
	d.Idle = 30 * time.Minute
	at := in("đúng")
	at.From, at.Agent = "203.0.113.77", "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/120 Chrome/114 Safari/537.36"
	token, who, err := d.SignIn(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	open, err := d.Open(t.Context(), who)
	if err != nil || len(open) != 1 || open[0].From != "203.0.113.0/24" || open[0].Device != "Cốc Cốc, Windows" {
		t.Fatalf("open: %+v %v", open, err)
	}
	if err := d.SignOutEverywhere(t.Context(), "s1"); err != nil {
		t.Fatal(err)
	}
	who = d.staff[0]
	if _, _, err := d.Who(t.Context(), token); !errors.Is(err, signin.ErrSignedOut) {
		t.Errorf("signed out everywhere: %v", err)
	}
	if open, err := d.Open(t.Context(), who); err != nil || len(open) != 0 {
		t.Errorf("still open: %v %v", open, err)
	}
}

func TestAddressesAreMasked(t *testing.T) {
	for from, want := range map[string]string{
		"203.0.113.77": "203.0.113.0/24", "::ffff:203.0.113.77": "203.0.113.0/24", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "", "nonsense": "",
	} {
		if got := signin.Masked(from); got != want {
			t.Errorf("%q became %q, want %q", from, got, want)
		}
	}
}
