package signin_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
)

func aToken() signin.NewToken {
	return signin.NewToken{Name: "Phần mềm một cửa", Scopes: []signin.Scope{signin.ReadCases}, Lasts: 30 * 24 * time.Hour}
}

// tokened is somebody with an access token.
func tokened(t *testing.T) (*door, string) {
	t.Helper()
	m := lan(t)
	m.Roles = []office.Role{office.Officer}
	d := newDoor(m)
	token, err := d.MakeToken(t.Context(), m, aToken(), signin.In{})
	if err != nil {
		t.Fatal(err)
	}
	return d, token
}

func shown(t *testing.T, d *door, token string) error {
	t.Helper()
	_, _, err := d.ByToken(t.Context(), token, signin.In{From: "192.0.2.7", Agent: "curl"})
	return err
}

func TestAnAccessTokenIsKnownByItsHashAndOpensNoPage(t *testing.T) {
	d, token := tokened(t)
	if !strings.HasPrefix(token, "tiepdan_pat_") || len(token) < 50 {
		t.Errorf("the token is %q", token)
	}
	for id, s := range d.kept.kept {
		if strings.Contains(id+s.Name+s.CSRF, strings.TrimPrefix(token, signin.TokenPrefix)) {
			t.Error("the token is kept as it is")
		}
	}
	who, s, err := d.ByToken(t.Context(), token, signin.In{})
	if err != nil || who.ID != "s1" || !s.Token() || !s.ProvedAt.IsZero() || d.Fresh(s) {
		t.Errorf("shown: %v %+v", err, s)
	}
	if _, _, err := d.Who(t.Context(), token); !errors.Is(err, signin.ErrSignedOut) {
		t.Errorf("as a session: %v", err)
	}
	if was, err := d.Was(t.Context(), token); was != "" || err != nil {
		t.Errorf("as a session that was: %q %v", was, err)
	}
	if open, err := d.Open(t.Context(), who); err != nil || len(open) != 0 {
		t.Errorf("it stands among the sign-ins: %v %v", open, err)
	}
	session, _, err := d.SignIn(t.Context(), in("đúng mật khẩu"))
	if err != nil {
		t.Fatal(err)
	}
	if err := shown(t, d, session); !errors.Is(err, signin.ErrSignedOut) {
		t.Errorf("a sign-in as a token: %v", err)
	}
	if held, err := d.Tokens(t.Context(), who); err != nil || len(held) != 1 {
		t.Errorf("a sign-in stands among the tokens: %v %v", held, err)
	}
}

func TestAnAccessTokenEndsWithWhatEndsItsPersonsSessions(t *testing.T) {
	for name, change := range map[string]func(*office.Staff){
		"his password": func(m *office.Staff) { m.Password = "x" }, "his standing": func(m *office.Staff) { m.Disabled = true },
		"his roles": func(m *office.Staff) { m.Roles = []office.Role{office.Head} }, "signed out everywhere": func(m *office.Staff) { m.Epoch++ },
		"a doubt": func(m *office.Staff) { m.Doubt("admin") },
	} {
		t.Run(name, func(t *testing.T) {
			d, token := tokened(t)
			if err := shown(t, d, token); err != nil {
				t.Fatal(err)
			}
			d.staff[0] = d.staff[0].Change(change)
			if err := shown(t, d, token); !errors.Is(err, signin.ErrSignedOut) {
				t.Errorf("goes on: %v", err)
			}
			// It does not come back when all is well again.
			d.staff[0] = d.staff[0].Change(func(m *office.Staff) { m.Disabled, m.Unvouched = false, "" })
			if err := shown(t, d, token); !errors.Is(err, signin.ErrSignedOut) {
				t.Errorf("comes back: %v", err)
			}
			if held, err := d.Tokens(t.Context(), d.staff[0]); err != nil || len(held) != 0 {
				t.Errorf("is still listed: %v %v", held, err)
			}
		})
	}
	d, token := tokened(t)
	d.staff[0] = d.staff[0].Change(func(m *office.Staff) { m.Rename("Trần Thị Lan Anh") })
	d.clock = d.clock.Add(30*24*time.Hour - time.Second)
	if err := shown(t, d, token); err != nil {
		t.Errorf("with another name, a moment before its end: %v", err)
	}
	d.clock = d.clock.Add(time.Second)
	if err := shown(t, d, token); !errors.Is(err, signin.ErrSignedOut) {
		t.Errorf("at its end: %v", err)
	}
}

func TestAnAccessTokenIsEndedByItsPersonAlone(t *testing.T) {
	d, token := tokened(t)
	held, err := d.Tokens(t.Context(), d.staff[0])
	if err != nil || len(held) != 1 {
		t.Fatal(held, err)
	}
	other := lan(t)
	other.ID = "s2"
	if err := d.EndToken(t.Context(), other, held[0].ID, signin.In{}); err != nil || shown(t, d, token) != nil {
		t.Errorf("by somebody else: %v", err)
	}
	if err := d.EndToken(t.Context(), d.staff[0], held[0].ID, signin.In{}); err != nil || !errors.Is(shown(t, d, token), signin.ErrSignedOut) {
		t.Errorf("by its person: %v", err)
	}
}

func TestTheJournalTellsWhereAnAccessTokenIsUsed(t *testing.T) {
	d, token := tokened(t)
	use := func(from string) {
		if _, _, err := d.ByToken(t.Context(), token, signin.In{From: from}); err != nil {
			t.Fatal(err)
		}
	}
	use("192.0.2.7")
	use("192.0.2.7")
	use("198.51.100.7") // within the same minute
	var told []string
	for _, l := range d.lines {
		told = append(told, l.What+" "+l.From)
	}
	if want := []string{"pat_on ", "pat 192.0.2.0/24", "pat 198.51.100.0/24"}; !slices.Equal(told, want) {
		t.Errorf("told %q, not %q", told, want)
	}
	held, err := d.Tokens(t.Context(), d.staff[0])
	if err != nil || !held[0].SeenAt.Equal(d.clock) || held[0].From != "198.51.100.0/24" {
		t.Errorf("last used: %+v %v", held, err)
	}
}

func TestAnAccessTokenIsGivenWhatItsPersonHas(t *testing.T) {
	m := lan(t)
	m.Roles = []office.Role{office.Officer}
	d := newDoor(m)
	for name, tc := range map[string]struct {
		change func(*signin.NewToken)
		who    func(*office.Staff)
		want   error
	}{
		"no name":            {change: func(n *signin.NewToken) { n.Name = "  " }, want: signin.ErrTokenShape},
		"a long name":        {change: func(n *signin.NewToken) { n.Name = strings.Repeat("ờ", 61) }, want: signin.ErrTokenShape},
		"the longest name":   {change: func(n *signin.NewToken) { n.Name = strings.Repeat("ờ", 60) }},
		"no scope":           {change: func(n *signin.NewToken) { n.Scopes = nil }, want: signin.ErrTokenShape},
		"the office":         {change: func(n *signin.NewToken) { n.Scopes = []signin.Scope{signin.ReadOffice} }, want: signin.ErrTokenShape},
		"any scope":          {change: func(n *signin.NewToken) { n.Scopes = []signin.Scope{signin.AnyScope} }, want: signin.ErrTokenShape},
		"no end":             {change: func(n *signin.NewToken) { n.Lasts = 0 }, want: signin.ErrTokenShape},
		"more than a year":   {change: func(n *signin.NewToken) { n.Lasts = signin.TokenLongest + 1 }, want: signin.ErrTokenShape},
		"a year":             {change: func(n *signin.NewToken) { n.Lasts = signin.TokenLongest }},
		"in doubt":           {who: func(m *office.Staff) { m.Doubt("admin") }, want: signin.ErrTokenDoubt},
		"an administrator":   {who: func(m *office.Staff) { m.Roles = []office.Role{office.Admin} }, want: signin.ErrTokenShape},
		"both":               {who: func(m *office.Staff) { m.Roles = append(m.Roles, office.Admin) }},
		"what he does write": {change: func(n *signin.NewToken) { n.Scopes = []signin.Scope{signin.WriteCases} }},
	} {
		ask, who := aToken(), m
		if tc.change != nil {
			tc.change(&ask)
		}
		if tc.who != nil {
			who.Roles = slices.Clone(m.Roles)
			tc.who(&who)
		}
		if _, err := d.MakeToken(t.Context(), who, ask, signin.In{}); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	had, err := d.Tokens(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 - len(had) {
		if _, err := d.MakeToken(t.Context(), m, aToken(), signin.In{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.MakeToken(t.Context(), m, aToken(), signin.In{}); !errors.Is(err, signin.ErrTokenMany) {
		t.Errorf("the 21st: %v", err)
	}
}

func TestScopesOfWritingReadAsWellAndNoneIsAskedForInVain(t *testing.T) {
	for _, tc := range []struct {
		has  []signin.Scope
		want signin.Scope
		may  bool
	}{
		{nil, signin.WriteOffice, true}, // a person's own sign-in
		{nil, "", true},
		{[]signin.Scope{signin.ReadCases}, signin.ReadCases, true},
		{[]signin.Scope{signin.ReadCases}, signin.WriteCases, false},
		{[]signin.Scope{signin.WriteCases}, signin.ReadCases, true},
		{[]signin.Scope{signin.WriteCases}, signin.ReadOffice, false},
		{[]signin.Scope{signin.WriteOffice}, signin.ReadOffice, true},
		{[]signin.Scope{signin.ReadCases}, signin.AnyScope, true},
		{[]signin.Scope{signin.ReadCases, signin.WriteCases, signin.WriteOffice}, "", false},
	} {
		if got := (signin.Session{Scopes: tc.has}).Allows(tc.want); got != tc.may {
			t.Errorf("%v for %q: %t", tc.has, tc.want, got)
		}
	}
}
