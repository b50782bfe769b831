package signin

import (
	"context"
	"slices"
	"time"

	"tiepdan/internal/domain/office"
)

// Session is a sign-in. ID is a hash of the token; Epoch is the person's when it began: it ends when his rises.
type Session struct {
	ID      string
	Staff   string
	CSRF    string
	Epoch   int64
	BeganAt time.Time
	SeenAt  time.Time // when it was last used, to a minute
	// ProvedAt is when the person last showed what he knows or has; it is needed anew for what must not happen at a desk left alone.
	ProvedAt time.Time
	EndsAt   time.Time
	// Single says that he came by single sign-on, Factor that the provider had asked him for a second factor, and is believed.
	Single, Factor bool

	From   string // masked
	Device string

	// Name and Scopes are those of an access token, which is kept as a session is; see MakeToken.
	Name   string
	Scopes []Scope
}

// Sessions keeps sign-ins; an absent one is reported by found.
type Sessions interface {
	PutSession(ctx context.Context, s Session) error
	FindSession(ctx context.Context, id string) (s Session, found bool, err error)
	// TouchSession notes when a session was used; one that has ended meanwhile stays ended.
	TouchSession(ctx context.Context, id string, at time.Time) error
	// ProveSession notes when its person proved once more who he is.
	ProveSession(ctx context.Context, id string, at time.Time) error
	// UseToken notes when and from where an access token was used; one that has ended meanwhile stays ended.
	UseToken(ctx context.Context, id string, at time.Time, from, device string) error
	DropSession(ctx context.Context, id string) error
	SessionsOf(ctx context.Context, staff string) ([]Session, error)
	// RaiseEpoch ends every session of the person.
	RaiseEpoch(ctx context.Context, staff string) error
}

func (d *Doors) begin(ctx context.Context, who office.Staff, in In) (token string, err error) {
	token = random()
	now := d.Now()
	proved := now
	if in.single { // he may have shown nothing now: the provider lets in whoever sits where he signed in there in the morning
		proved = time.Time{}
	}
	return token, d.Sessions.PutSession(ctx, Session{
		ID: hashed(token), Staff: who.ID, CSRF: random(), Epoch: who.Epoch, BeganAt: now, SeenAt: now, ProvedAt: proved, EndsAt: now.Add(d.Lasts),
		Single: in.single, Factor: in.factor, From: Masked(in.From), Device: Device(in.Agent),
	})
}

// lasts reports whether the session is still good for the person.
func (d *Doors) lasts(s Session, who office.Staff) bool {
	now := d.Now()
	return now.Before(s.EndsAt) && s.Epoch == who.Epoch && (d.Idle == 0 || now.Sub(s.SeenAt) < d.Idle)
}

// seenEvery is how exactly it is known when a session was last used.
const seenEvery = time.Minute

// Who returns who holds the token, if his session has not ended and he may still sign in; else ErrSignedOut. A session ends
// at its time, unused after the idle time, and at once when the person's password, roles or standing change.
func (d *Doors) Who(ctx context.Context, token string) (office.Staff, Session, error) {
	who, s, err := d.Look(ctx, token)
	if err != nil {
		return office.Staff{}, Session{}, err
	}
	if now := d.Now(); d.Idle > 0 && now.Sub(s.SeenAt) >= min(seenEvery, d.Idle/4) {
		if err := d.Sessions.TouchSession(ctx, s.ID, now); err != nil {
			return office.Staff{}, Session{}, err
		}
	}
	return who, s, nil
}

// Look is Who for what a page does by itself: it is no use of the session, which ends unused all the same.
func (d *Doors) Look(ctx context.Context, token string) (office.Staff, Session, error) {
	who, s, ok, err := d.holder(ctx, token)
	if err != nil {
		return office.Staff{}, Session{}, err
	}
	if !ok || !d.lasts(s, who) {
		return office.Staff{}, Session{}, ErrSignedOut
	}
	return who, s, nil
}

// Was returns whose the token's session was, be it over by now; "" when it is not known any more, or was ended on purpose.
func (d *Doors) Was(ctx context.Context, token string) (staff string, err error) {
	who, s, ok, err := d.holder(ctx, token)
	if err != nil || !ok || who.Epoch != s.Epoch {
		return "", err
	}
	return who.ID, nil
}

// holder finds the token's session, over or not, and whose it is; false when one of them is gone.
func (d *Doors) holder(ctx context.Context, token string) (who office.Staff, s Session, ok bool, err error) {
	if token == "" {
		return who, s, false, nil
	}
	if s, ok, err = d.Sessions.FindSession(ctx, hashed(token)); err != nil || !ok || s.Token() {
		return who, s, false, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return who, s, false, err
	}
	who, ok = o.Staff(s.Staff)
	return who, s, ok, nil
}

// SignOut ends the token's session.
func (d *Doors) SignOut(ctx context.Context, token string) error {
	return d.Sessions.DropSession(ctx, hashed(token))
}

// SignOutEverywhere ends every session of the person, at once.
func (d *Doors) SignOutEverywhere(ctx context.Context, staff string) error {
	return d.Sessions.RaiseEpoch(ctx, staff)
}

// Open lists the person's sessions that have not ended, the last used first.
func (d *Doors) Open(ctx context.Context, who office.Staff) ([]Session, error) {
	all, err := d.Sessions.SessionsOf(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	open := slices.DeleteFunc(all, func(s Session) bool { return s.Token() || !d.lasts(s, who) })
	slices.SortFunc(open, func(a, b Session) int { return b.SeenAt.Compare(a.SeenAt) })
	return open, nil
}
