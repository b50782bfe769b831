package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

type search struct {
	Cases  int           `default:"1000000" help:"How many cases are stored."`
	For    time.Duration `default:"6s" help:"How long each question is asked."`
	Before string        `help:"A commit to compare with, on a copy of the same cases."`
}

// Run asks for words of all sorts, and meanwhile what citizens ask, while four clerks search common words.
func (s *search) Run(ctx context.Context) error {
	return compare(ctx, s.Before, func(dir string, all []side) error { return s.measure(ctx, dir, all) })
}

func (s *search) measure(ctx context.Context, dir string, all []side) error {
	data := filepath.Join(dir, "data")
	with, err := all[0].filled(ctx, data, s.Cases)
	if err != nil {
		return err
	}
	var was map[string]result
	for _, side := range all {
		got, err := s.ask(ctx, side, data, with)
		if err != nil {
			return err
		}
		for _, name := range append(asks, besides...) {
			r := got[name]
			fmt.Fprintf(os.Stdout, "%-7s %8d cases  %-34s %s", side.name, s.Cases, name, r)
			if w, ok := was[name]; ok && len(w.times) > 0 && len(r.times) > 0 {
				fmt.Fprintf(os.Stdout, "  p50 1/%.1f  p99 1/%.1f of before", over(w.at(.5), r.at(.5)), over(w.at(.99), r.at(.99)))
			}
			fmt.Fprintln(os.Stdout, " ", r.first)
		}
		was = got
	}
	return nil
}

// What is searched, by whom; and what is asked beside four searches.
var (
	asks    = []string{"one word, all have it", "two words", "eight words", "a word's beginning", "a number that one has", "a word that none has", "one word, who has few cases"}
	besides = []string{"tracking beside four searches", "readiness beside four searches", "filing beside four searches"}
	queries = map[string]string{
		asks[0]: "đường", asks[1]: "đường ngập", asks[2]: "con duong truoc nha bi ngap khi mua", asks[3]: "duon", asks[4]: "", asks[5]: "khongdau",
	}
)

func (s *search) ask(ctx context.Context, side side, data string, with seeded) (map[string]result, error) {
	p, err := start(ctx, side.bin, data)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	fmt.Fprintf(os.Stdout, "%-7s %8d cases  start %d ms\n", side.name, s.Cases, p.up.Milliseconds())
	leader, err := signIn(p.addr, "bonnt", with.Password)
	if err != nil {
		return nil, err
	}
	few, err := signIn(p.addr, "lucht", with.Password)
	if err != nil {
		return nil, err
	}
	by := func(token, words string) func(int64, *fasthttp.Request) {
		return func(i int64, r *fasthttp.Request) {
			if words == "" {
				words = strconv.Itoa(1000 + int(i)%min(1000, s.Cases))
			}
			r.SetRequestURI("http://tiepdan/api/v1/staff/cases?limit=50&q=" + url.QueryEscape(words))
			r.Header.Set("Authorization", "Bearer "+token)
		}
	}
	got := map[string]result{}
	for _, name := range asks {
		token, words := leader, queries[name]
		if strings.HasSuffix(name, "few cases") {
			token, words = few, queries[asks[0]]
		}
		got[name] = load(ctx, p.addr, job{n: 1, d: s.For, want: fasthttp.StatusOK, fill: by(token, words)})
	}
	beside, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		load(beside, p.addr, job{n: 4, d: time.Hour, want: fasthttp.StatusOK, fill: by(leader, queries[asks[0]])})
		close(done)
	}()
	for i, fill := range []func(int64, *fasthttp.Request){
		func(i int64, r *fasthttp.Request) {
			r.SetRequestURI("http://tiepdan/api/v1/cases/" + with.Codes[int(i)%len(with.Codes)])
		},
		func(_ int64, r *fasthttp.Request) { r.SetRequestURI("http://tiepdan/readyz") },
		filing("beside-" + side.name),
	} {
		want := fasthttp.StatusOK
		if i == 2 {
			want = fasthttp.StatusCreated
		}
		got[besides[i]] = load(ctx, p.addr, job{n: 2, d: s.For, want: want, fill: fill})
	}
	stop()
	<-done
	return got, nil
}
