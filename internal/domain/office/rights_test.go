package office_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/domain/office"
)

func fakeMAC(domain string, parts ...[]byte) (out [32]byte) {
	h := hmac.New(sha256.New, []byte("test key"))
	h.Write([]byte(domain))
	for _, p := range parts {
		h.Write([]byte{0, byte(len(p))})
		h.Write(p)
	}
	copy(out[:], h.Sum(nil))
	return out
}

// TestRightsMatrix is the table a lawyer reads: who may do what with an ordinary case and with a denunciation, both lying
// with the economy unit and assigned to its officer.
func TestRightsMatrix(t *testing.T) {
	o := office.New(commune())
	plain := office.File{Unit: "economy", Assignee: "officer"}
	secret := office.File{Unit: "economy", Assignee: "officer", Secret: true}
	about := office.File{Unit: "economy", Assignee: "officer", About: []string{"economist"}}
	headed := office.File{Unit: "economy", Assignee: "officer", Secret: true, About: []string{"economist"}}
	possible := office.File{Unit: "commune", Assignee: "chair", Helpers: []string{"economist", "director"}, Secret: true, Suspects: []string{"officer"}}
	line := office.File{Unit: "commune", Assignee: "chair", Helpers: []string{"officer", "director"}, Secret: true, Lines: []string{"economy"}}
	outside := office.File{Unit: "commune", Assignee: "watch", Outside: true, Secret: true, Lines: []string{"commune"}}
	hinted := office.File{Unit: "economy", Assignee: "officer", Suspects: []string{"officer"}}
	headless := office.File{Unit: "commune", Assignee: "watch", Outside: true, Secret: true}
	all := []office.Action{
		office.See, office.SeeContact, office.SeeLetter, office.Triage, office.Work, office.Decide, office.Oversee, office.AskIdentity, office.ApproveIdentity,
	}
	for _, tc := range []struct {
		who  string
		file office.File
		want string
	}{
		{"economist", plain, "see see_contact triage work decide"},
		{"officer", plain, "see see_contact work"},
		{"chair", plain, "see triage oversee"},
		{"mayor", plain, "see triage oversee"},
		{"director", plain, ""},
		{"desk", plain, "see see_contact triage"},
		{"watch", plain, "see oversee"},
		{"admin", plain, ""},
		{"economist", secret, "see see_letter triage work decide ask_identity approve_identity"},
		{"officer", secret, "see work ask_identity"},
		{"chair", secret, "approve_identity"},
		{"mayor", secret, "approve_identity"},
		{"director", secret, ""},
		{"desk", secret, ""},
		{"watch", secret, "approve_identity"},
		{"admin", secret, ""},
		{"economist", headed, ""},
		{"officer", headed, ""}, // he is under the accused
		{"chair", headed, "approve_identity"},
		{"watch", headed, "approve_identity"},
		{"officer", possible, ""},
		{"economist", possible, ""}, // his unit's line is closed while it is not clear
		{"director", possible, "see see_letter triage work decide ask_identity"},
		{"chair", possible, "see see_letter triage work decide ask_identity approve_identity"},
		{"economist", line, ""},
		{"officer", line, ""},
		{"director", line, "see see_letter triage work decide ask_identity"},
		{"chair", outside, ""},
		{"officer", outside, ""},
		{"watch", outside, "see see_letter triage work ask_identity approve_identity"},
		{"officer", hinted, ""}, // a complaint that may be about him
		{"economist", hinted, "see see_contact triage work decide"},
		{"chair", headless, ""}, // it lies in nobody's line, whoever heads the unit
		{"economist", about, ""},
		{"officer", about, "see see_contact work"},
	} {
		who, _ := o.Staff(tc.who)
		var may []string
		for _, a := range all {
			if o.May(who, a, tc.file, now) {
				may = append(may, string(a))
			}
		}
		if diff := cmp.Diff(tc.want, strings.Join(may, " ")); diff != "" {
			t.Errorf("%s, secret=%t about=%v: %s", tc.who, tc.file.Secret, tc.file.About, diff)
		}
	}
}

func TestShelvesNeverShowADenunciationToReceptionOrInspection(t *testing.T) {
	o := office.New(commune())
	for who, want := range map[string][]string{
		"desk":      {"open/centre", "open/commune", "open/economy", "triage"},
		"watch":     {"open/centre", "open/commune", "open/economy", "outside/commune", "triage"},
		"officer":   {"open/economy"},
		"economist": {"open/economy", "sealed/economy"},
		"chair":     {"open/centre", "open/commune", "open/economy", "sealed/commune"},
		"admin":     {},
	} {
		s, _ := o.Staff(who)
		if diff := cmp.Diff(want, o.Shelves(s, now)); diff != "" {
			t.Errorf("%s: %s", who, diff)
		}
	}
	if got := office.Shelf(office.File{Secret: true, Unit: "economy"}); slices.Contains([]string{"open/economy", "triage"}, got) {
		t.Errorf("a denunciation lies on %s", got)
	}
}

// TestAPartOfTheKeyIsBroughtByWhoIsUnderNoAccused: whoever holds one brings it, whatever his role, and so he does for a letter
// that has left the seal with its sender in it. Not whom it is about, nor who has him above himself, not even an inspector.
func TestAPartOfTheKeyIsBroughtByWhoIsUnderNoAccused(t *testing.T) {
	o := office.New(commune())
	may := func(who string, f office.File) bool {
		s, _ := o.Staff(who)
		return o.May(s, office.BringPart, f, now)
	}
	about := func(f office.File, id string) office.File {
		f.About = []string{id}
		return f
	}
	for _, f := range []office.File{
		{Unit: "economy", Assignee: "economist", Secret: true, Guarded: true}, {Unit: "economy", Assignee: "economist", Guarded: true},
	} {
		for _, who := range []string{"mayor", "director", "desk", "watch", "admin", "officer"} {
			if !may(who, f) {
				t.Errorf("%s may bring no part, secret=%t", who, f.Secret)
			}
		}
		for _, who := range []string{"chair", "officer", "desk", "watch", "admin"} { // all of the commune
			if may(who, about(f, "chair")) {
				t.Errorf("%s brings a part against the chair, secret=%t", who, f.Secret)
			}
		}
		if !may("mayor", about(f, "chair")) || !may("director", about(f, "economist")) || may("officer", about(f, "economist")) {
			t.Errorf("who is under an accused and who is not, secret=%t", f.Secret)
		}
	}
	if may("mayor", office.File{Unit: "economy"}) {
		t.Error("a part is brought to a letter that has no seal")
	}
}

// TestListsHoldNothingThatTheirReaderMayNotSee: whoever reads a list may see every case in it that is about nobody, so an authority
// below has no list with the reception above, and an officer who stands in for a head none of the units below.
func TestListsHoldNothingThatTheirReaderMayNotSee(t *testing.T) {
	now := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	away := []office.Absence{{From: now.AddDate(0, 0, -1), To: now.AddDate(0, 0, 1), Delegate: "stand-in"}}
	o := office.New(office.Content{
		Units: []office.Unit{
			{ID: "district", Authority: true, Head: "chair"},
			{ID: "roads", Parent: "district", Head: "roads-head"},
			{ID: "bridges", Parent: "roads"},
			{ID: "commune", Parent: "district", Authority: true},
			{ID: "fields", Parent: "commune"},
		},
		Staff: []office.Staff{
			{ID: "desk", Unit: "district", Roles: []office.Role{office.Reception}},
			{ID: "eye", Unit: "district", Roles: []office.Role{office.Inspector}},
			{ID: "chair", Unit: "district", Roles: []office.Role{office.Head}},
			{ID: "roads-head", Unit: "roads", Roles: []office.Role{office.Head}, Away: away},
			{ID: "stand-in", Unit: "district", Roles: []office.Role{office.Officer}},
		},
	})
	seen := 0
	for _, who := range o.AllStaff() {
		for _, u := range o.Units() {
			f := office.File{Unit: u.ID}
			if listed, may := slices.Contains(o.Shelves(who, now), office.Shelf(f)), o.May(who, office.See, f, now); listed != may {
				t.Errorf("%s reads the list of %s: %v, and may see what lies there: %v", who.ID, u.ID, listed, may)
			} else if may {
				seen++
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d lists are read", seen)
	}
}

// TestWhoReadsWhatCitizensSayOfACounter, and who answers: by unit, never an administrator, nobody who has left.
func TestWhoReadsWhatCitizensSayOfACounter(t *testing.T) {
	o := office.New(commune())
	now := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	read, answered := 0, 0
	for _, s := range o.AllStaff() {
		of := o.RatedCounters(s, now)
		if heard := o.InspectedCounters(s); len(heard) > 0 && !s.Has(office.Inspector) {
			t.Errorf("%s hears what inspection hears", s.ID)
		}
		for _, k := range o.Counters() {
			seat, headed := o.Seat(k.Unit) == o.Seat(s.Unit), false
			for _, u := range o.Headed(s.ID, now) {
				headed = headed || slices.Contains(o.Below(u), k.Unit)
			}
			want := headed || s.Has(office.Officer) && s.Unit == k.Unit || (s.Has(office.Reception) || s.Has(office.Inspector)) && seat
			if got := slices.ContainsFunc(of, func(x office.Counter) bool { return x.ID == k.ID }); got != want {
				t.Errorf("%s (%v) reads %s: %t", s.ID, s.Roles, k.ID, got)
			}
			if got := o.MayAnswerRating(s, k.ID, now); got != headed {
				t.Errorf("%s (%v) answers at %s: %t", s.ID, s.Roles, k.ID, got)
			} else if got {
				answered++
			}
		}
		read += len(of)
		k := o.Counters()[0]
		for _, unit := range []string{k.Unit, "nowhere"} {
			officer := office.Staff{ID: "newcomer", Unit: unit, Roles: []office.Role{office.Officer}}
			if got := slices.ContainsFunc(o.RatedCounters(officer, now), func(x office.Counter) bool { return x.ID == k.ID }); got != (unit == k.Unit) {
				t.Errorf("an officer of %s reads %s: %t", unit, k.ID, got)
			}
		}
		s.Roles = []office.Role{office.Admin}
		if of := o.RatedCounters(s, now); len(o.Headed(s.ID, now)) == 0 && len(of) > 0 {
			t.Errorf("as an administrator %s reads %v", s.ID, of)
		}
		if s.Disabled = true; len(o.RatedCounters(s, now)) > 0 || o.MayAnswerRating(s, o.Counters()[0].ID, now) {
			t.Errorf("%s has left and reads", s.ID)
		}
	}
	if read == 0 || answered == 0 {
		t.Errorf("%d read, %d answered", read, answered)
	}
}
