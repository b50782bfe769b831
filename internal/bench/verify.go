package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

type verify struct {
	Sizes []int `default:"10000,1000000" help:"How many cases are stored."`
}

// Run fills a store of each size, signs the root of its days, and verifies it against the root.
func (v *verify) Run(ctx context.Context) error {
	for _, n := range v.Sizes {
		if err := v.at(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (v *verify) at(ctx context.Context, n int) (err error) {
	dir, err := os.MkdirTemp("", "tiepdan-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	data := filepath.Join(dir, "data")
	if _, err := seedOffice(ctx, data); err != nil {
		return err
	}
	if _, err := grow(ctx, data, 0, n); err != nil {
		return err
	}
	a, err := opened(ctx, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	began := time.Now()
	a.Now = func() time.Time { return time.Now().AddDate(0, 0, 1) }
	root, err := a.SealDays(ctx)
	if err != nil || root == nil {
		return errors.Join(err, errors.New("no day was sealed"))
	}
	sealed := time.Since(began)
	report, err := a.Verify(ctx, io.Discard)
	if err != nil {
		return err
	}
	if report.Broken > 0 {
		return fmt.Errorf("%d records are said to be broken: %v", report.Broken, report.Found[0])
	}
	fmt.Fprintf(os.Stdout, "%8d cases, %d entries  verified in %v, %.0f cases/s; audited and sealed by one worker in %v\n",
		report.Cases, report.Entries, report.Took.Round(time.Millisecond), float64(report.Cases)/report.Took.Seconds(), sealed.Round(time.Millisecond))
	return nil
}
