package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/testkit"
)

// atLocalhost is a browser with passkeys, at the name of this machine.
func atLocalhost(t *testing.T, r *running) phone {
	t.Helper()
	p := newPhone(t, r, testkit.Phone(), testkit.Authenticator(), testkit.AllowConsole("/staff/live"))
	p.url = strings.Replace(r.URL, "127.0.0.1", "localhost", 1)
	return p
}

// answers asks the browser for a passkey as a program would, and returns what a call is to bring.
func (p phone) answers() map[string]any {
	p.t.Helper()
	const ask = `(async () => {
		const a = await (await fetch("/api/v1/staff/passkeys/challenge")).json();
		const c = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(a.public_key) });
		return JSON.stringify({ token: a.token, credential: c.toJSON() });
	})()`
	var out map[string]any
	if err := json.Unmarshal([]byte(p.await(ask)), &out); err != nil {
		p.t.Fatal(err)
	}
	return map[string]any{"passkey": out}
}

// addsPasskey signs somebody in and lets his browser make a passkey; it returns his recovery codes.
func (p phone) addsPasskey(username, password string) []string {
	p.t.Helper()
	p.open("/staff/sign-in?next=/staff/me/passkeys")
	p.fill("[name=username]", username)
	p.fill("[name=password]", password)
	p.click("main button[type=submit]", "[data-makes]")
	p.fill("#name", "Máy ở quầy")
	p.click("[data-makes]", ".codes")
	return strings.Fields(p.text(".codes"))
}

// stale makes it a while since the person proved who he is, in all his sessions.
func (r *running) stale(t *testing.T, username string) {
	t.Helper()
	all, err := r.Store.SessionsOf(t.Context(), r.person(t, username).ID)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d sessions: %v", len(all), err)
	}
	for _, s := range all {
		if err := r.Store.ProveSession(t.Context(), s.ID, r.Now().Add(-2*signin.FreshFor)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAPasskeyFromStartToLoss: a head whose role demands a second factor has a passkey instead, comes in by it alone, proves by it once
// more who he is, and loses it when an administrator gives him a new password.
func TestAPasskeyFromStartToLoss(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		admin := r.signIn(t, "nhatcm")
		settings := r.call(t, "GET", "/api/v1/staff/office/settings/office", nil, admin...)
		if a := r.call(t, "PUT", "/api/v1/staff/office/settings/office", map[string]any{"factor": []string{"head"}}, append(admin, "If-Match", settings.Header.Get("ETag"))...); a.Status != http.StatusOK {
			t.Fatalf("demanded: %d %s", a.Status, a.Raw)
		}
		p := atLocalhost(t, r)
		p.open("/staff/sign-in?next=/staff/me/passkeys") // where he may go before he has one
		if codes := p.addsPasskey("lucht", r.password(t)); len(codes) != 10 {
			t.Fatalf("recovery codes: %q", codes)
		}
		p.open("/staff/me/passkeys")
		p.sound("passkeys")
		p.do(chromedp.Click(chromedp.CSS("[data-makes]")))
		p.settled("refusal of a second one on the same device", `document.querySelector("[role=status][data-has]").textContent === document.querySelector("[data-has]").dataset.has`)

		enter := func(then string) {
			t.Helper()
			p.do(chromedp.Navigate(p.url + "/staff/sign-in?next=/staff/me"))
			p.click("[data-passkey]", then)
		}
		p.open("/staff/me")
		p.click(".who button", "#username")
		p.see("[data-passkey]")
		p.sound("signin-passkey")
		enter("#journal") // nothing was typed, and no factor is missing
		if text := p.text("#journal ~ ol"); !strings.Contains(text, r.Words.Say("vi", "me.good.passkey", nil)) || !strings.Contains(text, r.Words.Say("vi", "me.good.passkey_on", nil)) {
			t.Errorf("the journal says %s", text)
		}

		// Step-up.
		r.stale(t, "lucht")
		p.open("/staff/me")
		p.click("#factor ~ details summary", "[data-passkey]")
		p.click("[data-passkey]", ".codes")

		// By a program: once.
		answer := p.answers()
		if a := r.call(t, "POST", "/api/v1/staff/sessions", answer); a.Status != http.StatusCreated {
			t.Fatalf("by the API: %d %s", a.Status, a.Raw)
		}
		if a := r.call(t, "POST", "/api/v1/staff/sessions", answer); a.Status != http.StatusUnauthorized || a.JSON["code"] != "error.passkey_over" {
			t.Errorf("the same answer again: %d %s", a.Status, a.Raw)
		}
		if a := r.call(t, "POST", "/api/v1/staff/me/proof", p.answers(), admin...); a.Status != http.StatusUnauthorized || a.JSON["code"] != "error.passkey" {
			t.Errorf("another's passkey proves: %d %s", a.Status, a.Raw)
		}
		forged := p.answers()
		forged["passkey"].(map[string]any)["credential"].(map[string]any)["response"].(map[string]any)["signature"] = "MEUCIQDx"
		if a := r.call(t, "POST", "/api/v1/staff/sessions", forged); a.Status != http.StatusUnauthorized || a.JSON["code"] != "error.passkey" {
			t.Errorf("a forged signature: %d %s", a.Status, a.Raw)
		}

		// His role demands a factor, so the last one stays.
		p.open("/staff/me/passkeys")
		p.click("main li details summary", "main li details .danger")
		p.click("main li details .danger", ".alert")
		if text := p.text(".alert"); text != r.Words.Say("vi", "error.factor_needed", nil) {
			t.Errorf("the last factor taken away: %s", text)
		}
		who := r.person(t, "lucht")
		if used := who.Passkeys[0]; used.Name != "Máy ở quầy" || used.Count == 0 || used.UsedAt.IsZero() {
			t.Errorf("kept: %+v", used)
		}

		// A new password after a loss ends it; the password alone does not let in.
		answer = p.answers()
		reset := r.call(t, "POST", "/api/v1/staff/office/people/"+who.ID+"/reset", nil, admin...)
		if reset.Status != http.StatusOK || reset.JSON["second_factor"] != true {
			t.Fatalf("reset: %d %s", reset.Status, reset.Raw)
		}
		if a := r.call(t, "POST", "/api/v1/staff/sessions", answer); a.Status != http.StatusUnauthorized || a.JSON["code"] != "error.passkey" {
			t.Errorf("a passkey from before: %d %s", a.Status, a.Raw)
		}
		enter(".alert")
	})
}

// TestAPasskeyEndsWithWhatEndsSessions: with doubt and when its person is shut out; never does anybody whose standing waits add one.
func TestAPasskeyEndsWithWhatEndsSessions(t *testing.T) {
	r := open(t, nil)
	p := atLocalhost(t, r)
	p.addsPasskey("lucht", r.password(t))
	id := r.person(t, "lucht").ID
	change := func(f func(*office.Staff)) {
		t.Helper()
		if err := r.Store.ChangeStaff(t.Context(), id, f); err != nil {
			t.Fatal(err)
		}
	}
	enters := func(want int) {
		t.Helper()
		if a := r.call(t, "POST", "/api/v1/staff/sessions", p.answers()); a.Status != want {
			t.Errorf("%d, want %d: %s", a.Status, want, a.Raw)
		}
	}
	enters(http.StatusCreated)
	change(func(m *office.Staff) { m.Disabled = true })
	enters(http.StatusUnauthorized)
	change(func(m *office.Staff) { m.Disabled = false })
	enters(http.StatusUnauthorized)
	change(func(m *office.Staff) { m.Passkeys[0].Ended = false })
	enters(http.StatusCreated)
	change(func(m *office.Staff) { m.Doubt("admin") })
	enters(http.StatusUnauthorized)
	change(func(m *office.Staff) { m.DropFactors() })
	p.open("/staff/sign-in?next=/staff/me/passkeys")
	p.fill("[name=username]", "lucht")
	p.fill("[name=password]", r.password(t))
	p.click("main button[type=submit]", "main .note")
	if text := p.text("main .note"); text != r.Words.Say("vi", "error.passkey_doubt", nil) {
		t.Errorf("whose standing waits: %s", text)
	}
	change(func(m *office.Staff) { m.Unvouched = "" })
	in := signin.In{Session: "s", Passkey: signin.Shown{Token: "x", Credential: "{}"}}
	if _, _, err := r.Doors.AddPasskey(t.Context(), r.person(t, "lucht"), "", in); err == nil {
		t.Error("a passkey that nobody asked for was added")
	}
}
