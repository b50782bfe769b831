package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

var wireAttacks = []attack{
	{"wire", "requests whose end two readers see in two places", false, smuggled},
	{"wire", "JSON with a field twice, NUL, no UTF-8, or too deep", false, crookedJSON},
	{"wire", "forms and addresses with NUL and no UTF-8", false, crookedForms},
	{"wire", "parts of a form, and names of files, with NUL and no UTF-8", false, crookedParts},
}

// second is a request that stands where a careless reader thinks that the first has ended.
const second = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

// smuggled holds when a connection gives one answer at most to each, never the second one, and ends.
func smuggled(ctx context.Context, t *target) (outcome, error) {
	honest, _, err := t.answers(ctx, second+second)
	if err != nil || len(honest) != 2 {
		return outcome{tried: 1, why: fmt.Sprintf("two honest requests get %v", honest)}, err
	}
	var got outcome
	for _, raw := range oddRequests() {
		statuses, bodies, err := t.answers(ctx, raw)
		if err != nil {
			return got, err
		}
		got.tried++
		if len(statuses) > 1 || strings.Contains(bodies, "ok\n") {
			got.why = fmt.Sprintf("%q gets %v", raw[:min(len(raw), 160)], statuses)
			continue
		}
		got.held++
	}
	return got, nil
}

// oddRequests each hide a second request in what the first may be read to carry.
func oddRequests() []string {
	post := func(headers, body string) string {
		return "POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers + "\r\n" + body
	}
	n := len(second)
	length := func(format string) string { return strings.ReplaceAll(format, "#", strconv.Itoa(n)) }
	chunked := "Transfer-Encoding: chunked\r\n"
	out := []string{}
	for _, h := range []string{
		"Content-Length: 0\r\nContent-Length: #\r\n", "Content-Length: #\r\nContent-Length: 0\r\n", "Content-Length: 0, #\r\n", "Content-Length: +#\r\n", "Content-Length: -#\r\n",
		"Content-Length: 0x0\r\n", "Content-Length: \r\n", "Content-Length : #\r\n", "Content-Length: 0\r\n #\r\n", "Content-Length\r\n: #\r\n", "Content-Length: 0\nX: #\r\n",
		"X: 1\nContent-Length: #\r\n", "X: 1\rContent-Length: #\r\n", "Content-Length: #\x00\r\n", "X\x00: 1\r\nContent-Length: 0\r\n", "Content_Length: #\r\nContent-Length: 0\r\n \r\n", "Content-Length:\x0b#\r\n",
		"Host: y\r\nContent-Length: 0\r\n", "Content-Length: 99999999999999999999\r\n",
	} {
		out = append(out, post(length(h), second))
	}
	for _, h := range []string{
		"Content-Length: #\r\n" + chunked, chunked + "Content-Length: #\r\n", chunked + chunked, "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: identity, chunked\r\n", "Transfer-Encoding: xchunked\r\n",
		"Transfer-Encoding : chunked\r\n", "Transfer-Encoding:\x0bchunked\r\n", "Transfer-Encoding: \"chunked\"\r\n", " Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "Transfer-Encoding:\r\n chunked\r\n", "X: 1\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
	} {
		out = append(out, post(length(h), "0\r\n\r\n"+second))
	}
	for _, size := range []string{"0x0", "+0", "-0", "-1", " 0", "0 ;", "00000000000000000000", "fffffffffffffffff", "ffffffffffffffff", "0\x00", "", "g", "1_0", "0\n", "2\n{}", "٠"} {
		out = append(out, post(chunked, size+"\r\n\r\n"+second))
	}
	for _, body := range []string{"2\r\n{}" + second, "2\r\n{}\n0\r\n\r\n", "2\r\n{}XX0\r\n\r\n", "1;a=\"\r\n0\r\n\r\n\"\r\n{\r\n0\r\n\r\n"} {
		out = append(out, post(chunked, body+second))
	}
	return append(out, "GET / HTTP/1.1\r\nHost: x\r\n"+chunked+"\r\n0x0\r\n\r\n"+second, "GET /\r\n"+second, "GET /healthz HTTP/1.1\r\n\r\n"+second, "GET /healthz HTTP/9.9\r\n\r\n"+second, "GET /he\nalthz HTTP/1.1\r\nHost: x\r\n\r\n"+second)
}

// answers sends bytes on a connection of their own, ends its own side, and reads all answers.
func (t *target) answers(ctx context.Context, raw string) (statuses []int, bodies string, err error) {
	conn, err := t.dial(ctx, raw)
	if err != nil {
		return nil, "", err
	}
	defer conn.Close()
	_ = conn.CloseWrite() // refused already when the other side has hung up
	from := bufio.NewReader(conn)
	for {
		resp, err := http.ReadResponse(from, nil)
		if err != nil {
			return statuses, bodies, nil // there are no more answers
		}
		body, _ := io.ReadAll(resp.Body) // as far as it came
		_ = resp.Body.Close()
		statuses, bodies = append(statuses, resp.StatusCode), bodies+string(body)
	}
}

// crookedJSON must be refused as a mistake of the caller; the same letter without the crook is taken.
func crookedJSON(ctx context.Context, t *target) (outcome, error) {
	send := func(body string) (reply, error) {
		from := t.address()
		return proven(func(header ...string) (reply, error) {
			return t.send(ctx, http.MethodPost, "/api/v1/cases", strings.NewReader(body), append(header, "Content-Type", "application/json", "X-Forwarded-For", from)...)
		})
	}
	letter := func(more string) string {
		return `{"kind":"feedback","subject":"Đèn hỏng","body":"Đèn hỏng."` + more + `}`
	}
	if r, err := send(letter("")); err != nil || r.status != http.StatusCreated {
		return outcome{tried: 1, why: fmt.Sprintf("the plain letter: %d %s", r.status, r.body)}, err
	}
	var got outcome
	for _, body := range []string{
		letter(`,"kind":"denunciation"`), letter(`,"KIND":"denunciation"`), letter(`,"\u006bind":"denunciation"`), letter(`,"contact":{"name":"A","name":"B"}`), letter(`,"\u212And":"x"`),
		letter(`,"about":"a\u0000b"`), letter(`,"a\u0000":"b"`), letter(",\"about\":\"a\x00b\""), letter(",\"about\":\"\xff\""), letter(",\"about\":\"\xed\xa0\x80\""), letter(",\"about\":\"\xc0\x80\""),
		letter(`,"contact":` + strings.Repeat(`{"a":`, 50) + "1" + strings.Repeat("}", 50)), letter(`,"contact":` + strings.Repeat("[", 100_000)), strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		letter("") + letter(""), letter("") + "\x00", "\xef\xbb\xbf" + letter(""), letter(`,"about":NaN`), letter(`,"location":{"lat":1e999}`), letter(`,"urgent":true`), letter(","), "", "null", "[]",
	} {
		r, err := send(body)
		if err != nil {
			return got, err
		}
		got.tried++
		if (r.status == http.StatusBadRequest || r.status == http.StatusUnprocessableEntity) && !strings.Contains(r.body, "tracking_code") {
			got.held++
			continue
		}
		got.why = fmt.Sprintf("%.90q: %d %.90s", body, r.status, r.body)
	}
	return got, nil
}

// crookedForms must be refused as a mistake and keep nothing; a form shows again what was typed, without the crook.
func crookedForms(ctx context.Context, t *target) (outcome, error) {
	var got outcome
	for _, crook := range crooks {
		b, err := t.browser()
		if err != nil {
			return got, err
		}
		file := "/q/" + t.counters[5] + "/file"
		page, err := b.visit(ctx, file+"?kind=feedback", nil)
		if err != nil {
			return got, err
		}
		for _, s := range withCrook(t, page.body, file, crook) {
			r, err := b.visit(ctx, s.path, s.form)
			if err != nil {
				return got, err
			}
			kept := strings.Contains(strings.Join(r.header.Values("Set-Cookie"), " "), "receipt=")
			got.add(r.status >= 400 && r.status < 500 && !kept && !strings.Contains(r.body, crook), "%s with %q: %d", s.path, crook, r.status)
		}
	}
	return got, nil
}

// sending is a form that is sent to a path, or a page that is asked for.
type sending struct {
	path string
	form url.Values
}

// withCrook puts a crook into every field and address that takes text. page is the form of a letter.
func withCrook(t *target, page, file, crook string) []sending {
	var out []sending
	for _, name := range []string{"subject", "body", "key", "x" + crook} {
		v := form(page)
		v.Set("subject", "Đèn hỏng")
		v.Set("body", "Đèn hỏng.")
		v.Set(name, v.Get(name)+crook)
		out = append(out, sending{file, v})
	}
	for _, path := range []string{"/t", "/verify", "/k/" + t.tablet, "/language"} {
		out = append(out, sending{path, url.Values{"csrf": {field(page, "csrf")}, "code": {t.code + crook}, "proof": {crook}, "visit": {crook}, "back": {"/" + crook}}})
	}
	for _, path := range []string{"/t/", "/q/", "/results?year=", "/staff/sign-in?next=", "/static/"} {
		out = append(out, sending{path + url.QueryEscape(crook), nil})
	}
	return out
}
