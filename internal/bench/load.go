package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// result is what a load gave.
type result struct {
	took  time.Duration
	times []time.Duration
	bad   int64
	first string // what the first bad answer said
}

func (r result) perSecond() float64 { return float64(len(r.times)) / r.took.Seconds() }

func (r result) at(q float64) time.Duration {
	if len(r.times) == 0 {
		return 0
	}
	return r.times[min(int(q*float64(len(r.times))), len(r.times)-1)]
}

func (r result) String() string {
	return fmt.Sprintf("%7.0f/s  p50 %6.2f ms  p99 %6.2f ms  bad %d", r.perSecond(), ms(r.at(.5)), ms(r.at(.99)), r.bad)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// job is what a load does: fill writes the requests, n connections send them for the time, want is the right status.
type job struct {
	n    int
	d    time.Duration
	want int
	fill func(i int64, r *fasthttp.Request)
	// every spaces the requests of all connections together; 0 sends as fast as it goes.
	every time.Duration
}

// load sends the job's requests and counts the answers.
func load(ctx context.Context, addr string, j job) result {
	n, d, want, fill := j.n, j.d, j.want, j.fill
	client := &fasthttp.HostClient{Addr: addr, MaxConns: n, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
	var next, bad atomic.Int64
	var first sync.Once
	var res result
	all := make([][]time.Duration, n)
	begun := time.Now()
	var wg sync.WaitGroup
	for w := range n {
		wg.Go(func() {
			req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
			for time.Since(begun) < d && ctx.Err() == nil {
				i := next.Add(1)
				if wait := time.Until(begun.Add(time.Duration(i) * j.every)); j.every > 0 && wait > 0 {
					time.Sleep(wait)
				}
				req.Reset()
				fill(i, req)
				t := time.Now()
				err := client.Do(req, resp)
				if err != nil || resp.StatusCode() != want {
					bad.Add(1)
					first.Do(func() { res.first = fmt.Sprint(err, " ", resp.StatusCode(), " ", string(resp.Body())) })
					continue
				}
				all[w] = append(all[w], time.Since(t))
			}
		})
	}
	wg.Wait()
	res.took, res.bad = time.Since(begun), bad.Load()
	res.times = slices.Concat(all...)
	slices.Sort(res.times)
	return res
}

// filing writes one case as a citizen files it; every key is another.
func filing(run string) func(i int64, r *fasthttp.Request) {
	return func(i int64, r *fasthttp.Request) {
		r.Header.SetMethod(fasthttp.MethodPost)
		r.SetRequestURI("http://tiepdan/api/v1/cases")
		r.Header.SetContentType("application/json")
		r.Header.Set("Idempotency-Key", fmt.Sprintf("%s-%016d", run, i))
		body, err := json.Marshal(map[string]any{
			"kind": "feedback", "subject": fmt.Sprintf("Đèn đường hỏng ở tổ %d", i%97), "category": "roads",
			"body": fmt.Sprintf("Đèn đường trước nhà số %d đã hỏng hơn hai tuần, buổi tối trẻ em đi học thêm về rất nguy hiểm. "+
				"Gia đình đã báo trưởng thôn nhưng chưa thấy ai đến sửa. Kính đề nghị cơ quan kiểm tra và sửa sớm.", i),
			"location": map[string]any{"address": fmt.Sprintf("Tổ %d, thôn Hà Lam 1", i%97)},
			"contact":  map[string]string{"name": "Nguyễn Văn Bình", "phone": "0905123456"},
		})
		if err != nil {
			panic(err) // strings and numbers always encode
		}
		r.SetBody(body)
	}
}
