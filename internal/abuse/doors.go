package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

var doorAttacks = []attack{
	{"doors", "headers split through the address a form leads to", false, split},
	{"doors", "links that lead to another site after sign-in or a change of language", false, elsewhere},
	{"doors", "a session goes on after it was ended", false, afterEnd},
	{"doors", "forms sent by another site", false, foreign},
}

// crooked are addresses that must not survive in a redirect.
var crooked = []string{
	"/staff\r\nSet-Cookie: owned=1", "/staff\nSet-Cookie: owned=1", "/staff\t//evil.example", "/staff\r\n\r\n<script>", "//evil.example", `/\evil.example`,
	"https://evil.example/staff", "/staff/../../evil", "javascript:alert(1)", "/\t/evil.example", "/%0d%0aSet-Cookie:%20owned=1", "\\/evil.example",
}

func split(ctx context.Context, t *target) (outcome, error) {
	return t.lead(ctx, func(r reply) bool {
		owned := slices.ContainsFunc(r.header.Values("Set-Cookie"), func(v string) bool { return strings.HasPrefix(v, "owned=") })
		return !owned && !strings.ContainsAny(r.header.Get("Location"), "\r\n\t")
	})
}

func elsewhere(ctx context.Context, t *target) (outcome, error) {
	return t.lead(ctx, func(r reply) bool {
		to, err := url.Parse(r.header.Get("Location"))
		return err == nil && to.Host == "" && to.Scheme == "" && !strings.HasPrefix(to.Path, "//") && !strings.Contains(to.Path, `\`)
	})
}

// lead sends every crooked address through the language switch and the sign-in.
func (t *target) lead(ctx context.Context, holds func(reply) bool) (outcome, error) {
	var got outcome
	for _, to := range crooked {
		b, err := t.browser()
		if err != nil {
			return got, err
		}
		page, err := b.visit(ctx, "/staff/sign-in?next="+url.QueryEscape(to), nil)
		if err != nil {
			return got, err
		}
		for _, path := range []string{"/language", "/staff/sign-in"} { // a sign-in makes the form's token stale: it comes last
			form := url.Values{"back": {to}, "lang": {"en"}, "next": {to}, "username": {t.someone()}, "password": {t.password}}
			form.Set("csrf", field(page.body, "csrf"))
			r, err := b.visit(ctx, path, form)
			if err != nil {
				return got, err
			}
			got.tried++
			if r.status == http.StatusSeeOther && holds(r) {
				got.held++
				continue
			}
			got.why = fmt.Sprintf("%s to %q: %d %q", path, to, r.status, r.header.Get("Location"))
		}
	}
	return got, nil
}

// someone is a member of staff; always the same one.
func (t *target) someone() string {
	names := make([]string, 0, len(t.staff))
	for _, n := range t.staff {
		names = append(names, n)
	}
	return slices.Min(names)
}

func afterEnd(ctx context.Context, t *target) (outcome, error) {
	b, err := t.browser()
	if err != nil {
		return outcome{}, err
	}
	page, err := b.visit(ctx, "/staff/sign-in", nil)
	if err != nil {
		return outcome{}, err
	}
	in := url.Values{"csrf": {field(page.body, "csrf")}, "username": {t.someone()}, "password": {t.password}}
	if _, err := b.visit(ctx, "/staff/sign-in", in); err != nil {
		return outcome{}, err
	}
	board, err := b.visit(ctx, "/staff/cases", nil)
	if err != nil || board.status != http.StatusOK {
		return outcome{tried: 1, held: 0}, err // nobody could sign in
	}
	at, err := url.Parse(t.url)
	if err != nil {
		return outcome{}, err
	}
	stolen := b.jar.Cookies(at)
	if _, err := b.visit(ctx, "/staff/sign-out", url.Values{"csrf": {field(board.body, "csrf")}}); err != nil {
		return outcome{}, err
	}
	b.jar.SetCookies(at, stolen)
	got := outcome{}
	for _, path := range []string{"/staff", "/staff/cases", "/staff/notices", "/staff/accesses"} {
		r, err := b.visit(ctx, path, nil)
		if err != nil {
			return got, err
		}
		got.tried++
		if r.status == http.StatusSeeOther && strings.HasPrefix(r.header.Get("Location"), "/staff/sign-in") {
			got.held++
		}
	}
	return got, nil
}

func foreign(ctx context.Context, t *target) (outcome, error) {
	b, err := t.browser()
	if err != nil {
		return outcome{}, err
	}
	page, err := b.visit(ctx, "/staff/sign-in", nil)
	if err != nil {
		return outcome{}, err
	}
	got := outcome{}
	for _, path := range []string{"/language", "/q/" + t.counters[1] + "/file", "/q/" + t.counters[1] + "/rate", "/staff/sign-in", "/staff/sign-out"} {
		for _, token := range []string{field(page.body, "csrf"), ""} {
			r, err := b.visit(ctx, path, url.Values{"csrf": {token}, "kind": {"feedback"}, "subject": {"x"}, "body": {"x"}, "score": {"1"}}, "Sec-Fetch-Site", "cross-site")
			if err != nil {
				return got, err
			}
			got.tried++
			if r.status == http.StatusForbidden {
				got.held++
			}
		}
	}
	return got, nil
}
