package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"tiepdan/pkg/limit"
)

// target is the program with its demo data, behind a proxy that tells whom it speaks for: so an attack has any address it likes.
type target struct {
	url       string
	counters  []string // tokens of the stickers
	tablet    string
	enrol     string // a code that makes a device the tablet
	machine   *machine
	code      string
	password  string
	staff     map[string]string // username by role
	log       string
	mail      string // the socket that mail is brought to
	cmd       *exec.Cmd
	client    *http.Client
	next      atomic.Int64 // addresses given out
	everybody []colleague
}

const patience = time.Minute

// start builds the program and runs its demo on a folder of its own.
func start(ctx context.Context, dir string) (*target, error) {
	bin := filepath.Join(dir, "tiepdan")
	build := exec.CommandContext(ctx, "go", "build", "-o", bin, "tiepdan/cmd/tiepdan")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	t := &target{url: "http://" + addr, staff: map[string]string{}, log: filepath.Join(dir, "log"), mail: filepath.Join(dir, "lmtp")}
	t.client = &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	f, err := os.Create(t.log)
	if err != nil {
		return nil, err
	}
	defer f.Close() // the program has its own handle
	t.cmd = exec.CommandContext(ctx, bin, "demo", "--addr", addr, "--data", filepath.Join(dir, "data"))
	t.cmd.Env = append(os.Environ(), "TIEPDAN_PROXIES=127.0.0.1", "TIEPDAN_LIMITS=1", "TIEPDAN_LMTP=unix:"+t.mail, "TIEPDAN_MAIL_ADDRESS="+mailbox)
	t.cmd.Env = append(append(t.cmd.Env, channelSettings...), pushSettings)
	t.cmd.Stdout, t.cmd.Stderr = f, f
	if err := t.cmd.Start(); err != nil {
		return nil, err
	}
	if err := t.awake(ctx); err != nil {
		t.stop()
		return nil, err
	}
	return t, nil
}

func (t *target) stop() {
	_ = t.cmd.Process.Signal(syscall.SIGTERM) // one that ended already is what we want
	_ = t.cmd.Wait()
}

var (
	sticker  = regexp.MustCompile(`/q/(\S+)`)
	tablet   = regexp.MustCompile(`/k/([^\s?]+)\?enrol=(\S+)`)
	tracking = regexp.MustCompile(`tracking code: (\S+)`)
	person   = regexp.MustCompile(`(?m)^\s+(\w+)\s+username: (\S+)\s+password: (\S+)`)
)

// awake waits until the demo serves and has said its addresses, and reads them.
func (t *target) awake(ctx context.Context) error {
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(20 * time.Millisecond) {
		resp, err := t.send(ctx, http.MethodGet, "/readyz", nil)
		if err != nil || resp.status != http.StatusOK {
			continue
		}
		raw, err := os.ReadFile(t.log)
		if err != nil {
			return err
		}
		people := person.FindAllSubmatch(raw, -1)
		if len(people) == 0 {
			continue
		}
		for _, p := range people {
			t.staff[string(p[1])], t.password = string(p[2]), string(p[3])
		}
		for _, m := range sticker.FindAllSubmatch(raw, -1) {
			t.counters = append(t.counters, string(m[1]))
		}
		kiosk := tablet.FindSubmatch(raw)
		t.tablet, t.enrol, t.code = string(kiosk[1]), string(kiosk[2]), string(tracking.FindSubmatch(raw)[1])
		return nil
	}
	return fmt.Errorf("the demo does not serve; see %s", t.log)
}

// reply is an answer, read.
type reply struct {
	status int
	header http.Header
	body   string
}

// send sends a request as it is; header is pairs.
func (t *target) send(ctx context.Context, method, path string, body io.Reader, header ...string) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, t.url+path, body)
	if err != nil {
		return reply{}, err
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, string(raw)}, err
}

// look asks the API for something from an address.
func (t *target) look(ctx context.Context, from, path string) (reply, error) {
	return t.send(ctx, http.MethodGet, path, http.NoBody, "X-Forwarded-For", from)
}

// letter files a small letter by the API.
func (t *target) letter(ctx context.Context, from, counter string, header ...string) (reply, error) {
	raw, err := json.Marshal(map[string]any{
		"kind": "feedback", "subject": "Đèn đường hỏng", "body": "Đèn đường hỏng ba tuần nay.", "counter": counter,
	})
	if err != nil {
		return reply{}, err
	}
	return t.send(ctx, http.MethodPost, "/api/v1/cases", bytes.NewReader(raw), append(header, "Content-Type", "application/json", "X-Forwarded-For", from)...)
}

// address is one that was not used yet.
func (t *target) address() string {
	n := t.next.Add(1)
	return fmt.Sprintf("100.%d.%d.%d", 64+n>>16, n>>8&255, n&255)
}

var question = regexp.MustCompile(`data-work="([^"]*)" data-token="([^"]*)" data-salt="([^"]*)" data-max="(\d+)"`)

// solve answers the question in a refusal or on a page, or returns "".
func solve(r reply) string {
	if m := question.FindStringSubmatch(r.body); m != nil {
		most, _ := strconv.Atoi(m[4]) // digits
		answer, _ := limit.Work{Hash: m[1], Token: m[2], Salt: m[3], Most: most}.Solve()
		return answer
	}
	var p struct {
		Proof *limit.Work `json:"proof"`
	}
	if json.Unmarshal([]byte(r.body), &p) != nil || p.Proof == nil {
		return ""
	}
	answer, _ := p.Proof.Solve()
	return answer
}

// browser keeps cookies, at one address.
type browser struct {
	*target
	from string
	jar  *cookiejar.Jar
}

func (t *target) browser() (*browser, error) {
	jar, err := cookiejar.New(nil)
	return &browser{t, t.address(), jar}, err
}

// visit sends a form, or asks for a page when form is nil.
func (b *browser) visit(ctx context.Context, path string, form url.Values, header ...string) (reply, error) {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
		header = append(header, "Content-Type", "application/x-www-form-urlencoded")
	}
	at, err := url.Parse(b.url)
	if err != nil {
		return reply{}, err
	}
	for _, k := range b.jar.Cookies(at) {
		header = append(header, "Cookie", k.Name+"="+k.Value)
	}
	r, err := b.send(ctx, method, path, body, append(header, "X-Forwarded-For", b.from)...)
	b.jar.SetCookies(at, (&http.Response{Header: r.header}).Cookies())
	return r, err
}

// field reads a hidden field of a page.
func field(page, name string) string {
	_, rest, _ := strings.Cut(page, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// wrongCode is a code that no case has.
func (t *target) wrongCode(i int) string {
	digits := strconv.Itoa(i % 10)
	if strings.HasSuffix(t.code, digits) {
		digits = strconv.Itoa((i + 1) % 10)
	}
	return t.code[:len(t.code)-1] + digits
}
