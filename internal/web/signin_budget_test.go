package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tiepdan/internal/web/api"
)

// flooded is a stand at which a thousand wrong sign-ins have come in, each in a name and from an address of its own.
func flooded(t *testing.T) *stand {
	t.Helper()
	st := newStand(t, behindProxy, func(cfg *Config) { cfg.Limits = 0.1 }) // thirty at once are free
	refused := 0
	for i := range 1000 {
		from := fmt.Sprintf("203.0.%d.%d", 100+i>>8, i&255)
		if i%2 == 0 {
			from = fmt.Sprintf("2001:db8:%x::1", i)
		}
		a := st.knock(t, map[string]any{"username": fmt.Sprintf("nobody%d", i), "password": "sai"}, "X-Forwarded-For", from)
		if a.status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 960 || refused > 975 {
		t.Fatalf("%d of 1000 wrong sign-ins were told to prove something, want all but some 30", refused)
	}
	return st
}

// knock signs in as a program does.
func (st *stand) knock(t *testing.T, in map[string]any, header ...string) reply {
	t.Helper()
	return st.call(t, http.MethodPost, "/api/v1/staff/sessions", in, header...)
}

func TestAFloodOfWrongSignInsShutsOutNobody(t *testing.T) {
	st := flooded(t)
	marks := st.Doors.Remember("", "roadhead")
	right := map[string]any{"username": "roadhead", "password": password}
	home := []string{"X-Forwarded-For", "198.51.100.7"}

	t.Run("known device", func(t *testing.T) {
		known := map[string]any{"username": "roadhead", "password": password, "device": marks}
		if a := st.knock(t, known, home...); a.status != http.StatusCreated {
			t.Errorf("a program that has signed in before: %d %s", a.status, a.body)
		}
		b := st.browserWith(&http.Cookie{Name: deviceCookie, Value: marks})
		if page := b.ask(t, http.MethodGet, "/staff/sign-in", nil, home...); workData.MatchString(page.body) {
			t.Error("a known device is asked before it has sent anything")
		}
		if a := b.ask(t, http.MethodPost, "/staff/sign-in", full(b.csrfOf(t, "/")), home...); a.status != http.StatusSeeOther {
			t.Errorf("a browser that has signed in before: %d", a.status)
		}
	})
	t.Run("mark of another", func(t *testing.T) {
		other := map[string]any{"username": "roadhead", "password": password, "device": st.Doors.Remember("", "roads1")}
		if a := st.knock(t, other, home...); a.status != http.StatusTooManyRequests {
			t.Errorf("with somebody else's device: %d", a.status)
		}
	})
	t.Run("stranger's program", func(t *testing.T) {
		a := st.knock(t, right, home...)
		var p api.Problem
		if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status != http.StatusTooManyRequests || p.Proof == nil || a.header.Get("Retry-After") == "" {
			t.Fatalf("without a proof: %d %s", a.status, a.body)
		}
		answer, _ := p.Proof.Solve()
		in := st.knock(t, right, append(home, api.HeaderProof, answer)...)
		var got struct{ Device string }
		if err := json.Unmarshal([]byte(in.body), &got); err != nil || in.status != http.StatusCreated {
			t.Fatalf("with a proof: %d %s", in.status, in.body)
		}
		if known, err := st.Doors.Knows(t.Context(), got.Device, "roadhead"); err != nil || !known {
			t.Errorf("the answer's device is not known: %q %v", got.Device, err)
		}
	})
	t.Run("stranger's browser", func(t *testing.T) {
		b := st.browserWith()
		if page := b.ask(t, http.MethodGet, "/staff/sign-in", nil, home...); !workData.MatchString(page.body) {
			t.Error("the empty form does not carry the question")
		}
		form := full(b.csrfOf(t, "/"))
		asked := b.ask(t, http.MethodPost, "/staff/sign-in", form, home...)
		if asked.status != http.StatusTooManyRequests || !strings.Contains(asked.body, `value="roadhead"`) ||
			!strings.Contains(asked.body, st.Words.Say("vi", "error.sign_in_proof", nil)) || strings.Contains(asked.body, password) {
			t.Fatalf("without a proof: %d\n%s", asked.status, asked.body)
		}
		b.answer(t, form, asked.body)
		if a := b.ask(t, http.MethodPost, "/staff/sign-in", form, home...); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/staff") {
			t.Errorf("with a proof: %d", a.status)
		}
	})
}

// TestWhoGuessesShutsOutNobodyBehindHisAddress: behind the office's one address somebody guesses and answers every question. A
// colleague with a new browser and the right password answers one as well, and is in.
func TestWhoGuessesShutsOutNobodyBehindHisAddress(t *testing.T) {
	st := newStand(t, behindProxy, func(cfg *Config) { cfg.Limits = 0.1 })
	office := []string{"X-Forwarded-For", "198.51.100.7"}
	try := func(in map[string]any) reply {
		a := st.knock(t, in, office...)
		var p api.Problem
		if json.Unmarshal([]byte(a.body), &p) != nil || p.Proof == nil {
			return a
		}
		answer, _ := p.Proof.Solve()
		return st.knock(t, in, append(office, api.HeaderProof, answer)...)
	}
	for i := range 12 { // three are free, and as many again were once all that a proof opened
		if a := try(map[string]any{"username": fmt.Sprintf("nobody%d", i), "password": "sai"}); a.status != http.StatusUnauthorized {
			t.Fatalf("guess %d: %d %s", i, a.status, a.body)
		}
	}
	if a := st.knock(t, map[string]any{"username": "roadhead", "password": password}, office...); a.status != http.StatusTooManyRequests {
		t.Errorf("without a proof: %d", a.status)
	}
	if a := try(map[string]any{"username": "roadhead", "password": password}); a.status != http.StatusCreated {
		t.Errorf("with a proof: %d %s", a.status, a.body)
	}
}

// answer puts the sum of a page into a form.
func (st *stand) answer(t *testing.T, form url.Values, body string) {
	t.Helper()
	token, sum := st.sum(t, body)
	form.Set("proof_token", token)
	form.Set("proof", sum)
}

// browserWith is the stand in another browser, in which nobody is signed in.
func (st *stand) browserWith(cookies ...*http.Cookie) *stand {
	other := *st
	other.cookies = append([]*http.Cookie{}, cookies...)
	other.cookies = append(other.cookies, &http.Cookie{Name: visitorCookie, Value: token()})
	return &other
}

func TestOnlyFailedSignInsCount(t *testing.T) {
	st := newStand(t, stingy)
	for range 3 {
		if a := st.knock(t, map[string]any{"username": "roadhead", "password": password}); a.status != http.StatusCreated {
			t.Fatalf("a right one: %d", a.status)
		}
	}
	for i, want := range []int{http.StatusUnauthorized, http.StatusTooManyRequests} {
		if a := st.knock(t, map[string]any{"username": "roadhead", "password": "sai"}); a.status != want {
			t.Errorf("wrong one %d: %d, want %d", i, a.status, want)
		}
	}
}

// TestOneAddressLeavesACounterItsVerifiedVotes: a stranger votes as often as he can from one address, a fresh browser each time.
// A citizen who comes to the same counter afterwards still counts.
func TestOneAddressLeavesACounterItsVerifiedVotes(t *testing.T) {
	st := newStand(t, behindProxy)
	vote := func(from string) bool {
		b := st.browserWith()
		page := b.ask(t, http.MethodGet, "/q/"+st.sticker+"/rate", nil, "X-Forwarded-For", from)
		a := b.ask(t, http.MethodPost, "/q/"+st.sticker+"/rate", url.Values{
			"csrf": {between(page.body, `name="csrf" value="`)}, "visit": {between(page.body, `name="visit" value="`)}, "score": {"1"},
		}, "X-Forwarded-For", from)
		return b.thanked(t, a)
	}
	counted := 0
	for range 30 {
		if vote("203.0.113.9") {
			counted++
		}
	}
	if counted != 4 {
		t.Errorf("%d votes of one address are verified at once, want 4", counted)
	}
	if !vote("198.51.100.7") {
		t.Error("an honest citizen's vote does not count beside them")
	}
}
