package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/web/api"
	"tiepdan/pkg/limit"
)

// stingy leaves every door open once, and with a proof once more.
func stingy(cfg *Config) { cfg.Limits = 1e-9 }

// behindProxy believes the address in X-Forwarded-For.
func behindProxy(cfg *Config) { cfg.Proxies = []string{"0.0.0.0/32"} }

// call sends JSON.
func (st *stand) call(t *testing.T, method, path string, body any, header ...string) reply {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(string(raw)))
	req.Header.Set("Content-Type", "application/json")
	return st.send(t, req, header...)
}

// free are the POSTs without a door: they keep nothing, or nothing is there for whoever lacks the secret. Those of staff ask who
// it is.
var free = map[string]bool{
	"/setup": true, "/language": true, "/verify": true, "/k/:token/enrol": true, "/hooks/:channel": true, "/leave": true,
	open311Path + "/requests.:format": true, open311Path + "/servicerequestupdates.:format": true,
}

func TestEveryThingAStrangerMayDoHasItsDoor(t *testing.T) {
	st := newStand(t, stingy)
	seen := 0
	for _, route := range st.App().GetRoutes(true) {
		ofStaff := strings.HasPrefix(route.Path, "/staff") || strings.HasPrefix(route.Path, "/api/v1/staff")
		if route.Method != http.MethodPost || ofStaff || free[route.Path] {
			continue
		}
		seen++
		st.desk.Clock = st.desk.Clock.Add(48 * time.Hour) // every budget is whole again
		status := 0
		for range 2 {
			if strings.HasPrefix(route.Path, "/api/") {
				status = st.call(t, http.MethodPost, st.real(route.Path), map[string]any{"text": "x", "score": 5}).status
				continue
			}
			form := full(st.csrfOf(t, "/"))
			form.Set("key", token())
			form.Set("visit", token())
			status = st.ask(t, http.MethodPost, st.real(route.Path), form).status
		}
		if status != http.StatusTooManyRequests {
			t.Errorf("%s answers %d above its budget: it has no door", route.Path, status)
		}
	}
	if seen < 12 {
		t.Errorf("only %d routes are known", seen)
	}
}

var (
	sumToken = regexp.MustCompile(`name="proof_token" value="([^"]+)"`)
	workData = regexp.MustCompile(`data-work="([^"]+)" data-token="([^"]+)" data-salt="([^"]+)" data-max="(\d+)"`)
)

// sum answers the page's question as a person would: from its words.
func (st *stand) sum(t *testing.T, body string) (token, answer string) {
	t.Helper()
	found := sumToken.FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("the page asks nothing:\n%s", body)
	}
	for a := 1; a <= 10; a++ {
		for b := 1; b <= 10; b++ {
			number := func(n int) string { return st.Words.Say("vi", fmt.Sprintf("number.%d", n), nil) }
			if strings.Contains(body, st.Words.Say("vi", "proof.sum", map[string]string{"a": number(a), "b": number(b)})) {
				return found[1], strconv.Itoa(a + b)
			}
		}
	}
	t.Fatal("the sum stands nowhere in words")
	return "", ""
}

func (st *stand) letter(t *testing.T) url.Values {
	t.Helper()
	form := full(st.csrfOf(t, "/"))
	form.Set("key", token())
	return form
}

func TestAboveTheBudgetAFormAsksAndLosesNothing(t *testing.T) {
	st := newStand(t, stingy)
	path := "/q/" + st.sticker + "/file"
	if a := st.ask(t, http.MethodPost, path, st.letter(t)); a.status != http.StatusSeeOther {
		t.Fatalf("within the budget: %d", a.status)
	}
	// The empty form carries the question from the start.
	if a := st.ask(t, http.MethodGet, path+"?kind=feedback", nil); a.status != http.StatusOK || !workData.MatchString(a.body) {
		t.Errorf("the next form: %d, its question %v", a.status, workData.FindString(a.body))
	}
	form := st.letter(t)
	asked := st.ask(t, http.MethodPost, path, form)
	for range 2 { // once unanswered, once with a wrong answer: all that was typed stands there
		if asked.status != http.StatusTooManyRequests || asked.header.Get("Retry-After") == "" {
			t.Fatalf("above the budget: %d, Retry-After %q", asked.status, asked.header.Get("Retry-After"))
		}
		for _, typed := range []string{"Chữ đã nhập", "Nội dung đã nhập", form.Get("key")} {
			if !strings.Contains(asked.body, typed) {
				t.Errorf("%q is lost", typed)
			}
		}
		form.Set("proof_token", first(st.sum(t, asked.body)))
		form.Set("proof", "1")
		asked = st.ask(t, http.MethodPost, path, form)
	}
	tok, answer := st.sum(t, asked.body)
	form.Set("proof_token", tok)
	form.Set("proof", answer)
	if a := st.ask(t, http.MethodPost, path, form); a.status != http.StatusSeeOther {
		t.Errorf("the right sum: %d", a.status)
	}
}

func first(a, _ string) string { return a }

func TestAScriptProvesItsWork(t *testing.T) {
	st := newStand(t, stingy)
	path := "/q/" + st.sticker + "/file"
	st.ask(t, http.MethodPost, path, st.letter(t))
	form := st.letter(t)
	asked := workData.FindStringSubmatch(st.ask(t, http.MethodPost, path, form).body)
	if asked == nil {
		t.Fatal("no search in the form")
	}
	answer, _ := limit.Work{Token: asked[2], Salt: asked[3], Hash: asked[1], Most: proofBelow}.Solve()
	form.Set("proof_work", answer)
	if a := st.ask(t, http.MethodPost, path, form); a.status != http.StatusSeeOther {
		t.Errorf("the right number: %d", a.status)
	}
	form = st.letter(t)
	form.Set("proof_work", answer)
	if a := st.ask(t, http.MethodPost, path, form); a.status != http.StatusTooManyRequests {
		t.Errorf("the same number again: %d", a.status)
	}
}

func TestAProgramIsToldWhatToProve(t *testing.T) {
	st := newStand(t, stingy)
	send := func(header ...string) reply {
		return st.call(t, http.MethodPost, "/api/v1/cases", map[string]any{"kind": "feedback", "subject": "Đèn hỏng", "body": "Đèn hỏng ba tuần"}, header...)
	}
	if a := send(); a.status != http.StatusCreated {
		t.Fatalf("within the budget: %d %s", a.status, a.body)
	}
	a := send()
	var p api.Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status != http.StatusTooManyRequests || p.Proof == nil || p.Code != "error.proof" {
		t.Fatalf("above the budget: %d %s", a.status, a.body)
	}
	answer, found := p.Proof.Solve()
	if !found {
		t.Fatal("the search has no answer")
	}
	if a := send(api.HeaderProof, answer); a.status != http.StatusCreated {
		t.Errorf("with its proof: %d %s", a.status, a.body)
	}
	a = send(api.HeaderProof, answer)
	if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
		t.Errorf("above all: %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
}

func TestARightCodeIsNeverRefused(t *testing.T) {
	st := newStand(t)
	wrong := st.code[:len(st.code)-1] + map[bool]string{true: "1", false: "0"}[strings.HasSuffix(st.code, "0")]
	last := 0
	for range 100 {
		last = st.ask(t, http.MethodGet, "/t/"+wrong, nil).status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the hundredth wrong code: %d", last)
	}
	if got := st.call(t, http.MethodGet, "/api/v1/cases/"+wrong, nil).status; got != http.StatusTooManyRequests {
		t.Errorf("a wrong code at the API: %d", got)
	}
	for _, path := range []string{"/t/h/" + st.handle, "/receipt", "/t/h/" + st.handle + "/data", "/api/v1/cases/" + st.code} {
		if a := st.ask(t, http.MethodGet, path, nil); a.status != http.StatusOK {
			t.Errorf("the right code at %s: %d", path, a.status)
		}
	}
}

// TestAnHonestCounterIsAskedNothing: two hundred citizens in an hour behind the office's one address. Each opens the pages,
// rates, answers the questions, files a letter and looks at it.
func TestAnHonestCounterIsAskedNothing(t *testing.T) {
	st := newStand(t)
	st.cookies = st.cookies[1:2]
	const mostProofs = 0
	asked, refused := 0, 0
	for i := range 200 {
		st.cookies[0].Value = fmt.Sprintf("visitor-%020d", i)
		st.desk.Clock = st.desk.Clock.Add(time.Hour / 200)
		page := st.ask(t, http.MethodGet, "/q/"+st.sticker+"/rate", nil)
		form := full(st.csrfOf(t, "/"))
		form.Set("visit", between(page.body, `name="visit" value="`))
		form.Set("key", token())
		rate, file := "/q/"+st.sticker+"/rate", "/q/"+st.sticker+"/file"
		for _, path := range []string{rate, rate, file} {
			a := st.ask(t, http.MethodPost, path, form)
			switch {
			case a.status == http.StatusTooManyRequests && workData.MatchString(a.body):
				asked++
			case a.status >= http.StatusBadRequest:
				refused++
			}
			form.Set("more", "1")
		}
		if a := st.ask(t, http.MethodGet, "/t/"+st.code, nil); a.status != http.StatusSeeOther {
			refused++
		}
	}
	if refused > 0 || asked > mostProofs {
		t.Errorf("%d refusals and %d questions, want none and %d", refused, asked, mostProofs)
	}
}

// between is what stands after a mark, up to the next quotation mark.
func between(body, mark string) string {
	_, rest, _ := strings.Cut(body, mark)
	out, _, _ := strings.Cut(rest, `"`)
	return out
}

// TestAFloodFromManyAddressesIsBounded: each request of the flood has an address of its own. What it may do is bounded by the
// counter, and another counter's citizens get through with a proof at most.
func TestAFloodFromManyAddressesIsBounded(t *testing.T) {
	st := newStand(t, behindProxy)
	o, err := st.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other := ""
	for _, k := range o.Counters() {
		if k.ID != "c1" {
			other = st.Stickers.Token(k)
		}
	}
	file := func(sticker, from string, header ...string) reply {
		return st.call(t, http.MethodPost, "/api/v1/cases", map[string]any{"kind": "feedback", "subject": "Đèn hỏng", "body": "Đèn hỏng", "counter": sticker},
			append(header, "X-Forwarded-For", "8.8.8.8, "+from)...)
	}
	passed := 0
	for i := range 2000 {
		from := fmt.Sprintf("203.%d.%d.%d", i>>16, i>>8&255, i&255)
		if i%2 == 0 {
			from = fmt.Sprintf("2001:db8:%x:%x::1", i>>16, i&0xffff)
		}
		if file(st.sticker, from).status == http.StatusCreated {
			passed++
		}
	}
	if passed != 100 { // the burst of a counter
		t.Errorf("%d of 2000 got through, want 100", passed)
	}
	honest := file(other, "198.51.100.7")
	if honest.status == http.StatusTooManyRequests {
		var p api.Problem
		if err := json.Unmarshal([]byte(honest.body), &p); err != nil || p.Proof == nil {
			t.Fatalf("the other counter was refused: %s", honest.body)
		}
		answer, _ := p.Proof.Solve()
		honest = file(other, "198.51.100.7", api.HeaderProof, answer)
	}
	if honest.status != http.StatusCreated {
		t.Errorf("the other counter: %d %s", honest.status, honest.body)
	}
}

// TestMadeUpVotesCountApart: forty-five browsers that nobody saw before, each from an address of its own, rate one counter at
// once. All are kept; no more than a counter can serve are verified.
func TestMadeUpVotesCountApart(t *testing.T) {
	st := newStand(t, behindProxy)
	st.cookies = st.cookies[1:2]
	verified := 0
	for i := range 45 {
		st.cookies[0].Value = fmt.Sprintf("visitor-%020d", i)
		from := []string{"X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i)}
		page := st.ask(t, http.MethodGet, "/q/"+st.sticker+"/rate", nil, from...)
		a := st.ask(t, http.MethodPost, "/q/"+st.sticker+"/rate", url.Values{
			"csrf": {between(page.body, `name="csrf" value="`)}, "visit": {between(page.body, `name="visit" value="`)}, "score": {"1"},
		}, from...)
		if a.status != http.StatusSeeOther {
			t.Fatalf("vote %d: %d", i, a.status)
		}
		if st.thanked(t, a) {
			verified++
		}
	}
	if verified != 6 || st.kept.ratings != 45 {
		t.Errorf("%d of %d votes are verified, want 6 of 45", verified, st.kept.ratings)
	}
}

// thanked follows the answer to a rating and reports whether the page says that it counts.
func (st *stand) thanked(t *testing.T, a reply) bool {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, a.header.Get("Location"), nil)
	for _, k := range append(slices.Clone(st.cookies), (&http.Response{Header: a.header}).Cookies()...) {
		req.AddCookie(k)
	}
	page := st.send(t, req)
	if page.status != http.StatusOK || !strings.Contains(page.body, `name="kept"`) {
		t.Fatalf("the page after a rating: %d %s", page.status, page.body)
	}
	return between(page.body, `name="kept" value="`) != ""
}
