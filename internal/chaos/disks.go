package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tiepdan/internal/process"
)

// diskFaults happen to the disk of the data folder.
var diskFaults = []fault{
	{name: "disk full", rounds: 2, ready: onSmallDisk, strike: filled},
	{name: "power cut, all that was not synced is gone", rounds: 4, ready: onOwnDisk, strike: cut},
	{name: "disk read-only after an error", rounds: 2, ready: onOwnDisk, strike: readOnly},
}

// skipped turns "may not be mounted" into a fault that is not made.
func skipped(err error) error {
	if errors.Is(err, process.ErrNoMount) {
		return fmt.Errorf("%w: %w", errSkip, err)
	}
	return err
}

const (
	smallDisk = 96 << 20
	ownDisk   = 512 << 20
)

func onSmallDisk(_ context.Context, s *scene) error {
	unmount, err := process.SmallDisk(s.data, smallDisk)
	if err != nil {
		return skipped(err)
	}
	s.atEnd(unmount)
	s.env = append(slices.Clip(s.env), "TIEPDAN_FREE_SPACE=4MB")
	return nil
}

// filled fills the disk until letters are refused, and makes room again: the program goes on by itself.
func filled(ctx context.Context, s *scene) error {
	ballast, err := process.FillDisk(s.data)
	if err != nil {
		return err
	}
	return errors.Join(s.refused(ctx), os.Remove(ballast), s.storm.more(ctx, enough))
}

// refused waits until a letter is refused in words, while everybody else goes on sending.
func (s *scene) refused(ctx context.Context) error {
	n := 0
	return await(ctx, "a refusal", func() bool {
		n++
		told, err := s.storm.send(ctx, s.storm.extra())
		return err == nil && !told.acked
	})
}

// extra is one more letter among those that are counted.
func (st *storm) extra() *sent {
	st.mu.Lock()
	defer st.mu.Unlock()
	one := &sent{n: len(st.letters)}
	st.letters = append(st.letters, one)
	return one
}

func onOwnDisk(ctx context.Context, s *scene) (err error) {
	if s.disk, err = process.NewDisk(ctx, filepath.Join(s.dir, "disk.img"), s.data, ownDisk); err != nil {
		return skipped(err)
	}
	s.atEnd(s.disk.Unmount)
	s.env = append(slices.Clip(s.env), "TIEPDAN_FREE_SPACE=4MB")
	return os.Chmod(s.data, 0o700)
}

// cut takes the power from the disk, then from the program, and brings both back.
func cut(ctx context.Context, s *scene) error {
	return errors.Join(s.disk.Cut(), s.p.Kill(), s.disk.Unmount(), s.disk.Mount(ctx), s.p.Start(ctx, "serve"))
}

// readOnly lets the disk refuse every write under the running program, until letters are refused; then it is mended and comes back.
func readOnly(ctx context.Context, s *scene) error {
	return errors.Join(s.disk.ReadOnly(ctx), s.refused(ctx), s.p.Kill(), s.disk.Unmount(), s.disk.Check(ctx), s.disk.Mount(ctx), s.p.Start(ctx, "serve"))
}
