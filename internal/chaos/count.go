package main

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// count sends everything again under its keys, waits until it is routed, ends the program, and counts from the documents.
func (s *scene) count(ctx context.Context, got *tally) error {
	st := s.storm
	st.stop()
	got.letters, got.ratings = len(st.letters), len(st.ratings)
	settling, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, list := range [][]*sent{st.letters, st.ratings} {
		st.each(list, func(one *sent) { st.again(settling, one, got) })
	}
	st.each(st.letters, func(one *sent) {
		if one.acked && await(settling, "routing", func() bool { return st.routed(settling, one.code) }) != nil {
			st.blame(got, &got.unrouted, "letter %d is routed nowhere", one.n)
		}
	})
	if err := st.judge(ctx, got); err != nil {
		return err
	}
	if got.wrong = st.wrong; st.wrong > 0 {
		got.because("%s", st.firstBad)
	}
	if err := s.p.End(); err != nil {
		return err
	}
	if out, err := s.p.Run(ctx, "verify"); err != nil {
		got.unproved++
		got.because("verify: %s", out)
	}
	return s.countStored(ctx, got)
}

// again sends one once more until it is taken: what was acknowledged before must be told the same.
func (st *storm) again(ctx context.Context, one *sent, got *tally) {
	was := *one
	if await(ctx, "an answer", func() bool {
		told, err := st.send(ctx, one)
		if err != nil || !told.acked {
			return false
		}
		*one = told
		return true
	}) != nil {
		st.blame(got, &got.lost, "%+v is taken no more", was)
		return
	}
	if was.acked && (was.ref != one.ref || was.code != one.code || was.id != one.id) {
		st.blame(got, &got.changed, "%d was acknowledged as %+v, is now %+v", one.n, was, *one)
	}
}

// blame counts one that is not as it must be.
func (st *storm) blame(got *tally, what *int, why string, args ...any) {
	st.mu.Lock()
	defer st.mu.Unlock()
	*what++
	got.because(why, args...)
}

// each does something with all of a list, some at a time.
func (*storm) each(list []*sent, f func(*sent)) {
	next := make(chan *sent)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for one := range next {
				f(one)
			}
		})
	}
	for _, one := range list {
		next <- one
	}
	close(next)
	wg.Wait()
}

// routed reports whether a case has come to a desk.
func (st *storm) routed(ctx context.Context, code string) bool {
	var v struct {
		Status string `json:"status"`
	}
	status, err := st.ask(ctx, "GET /api/v1/cases/"+code, nil, &v)
	return err == nil && status == http.StatusOK && v.Status == "assigned"
}

// countStored compares the documents with what was acknowledged: each letter once, each rating once and with its score, nothing else.
func (s *scene) countStored(ctx context.Context, got *tally) error {
	now, err := s.read(ctx, nil)
	if err != nil {
		return err
	}
	st, refs, ids := s.storm, map[string]bool{}, map[string]bool{}
	for _, one := range st.letters {
		switch {
		case refs[one.ref]:
			st.blame(got, &got.doubled, "letter %d shares its case", one.n)
		case now.refs[one.ref] != 1:
			st.blame(got, &got.lost, "letter %d has %d cases", one.n, now.refs[one.ref])
		}
		refs[one.ref] = true
	}
	for _, one := range st.ratings {
		if now.ratings[one.id] != one.score {
			st.blame(got, &got.lost, "rating %d is %d, not %d", one.n, now.ratings[one.id], one.score)
		}
		ids[one.id] = true
	}
	if more := len(now.refs) - len(s.before.refs) - len(refs); more != 0 {
		st.blame(got, &got.doubled, "%d cases that nobody sent", more)
	}
	if more := len(now.ratings) - len(s.before.ratings) - len(ids); more != 0 || len(ids) != len(st.ratings) {
		st.blame(got, &got.doubled, "%d ratings that nobody gave", more)
	}
	return nil
}

// hold keeps something broken that long.
func hold(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
