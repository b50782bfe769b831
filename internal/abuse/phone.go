package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

var phoneAttacks = []attack{
	{"phone", "pages with a denouncer's words or code that a browser may keep", false, keptPages},
	{"phone", "the receipt of a denunciation opened ten times", false, receiptAgain},
	{"phone", "cookies of a denunciation that last, or that scripts or other sites can use", false, longCookies},
	{"phone", "what is left on the phone after leaving no trace", false, leftBehind},
}

// The words of the denouncer, which no other page has.
const (
	deniedSubject = "Zerquyen to cao nhan tien"
	deniedBody    = "Zerquyen thay can bo nhan tien o bo phan mot cua."
)

// escape is a browser that has filed a denunciation by its form, and all that it was answered.
type escape struct {
	*browser
	code string
	seen []sight
}

// sight is a page that was asked for, and the answer.
type sight struct {
	path string
	reply
}

// visit is the browser's, remembered.
func (d *escape) visit(ctx context.Context, path string, form url.Values, header ...string) (reply, error) {
	r, err := d.browser.visit(ctx, path, form, header...)
	d.seen = append(d.seen, sight{path, r})
	return r, err
}

// denounceByForm fills the form in on a phone that is not one's own, first with a mistake, and reads the receipt.
func (t *target) denounceByForm(ctx context.Context) (*escape, error) {
	b, err := t.browser()
	if err != nil {
		return nil, err
	}
	d := &escape{browser: b}
	file := "/q/" + t.counters[5] + "/file"
	page, err := d.visit(ctx, file+"?kind=denunciation", nil)
	if err != nil {
		return nil, err
	}
	for _, subject := range []string{"", deniedSubject} {
		v := form(page.body)
		for name, text := range map[string]string{"subject": subject, "body": deniedBody, "anonymous": "yes", "shared": "yes", "passphrase": "hoa sen trang no"} {
			v.Set(name, text)
		}
		if page, err = proven(func(header ...string) (reply, error) { return d.visit(ctx, file, v, header...) }); err != nil {
			return nil, err
		}
	}
	receipt, err := d.visit(ctx, "/receipt", nil)
	if err != nil {
		return nil, err
	}
	if d.code = field(receipt.body, "code"); d.code == "" {
		return nil, fmt.Errorf("no denunciation could be filed: %d, then %d", page.status, receipt.status)
	}
	return d, nil
}

// track looks at every page of the case, and goes wrong at each once. It returns the address of the case.
func (d *escape) track(ctx context.Context) (string, error) {
	ask, err := d.visit(ctx, "/t", nil)
	if err != nil {
		return "", err
	}
	csrf := field(ask.body, "csrf")
	in, err := d.visit(ctx, "/t", url.Values{"csrf": {csrf}, "code": {d.code}})
	if err != nil {
		return "", err
	}
	here := in.header.Get("Location")
	for path, v := range map[string]url.Values{
		"/t": {"csrf": {"stale"}, "code": {d.code}}, here: nil, here + "/withdraw": nil, here + "/data": nil, here + "/appeal": nil, "/waiting": nil, "/verify": nil,
		here + "/messages": {"csrf": {"stale"}, "text": {deniedBody}}, "/t/" + d.code: nil, "/t/" + d.code + "/data": nil, "/t?code=" + d.code: nil,
	} {
		if _, err := d.visit(ctx, path, v); err != nil {
			return "", err
		}
	}
	for path, v := range map[string]url.Values{
		here + "/data": {"second": {"hoa sen trang no"}}, here + "/withdraw": {"reason": {deniedBody}}, "/language": {"lang": {"en"}, "back": {here}}, here + "/messages": {"text": {deniedBody}},
	} {
		v.Set("csrf", csrf)
		if _, err := d.visit(ctx, path, v); err != nil {
			return "", err
		}
	}
	_, err = d.visit(ctx, here, nil)
	return here, err
}

// denounceAndLook is a whole visit: the form, the receipt, and the page that the code opens.
func (t *target) denounceAndLook(ctx context.Context) (*escape, error) {
	d, err := t.denounceByForm(ctx)
	if err == nil {
		_, err = d.track(ctx)
	}
	return d, err
}

// tells reports whether an answer has the denouncer's words or code in it.
func (d *escape) tells(r reply) bool {
	return strings.Contains(r.body, "Zerquyen") || strings.Contains(plainCode(r.body), plainCode(d.code))
}

// plainCode is a text with the code in one spelling.
func plainCode(s string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "", "%20", "", "+", "", "%2D", "", "%2d", "").Replace(s))
}

func keptPages(ctx context.Context, t *target) (outcome, error) {
	d, err := t.denounceAndLook(ctx)
	if err != nil {
		return outcome{}, err
	}
	var got outcome
	for _, s := range d.seen {
		if d.tells(s.reply) {
			got.add(strings.Contains(s.header.Get("Cache-Control"), "no-store"), "%s: %d is kept: %q", s.path, s.status, s.header.Get("Cache-Control"))
		}
	}
	if got.tried < 5 {
		got.add(false, "only %d pages tell anything: the attack is broken", got.tried)
	}
	return got, nil
}

func receiptAgain(ctx context.Context, t *target) (outcome, error) {
	d, err := t.denounceByForm(ctx) // which shows it once
	if err != nil {
		return outcome{}, err
	}
	const n = 9
	shown := 1
	for range n {
		r, err := d.visit(ctx, "/receipt", nil)
		if err != nil {
			return outcome{}, err
		}
		if d.tells(r) {
			shown++
		}
	}
	return bounded(n+1, shown, 2), nil
}

// longCookies looks at every cookie of the whole visit. Those that end later than the browser, or tell the code, do not hold.
func longCookies(ctx context.Context, t *target) (outcome, error) {
	d, err := t.denounceAndLook(ctx)
	if err != nil {
		return outcome{}, err
	}
	var got outcome
	for _, s := range d.seen {
		for _, k := range (&http.Response{Header: s.header}).Cookies() {
			short := k.MaxAge == 0 && k.Expires.IsZero() || ended(k) || k.Name == "lang" // which tells nothing
			got.add(short && k.HttpOnly && k.SameSite == http.SameSiteLaxMode && !strings.Contains(plainCode(k.Value), plainCode(d.code)), "%s sets %s", s.path, k)
		}
	}
	return got, nil
}

// ended reports whether a browser drops the cookie at once.
func ended(k *http.Cookie) bool {
	return k.MaxAge < 0 || !k.Expires.IsZero() && k.Expires.Before(time.Now())
}

// leftBehind leaves by both ways out: the browser is told to forget everything, and what it had opens nothing more.
func leftBehind(ctx context.Context, t *target) (outcome, error) {
	var got outcome
	for _, way := range []string{"/leave", "/exit"} {
		d, err := t.denounceByForm(ctx)
		if err != nil {
			return got, err
		}
		here, err := d.track(ctx)
		if err != nil {
			return got, err
		}
		if err := d.leave(ctx, way, &got); err != nil {
			return got, err
		}
		for _, path := range []string{here, here + "/data", "/receipt", "/waiting", "/q/" + t.counters[5] + "/file?kind=denunciation"} {
			r, err := d.visit(ctx, path, nil)
			if err != nil {
				return got, err
			}
			got.add(!d.tells(r), "after %s, %s tells", way, path)
		}
	}
	return got, nil
}

// leave goes out by a way, and looks whether the browser is told to forget everything, each cookie by its name as well.
func (d *escape) leave(ctx context.Context, way string, got *outcome) error {
	at, err := url.Parse(d.url)
	if err != nil {
		return err
	}
	var v url.Values
	if way == "/leave" {
		page, err := d.visit(ctx, way, nil)
		if err != nil {
			return err
		}
		v = url.Values{"csrf": {field(page.body, "csrf")}}
	}
	had := d.jar.Cookies(at)
	r, err := d.visit(ctx, way, v)
	if err != nil {
		return err
	}
	for _, what := range []string{`"cache"`, `"storage"`} {
		got.add(strings.Contains(r.header.Get("Clear-Site-Data"), what), "%s leaves %s", way, what)
	}
	for _, k := range had {
		over := slices.ContainsFunc((&http.Response{Header: r.header}).Cookies(), func(now *http.Cookie) bool { return now.Name == k.Name && ended(now) })
		got.add(over || k.Name == "lang", "%s leaves the cookie %s", way, k.Name)
	}
	return nil
}
