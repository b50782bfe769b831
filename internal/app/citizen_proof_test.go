package app_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// TestAFloodedFormAsksOneQuestion opens a form while its door is above the budget: with a script the phone answers by itself,
// without one the citizen adds two numbers up. Both get their receipt, and nothing they typed is lost.
func TestAFloodedFormAsksOneQuestion(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Limits = 1e-9 }) // one letter, and one more with a proof
	counter := counterPath(t, r, 2)
	use := func() {
		if a := r.call(t, "POST", "/api/v1/cases", good(map[string]any{"counter": strings.TrimPrefix(counter, "/q/")})); a.Status != http.StatusCreated {
			t.Fatalf("the budget is used up already: %d %s", a.Status, a.Raw)
		}
	}
	use()
	t.Run("script", func(t *testing.T) {
		p := newPhone(t, r, testkit.Phone())
		p.open(counter + "/file?kind=feedback")
		picture(t, p, "phone", "proof")
		p.says("Rác không được dọn", "Đã ba tuần.")
		begun := time.Now()
		p.click("button.main", "#code")
		t.Logf("from the press to the receipt: %v", time.Since(begun))
	})
	r2 := open(t, func(c *app.Config) { c.Limits = 1e-9 })
	r, counter = r2, counterPath(t, r2, 2)
	use()
	t.Run("no script", func(t *testing.T) {
		p := newPhone(t, r, testkit.Narrow(), testkit.WithoutJavaScript(), testkit.AllowConsole("429"))
		p.open(counter + "/file?kind=feedback")
		p.says("Rác không được dọn", "Đã ba tuần.")
		p.fill("[name=proof]", "1")
		p.click("button.main", "#mistakes")
		picture(t, p, "phone", "proof-sum")
		if got := p.eval("document.querySelector('#body').value"); got != "Đã ba tuần." {
			t.Errorf("the letter came back as %q", got)
		}
		p.fill("[name=proof]", sumIn(r, p.text(".asked label")))
		p.click("button.main", "#code")
	})
}

// sumIn reads a question in words.
func sumIn(r *running, question string) string {
	for a := 1; a <= 10; a++ {
		for b := 1; b <= 10; b++ {
			number := func(n int) string { return r.Words.Say("vi", "number."+strconv.Itoa(n), nil) }
			if strings.Contains(question, r.Words.Say("vi", "proof.sum", map[string]string{"a": number(a), "b": number(b)})) {
				return strconv.Itoa(a + b)
			}
		}
	}
	return ""
}
