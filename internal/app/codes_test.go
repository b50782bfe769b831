package app_test

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pquerna/otp/totp"

	"tiepdan/internal/domain/signin"
)

var (
	secretKey    = regexp.MustCompile(`<code class="secret"[^>]*>([A-Z2-7 ]+)</code>`)
	recoveryCode = regexp.MustCompile(`<li><code>([A-Z2-7]{5}-[A-Z2-7]{5})</code></li>`)
	onceField    = regexp.MustCompile(`name="once" value="([^"]+)"`)
)

// TestRecoveryCodesOutliveAReloadAndAreGoodOnce: the page that shows them is loaded again, which makes no other codes and is no error;
// and one code that many tabs use at the same moment lets one of them in, on both engines.
func TestRecoveryCodesOutliveAReloadAndAreGoodOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		f := r.formsAs(t, "lucht")
		send := func(path string, fields ...string) (int, string) {
			t.Helper()
			v := url.Values{}
			for i := 0; i+1 < len(fields); i += 2 {
				v.Set(fields[i], fields[i+1])
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+path, strings.NewReader(v.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return f.send(t, req)
		}
		seen := r.Words.Say("vi", "me.done.codes_seen", nil)
		_, page := f.get(t, "/staff/me/otp")
		secret := secretKey.FindStringSubmatch(page)
		token, csrf := tokenField.FindStringSubmatch(page), csrfField.FindStringSubmatch(page)
		if secret == nil || token == nil || csrf == nil {
			t.Fatalf("no secret: %s", page)
		}
		code, err := totp.GenerateCode(strings.ReplaceAll(secret[1], " ", ""), r.Now())
		if err != nil {
			t.Fatal(err)
		}
		set := []string{"csrf", csrf[1], "token", token[1], "otp", code}
		status, page := send("/staff/me/otp", set...)
		codes := recoveryCode.FindAllStringSubmatch(page, -1)
		if status != http.StatusOK || len(codes) != 10 {
			t.Fatalf("set up: %d, %d codes", status, len(codes))
		}
		if status, body := send("/staff/me/otp", set...); status != http.StatusOK || !strings.Contains(body, seen) {
			t.Errorf("loaded again: %d %s", status, body)
		}
		_, page = f.get(t, "/staff/me")
		renew := []string{"csrf", csrfField.FindStringSubmatch(page)[1], "once", onceField.FindStringSubmatch(page)[1]}
		status, page = send("/staff/me/codes", renew...)
		if codes = recoveryCode.FindAllStringSubmatch(page, -1); status != http.StatusOK || len(codes) != 10 {
			t.Fatalf("new ones: %d, %d codes", status, len(codes))
		}
		if status, body := send("/staff/me/codes", renew...); status != http.StatusOK || !strings.Contains(body, seen) || recoveryCode.MatchString(body) {
			t.Errorf("new ones loaded again: %d %s", status, body)
		}
		if left := len(r.person(t, "lucht").Codes); left != 10 {
			t.Errorf("%d are left", left)
		}

		_, _, err = r.Doors.SignIn(t.Context(), signin.In{Username: "lucht", Password: r.password(t)})
		second, ok := errors.AsType[*signin.SecondError](err)
		if !ok {
			t.Fatalf("the password: %v", err)
		}
		for _, c := range codes[:3] {
			var in, out atomic.Int32
			var tabs sync.WaitGroup
			begin := make(chan struct{})
			for range 8 {
				tabs.Go(func() {
					<-begin
					switch _, _, err := r.Doors.SignIn(t.Context(), signin.In{Half: second.Half, OTP: c[1]}); {
					case err == nil:
						in.Add(1)
					case errors.Is(err, signin.ErrWrong):
						out.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			close(begin)
			tabs.Wait()
			if in.Load() != 1 || out.Load() != 7 {
				t.Errorf("of 8 tabs with one code %d came in, and %d were told that it is wrong", in.Load(), out.Load())
			}
		}
		if left := len(r.person(t, "lucht").Codes); left != 7 {
			t.Errorf("%d are left", left)
		}
	})
}
