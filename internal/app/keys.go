package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tiepdan/internal/seal"
	"tiepdan/pkg/pace"
)

// RotateKeys makes a new key of each kind in the key file and returns the fingerprints of all keys. It needs no database: the
// program may go on serving meanwhile, and takes the new keys up by itself.
func RotateKeys(data string, kinds ...string) ([]string, error) {
	cfg, err := FromEnv("", data, nil)
	if err != nil {
		return nil, err
	}
	k, err := seal.Open(cfg.Keys, cfg.KeysPass, false)
	if err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if err := k.Rotate(seal.Which(kind)); err != nil {
			return nil, err
		}
	}
	return strings.Split(k.Fingerprints(), ","), nil
}

// openKeys reads the key file and checks that it is the one the data was sealed with. Keys added since the last start are
// noted beside the data, so that an older copy of the file is refused from then on.
func (a *App) openKeys(ctx context.Context) error {
	want, known, err := a.Store.Meta(ctx, "keys")
	if err != nil {
		return err
	}
	if a.Keys, err = seal.Open(a.Config.Keys, a.Config.KeysPass, !known); err != nil {
		return err
	}
	if known {
		if err := a.Keys.Check(want); err != nil {
			return fmt.Errorf("key file %s: %w", a.Config.Keys, err)
		}
	}
	return a.noteKeys(ctx, want)
}

func (a *App) noteKeys(ctx context.Context, was string) error {
	if a.Keys.Fingerprints() == was {
		return nil
	}
	return a.Store.PutMeta(ctx, "keys", a.Keys.Fingerprints())
}

// keysEvery is how often a running program looks whether its keys were rotated.
const keysEvery = 2 * time.Second

// followKeys takes up rotated keys until ctx ends.
func (a *App) followKeys(ctx context.Context) {
	for range pace.Every(ctx, keysEvery) {
		if a.Quorum.Renewed() {
			if err := a.noteQuorum(ctx); err != nil {
				a.Log.ErrorContext(ctx, "the quorum's keys not noted beside the data", "error", err)
			}
		}
		was := a.Keys.Fingerprints()
		if !a.Keys.Renew() {
			continue
		}
		if err := a.noteKeys(ctx, was); err != nil {
			a.Log.ErrorContext(ctx, "rotated keys not noted beside the data", "error", err)
			continue
		}
		a.Log.InfoContext(ctx, "keys rotated")
	}
}
