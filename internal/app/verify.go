package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"tiepdan/internal/casework"
)

// Report is what Verify found.
type Report struct {
	Cases, Entries int
	Broken         []string // what was changed, where
}

// everySo is after how many cases progress is told.
const everySo = 100_000

// Verify streams through all cases and recomputes their histories.
func (a *App) Verify(ctx context.Context, progress io.Writer) (Report, error) {
	var r Report
	err := a.Store.EachCase(ctx, func(c *casework.Case) error {
		r.Cases++
		r.Entries += len(c.History)
		if broken, ok := errors.AsType[*casework.BrokenChainError](c.CheckHistory()); ok {
			r.Broken = append(r.Broken, broken.Error())
			_, err := fmt.Fprintln(progress, broken)
			return err
		}
		if r.Cases%everySo == 0 {
			_, err := fmt.Fprintf(progress, "%d cases checked\n", r.Cases)
			return err
		}
		return nil
	})
	return r, err
}
