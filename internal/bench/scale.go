package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/valyala/fasthttp"

	"tiepdan/internal/app"
)

type scale struct {
	Sizes []int         `default:"10000,100000,1000000" help:"How many cases are stored."`
	For   time.Duration `default:"6s" help:"How long each question is asked."`
}

// Run grows one store and asks the same questions at each size.
func (s *scale) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "tiepdan-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := build(ctx, dir)
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	password, err := seedOffice(ctx, data)
	if err != nil {
		return err
	}
	have := 0
	var codes []string
	for _, n := range s.Sizes {
		more, err := grow(ctx, data, have, n)
		if err != nil {
			return err
		}
		codes, have = append(codes, more...), n
		if err := s.ask(ctx, bin, data, asked{password: password, codes: codes, n: n}); err != nil {
			return err
		}
	}
	return nil
}

type asked struct {
	password string
	codes    []string
	n        int
}

// askers is how many clients ask at once; few, so that the time is the answer's and not the queue's.
const askers = 4

func (s *scale) ask(ctx context.Context, bin, data string, q asked) error {
	p, err := start(ctx, bin, data)
	if err != nil {
		return err
	}
	defer p.stop()
	idle, _ := p.memory()
	fmt.Fprintf(os.Stdout, "%8d cases  start %4d ms  idle %d MB\n", q.n, p.up.Milliseconds(), idle)
	token, err := signIn(p.addr, "lucht", q.password)
	if err != nil {
		return err
	}
	sticker, err := stickerOf(ctx, p)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name string
		want int
		fill func(i int64, r *fasthttp.Request)
	}{
		{"head's board", fasthttp.StatusOK, func(_ int64, r *fasthttp.Request) {
			r.SetRequestURI("http://tiepdan/api/v1/staff/cases?state=open&limit=100")
			r.Header.Set("Authorization", "Bearer "+token)
		}},
		{"case by code", fasthttp.StatusOK, func(i int64, r *fasthttp.Request) {
			r.SetRequestURI("http://tiepdan/api/v1/cases/" + q.codes[int(i)%len(q.codes)])
		}},
		{"rating", fasthttp.StatusCreated, func(_ int64, r *fasthttp.Request) {
			r.Header.SetMethod(fasthttp.MethodPost)
			r.SetRequestURI("http://tiepdan/api/v1/ratings")
			r.Header.SetContentType("application/json")
			r.SetBodyString(`{"counter":"` + sticker + `","score":5}`)
		}},
	} {
		r := load(ctx, p.addr, job{n: askers, d: s.For, want: c.want, fill: c.fill})
		fmt.Fprintf(os.Stdout, "  %-13s %s %s\n", c.name, r, r.first)
	}
	now, peak := p.memory()
	fmt.Fprintf(os.Stdout, "  memory under load %d MB, peak %d MB\n", now, peak)
	return nil
}

func signIn(addr, username, password string) (string, error) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	req.Header.SetMethod(fasthttp.MethodPost)
	req.SetRequestURI("http://" + addr + "/api/v1/staff/sessions")
	req.Header.SetContentType("application/json")
	req.SetBodyString(`{"username":"` + username + `","password":"` + password + `"}`)
	if err := fasthttp.Do(req, resp); err != nil {
		return "", err
	}
	var got struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(resp.Body(), &got); err != nil || got.Token == "" {
		return "", errors.Join(err, fmt.Errorf("sign in: %s", resp.Body()))
	}
	return got.Token, nil
}

// stickerOf makes a counter's token with the installation's own keys.
func stickerOf(_ context.Context, p *program) (string, error) {
	return app.StickerOf(p.data, "ttpvhcc", "quay-1", 1)
}
