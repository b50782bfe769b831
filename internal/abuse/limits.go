package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

var limitAttacks = []attack{
	{"limits", "letters from 5,000 addresses at one counter", false, flood(5000)},
	{"limits", "letters from 100,000 addresses at one counter", true, flood(100_000)},
	{"limits", "40 citizens of one office at the counter that 5,000 addresses flood meanwhile", false, crowd(5000, 40)},
	{"limits", "120 citizens of one office at the counter that 100,000 flood meanwhile", true, crowd(100_000, 2*clientBurst)},
	{"limits", "while a counter is flooded, the others' citizens get through", false, othersPass},
	{"limits", "one address that writes others before its own in X-Forwarded-For", false, spoofed},
	{"limits", "one home that takes another IPv6 address for each letter", false, oneHome},
	{"limits", "one proof used for many letters", false, replayed},
	{"limits", "sixty citizens at once behind one address: none is refused", false, honest},
}

// perHour is how many letters a counter's budget gives back in an hour; a flood may have that beside the burst.
const (
	counterBurst = 100
	counterHour  = 400
	clientBurst  = 60
	clientHour   = 240
)

// allowed is what a budget lets through in a time.
func allowed(burst, hour int, begun time.Time) int {
	return burst + 1 + int(time.Since(begun).Hours()*float64(hour))
}

// flood files letters at the first counter, each from an address of its own: IPv4 and IPv6 in turn.
func flood(n int) func(context.Context, *target) (outcome, error) {
	return func(ctx context.Context, t *target) (outcome, error) {
		begun := time.Now()
		passed, err := together(n, func(i int) (bool, error) { return t.drop(ctx, i) })
		return bounded(n, passed, allowed(counterBurst, counterHour, begun)), err
	}
}

// drop is one letter of a flood.
func (t *target) drop(ctx context.Context, i int) (bool, error) {
	from := fmt.Sprintf("2001:db8:%x:%x::1", i>>16, i&0xffff)
	if i%2 == 0 {
		from = fmt.Sprintf("%d.%d.%d.1", 11+i>>16, i>>8&255, i&255)
	}
	r, err := t.letter(ctx, from, t.counters[0])
	return r.status == http.StatusCreated, err
}

// bounded holds for all but those that passed beyond what is allowed.
func bounded(tried, passed, most int) outcome {
	if passed == 0 {
		return outcome{tried: tried, why: "nothing passed: the door is broken, or the attack"}
	}
	return outcome{tried: tried, held: tried - max(0, passed-most)}
}

// together does something n times from 16 sides, and counts how often it succeeded.
func together(n int, do func(i int) (bool, error)) (int, error) {
	const sides = 16
	var passed, next atomic.Int64
	var wg sync.WaitGroup
	errs := make(chan error, sides)
	for range sides {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				ok, err := do(i)
				if err != nil {
					errs <- err
					return
				}
				if ok {
					passed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	return int(passed.Load()), <-errs
}

func othersPass(ctx context.Context, t *target) (outcome, error) {
	var got outcome
	for _, counter := range t.counters[1:] {
		got.tried++
		from := t.address()
		r, err := t.letter(ctx, from, counter)
		if err == nil && r.status == http.StatusTooManyRequests {
			r, err = t.letter(ctx, from, counter, "X-Proof", solve(r))
		}
		if err != nil {
			return got, err
		}
		if r.status == http.StatusCreated {
			got.held++
		}
	}
	return got, nil
}

func spoofed(ctx context.Context, t *target) (outcome, error) {
	own, begun := t.address(), time.Now()
	const n = 300
	passed, err := together(n, func(i int) (bool, error) {
		r, err := t.letter(ctx, fmt.Sprintf("9.9.%d.%d, %s", i>>8, i&255, own), "")
		return r.status == http.StatusCreated, err
	})
	return bounded(n, passed, allowed(clientBurst, clientHour, begun)), err
}

func oneHome(ctx context.Context, t *target) (outcome, error) {
	begun := time.Now()
	const n = 300
	passed, err := together(n, func(i int) (bool, error) {
		r, err := t.letter(ctx, fmt.Sprintf("2001:db8:feed:1:%x::%x", i, i), t.counters[2])
		return r.status == http.StatusCreated, err
	})
	return bounded(n, passed, allowed(clientBurst, clientHour, begun)), err
}

// replayed takes one question, answers it, and files with the same answer again and again.
func replayed(ctx context.Context, t *target) (outcome, error) {
	const n = 20
	var first reply
	from := t.address()
	for range clientBurst + 20 { // until the address is asked
		r, err := t.letter(ctx, from, t.counters[3])
		if err != nil {
			return outcome{}, err
		}
		if first = r; r.status == http.StatusTooManyRequests {
			break
		}
	}
	answer := solve(first)
	passed, err := together(n, func(int) (bool, error) {
		r, err := t.letter(ctx, from, t.counters[3], "X-Proof", answer)
		return r.status == http.StatusCreated, err
	})
	if passed == 0 {
		return outcome{tried: n, held: 0}, err // even the honest use of it was refused
	}
	return bounded(n, passed, 1), err
}

// honest is an hour of a busy office in one go: what its budget holds at once passes, and all the rest with a proof.
func honest(ctx context.Context, t *target) (outcome, error) {
	const n = clientBurst // at the pace of an hour the rest has come back meanwhile
	from := t.address()
	passed, err := together(n, func(i int) (bool, error) {
		counter := t.counters[1+i%(len(t.counters)-1)]
		r, err := t.letter(ctx, from, counter)
		if err == nil && r.status == http.StatusTooManyRequests {
			r, err = t.letter(ctx, from, counter, "X-Proof", solve(r))
		}
		return r.status == http.StatusCreated, err
	})
	return outcome{tried: n, held: passed}, err
}
