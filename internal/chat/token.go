package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// Token is a pair of tokens as it is kept, sealed by whoever keeps it.
type Token struct {
	Access  string    `json:"access"`
	Refresh string    `json:"refresh"`
	Until   time.Time `json:"until"`         // how long Access is good
	Seed    string    `json:"seed"`          // names the setting that it began with: another setting begins anew
	Busy    time.Time `json:"busy,omitzero"` // until when somebody is renewing it
}

// Tokens keeps a pair for all instances.
type Tokens interface {
	// Token reads it and its version; version 0 says that there is none.
	Token(ctx context.Context) (Token, int64, error)
	// PutToken writes it over the version; ErrStale says that somebody else was first.
	PutToken(ctx context.Context, t Token, over int64) error
}

// The errors of tokens.
var (
	ErrStale   = errors.New("token changed meanwhile")
	ErrRenewal = errors.New("the provider does not renew the token: a new one must be fetched from its page for developers and set")
	errRenews  = errors.New("another instance renews the token")
)

const (
	early     = 5 * time.Minute  // a token is renewed before its end
	renewTime = 40 * time.Second // of one renewal; then another may try
	keepTries = 10               // a new token that is not kept is lost for good
)

// access is a good access token; another one where anew is true. A token to renew by works once, so one instance renews at a time,
// and what it got is kept before it is used.
func (z *Zalo) access(ctx context.Context, anew bool) (string, error) {
	for range keepTries {
		t, v, err := z.kept(ctx)
		if err != nil {
			return "", err
		}
		now := z.Now()
		renewing := now.Before(t.Busy)
		switch {
		case !anew && (now.Before(t.Until.Add(-early)) || renewing && now.Before(t.Until)):
			return t.Access, nil
		case renewing:
			return "", errRenews
		}
		t.Busy = now.Add(renewTime)
		err = z.Tokens.PutToken(ctx, t, v)
		if err == nil {
			return z.renewAs(ctx, t, v+1)
		}
		if !errors.Is(err, ErrStale) {
			return "", err
		}
	}
	return "", errRenews
}

// kept is the pair that is kept, or where the setting is another one than it began with, the setting.
func (z *Zalo) kept(ctx context.Context) (Token, int64, error) {
	t, v, err := z.Tokens.Token(ctx)
	sum := sha256.Sum256([]byte(z.Refresh))
	if seed := hex.EncodeToString(sum[:8]); t.Seed != seed {
		t = Token{Refresh: z.Refresh, Seed: seed}
	}
	return t, v, err
}

// renewAs renews a token that is marked as being renewed.
func (z *Zalo) renewAs(ctx context.Context, t Token, v int64) (string, error) {
	ctx = context.WithoutCancel(ctx) // between the provider's answer and its keeping nothing may end
	got, err := z.renew(ctx, t.Refresh)
	if err != nil {
		t.Busy = time.Time{}
		return "", errors.Join(err, z.Tokens.PutToken(ctx, t, v))
	}
	got.Seed = t.Seed
	for range keepTries {
		if err = z.Tokens.PutToken(ctx, got, v); err == nil || errors.Is(err, ErrStale) {
			break
		}
	}
	return got.Access, err
}
