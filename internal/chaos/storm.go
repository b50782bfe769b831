package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tiepdan/internal/domain/office"
)

// The senders, and how long they rest: a burst is not what a fault is about.
const (
	writers   = 6
	raters    = 2
	movers    = 3
	restAfter = 4 * time.Millisecond
	restUpset = 50 * time.Millisecond // after a refusal
	patience  = 90 * time.Second      // for what must come to pass at last
)

// sent is one letter or rating: what was sent under its key, and what its sender was told.
type sent struct {
	n         int
	score     int // of a rating; 0 is a letter
	ref, code string
	id        string // of a rating
	acked     bool
}

// storm is everybody who sends, and all that he was told.
type storm struct {
	url      string
	client   *http.Client
	counter  string
	password string
	office   *office.Office

	mu       sync.Mutex
	letters  []*sent
	ratings  []*sent
	wrong    int
	firstBad string
	acks     atomic.Int64
	moves    moves

	cancel context.CancelFunc
	wg     sync.WaitGroup
}

func newStorm(o *office.Office, counter, password string) *storm {
	return &storm{
		client:  &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 32}},
		counter: counter, password: password, office: o,
	}
}

// begin sets everybody sending until stop.
func (st *storm) begin(ctx context.Context) error {
	if err := st.openMoves(ctx); err != nil {
		return err
	}
	ctx, st.cancel = context.WithCancel(ctx)
	for range writers {
		st.wg.Go(func() { st.pour(ctx, &st.letters, func(n int) *sent { return &sent{n: n} }) })
	}
	for range raters {
		st.wg.Go(func() { st.pour(ctx, &st.ratings, func(n int) *sent { return &sent{n: n, score: n%5 + 1} }) })
	}
	for i := range movers {
		st.wg.Go(func() { st.move(ctx, i) })
	}
	return nil
}

func (st *storm) stop() {
	if st.cancel != nil {
		st.cancel()
	}
	st.wg.Wait()
}

// more waits until so many letters more were acknowledged.
func (st *storm) more(ctx context.Context, n int64) error {
	want := st.acks.Load() + n
	return await(ctx, "letters that are acknowledged", func() bool { return st.acks.Load() >= want })
}

// await looks until something is so.
func await(ctx context.Context, what string, so func() bool) error {
	end := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-end:
			return errors.New("waited too long for " + what)
		}
	}
	return nil
}

// pour sends one after the other, each under a key of its own.
func (st *storm) pour(ctx context.Context, list *[]*sent, next func(n int) *sent) {
	for ctx.Err() == nil {
		st.mu.Lock()
		one := next(len(*list))
		*list = append(*list, one)
		st.mu.Unlock()
		rest := restAfter
		if told, err := st.send(ctx, one); err == nil && told.acked {
			st.mu.Lock()
			*one = told
			st.mu.Unlock()
			if one.score == 0 {
				st.acks.Add(1)
			}
		} else {
			rest = restUpset
		}
		select {
		case <-time.After(rest):
		case <-ctx.Done():
		}
	}
}

// send sends a letter or a rating and returns what was told: that it is kept, or nothing. Every other answer than those two is
// counted as wrong.
func (st *storm) send(ctx context.Context, one *sent) (told sent, err error) {
	path, body, key := "/api/v1/cases", map[string]any{
		"kind": "feedback", "category": "roads", "subject": fmt.Sprintf("Ổ gà trên đường số %d", one.n), "body": "Đề nghị sửa giúp.",
	}, fmt.Sprintf("letter-%016d", one.n)
	if one.score > 0 {
		path, body, key = "/api/v1/ratings", map[string]any{"counter": st.counter, "score": one.score}, fmt.Sprintf("rating-%016d", one.n)
	}
	var got struct {
		Reference string `json:"reference"`
		Code      string `json:"tracking_code"`
		ID        string `json:"id"`
	}
	status, err := st.ask(ctx, "POST "+path, body, &got, "Idempotency-Key", key)
	if err != nil {
		return told, err
	}
	told = *one
	if told.acked = status == http.StatusCreated || status == http.StatusOK; told.acked {
		told.ref, told.code, told.id = got.Reference, got.Code, got.ID
	}
	return told, nil
}

// ask asks the program, with a method and a path, and reads its JSON. An answer is one that anybody may get: success, a conflict, or an honest "not now".
func (st *storm) ask(ctx context.Context, what string, body, into any, header ...string) (status int, err error) {
	method, path, _ := strings.Cut(what, " ")
	raw, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, method, st.url+path, bytes.NewReader(raw))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := st.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	switch resp.StatusCode {
	case http.StatusOK, http.StatusCreated:
		return resp.StatusCode, json.Unmarshal(answer, into)
	case http.StatusConflict, http.StatusServiceUnavailable, http.StatusInsufficientStorage:
		if resp.StatusCode == http.StatusConflict || resp.Header.Get("Retry-After") != "" {
			return resp.StatusCode, nil
		}
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.wrong++
	if st.firstBad == "" {
		st.firstBad = fmt.Sprintf("%s: %d %.200s", what, resp.StatusCode, answer)
	}
	return resp.StatusCode, nil
}
