package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// day is a mixed day in four shapes. The load is open: everybody comes when his time is, whether those before him were answered or not,
// and his waiting is counted from then on, not from when a connection was free for him.
type day struct {
	Rate int           `default:"300" help:"Requests a second at ordinary times."`
	Peak int           `default:"10" help:"How many times as many in the spike."`
	For  time.Duration `default:"20s" help:"How long each shape lasts."`
}

// shape is how many times the ordinary rate comes at a part of the time, from 0 to 1.
type shape struct {
	name string
	at   func(part, peak float64) float64
}

var shapes = []shape{
	{"steady", func(float64, float64) float64 { return 1 }},
	{"ramp", func(part, _ float64) float64 { return .25 + 1.75*part }},
	{"spike", func(part, peak float64) float64 {
		if part >= spikeFrom && part < spikeTo {
			return peak
		}
		return 1
	}},
	{"valley", func(part, _ float64) float64 {
		if part >= spikeFrom && part < spikeTo {
			return .1
		}
		return 1
	}},
}

// The part of a shape in which it spikes or sinks.
const (
	spikeFrom = .3
	spikeTo   = .5
)

// crowded is how many may wait for an answer at once; who comes beyond is counted as not sent, which none should be.
const crowded = 8000

// Run loads one program with all shapes and prints what each gave.
func (d *day) Run(ctx context.Context) error {
	return withProgram(ctx, nil, func(p *program, password string) error {
		v, err := newVisitors(ctx, p, password)
		if err != nil {
			return err
		}
		for _, s := range shapes {
			got := d.play(ctx, v, s)
			now, peak := p.memory()
			fmt.Fprintf(os.Stdout, "%-7s %s  memory %d MB, peak %d MB\n", s.name, got, now, peak)
			if got.first != "" {
				fmt.Fprintln(os.Stdout, "        first error:", got.first)
			}
		}
		return nil
	})
}

// told is what became of one visitor.
type told struct {
	due      time.Duration // since the shape began
	took     time.Duration // from due to his last answer
	status   int           // 0 where none came
	answered time.Time
}

// answers are what a shape gave.
type answers struct {
	all     []told
	lags    []time.Duration // from the 201 to assigned
	lost    int             // followed and not assigned in time
	unsent  int
	first   string
	d       time.Duration // how long it lasted
	spikes  bool
	spikeTo time.Duration
}

// play sends what a shape brings.
func (d *day) play(ctx context.Context, v *visitors, s shape) answers {
	got := answers{d: d.For, spikes: s.name == "spike", spikeTo: time.Duration(spikeTo * float64(d.For))}
	var mu sync.Mutex
	var wg sync.WaitGroup
	places := make(chan struct{}, crowded)
	begun := time.Now()
	for due := time.Duration(0); due < d.For && ctx.Err() == nil; {
		time.Sleep(time.Until(begun.Add(due)))
		select {
		case places <- struct{}{}:
			n := v.next.Add(1)
			at := due
			wg.Go(func() {
				defer func() { <-places }()
				one, lag, why := v.visit(ctx, n)
				one.due, one.took = at, one.answered.Sub(begun)-at
				mu.Lock()
				defer mu.Unlock()
				got.note(one, lag, why)
			})
		default:
			got.unsent++
		}
		due += time.Duration(float64(time.Second) / (float64(d.Rate) * s.at(float64(due)/float64(d.For), float64(d.Peak))))
	}
	wg.Wait()
	return got
}

// note keeps what one visitor was told; a lag of -1 is a letter that came to no desk in time.
func (a *answers) note(one told, lag time.Duration, why string) {
	a.all = append(a.all, one)
	switch {
	case lag > 0:
		a.lags = append(a.lags, lag)
	case lag < 0:
		a.lost++
	}
	if why != "" && a.first == "" {
		a.first = why
	}
}

// String tells the figures: of the waiting, those who were served.
func (a answers) String() string {
	var served, refused []time.Duration
	bad := 0
	for _, one := range a.all {
		switch {
		case one.status == fasthttp.StatusServiceUnavailable:
			refused = append(refused, one.took)
		case one.status >= 200 && one.status < 300 || one.status == fasthttp.StatusConflict:
			served = append(served, one.took)
		default:
			bad++
		}
	}
	slices.Sort(served)
	slices.Sort(refused)
	slices.Sort(a.lags)
	of := func(ts []time.Duration) result { return result{times: ts} }
	s, r, l := of(served), of(refused), of(a.lags)
	out := fmt.Sprintf("%6.0f/s served  p50 %6.1f  p95 %6.1f  p99 %7.1f  max %7.1f ms  refused with 503 %d (p99 %.1f ms)  errors %d  unsent %d  routed after p50 %.1f, p99 %.1f ms (%d followed, %d late)",
		float64(len(served))/a.d.Seconds(), ms(s.at(.5)), ms(s.at(.95)), ms(s.at(.99)), ms(s.at(1)), len(refused), ms(r.at(.99)), bad, a.unsent,
		ms(l.at(.5)), ms(l.at(.99)), len(a.lags), a.lost)
	if a.spikes {
		out += fmt.Sprintf("  recovered %.1f s after the spike", a.recovery().Seconds())
	}
	return out
}

const tick = 100 * time.Millisecond

// recovery is how long after the spike the last one came who was refused or waited longer than a second.
func (a *answers) recovery() (last time.Duration) {
	for _, one := range a.all {
		if one.due > a.spikeTo && (one.took > time.Second || one.status == fasthttp.StatusServiceUnavailable) {
			last = max(last, one.due-a.spikeTo+tick)
		}
	}
	return last
}

// visitors are those who come in a day: citizens who rate, file and follow, staff who look at lists and hand cases out.
type visitors struct {
	client  *fasthttp.HostClient
	sticker string
	token   string
	next    atomic.Int64

	mu    sync.Mutex
	codes []string
}

func newVisitors(ctx context.Context, p *program, password string) (*visitors, error) {
	v := &visitors{client: &fasthttp.HostClient{
		Addr: p.addr, MaxConns: crowded, ReadTimeout: time.Minute, WriteTimeout: time.Minute, MaxIdemponentCallAttempts: 1,
	}}
	var err error
	if v.sticker, err = stickerOf(ctx, p); err != nil {
		return nil, err
	}
	v.token, err = signIn(p.addr, "lucht", password)
	return v, err
}

// Of a hundred visitors so many rate, file, follow and look at a list; the others hand a case out.
const (
	rate   = 40
	file   = 25
	track  = 20
	lookUp = 12
	// every followEvery-th letter is followed until it has come to a desk.
	followEvery = 20
)

// visit is one visitor's request; of some letters also how long after the answer they had come to a desk.
func (v *visitors) visit(ctx context.Context, n int64) (one told, lag time.Duration, why string) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	kind := n * 37 % 100 // spread evenly
	v.write(req, kind, n)
	err := v.client.Do(req, resp)
	one.status, one.answered = resp.StatusCode(), time.Now()
	if err != nil {
		one.status = 0
		return one, 0, err.Error()
	}
	switch {
	case one.status >= 400 && one.status != fasthttp.StatusServiceUnavailable && one.status != fasthttp.StatusConflict:
		why = fmt.Sprintf("%s %d %.200s", req.URI().Path(), one.status, resp.Body())
	case kind >= rate && kind < rate+file && one.status == fasthttp.StatusCreated:
		lag = v.filed(ctx, resp.Body(), n)
	case kind >= rate+file+track+lookUp && one.status == fasthttp.StatusOK:
		why = v.hand(resp.Body(), n)
		one.answered = time.Now()
	}
	return one, lag, why
}

// write writes the request of a kind.
func (v *visitors) write(req *fasthttp.Request, kind, n int64) {
	switch {
	case kind < rate:
		body, err := json.Marshal(map[string]any{"counter": v.sticker, "score": n%5 + 1})
		if err != nil {
			panic(err) // strings and numbers always encode
		}
		req.Header.SetMethod(fasthttp.MethodPost)
		req.SetRequestURI("http://tiepdan/api/v1/ratings")
		req.Header.SetContentType("application/json")
		req.Header.Set("Idempotency-Key", fmt.Sprintf("rating-%016d", n))
		req.SetBody(body)
	case kind < rate+file:
		filing("day")(n, req)
	case kind < rate+file+track && v.code(n) != "":
		req.SetRequestURI("http://tiepdan/api/v1/cases/" + v.code(n))
	default:
		req.SetRequestURI("http://tiepdan/api/v1/staff/cases?state=open&limit=20")
		req.Header.Set("Authorization", "Bearer "+v.token)
	}
}

func (v *visitors) code(n int64) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.codes) == 0 {
		return ""
	}
	return v.codes[n%int64(len(v.codes))]
}

const late = 30 * time.Second

// filed remembers a letter's code, and follows some letters until they have come to a desk.
func (v *visitors) filed(ctx context.Context, body []byte, n int64) (lag time.Duration) {
	var got struct {
		Code   string `json:"tracking_code"`
		Status string `json:"status"`
	}
	if json.Unmarshal(body, &got) != nil {
		return 0
	}
	v.mu.Lock()
	v.codes = append(v.codes, got.Code)
	v.mu.Unlock()
	if n/100%followEvery != 0 {
		return 0
	}
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI("http://tiepdan/api/v1/cases/" + got.Code)
	for begun := time.Now(); time.Since(begun) < late && ctx.Err() == nil; time.Sleep(2 * time.Millisecond) {
		if v.client.Do(req, resp) == nil && json.Unmarshal(resp.Body(), &got) == nil && got.Status == "assigned" {
			return time.Since(begun)
		}
	}
	return -1
}

// hand gives the first case of a list to another member of staff, when it is still as the list showed it.
func (v *visitors) hand(list []byte, n int64) (why string) {
	var got struct {
		Items []struct {
			Reference string `json:"reference"`
			Version   int    `json:"version"`
		} `json:"items"`
	}
	if json.Unmarshal(list, &got) != nil || len(got.Items) == 0 {
		return ""
	}
	it := got.Items[int(n)%len(got.Items)]
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.Header.SetMethod(fasthttp.MethodPost)
	req.SetRequestURI("http://tiepdan/api/v1/staff/cases/" + it.Reference + "/moves/assign")
	req.Header.SetContentType("application/json")
	req.Header.Set("Authorization", "Bearer "+v.token)
	req.Header.Set("If-Match", fmt.Sprintf(`"%d"`, it.Version))
	req.SetBodyString(fmt.Sprintf(`{"assignee": %q}`, []string{"dia-chinh", "ha-tang"}[n%2]))
	if err := v.client.Do(req, resp); err != nil {
		return err.Error()
	}
	switch resp.StatusCode() {
	case fasthttp.StatusOK, fasthttp.StatusConflict, fasthttp.StatusServiceUnavailable:
		return ""
	}
	return fmt.Sprintf("assign %d %.200s", resp.StatusCode(), resp.Body())
}
