package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gocloud.dev/blob"
)

// Patience is how long a file may lie without a case naming it: far longer than any upload takes.
const Patience = 24 * time.Hour

// sweepBatch is how many files are looked up at a time.
const sweepBatch = 200

// Sweep removes the files that a crash left behind before a case named them, and returns how many.
func (k *Keeper) Sweep(ctx context.Context) (int, error) {
	it, before, removed := k.Blobs.bucket.List(nil), k.Now().Add(-Patience), 0
	for {
		keys, end, err := oldKeys(ctx, it, before)
		if err != nil {
			return removed, err
		}
		orphans, err := k.unnamed(ctx, keys)
		if err == nil {
			err = k.Delete(ctx, orphans...)
		}
		if err != nil {
			return removed, err
		}
		removed += len(orphans)
		if end {
			return removed, nil
		}
	}
}

// oldKeys reads on to the end of the next batch of old files, or of all.
func oldKeys(ctx context.Context, it *blob.ListIterator, before time.Time) (keys []string, end bool, err error) {
	for len(keys) < sweepBatch {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			return keys, true, nil
		}
		if err != nil {
			return nil, false, fmt.Errorf("list files: %w", err)
		}
		if o.ModTime.Before(before) {
			keys = append(keys, o.Key)
		}
	}
	return keys, false, nil
}

// unnamed returns those of the files that no case names.
func (k *Keeper) unnamed(ctx context.Context, keys []string) ([]string, error) {
	named, err := k.named(ctx, keys)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(keys, func(key string) bool { return named[key] }), nil
}

// named returns the files of the cases that these files were put for. Files come in order, so those of one case stand together.
func (k *Keeper) named(ctx context.Context, keys []string) (map[string]bool, error) {
	var ids []string
	for _, key := range keys {
		if id, _, ok := strings.Cut(key, "/"); ok {
			ids = append(ids, id)
		}
	}
	named := map[string]bool{}
	if ids = slices.Compact(ids); len(ids) == 0 {
		return named, nil
	}
	cs, err := k.Cases.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, c := range cs {
		for _, a := range c.Attachments {
			named[a.Key], named[a.Original] = true, true
		}
	}
	return named, nil
}
