package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"tiepdan/internal/docdb/sqlite"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/process"
	"tiepdan/internal/seal"
	"tiepdan/internal/store"
)

// ground is what all faults share: the program, built once, and a folder with the demo's commune that each begins with a copy of.
type ground struct {
	dir, bin, demo string
	nats           string // the event server, once it is built
}

// settings make sweeps quick and budgets wide: the faults are not a stranger's.
var settings = []string{"TIEPDAN_SWEEP=1s", "TIEPDAN_LIMITS=1000000", "TIEPDAN_TIMEOUT=10s"}

func newGround(ctx context.Context, dir string) (*ground, error) {
	g := &ground{dir: dir, demo: filepath.Join(dir, "demo")}
	var err error
	if g.bin, err = process.Build(ctx, dir, "tiepdan", "tiepdan/cmd/tiepdan"); err != nil {
		return nil, err
	}
	p, err := process.NewProgram(ctx, g.bin, g.demo, settings...)
	if err != nil {
		return nil, err
	}
	return g, errors.Join(p.Start(ctx, "demo"), p.End(), p.Close())
}

// scene is one fault's own program, folder and senders.
type scene struct {
	*ground

	dir    string
	data   string
	env    []string
	p      *process.Program
	storm  *storm
	before stored
	disk   *process.Disk
	bus    *process.NATS
	ends   []func() error
	hidden int // cases that no search finds, before
}

// atEnd keeps what is to be undone when the scene is over, the last first.
func (s *scene) atEnd(f func() error) { s.ends = append(s.ends, f) }

func (s *scene) close(err error) error {
	for _, end := range slices.Backward(s.ends) {
		err = errors.Join(err, end())
	}
	return err
}

// play makes one fault as often as it says and counts.
func (g *ground) play(ctx context.Context, f fault, dir string) (got *tally, err error) {
	s := &scene{ground: g, dir: dir, data: filepath.Join(dir, "data"), env: settings}
	defer func() { err = s.close(err) }()
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return nil, err
	}
	s.atEnd(func() error { return os.RemoveAll(dir) })
	if f.ready != nil {
		if err := f.ready(ctx, s); err != nil {
			return nil, err
		}
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	for range f.rounds {
		if err := errors.Join(s.storm.more(ctx, enough), f.strike(ctx, s)); err != nil {
			return nil, s.said(err)
		}
	}
	if err := s.storm.more(ctx, enough); err != nil {
		return nil, s.said(err)
	}
	got = &tally{strikes: f.rounds}
	if err := s.count(ctx, got); err != nil {
		return nil, s.said(err)
	}
	if f.after != nil {
		err = f.after(ctx, s, got)
	}
	return got, err
}

// enough letters are acknowledged between two strikes, so that each meets the program at work.
const enough = 60

// begin starts the program on a copy of the demo, unless the fault brought a folder of its own, and sets everybody sending.
func (s *scene) begin(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(s.data, "tiepdan.db")); errors.Is(err, os.ErrNotExist) {
		if err := copyFolder(ctx, s.demo, s.data); err != nil {
			return err
		}
	}
	var err error
	if s.before, err = s.read(ctx, s.meet); err != nil {
		return err
	}
	if s.p, err = process.NewProgram(ctx, s.bin, s.data, s.env...); err != nil {
		return err
	}
	s.p.Log = s.data + ".log"
	s.atEnd(s.p.Close)
	if err := s.p.Start(ctx, "serve"); err != nil {
		return s.said(err)
	}
	s.storm.url = s.p.URL
	s.atEnd(func() error { s.storm.stop(); return nil })
	return s.storm.begin(ctx)
}

// said adds to an error what the program said last.
func (s *scene) said(err error) error {
	if err == nil || s.p == nil {
		return err
	}
	raw, _ := os.ReadFile(s.p.Log) // an empty one says it too
	return fmt.Errorf("%w\nthe program said:\n%s", err, raw[max(0, len(raw)-3000):])
}

// again kills the program when it still runs, and starts it.
func (s *scene) again(ctx context.Context) error {
	return errors.Join(s.p.Kill(), s.p.Start(ctx, "serve"))
}

// copyFolder copies what is in a folder into another that is there, down to its disk; who may read it stays as it was.
func copyFolder(ctx context.Context, from, to string) error {
	for _, args := range [][]string{{"cp", "-a", from + "/.", to}, {"sync", "-f", to}} {
		if out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("copy the folder: %w %s", err, out)
		}
	}
	return nil
}

// stored is what lies in a folder.
type stored struct {
	refs    map[string]int // cases by reference
	ratings map[string]int // scores by id
	entries []string       // as events name them
}

// read reads the documents of the folder, which no program has open, from a copy: whoever looks must not hold the disk.
func (s *scene) read(ctx context.Context, meet func(context.Context, *store.Store) error) (got stored, err error) {
	look := filepath.Join(s.dir, "look")
	defer func() { err = errors.Join(err, os.RemoveAll(look)) }()
	if err := errors.Join(os.MkdirAll(look, 0o700), copyFolder(ctx, s.data, look)); err != nil {
		return got, err
	}
	e, err := sqlite.Open(ctx, filepath.Join(look, "tiepdan.db"))
	if err != nil {
		return got, err
	}
	st, err := store.Open(ctx, e, time.Now)
	if err != nil {
		return got, errors.Join(err, e.Close())
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	got = stored{refs: map[string]int{}, ratings: map[string]int{}}
	err = errors.Join(
		st.EachCase(ctx, func(c *casework.Case) error {
			got.refs[c.Ref]++
			for _, h := range c.History {
				got.entries = append(got.entries, fmt.Sprint(c.ID, "/", h.Seq))
			}
			return nil
		}),
		st.EachRating(ctx, func(r *rating.Rating) { got.ratings[r.ID] = r.Score }))
	if meet == nil || err != nil {
		return got, err
	}
	return got, meet(ctx, st)
}

// meet reads who is in the office, and what its visitors and people show.
func (s *scene) meet(ctx context.Context, st *store.Store) error {
	o, err := st.Office(ctx)
	if err != nil {
		return err
	}
	password, _, err := st.Meta(ctx, "demo_password")
	if err != nil {
		return err
	}
	keys, err := seal.Open(filepath.Join(s.data, "keys.json"), "", false)
	if err != nil {
		return err
	}
	s.storm = newStorm(o, office.Stickers{MAC: keys.MAC}.Token(o.Counters()[0]), password)
	return nil
}
