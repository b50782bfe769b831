package casework_test

import (
	"errors"
	"maps"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// concluding are the moves by which a denunciation is concluded.
func concluding() []string { return []string{"accept", "start", "conclude"} }

// prepare does what the law wants done before the move: the notices of acceptance sent and the accused heard before a
// conclusion.
func prepare(t *testing.T, d *caseworktest.Desk, c *casework.Case, name string) *casework.Case {
	t.Helper()
	if name != "conclude" || c.Kind != law.Denunciation {
		return c
	}
	stripAll(t, d, c)
	if k, ok := casework.ClockOf(c, law.AcceptanceNotice); ok && k.Runs() {
		makeMove(t, d, c.ID, "notify_acceptance")
	}
	if !c.Legal.AccusedHeard {
		makeMove(t, d, c.ID, "hear_accused")
	}
	return stored(t, d, c.ID)
}

// stripAll keeps words for the verifiers that tell nothing of the sender.
func stripAll(t *testing.T, d *caseworktest.Desk, c *casework.Case) {
	t.Helper()
	if len(c.Stripped) > 0 {
		return
	}
	for _, who := range everybody() {
		if _, err := d.Strip(t.Context(), who, c.Ref, c.Rev(), casework.Letter{Subject: "Tố cáo", Body: "Nhận tiền."}); err == nil {
			return
		}
	}
	t.Fatalf("nobody can strip %s", c.Ref)
}

// makeMove makes the move as the first person who is offered it.
func makeMove(t *testing.T, d *caseworktest.Desk, id, name string) {
	t.Helper()
	moveOn(t, d, stored(t, d, id), name)
}

// refusedMove tries the move as the head who has the case and returns why it was refused.
func refusedMove(t *testing.T, d *caseworktest.Desk, id, name string) string {
	t.Helper()
	return refusedWith(t, d, id, name, nil)
}

// refusedWith is refusedMove with some of what the move asks for.
func refusedWith(t *testing.T, d *caseworktest.Desk, id, name string, more map[string]string) string {
	t.Helper()
	c := stored(t, d, id)
	o, err := d.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, _, _ := o.Acting(c.Unit, d.Clock)
	m, _ := casework.FindMove(c, name)
	in := args(c, m, d.Clock)
	maps.Copy(in, more)
	_, err = d.Move(t.Context(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: name, Args: in})
	e, told := errors.AsType[*casework.Error](err)
	if !told {
		t.Fatalf("%s was not refused: %v", name, err)
	}
	if after := stored(t, d, id); after.V != c.V {
		t.Errorf("%s was refused, yet changed the case", name)
	}
	for _, key := range e.Fields {
		return key
	}
	return e.Key
}
