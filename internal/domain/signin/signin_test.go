package signin_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
	"tiepdan/pkg/phrase"
)

// sessions keeps sign-ins in memory.
type sessions struct {
	mu   sync.Mutex
	kept map[string]signin.Session
}

func (m *sessions) PutSession(_ context.Context, s signin.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[s.ID] = s
	return nil
}

func (m *sessions) FindSession(_ context.Context, id string) (signin.Session, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.kept[id]
	return s, ok, nil
}

func (m *sessions) TouchSession(_ context.Context, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.kept[id]; ok {
		s.SeenAt = at
		m.kept[id] = s
	}
	return nil
}

func (m *sessions) UseToken(_ context.Context, id string, at time.Time, from, device string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.kept[id]; ok {
		s.SeenAt, s.From, s.Device = at, from, device
		m.kept[id] = s
	}
	return nil
}

func (m *sessions) SessionsOf(_ context.Context, staff string) ([]signin.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []signin.Session
	for _, s := range m.kept {
		if s.Staff == staff {
			out = append(out, s)
		}
	}
	return out, nil
}

func (m *sessions) ProveSession(_ context.Context, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.kept[id]; ok {
		s.ProvedAt = at
		m.kept[id] = s
	}
	return nil
}

func (m *sessions) DropSession(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, id)
	return nil
}

// door is an entrance with a clock that tests move and staff that tests change.
type door struct {
	*signin.Doors
	kept  *sessions
	clock time.Time
	staff []office.Staff
	needs []office.Role // a second factor
	spent map[string]bool
	mu    sync.Mutex
	lines []signin.Attempt
}

// RaiseEpoch changes the staff as a store would.
func (d *door) RaiseEpoch(_ context.Context, staff string) error {
	for i, m := range d.staff {
		if m.ID == staff {
			d.staff[i] = m.Change(func(s *office.Staff) { s.Epoch++ })
		}
	}
	return nil
}

// ChangeStaff changes a person as a store would.
func (d *door) ChangeStaff(_ context.Context, staff string, change func(*office.Staff)) error {
	for i, m := range d.staff {
		if m.ID == staff {
			d.staff[i] = m.Change(change)
		}
	}
	return nil
}

// Spend notes what was used.
func (d *door) Spend(_ context.Context, what string, _ time.Time) (bool, error) {
	first := !d.spent[what]
	d.spent[what] = true
	return first, nil
}

// NoteAttempt keeps a line of the journal.
func (d *door) NoteAttempt(_ context.Context, a signin.Attempt) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, a)
	return nil
}

// AttemptsOf is for pages.
func (d *door) AttemptsOf(context.Context, string, int) ([]signin.Attempt, error) {
	return d.lines, nil
}

// doorway is the sessions and the staff as one store.
type doorway struct {
	*sessions
	*door
}

func (d *door) Office(context.Context) (*office.Office, error) {
	return office.New(office.Content{Staff: d.staff, Settings: office.Settings{Factor: d.needs}}), nil
}

const secret = "JBSWY3DPEHPK3PXP"

func newDoor(staff ...office.Staff) *door {
	d := &door{kept: &sessions{kept: map[string]signin.Session{}}, clock: time.Date(2026, 8, 3, 1, 0, 0, 0, time.UTC), staff: staff, spent: map[string]bool{}}
	d.Doors = &signin.Doors{
		Sessions: doorway{d.kept, d}, Offices: d, MAC: caseworktest.Vault{}.MAC, Now: func() time.Time { return d.clock }, Lasts: time.Hour,
		Factors: d, Vault: caseworktest.Vault{}, Journal: d,
	}
	return d
}

func sealed(t *testing.T, staff string) []byte {
	t.Helper()
	raw, err := caseworktest.Vault{}.SealPersonal([]byte(secret), "otp/"+staff)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func lan(t *testing.T) office.Staff {
	t.Helper()
	return office.Staff{ID: "s1", Username: "lan", Name: "Trần Thị Lan", Password: phrase.Hash("đúng mật khẩu")}
}

func in(password string) signin.In {
	return signin.In{Username: "lan", Password: password, From: "192.0.2.1"}
}

func TestSignInOpensASessionUntilItEnds(t *testing.T) {
	d := newDoor(lan(t))
	token, who, err := d.SignIn(t.Context(), in("đúng mật khẩu"))
	if err != nil || who.ID != "s1" {
		t.Fatalf("sign in: %v %v", who.ID, err)
	}
	for id, s := range d.kept.kept {
		if strings.Contains(id, token) || strings.Contains(token, id) || s.CSRF == "" || s.CSRF == token {
			t.Errorf("the store could open the session: %+v", s)
		}
	}
	d.clock = d.clock.Add(time.Hour - time.Millisecond)
	if who, _, err := d.Who(t.Context(), token); err != nil || who.ID != "s1" {
		t.Errorf("within the hour: %v %v", who.ID, err)
	}
	d.clock = d.clock.Add(time.Millisecond)
	if _, _, err := d.Who(t.Context(), token); !errors.Is(err, signin.ErrSignedOut) {
		t.Errorf("after the hour: %v", err)
	}
}

func TestSignOutEndsThatSessionOnly(t *testing.T) {
	d := newDoor(lan(t))
	first, _, err1 := d.SignIn(t.Context(), in("đúng mật khẩu"))
	second, _, err2 := d.SignIn(t.Context(), in("đúng mật khẩu"))
	if err := errors.Join(err1, err2, d.SignOut(t.Context(), first)); err != nil || first == second {
		t.Fatalf("%v", err)
	}
	if _, _, err := d.Who(t.Context(), first); !errors.Is(err, signin.ErrSignedOut) {
		t.Errorf("the ended session: %v", err)
	}
	if _, _, err := d.Who(t.Context(), second); err != nil {
		t.Errorf("the other session: %v", err)
	}
	for _, token := range []string{"", "x", second + "x", strings.ToUpper(second)} {
		if _, _, err := d.Who(t.Context(), token); !errors.Is(err, signin.ErrSignedOut) {
			t.Errorf("token %q: %v", token, err)
		}
	}
}

func TestWrongPersonStaysOutside(t *testing.T) {
	gone := lan(t)
	gone.ID, gone.Username, gone.Disabled = "s2", "gone", true
	bare := office.Staff{ID: "s3", Username: "bare", Name: "Người Chưa Có Mật Khẩu"}
	d := newDoor(lan(t), gone, bare)
	for name, at := range map[string]signin.In{
		"wrong password":    {Username: "lan", Password: "đúng mật khẩu "},
		"no password":       {Username: "lan"},
		"unknown name":      {Username: "nobody", Password: "đúng mật khẩu"},
		"no name":           {Password: "đúng mật khẩu"},
		"name in capitals":  {Username: "LAN", Password: "đúng mật khẩu"},
		"disabled":          {Username: "gone", Password: "đúng mật khẩu"},
		"password not set":  {Username: "bare"},
		"the hash as given": {Username: "lan", Password: d.staff[0].Password},
	} {
		token, who, err := d.SignIn(t.Context(), at)
		if !errors.Is(err, signin.ErrWrong) || token != "" || who.ID != "" {
			t.Errorf("%s: %q %q %v", name, token, who.ID, err)
		}
	}
	if len(d.kept.kept) != 0 {
		t.Errorf("%d sessions were opened", len(d.kept.kept))
	}
}

func TestStaffDisabledLaterIsOutAtOnce(t *testing.T) {
	d := newDoor(lan(t))
	token, _, err := d.SignIn(t.Context(), in("đúng mật khẩu"))
	if err != nil {
		t.Fatal(err)
	}
	d.staff[0].Disabled = true
	if _, _, err := d.Who(t.Context(), token); !errors.Is(err, signin.ErrSignedOut) {
		t.Errorf("disabled staff: %v", err)
	}
}

func TestRightPasswordsNeverCount(t *testing.T) {
	d := newDoor(lan(t))
	for i := range 12 {
		if _, _, err := d.SignIn(t.Context(), in("đúng mật khẩu")); err != nil {
			t.Fatalf("sign-in %d: %v", i, err)
		}
	}
}

func TestSecondFactorIsWantedAndChecked(t *testing.T) {
	s := lan(t)
	s.OTP = sealed(t, "s1")
	d := newDoor(s)
	code := func(at time.Time) string {
		c, err := totp.GenerateCode(secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, tc := range map[string]struct {
		password, otp string
		want          error
	}{
		"no code":                   {"đúng mật khẩu", "", signin.ErrNeedsOTP},
		"a code of an hour ago":     {"đúng mật khẩu", code(d.clock.Add(-time.Hour)), signin.ErrWrong},
		"letters":                   {"đúng mật khẩu", "abcdef", signin.ErrWrong},
		"code with wrong password":  {"sai", code(d.clock), signin.ErrWrong},
		"no code, wrong password":   {"sai", "", signin.ErrWrong},
		"the right code":            {"đúng mật khẩu", code(d.clock), nil},
		"the code of a moment ago":  {"đúng mật khẩu", code(d.clock.Add(-30 * time.Second)), nil},
		"the code with empty space": {"đúng mật khẩu", " " + code(d.clock.Add(30*time.Second)) + " ", nil},
	} {
		at := in(tc.password)
		at.OTP, at.From = tc.otp, name
		at.Username, at.Devices = "lan", d.Remember("", "s1")
		if _, _, err := d.SignIn(t.Context(), at); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}
