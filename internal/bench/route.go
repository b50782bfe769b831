package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

type route struct {
	Rate int           `default:"500" help:"Cases a second."`
	For  time.Duration `default:"20s" help:"How long."`
}

// Run files at a fixed rate and follows every tenth case, as its citizen would, until it is assigned.
func (r *route) Run(ctx context.Context) error {
	return withProgram(ctx, nil, func(p *program, _ string) error {
		var mu sync.Mutex
		var res result
		var wg sync.WaitGroup
		n := int(r.For.Seconds()) * r.Rate
		begun := time.Now()
		fill := filing("route")
		limit := make(chan struct{}, 256)
		client := &fasthttp.HostClient{Addr: p.addr, MaxConns: 512}
		for i := range n {
			time.Sleep(time.Until(begun.Add(time.Duration(i) * time.Second / time.Duration(r.Rate))))
			limit <- struct{}{}
			wg.Go(func() {
				defer func() { <-limit }()
				took, err := follow(client, func(q *fasthttp.Request) { fill(int64(i), q) }, i%10 == 0)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					res.bad, res.first = res.bad+1, err.Error()
				} else if i%10 == 0 {
					res.times = append(res.times, took)
				}
			})
		}
		wg.Wait()
		slices.Sort(res.times)
		fmt.Fprintf(os.Stdout, "201 to assigned at %d/s   p50 %.1f ms  p99 %.1f ms  (%d followed, bad %d %s)\n",
			r.Rate, ms(res.at(.5)), ms(res.at(.99)), len(res.times), res.bad, res.first)
		return nil
	})
}

// follow files one case and, when asked, returns how long after the answer the case was assigned.
func follow(client *fasthttp.HostClient, fill func(*fasthttp.Request), watch bool) (time.Duration, error) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	fill(req)
	if err := client.Do(req, resp); err != nil || resp.StatusCode() != fasthttp.StatusCreated {
		return 0, fmt.Errorf("filing: %d %s %w", resp.StatusCode(), resp.Body(), err)
	}
	filed := time.Now()
	var got struct {
		Code   string `json:"tracking_code"`
		Status string `json:"status"`
	}
	if err := json.Unmarshal(resp.Body(), &got); err != nil || !watch {
		return 0, err
	}
	req.Reset()
	req.SetRequestURI("http://tiepdan/api/v1/cases/" + got.Code)
	for time.Since(filed) < 10*time.Second {
		if err := client.Do(req, resp); err != nil {
			return 0, err
		}
		if err := json.Unmarshal(resp.Body(), &got); err != nil {
			return 0, err
		}
		if got.Status == "assigned" {
			return time.Since(filed), nil
		}
		time.Sleep(time.Millisecond)
	}
	return 0, errors.New("not assigned after ten seconds")
}

// withProgram starts the program on a new folder with the demo's office; env names settings by that folder, nil none.
func withProgram(ctx context.Context, env func(dir string) []string, f func(p *program, password string) error) error {
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
	var settings []string
	if env != nil {
		settings = env(dir)
	}
	p, err := start(ctx, bin, data, settings...)
	if err != nil {
		return err
	}
	defer p.stop()
	return f(p, password)
}
