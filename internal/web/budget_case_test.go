package web

import (
	"fmt"
	"net/http"
	"testing"
)

// TestWhoHoldsTheCodeShutsOutNobody: from one address somebody with the code writes as often as he can, and says as often that he
// is forced. The citizen's own message still gets in, and so does his own word that he is forced.
func TestWhoHoldsTheCodeShutsOutNobody(t *testing.T) {
	st := newStand(t, behindProxy)
	write := func(from string, body map[string]any) int {
		return st.call(t, http.MethodPost, "/api/v1/cases/"+st.code+"/messages", body, "X-Forwarded-For", from).status
	}
	form := func(from string, forced string) int {
		f := full(st.csrfOf(t, "/"))
		f.Set("text", "Tôi bị ép.")
		f.Set("forced", forced)
		return st.ask(t, http.MethodPost, "/t/h/"+st.handle+"/messages", f, "X-Forwarded-For", from).status
	}
	written, forced := 0, 0
	for i := range 60 {
		if write("203.0.113.9", map[string]any{"text": fmt.Sprint("x", i)}) == http.StatusCreated {
			written++
		}
		if write("203.0.113.9", map[string]any{"text": "x", "forced": true}) != http.StatusTooManyRequests {
			forced++
		}
	}
	if written != 14 || forced != 2 {
		t.Errorf("one address writes %d times and says %d times that he is forced, want 14 and 2", written, forced)
	}
	if form("203.0.113.9", "yes") != http.StatusTooManyRequests || form("203.0.113.9", "") != http.StatusTooManyRequests {
		t.Error("the page lets in whom the API does not")
	}
	if got := write("198.51.100.7", map[string]any{"text": "Còn tôi."}); got != http.StatusCreated {
		t.Errorf("the citizen's own message: %d", got)
	}
	if got := write("198.51.100.7", map[string]any{"text": "Tôi bị ép.", "forced": true}); got == http.StatusTooManyRequests {
		t.Error("the citizen's word that he is forced is not let in")
	}
	if got := form("198.51.100.8", ""); got == http.StatusTooManyRequests {
		t.Error("the citizen's form is not let in")
	}
}

// TestWhoWroteTooMuchMayStillSayThatHeIsForced on the page as over the API: his word has a budget of its own.
func TestWhoWroteTooMuchMayStillSayThatHeIsForced(t *testing.T) {
	st := newStand(t, behindProxy)
	form := func(forced string) int {
		f := full(st.csrfOf(t, "/"))
		f.Set("text", "Tôi bị ép.")
		f.Set("forced", forced)
		return st.ask(t, http.MethodPost, "/t/h/"+st.handle+"/messages", f, "X-Forwarded-For", "203.0.113.9").status
	}
	for i := 0; form("") != http.StatusTooManyRequests; i++ {
		if i > 60 {
			t.Fatal("messages have no end")
		}
	}
	if got := form("yes"); got == http.StatusTooManyRequests {
		t.Errorf("his word that he is forced: %d", got)
	}
}
