package app_test

import (
	"testing"
	"time"

	"tiepdan/internal/domain/casework/law"
)

// TestDecisionTakesEffectByItself: nobody complains again within the time the law gives (Luật Khiếu nại Đ.33, 44), and the
// watch makes the decision effective, once.
func TestDecisionTakesEffectByItself(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		d := r.begin(t, "/api/v1/cases", complainant())
		head := r.signIn(t, headOf(t, r, d.ref))
		d.moves(t, head, do("register"), do("classify"), do("propose_acceptance"))
		head = d.judge(t, head)
		d.moves(t, head, do("accept"), do("start"))
		d.meet(t, head)
		d.moves(t, head,
			do("decide", "text", "Giữ nguyên diện tích thu hồi.", "outcome", "rejected"), do("notify"))
		d.stands(t, law.Notified, "appeal", "effect")
		c, err := r.Store.ByRef(t.Context(), d.ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, after := range []time.Duration{-time.Hour, time.Minute, time.Hour} {
			r.pass(t, c.DueAt.Add(after))
			got, _ := d.state(t)
			if want := map[bool]law.State{true: law.Notified, false: law.Effective}[after < 0]; got != want {
				t.Errorf("%v after its time the decision is %s, want %s", after, got, want)
			}
		}
		last, err := r.Store.ByRef(t.Context(), d.ref)
		if err != nil {
			t.Fatal(err)
		}
		times := 0
		for _, e := range last.History {
			if e.What == string(law.Effective) {
				times++
			}
		}
		if times != 1 {
			t.Errorf("it took effect %d times: %+v", times, last.History)
		}
	})
}
