package main

import (
	"context"
	"net/http"
)

var codeAttacks = []attack{
	{"codes", "guessing codes from one address, by API and page", false, guessing},
	{"codes", "shutting a citizen out by guessing from his address", false, shutOut},
}

// guessing must be slowed down after the burst.
func guessing(ctx context.Context, t *target) (outcome, error) {
	const burst, n = 30, 120
	from := t.address()
	slowed, err := together(n, func(i int) (bool, error) {
		path := "/api/v1/cases/" + t.wrongCode(i)
		if i%2 == 0 {
			path += "/data"
		}
		r, err := t.look(ctx, from, path)
		return r.status == http.StatusTooManyRequests, err
	})
	return outcome{tried: n, held: min(n, slowed+burst+2)}, err
}

// shutOut guesses until the address is told to wait; the right code must open all the same.
func shutOut(ctx context.Context, t *target) (outcome, error) {
	const n = 100
	from := t.address()
	if _, err := together(n, func(i int) (bool, error) {
		_, err := t.look(ctx, from, "/api/v1/cases/"+t.wrongCode(i))
		return true, err
	}); err != nil {
		return outcome{}, err
	}
	const rights = 10
	opened, err := together(rights, func(int) (bool, error) {
		r, err := t.look(ctx, from, "/api/v1/cases/"+t.code)
		return r.status == http.StatusOK, err
	})
	return outcome{tried: rights, held: opened}, err
}
