package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/domain/register"
)

// auditor proves this installation's histories.
func (a *App) auditor() *audit.Auditor {
	return &audit.Auditor{Store: a.Store, Signer: a.Keys, Now: a.Now, Secrets: a.Desk.CheckSealed, Others: a.checkOthers}
}

// checkOthers compares what neither a history nor the ledger alone vouches for.
func (a *App) checkOthers(ctx context.Context, found func(audit.Finding)) error {
	if err := a.Register.Check(ctx, func(b register.Broken) {
		found(audit.Finding{Record: "changes/" + b.Line, Field: b.Field})
	}); err != nil {
		return err
	}
	return a.checkTallies(ctx, found)
}

// checkTallies counts all ratings, which the ledger vouches for, and compares the published sums. Those of today are still
// being counted.
func (a *App) checkTallies(ctx context.Context, found func(audit.Finding)) error {
	today := a.Now().In(casework.Vietnam).Format(time.DateOnly)
	counted := rating.Counted{}
	if err := a.Store.EachRating(ctx, counted.Add); err != nil {
		return err
	}
	if err := a.Store.EachTally(ctx, func(t *rating.Tally) {
		if !counted.Holds(t) && t.Day != today {
			found(audit.Finding{Record: "tallies/" + t.ID, Field: "sum"})
		}
		delete(counted, t.ID)
	}); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(counted)) {
		if counted[id].Day != today {
			found(audit.Finding{Record: "tallies/" + id, Field: "deleted"})
		}
	}
	return nil
}

// Verify streams through all cases and recomputes their histories and digests, compares them with the signed roots of the
// days, reads all attachments again, and writes progress and findings as it goes.
func (a *App) Verify(ctx context.Context, progress io.Writer) (audit.Report, error) {
	return a.verify(ctx, progress, false)
}

// verify takes one processor alone where others are served meanwhile.
func (a *App) verify(ctx context.Context, progress io.Writer, beside bool) (audit.Report, error) {
	v := a.auditor()
	if beside {
		v.Parallel = 1
	}
	looked := a.lookAtFiles(v)
	a.askWitness(v, progress)
	began := a.Now()
	var told error
	tell := func(format string, args ...any) {
		if _, err := fmt.Fprintf(progress, format, args...); err != nil {
			told = err
		}
	}
	v.Found = func(f audit.Finding) { tell("%s\n", f) }
	v.Progress = func(cases int) {
		if cases%everySo == 0 {
			tell("%d cases checked, %.0f a second\n", cases, float64(cases)/a.Now().Sub(began).Seconds())
		}
	}
	r, err := v.Check(ctx)
	r.Files = *looked
	if err == nil {
		err = told
	}
	return r, err
}

// askWitness makes the audit ask the witness too.
func (a *App) askWitness(v *audit.Auditor, tell io.Writer) {
	others := v.Others
	v.Others = func(ctx context.Context, found func(audit.Finding)) error {
		return errors.Join(others(ctx, found), a.checkWitness(ctx, tell, found))
	}
}

// lookAtFiles makes the audit read the attachments of all cases too, and counts them.
func (a *App) lookAtFiles(v *audit.Auditor) *int {
	var mu sync.Mutex
	var with []string
	v.Seen = func(c *casework.Case) {
		if len(c.Attachments) > 0 {
			mu.Lock()
			with = append(with, c.ID)
			mu.Unlock()
		}
	}
	files, others := new(int), v.Others
	v.Others = func(ctx context.Context, found func(audit.Finding)) error {
		if err := others(ctx, found); err != nil {
			return err
		}
		for ids := range slices.Chunk(with, 100) {
			n, err := a.checkFiles(ctx, ids, found)
			if *files += n; err != nil {
				return err
			}
		}
		return nil
	}
	return files
}

// checkFiles reads the attachments of cases again, and returns how many there are.
func (a *App) checkFiles(ctx context.Context, ids []string, found func(audit.Finding)) (files int, err error) {
	cs, err := a.Store.Many(ctx, ids)
	if err != nil {
		return 0, err
	}
	for _, c := range cs {
		n, wrong, err := a.Files.Check(ctx, c)
		if err != nil {
			return files, err
		}
		files += n
		for _, key := range wrong {
			found(audit.Finding{Record: "files/" + key, Field: "content"})
		}
	}
	return files, nil
}

// everySo is after how many cases progress is told.
const everySo = 100_000

// LastAudit is the name under which the last nightly report is kept.
const LastAudit = "last_audit"

// SealDays audits everything and signs the root of the days that are over and have none yet; nil without such a day.
func (a *App) SealDays(ctx context.Context) (*audit.Root, error) {
	v := a.auditor()
	v.Parallel = 1 // people are served meanwhile
	a.askWitness(v, io.Discard)
	v.Found = func(f audit.Finding) {
		a.Log.ErrorContext(ctx, "a record was changed after it was written", "case", f.Case, "record", f.Record, "entry", f.Entry, "field", f.Field, "root", f.Root)
	}
	var over []string
	v.Seen = func(c *casework.Case) { // by one goroutine
		if until, ok := c.KeptUntil(); ok && !a.Now().Before(until) && (!c.Erased() || c.Guarded()) {
			over = append(over, c.ID)
		}
	}
	root, report, err := v.Seal(ctx)
	if root == nil || err != nil {
		return nil, err
	}
	if err := a.erase(ctx, over); err != nil {
		return root, err
	}
	a.Log.InfoContext(ctx, "days sealed", "day", root.Day, "root", hex.EncodeToString(root.Sum()), "cases", report.Cases, "broken", report.Broken)
	raw, err := json.Marshal(report)
	if err != nil {
		return nil, fmt.Errorf("encode report: %w", err)
	}
	return root, a.Store.PutMeta(ctx, LastAudit, string(raw))
}

// erase takes the words and persons out of the cases whose time is over; the night's audit met them on its way.
func (a *App) erase(ctx context.Context, ids []string) error {
	desk := *a.Desk
	desk.Now = a.Now
	erased := 0
	for _, id := range ids {
		did, err := desk.Erase(ctx, id)
		if err != nil {
			return err
		}
		if did {
			erased++
			continue
		}
		// A crash may have come between the case and its sealed letter.
		c, err := a.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := errors.Join(desk.EraseLetter(ctx, c), desk.ErasePapers(ctx, c)); err != nil {
			return err
		}
	}
	if erased == 0 {
		return nil
	}
	a.Log.InfoContext(ctx, "kept long enough, erased", "cases", erased)
	return a.Store.Purge(ctx)
}

const (
	sealAfter = 10 * time.Minute // after the start: a machine that just came up has other work
	sealEvery = 20 * time.Minute
)

// sealDays seals the days until ctx ends. Workers look at different moments, so that one finds the work of the other done.
func (a *App) sealDays(ctx context.Context) {
	wait := time.NewTimer(sealAfter + rand.N(sealAfter)) //nolint:gosec // only spreads load
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		if _, err := a.SealDays(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "days not sealed", "error", err)
		}
		wait.Reset(sealEvery)
	}
}
