package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"maps"
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
	{"ratings", "taps by one who copied the tablet's cookie and one of its requests", false, copied},
	{"ratings", "400 taps dated back by one who holds the tablet's key", false, datedBackWithKey},
}

// machine is a device that an attack enrolled as the tablet: its cookie, its key, and how many taps it has signed.
type machine struct {
	cookie string
	key    *ecdsa.PrivateKey
	n      int64
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
		if r.status != http.StatusSeeOther {
			continue
		}
		if r, err = b.visit(ctx, path+"?given=1", nil); err != nil {
			return outcome{}, err
		}
		if field(r.body, "kept") != "" {
			counted++
		}
	}
	if counted == 0 {
		return outcome{tried: n, held: 0}, nil // honest votes count
	}
	return bounded(n, counted, verifiedBurst+1), nil
}

// enrol sends a code of enrolment with a key, as a device does.
func (b *browser) enrol(ctx context.Context, code string, public []byte) (reply, error) {
	return b.visit(ctx, "/k/"+b.tablet+"/enrol", url.Values{"code": {code}, "key": {base64.RawURLEncoding.EncodeToString(public)}})
}

func enrolledTwice(ctx context.Context, t *target) (outcome, error) {
	b, err := t.browser()
	if err != nil {
		return outcome{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return outcome{}, err
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		return outcome{}, err
	}
	r, err := b.enrol(ctx, t.enrol, public)
	if err != nil || r.status != http.StatusSeeOther {
		return outcome{tried: 1, held: 0}, err // the honest device was refused
	}
	for _, k := range (&http.Response{Header: r.header}).Cookies() {
		if k.Name == "tablet" {
			t.machine = &machine{cookie: k.Value, key: key}
		}
	}
	got := outcome{}
	for _, code := range []string{t.enrol, t.enrol + "x", "x" + t.enrol, "", "a.b.c"} {
		thief, err := t.browser()
		if err != nil {
			return got, err
		}
		r, err := thief.enrol(ctx, code, public)
		if err != nil {
			return got, err
		}
		got.add(r.status == http.StatusForbidden && !hasTablet(r), "%q: %d", code, r.status)
	}
	return got, nil
}

func hasTablet(r reply) bool {
	return strings.Contains(strings.Join(r.header.Values("Set-Cookie"), "\n"), "tablet=")
}

// datedBackWithKey has taken the key out of the enrolled tablet. A tap of now counts; of before it was enrolled, none does.
func datedBackWithKey(ctx context.Context, t *target) (outcome, error) {
	const n = 400
	verified := func(visit string, at time.Time) (bool, error) {
		form, err := t.machine.sign(t.tablet, visit, at)
		if err != nil {
			return false, err
		}
		return t.verified(ctx, form, "Cookie", "tablet="+t.machine.cookie)
	}
	if ok, err := verified("a-tap-of-just-now-1", time.Now()); err != nil || !ok {
		return outcome{tried: n, why: "the honest tap does not count"}, err
	}
	got := outcome{}
	for i := range n {
		ok, err := verified("keykeykeykey"+strconv.Itoa(100000+i), time.Now().Add(-time.Duration(i+1)*20*time.Minute))
		if err != nil {
			return got, err
		}
		got.add(!ok, "a tap of %d minutes ago counts", (i+1)*20)
	}
	return got, nil
}

// copied has read a request of the tablet with its cookie, and tries to make other taps of it. The request itself counts, and so
// does the tablet's next one.
func copied(ctx context.Context, t *target) (outcome, error) {
	cookie := []string{"Cookie", "tablet=" + t.machine.cookie}
	first, err := t.machine.sign(t.tablet, "an-honest-visit-01", time.Now())
	if err != nil {
		return outcome{}, err
	}
	second, err := t.machine.sign(t.tablet, "an-honest-visit-02", time.Now())
	if err != nil {
		return outcome{}, err
	}
	for _, honest := range []url.Values{first, second} {
		if ok, err := t.verified(ctx, honest, cookie...); err != nil || !ok {
			return outcome{tried: 1, why: "the honest tap does not count"}, err
		}
	}
	got := outcome{}
	for name, change := range map[string][]string{
		"the same request": {}, "another visit": {"visit", "a-made-up-visit-0"}, "another face": {"score", "1"}, "the next number": {"n", "99"},
		"no signature": {"signed", ""}, "another time": {"at", strconv.FormatInt(time.Now().UnixMilli()-1000, 10)},
	} {
		form := maps.Clone(first)
		for i := 0; i+1 < len(change); i += 2 {
			form.Set(change[i], change[i+1])
		}
		ok, err := t.verified(ctx, form, cookie...)
		if err != nil {
			return got, err
		}
		got.add(!ok, "%s counts", name)
	}
	ok, err := t.verified(ctx, second)
	got.add(!ok, "a signed tap counts without the cookie")
	return got, err
}

// datedBack has the tablet's address, as anybody has who once stood before it, and no key.
func datedBack(ctx context.Context, t *target) (outcome, error) {
	const n = 400
	counted, err := together(n, func(i int) (bool, error) {
		at := time.Now().Add(-time.Duration(i) * 20 * time.Minute)
		return t.verified(ctx, tapped("taptaptaptap"+strconv.Itoa(100000+i), at))
	})
	return outcome{tried: n, held: n - counted}, err
}

// tapped is a tap that nobody signed.
func tapped(visit string, at time.Time) url.Values {
	ms := func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
	return url.Values{"visit": {visit}, "score": {"5"}, "at": {ms(at)}, "sent": {ms(time.Now())}}
}

// sign makes the tablet's next tap.
func (m *machine) sign(token, visit string, at time.Time) (url.Values, error) {
	m.n++
	form := tapped(visit, at)
	form.Set("n", strconv.FormatInt(m.n, 10))
	sum := sha256.Sum256([]byte(strings.Join([]string{"tap", token, visit, form.Get("score"), form.Get("at"), form.Get("n")}, "\n")))
	r, s, err := ecdsa.Sign(rand.Reader, m.key, sum[:])
	if err != nil {
		return nil, err
	}
	form.Set("signed", base64.RawURLEncoding.EncodeToString(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)))
	return form, nil
}

// verified sends a tap, and says whether it counts.
func (t *target) verified(ctx context.Context, form url.Values, header ...string) (bool, error) {
	r, err := t.send(ctx, http.MethodPost, "/k/"+t.tablet, strings.NewReader(form.Encode()),
		append(header, "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json", "X-Forwarded-For", t.address())...)
	return r.header.Get("X-Kiosk-Verified") == "yes", err
}
