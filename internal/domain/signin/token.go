package signin

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/office"
)

// Scope (phạm vi) is what an access token is good for.
type Scope string

// The scopes. Writing is reading as well.
const (
	ReadCases   Scope = "cases:read"
	WriteCases  Scope = "cases:write"
	ReadOffice  Scope = "office:read"
	WriteOffice Scope = "office:write"
	AnyScope    Scope = "*" // asked for by what every token may do
)

// reads is what each scope of writing reads as well.
var reads = map[Scope]Scope{WriteCases: ReadCases, WriteOffice: ReadOffice}

// ScopesFor lists what a person may give a token: the cases where a role of his sees some, the office where he keeps it.
func ScopesFor(who office.Staff) []Scope {
	var out []Scope
	if slices.ContainsFunc(who.Roles, func(r office.Role) bool { return r != office.Admin }) {
		out = append(out, ReadCases, WriteCases)
	}
	if who.Has(office.Admin) {
		out = append(out, ReadOffice, WriteOffice)
	}
	return out
}

// TokenPrefix begins every access token, so that whoever searches files for secrets finds one that was left in them.
const TokenPrefix = "tiepdan_pat_" //nolint:gosec // it is no secret

// The bounds of access tokens.
const (
	TokenLongest = 365 * 24 * time.Hour
	mostTokens   = 20 // that one person has at a time
	maxTokenName = 60 // characters
)

// What is wrong with an access token that is asked for.
var (
	ErrTokenShape = errors.New("an access token needs a name, a scope of its person and an end within a year")
	ErrTokenMany  = errors.New("the person has as many access tokens as one may have")
	ErrTokenDoubt = errors.New("nobody has confirmed the person's standing")
)

// Token reports whether it is an access token, which a program shows with each call, and no sign-in of a person.
func (s Session) Token() bool { return len(s.Scopes) > 0 }

// Allows reports whether a call that asks for the scope may be made: by a person's own sign-in always, by an access token where one of
// its scopes is that or more. What asks for none is never done by a token.
func (s Session) Allows(want Scope) bool {
	return !s.Token() || want == AnyScope || slices.ContainsFunc(s.Scopes, func(has Scope) bool { return want != "" && (has == want || reads[has] == want) })
}

// NewToken is an access token as its person asks for it.
type NewToken struct {
	Name   string
	Scopes []Scope
	Lasts  time.Duration
}

// MakeToken (tạo khóa truy cập) gives the person a key for a program of his. It is returned once, and only its hash is kept. It ends at
// its time, with whatever ends his sessions, and when his standing comes to need a second person's word.
func (d *Doors) MakeToken(ctx context.Context, who office.Staff, ask NewToken, in In) (string, error) {
	name := strings.TrimSpace(ask.Name)
	foreign := slices.ContainsFunc(ask.Scopes, func(s Scope) bool { return !slices.Contains(ScopesFor(who), s) })
	switch {
	case !who.Vouched():
		return "", ErrTokenDoubt
	case name == "", len([]rune(name)) > maxTokenName, len(ask.Scopes) == 0, foreign, ask.Lasts <= 0, ask.Lasts > TokenLongest:
		return "", ErrTokenShape
	}
	had, err := d.Tokens(ctx, who)
	if err != nil {
		return "", err
	}
	if len(had) >= mostTokens {
		return "", ErrTokenMany
	}
	token, now := TokenPrefix+random(), d.Now()
	err = d.Sessions.PutSession(ctx, Session{
		ID: hashed(token), Staff: who.ID, Epoch: tokenEpoch(who), BeganAt: now, EndsAt: now.Add(ask.Lasts), Name: name, Scopes: slices.Clone(ask.Scopes),
	})
	if err == nil {
		err = d.note(ctx, who.ID, in, TokenMade, true)
	}
	return token, err
}

// tokenEpoch rises with whatever ends the person's access tokens.
func tokenEpoch(who office.Staff) int64 { return who.Epoch + who.Doubted }

// holds reports whether the access token is still good for the person.
func (d *Doors) holds(s Session, who office.Staff) bool {
	return s.Token() && s.Epoch == tokenEpoch(who) && d.Now().Before(s.EndsAt)
}

// ByToken returns whose access token a program shows, and tells him in his journal from where it was used; ErrSignedOut where it has
// ended.
func (d *Doors) ByToken(ctx context.Context, token string, in In) (office.Staff, Session, error) {
	s, ok, err := d.Sessions.FindSession(ctx, hashed(token))
	if err != nil {
		return office.Staff{}, Session{}, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return office.Staff{}, Session{}, err
	}
	who, known := o.Staff(s.Staff)
	if !ok || !known || !d.holds(s, who) {
		return office.Staff{}, Session{}, ErrSignedOut
	}
	now, from, device := d.Now(), Masked(in.From), Device(in.Agent)
	if now.Sub(s.SeenAt) >= seenEvery || from != s.From || device != s.Device {
		if err := d.Sessions.UseToken(ctx, s.ID, now, from, device); err != nil {
			return office.Staff{}, Session{}, err
		}
		if err := d.note(ctx, who.ID, in, TokenUsed, true); err != nil {
			return office.Staff{}, Session{}, err
		}
	}
	return who, s, nil
}

// Tokens lists the person's access tokens that have not ended, the newest first.
func (d *Doors) Tokens(ctx context.Context, who office.Staff) ([]Session, error) {
	all, err := d.Sessions.SessionsOf(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	held := slices.DeleteFunc(all, func(s Session) bool { return !d.holds(s, who) })
	slices.SortFunc(held, func(a, b Session) int { return b.BeganAt.Compare(a.BeganAt) })
	return held, nil
}

// EndToken ends an access token of the person's own; another's is left alone.
func (d *Doors) EndToken(ctx context.Context, who office.Staff, id string, in In) error {
	s, ok, err := d.Sessions.FindSession(ctx, id)
	if err != nil || !ok || s.Staff != who.ID || !s.Token() {
		return err
	}
	if err := d.Sessions.DropSession(ctx, id); err != nil {
		return err
	}
	return d.note(ctx, who.ID, in, TokenOver, true)
}
