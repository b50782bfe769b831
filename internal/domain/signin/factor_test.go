package signin_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
)

func codeAt(t *testing.T, of string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(of, at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// guarded is somebody with one-time codes who has just signed in.
func guarded(t *testing.T) *door {
	t.Helper()
	m := lan(t)
	m.OTP = sealed(t, "s1")
	return newDoor(m)
}

// halfOf gives the right password and returns what the second step is made with.
func (d *door) halfOf(t *testing.T) string {
	t.Helper()
	_, _, err := d.SignIn(t.Context(), in("đúng mật khẩu"))
	second, ok := errors.AsType[*signin.SecondError](err)
	if !ok || second.Half == "" || second.Wrong {
		t.Fatalf("the right password: %v", err)
	}
	return second.Half
}

func TestACodeIsGoodOnce(t *testing.T) {
	d := guarded(t)
	code := codeAt(t, secret, d.clock)
	step := signin.In{Half: d.halfOf(t), OTP: code}
	if _, who, err := d.SignIn(t.Context(), step); err != nil || who.ID != "s1" {
		t.Fatalf("the second step: %v %v", who.ID, err)
	}
	if _, _, err := d.SignIn(t.Context(), step); !errors.Is(err, signin.ErrWrong) {
		t.Errorf("the same code again: %v", err)
	}
	step.OTP = codeAt(t, secret, d.clock.Add(-30*time.Second))
	if _, _, err := d.SignIn(t.Context(), step); err != nil {
		t.Errorf("the code before it, not used yet: %v", err)
	}
}

func TestTheSecondStepEnds(t *testing.T) {
	d := guarded(t)
	half := d.halfOf(t)
	parts := strings.Split(half, ".")
	code := func() string { return codeAt(t, secret, d.clock) }
	for name, forged := range map[string]string{
		"another person": "czI." + parts[1] + "." + parts[2], "a later end": parts[0] + ".zzzzzz." + parts[2], "nothing": ".", "two parts": parts[0] + "." + parts[1],
	} {
		if _, _, err := d.SignIn(t.Context(), signin.In{Half: forged, OTP: code()}); !errors.Is(err, signin.ErrHalfOver) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.clock = d.clock.Add(5 * time.Minute)
	if _, _, err := d.SignIn(t.Context(), signin.In{Half: half, OTP: code()}); !errors.Is(err, signin.ErrHalfOver) {
		t.Errorf("after five minutes: %v", err)
	}
	half = d.halfOf(t)
	if err := d.RaiseEpoch(t.Context(), "s1"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.SignIn(t.Context(), signin.In{Half: half, OTP: code()}); !errors.Is(err, signin.ErrHalfOver) {
		t.Errorf("after his sessions were ended: %v", err)
	}
}

// TestWrongCodesAreBoundedAndKeepNobodyOutForGood: a thief of the password gets ten codes an hour; whoever has a device of his own, or
// a recovery code, comes in all the while.
func TestWrongCodesAreBoundedAndKeepNobodyOutForGood(t *testing.T) {
	d := guarded(t)
	half, tried := d.halfOf(t), 0
	for range 40 {
		_, _, err := d.SignIn(t.Context(), signin.In{Half: half, OTP: "000000"})
		if _, waits := errors.AsType[*signin.WaitError](err); waits {
			break
		}
		if !errors.Is(err, signin.ErrWrong) {
			t.Fatal(err)
		}
		tried++
	}
	if tried == 0 || tried > 10 {
		t.Fatalf("%d wrong codes were looked at", tried)
	}
	right := codeAt(t, secret, d.clock)
	var wait *signin.WaitError
	if _, _, err := d.SignIn(t.Context(), signin.In{Half: half, OTP: right}); !errors.As(err, &wait) {
		t.Errorf("beyond the bound even the right code is not looked at: %v", err)
	}
	own := signin.In{Username: "lan", Password: "đúng mật khẩu", OTP: right, Devices: d.Remember("", "s1")}
	if _, _, err := d.SignIn(t.Context(), own); err != nil {
		t.Errorf("on a device of his own: %v", err)
	}
	codes, err := d.RenewCodes(t.Context(), d.staff[0], signin.In{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.SignIn(t.Context(), signin.In{Half: half, OTP: codes[0]}); err != nil {
		t.Errorf("with a recovery code: %v", err)
	}
	bad := 0
	for _, l := range d.lines {
		if !l.Good && l.What == signin.ByOTP && l.Staff == "s1" {
			bad++
		}
	}
	if bad != tried {
		t.Errorf("the journal tells of %d wrong codes of %d", bad, tried)
	}
}

func TestARecoveryCodeIsGoodOnceForItsPersonAndNeverKept(t *testing.T) {
	other := lan(t)
	other.ID, other.Username, other.OTP = "s2", "hoa", sealed(t, "s2")
	d := guarded(t)
	d.staff = append(d.staff, other)
	codes, err := d.RenewCodes(t.Context(), d.staff[0], signin.In{})
	if err != nil || len(codes) != 10 {
		t.Fatalf("%d codes: %v", len(codes), err)
	}
	for _, c := range codes {
		if strings.Contains(strings.Join(d.staff[0].Codes, " "), c) {
			t.Errorf("the code %s is kept as it is", c)
		}
	}
	try := func(username, code string) error {
		at := signin.In{Username: username, Password: "đúng mật khẩu", OTP: code, Devices: d.Remember("", "s1")}
		_, _, err := d.SignIn(t.Context(), at)
		return err
	}
	if err := try("hoa", codes[0]); !errors.Is(err, signin.ErrWrong) {
		t.Errorf("another's code: %v", err)
	}
	if err := try("lan", strings.ToLower(strings.ReplaceAll(codes[0], "-", " "))); err != nil {
		t.Errorf("typed as people do: %v", err)
	}
	if err := try("lan", codes[0]); !errors.Is(err, signin.ErrWrong) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := d.RenewCodes(t.Context(), d.staff[0], signin.In{}); err != nil {
		t.Fatal(err)
	}
	if err := try("lan", codes[1]); !errors.Is(err, signin.ErrWrong) {
		t.Errorf("one of the codes before: %v", err)
	}
}

func TestSettingUpCodesNeedsOneAndEndsOtherSessions(t *testing.T) {
	d := newDoor(lan(t))
	ctx := t.Context()
	elsewhere, _, err1 := d.SignIn(ctx, in("đúng mật khẩu"))
	here, who, err2 := d.SignIn(ctx, in("đúng mật khẩu"))
	_, s, err3 := d.Who(ctx, here)
	n, err4 := d.BeginOTP(who, s.ID, "Tiếp dân")
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(n.URL, n.Secret) || strings.Contains(n.Token, n.Secret) || len(n.Secret) < 32 {
		t.Errorf("what is shown: %+v", n)
	}
	again, err := d.AgainOTP(who, s.ID, "Tiếp dân", n.Token)
	if err != nil || again != n {
		t.Errorf("shown once more: %+v %v", again, err)
	}
	if _, _, err := d.ConfirmOTP(ctx, who, n.Token, signin.In{Session: s.ID, OTP: "000000"}); !errors.Is(err, signin.ErrCode) {
		t.Errorf("a wrong code: %v", err)
	}
	code := codeAt(t, n.Secret, d.clock)
	if _, _, err := d.ConfirmOTP(ctx, who, n.Token, signin.In{Session: "another session", OTP: code}); !errors.Is(err, signin.ErrEnrolOver) {
		t.Errorf("from another session: %v", err)
	}
	codes, next, err := d.ConfirmOTP(ctx, who, n.Token, signin.In{Session: s.ID, OTP: code})
	if err != nil || len(codes) != 10 || next == "" || next == here {
		t.Fatalf("set up: %d codes, %v", len(codes), err)
	}
	for name, token := range map[string]string{"elsewhere": elsewhere, "the token before": here} {
		if _, _, err := d.Who(ctx, token); !errors.Is(err, signin.ErrSignedOut) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, kept := d.kept.kept[s.ID]; kept {
		t.Error("the session before is still listed")
	}
	if got, _, err := d.Who(ctx, next); err != nil || !got.HasFactor() || strings.Contains(string(got.OTP), n.Secret) {
		t.Errorf("the session that goes on: %v", err)
	}
	if _, _, err := d.SignIn(ctx, in("đúng mật khẩu")); !errors.Is(err, signin.ErrNeedsOTP) {
		t.Errorf("the password alone: %v", err)
	}
	d.clock = d.clock.Add(15 * time.Minute)
	if _, _, err := d.ConfirmOTP(ctx, who, n.Token, signin.In{Session: s.ID, OTP: codeAt(t, n.Secret, d.clock)}); !errors.Is(err, signin.ErrEnrolOver) {
		t.Errorf("after a quarter of an hour: %v", err)
	}
}

func TestARoleKeepsTheLastFactor(t *testing.T) {
	d := guarded(t)
	d.staff[0].Roles, d.staff[0].Codes, d.needs = []office.Role{office.Head}, []string{"x"}, []office.Role{office.Head}
	if _, err := d.StopOTP(t.Context(), d.staff[0], signin.In{Session: "s"}); !errors.Is(err, signin.ErrFactorNeeded) || !d.staff[0].HasFactor() {
		t.Fatalf("where the role demands it: %v", err)
	}
	d.needs = []office.Role{office.Admin}
	if _, err := d.StopOTP(t.Context(), d.staff[0], signin.In{Session: "s"}); err != nil || d.staff[0].HasFactor() || len(d.staff[0].Codes) > 0 {
		t.Errorf("where another role does: %v, left %v", err, d.staff[0].Codes)
	}
}

func TestProvingAgainLastsFiveMinutesAndIsPaced(t *testing.T) {
	d := guarded(t)
	ctx := t.Context()
	token, who, err := d.SignIn(ctx, signin.In{Half: d.halfOf(t), OTP: codeAt(t, secret, d.clock)})
	if err != nil {
		t.Fatal(err)
	}
	fresh := func() bool {
		_, s, err := d.Who(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		return d.Fresh(s)
	}
	_, s, _ := d.Who(ctx, token)
	d.clock = d.clock.Add(5*time.Minute - time.Millisecond)
	if !fresh() {
		t.Error("stale within five minutes of the sign-in")
	}
	d.clock = d.clock.Add(time.Millisecond)
	if fresh() {
		t.Error("fresh five minutes after the sign-in")
	}
	if err := d.Prove(ctx, who, signin.In{Session: s.ID, Password: "sai"}); !errors.Is(err, signin.ErrWrong) || fresh() {
		t.Errorf("a wrong password: %v", err)
	}
	if err := d.Prove(ctx, who, signin.In{Session: s.ID, Password: "đúng mật khẩu"}); err != nil || !fresh() {
		t.Errorf("the password: %v", err)
	}
	d.clock = d.clock.Add(6 * time.Minute)
	if err := d.Prove(ctx, who, signin.In{Session: s.ID, OTP: codeAt(t, secret, d.clock)}); err != nil || !fresh() {
		t.Errorf("a code: %v", err)
	}
	wrong := 0
	var wait *signin.WaitError
	for ; wrong < 20; wrong++ {
		if err := d.Prove(ctx, who, signin.In{Session: s.ID, Password: "sai"}); errors.As(err, &wait) {
			break
		}
	}
	if wrong > signin.FreeFailures+1 {
		t.Errorf("%d wrong passwords in a row", wrong)
	}
	if err := d.Prove(ctx, who, signin.In{Session: "another session", Password: "đúng mật khẩu"}); err != nil {
		t.Errorf("in another session of his meanwhile: %v", err)
	}
}
