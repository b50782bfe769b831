package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

var ratingAttacks = []attack{
	{"ratings", "45 votes from one address, a fresh browser each: most count apart", false, stuffed},
	{"ratings", "400 taps dated back over a week by one who knows the tablet's address", false, datedBack},
	{"ratings", "a tablet's code of enrolment used by a second device", false, enrolledTwice},
	{"ratings", "400 taps dated back by one who holds the tablet's key", false, datedBackWithKey},
}

// verifiedBurst is how many votes of one counter count at once; then one a minute, as fast as a counter serves.
const verifiedBurst = 6

func stuffed(ctx context.Context, t *target) (outcome, error) {
	const n = 45
	counted, from := 0, t.address()
	for range n {
		b, err := t.browser()
		if err != nil {
			return outcome{}, err
		}
		b.from = from
		path := "/q/" + t.counters[4] + "/rate"
		page, err := b.visit(ctx, path, nil)
		if err != nil {
			return outcome{}, err
		}
		r, err := b.visit(ctx, path, url.Values{"csrf": {field(page.body, "csrf")}, "visit": {field(page.body, "visit")}, "score": {"1"}})
		if err != nil {
			return outcome{}, err
		}
		if r.status == http.StatusOK && field(r.body, "kept") != "" {
			counted++
		}
	}
	if counted == 0 {
		return outcome{tried: n, held: 0}, nil // honest votes count
	}
	return bounded(n, counted, verifiedBurst+1), nil
}

// enrol opens the tablet's address with its code, as a device does.
func (b *browser) enrol(ctx context.Context) (reply, error) {
	return b.visit(ctx, "/k/"+b.tablet+"/enrol", url.Values{"code": {b.target.enrol}})
}

func enrolledTwice(ctx context.Context, t *target) (outcome, error) {
	b, err := t.browser()
	if err != nil {
		return outcome{}, err
	}
	r, err := b.enrol(ctx)
	if err != nil || r.status != http.StatusSeeOther {
		return outcome{tried: 1, held: 0}, err // the honest device was refused
	}
	for _, k := range (&http.Response{Header: r.header}).Cookies() {
		if k.Name == "tablet" {
			t.key = k.Value
		}
	}
	got := outcome{}
	for _, code := range []string{t.enrol, t.enrol + "x", "x" + t.enrol, "", "a.b.c"} {
		thief, err := t.browser()
		if err != nil {
			return got, err
		}
		r, err := thief.visit(ctx, "/k/"+t.tablet+"/enrol", url.Values{"code": {code}})
		if err != nil {
			return got, err
		}
		got.tried++
		if r.status == http.StatusForbidden && !hasTablet(r) {
			got.held++
		}
	}
	return got, nil
}

func hasTablet(r reply) bool {
	return strings.Contains(strings.Join(r.header.Values("Set-Cookie"), "\n"), "tablet=")
}

// datedBackWithKey has taken the key out of the enrolled tablet. A tap of now counts; of before it was enrolled, none does.
func datedBackWithKey(ctx context.Context, t *target) (outcome, error) {
	const n = 400
	key := []string{"Cookie", "tablet=" + t.key}
	r, err := t.tap(ctx, "a-tap-of-just-now-1", time.Now(), key...)
	if err != nil || r.header.Get("X-Kiosk-Verified") != "yes" {
		return outcome{tried: n, held: 0}, err // the honest tap does not count
	}
	counted, err := together(n, func(i int) (bool, error) {
		at := time.Now().Add(-time.Duration(i+1) * 20 * time.Minute)
		r, err := t.tap(ctx, "keykeykeykey"+strconv.Itoa(100000+i), at, key...)
		return r.header.Get("X-Kiosk-Verified") == "yes", err
	})
	return outcome{tried: n, held: n - counted}, err
}

// datedBack has the tablet's address, as anybody has who once stood before it, and no key.
func datedBack(ctx context.Context, t *target) (outcome, error) {
	const n = 400
	counted, err := together(n, func(i int) (bool, error) {
		at := time.Now().Add(-time.Duration(i) * 20 * time.Minute)
		r, err := t.tap(ctx, "taptaptaptap"+strconv.Itoa(100000+i), at)
		return r.header.Get("X-Kiosk-Verified") == "yes", err
	})
	return outcome{tried: n, held: n - counted}, err
}

func (t *target) tap(ctx context.Context, visit string, at time.Time, header ...string) (reply, error) {
	ms := func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
	form := url.Values{"visit": {visit}, "score": {"5"}, "at": {ms(at)}, "sent": {ms(time.Now())}}
	return t.send(ctx, http.MethodPost, "/k/"+t.tablet, strings.NewReader(form.Encode()),
		append(header, "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json", "X-Forwarded-For", t.address())...)
}
