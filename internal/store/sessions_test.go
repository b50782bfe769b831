package store_test

import (
	"errors"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"tiepdan/internal/docdb/sqlite"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/store"
)

func TestSignInsEndAndAreSwept(t *testing.T) {
	e, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 8, 3, 1, 0, 0, 0, time.UTC)
	s, err := store.Open(t.Context(), e, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range 3 {
		id := strconv.Itoa(i)
		if err := s.PutSession(t.Context(), signin.Session{ID: id, Staff: "lan", SeenAt: now, EndsAt: now.Add(time.Duration(i) * time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	later := now.Add(90 * time.Minute)
	if err := s.TouchSession(t.Context(), "2", later); err != nil {
		t.Fatal(err)
	}
	for range 5 { // failures of one hour are one line
		if err := s.NoteAttempt(t.Context(), signin.Attempt{Staff: "lan", At: now, From: "203.0.113.0/24", Times: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.NoteAttempt(t.Context(), signin.Attempt{Staff: "lan", At: later, Good: true, Times: 1}); err != nil {
		t.Fatal(err)
	}
	lines, err := s.AttemptsOf(t.Context(), "lan", 10)
	if err != nil || len(lines) != 2 || !lines[0].Good || lines[1].Times != 5 || lines[1].From != "203.0.113.0/24" {
		t.Errorf("the journal: %+v %v", lines, err)
	}
	if n, err := s.SweepSignIns(t.Context(), later); err != nil || n != 2 {
		t.Errorf("swept %d, %v", n, err)
	}
	open, err := s.SessionsOf(t.Context(), "lan")
	if err != nil || len(open) != 1 || open[0].ID != "2" || !open[0].SeenAt.Equal(later) {
		t.Errorf("left: %+v %v", open, err)
	}
	if err := s.TouchSession(t.Context(), "0", later); err != nil {
		t.Errorf("an ended session: %v", err)
	}
	if _, found, err := s.FindSession(t.Context(), "0"); found || err != nil {
		t.Errorf("an ended session came back: %v %v", found, err)
	}
	if err := s.PutSession(t.Context(), signin.Session{ID: "k", Staff: "lan", Name: "máy", Scopes: []signin.Scope{signin.ReadCases}, EndsAt: later.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if k, _, err := s.FindSession(t.Context(), "k"); err != nil || !k.SeenAt.IsZero() || k.Name != "máy" || !k.Allows(signin.ReadCases) || k.Allows(signin.WriteCases) {
		t.Errorf("an access token: %+v %v", k, err)
	}
	if err := errors.Join(s.UseToken(t.Context(), "k", later, "192.0.2.0/24", "Linux"), s.UseToken(t.Context(), "0", later, "", "")); err != nil {
		t.Fatal(err)
	}
	if k, _, err := s.FindSession(t.Context(), "k"); err != nil || !k.SeenAt.Equal(later) || k.From != "192.0.2.0/24" || k.Device != "Linux" {
		t.Errorf("used: %+v %v", k, err)
	}
	if _, found, _ := s.FindSession(t.Context(), "0"); found {
		t.Error("an ended one came back")
	}
	if err := s.DropSession(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.SweepSignIns(t.Context(), now.Add(signin.JournalLasts+time.Hour)); err != nil || n != 2 {
		t.Errorf("swept %d after ninety days, %v", n, err)
	}
	if err := s.PutStaff(t.Context(), office.Staff{ID: "lan", V: 1, Username: "lan"}); err != nil {
		t.Fatal(err)
	}
	if err := s.RaiseEpoch(t.Context(), "lan"); err != nil {
		t.Fatal(err)
	}
	o, err := s.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := o.Staff("lan"); m.Epoch != 1 || m.V != 2 {
		t.Errorf("after the epoch rose: %+v", m)
	}
}
