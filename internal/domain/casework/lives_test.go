package casework_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/i18n"
)

// life is a case led at random through what the law allows, on a desk in memory.
type life struct {
	*rapid.T
	desk  *caseworktest.Desk
	o     *office.Office
	id    string
	code  string
	words *i18n.Bundle
}

// TestLegalLivesHaveAClockOrAnEnd walks random lives of every kind, instance and date of receipt: no open case is ever
// without a clock that runs and somebody who can move it on, and every move that is not offered is refused with its reason and
// changes nothing.
func TestLegalLivesHaveAClockOrAnEnd(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		l := begin(t, rt, words)
		for range rapid.IntRange(1, 14).Draw(rt, "steps") {
			l.desk.Clock = l.desk.Clock.Add(time.Duration(rapid.IntRange(1, 45*24).Draw(rt, "hours")) * time.Hour)
			l.tryForbidden(t)
			l.step(t)
			l.check(t)
		}
	})
}

// begin files a letter of a random kind, near the day on which the law changed.
func begin(t *testing.T, rt *rapid.T, words *i18n.Bundle) *life {
	t.Helper()
	content := caseworktest.Commune()
	for i := range content.Units {
		content.Units[i].Remote = rapid.Bool().Draw(rt, "remote")
	}
	l := &life{T: rt, desk: caseworktest.New(), o: office.New(content), words: words}
	l.desk.Offices = caseworktest.Fixed{O: l.o}
	l.desk.Clock = time.Date(2026, 6, 25, 1, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 12).Draw(rt, "day"))
	f := draft(rapid.SampledFrom(law.Kinds()).Draw(rt, "kind"))
	f.Anonymous = rapid.IntRange(0, 5).Draw(rt, "anonymous") == 0
	f.Category = rapid.SampledFrom([]string{"roads", "other"}).Draw(rt, "category")
	filed, err := l.desk.Submit(t.Context(), f)
	if err != nil {
		rt.Fatal(err)
	}
	l.id, l.code = filed.Case.ID, filed.Code.String()
	if rapid.IntRange(0, 9).Draw(rt, "unrouted") > 0 {
		l.route(t)
	}
	l.check(t)
	return l
}

func (l *life) route(t *testing.T) {
	t.Helper()
	if err := errors.Join(l.desk.Route(t.Context(), l.id)...); err != nil {
		l.Fatal(err)
	}
}

func (l *life) now(t *testing.T) *casework.Case {
	t.Helper()
	return stored(t, l.desk, l.id)
}

// offered is what each member of staff may do now.
func (l *life) offered(c *casework.Case) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, who := range everybody() {
		out[who.ID] = map[string]bool{}
		for _, m := range casework.Offers(l.o, who, c, l.desk.Clock) {
			out[who.ID][m.Name] = true
		}
	}
	return out
}

// step lets somebody do something that is allowed.
func (l *life) step(t *testing.T) {
	t.Helper()
	c := l.now(t)
	if c.State == law.Received {
		l.route(t)
		return
	}
	var can []string
	for who, moves := range l.offered(c) {
		for name := range moves {
			can = append(can, who+" "+name)
		}
	}
	if m, ok := casework.FindMove(c, "withdraw"); ok && c.Begins(m) {
		can = append(can, "citizen withdraw")
	}
	if casework.MayAppeal(c, l.desk.Clock) {
		can = append(can, "citizen appeal")
	}
	if c.MaySayForced() {
		can = append(can, "citizen forced")
	}
	can = append(can, "citizen write", "system effect")
	slices.Sort(can)
	who, name, _ := strings.Cut(rapid.SampledFrom(can).Draw(l.T, "move"), " ")
	err := l.do(t, c, who, name)
	if c.Unclear() && (name == "assign" || name == "start") { // to people of a line that is closed
		return
	}
	if err != nil {
		l.Fatalf("%s may %s in %s, and is refused: %v", who, name, c.State, err)
	}
}

func (l *life) do(t *testing.T, c *casework.Case, who, name string) error {
	t.Helper()
	switch name {
	case "write":
		_, err := l.desk.Write(t.Context(), l.code, "thêm")
		if !c.TakesWords() {
			return nil
		}
		return err
	case "forced":
		_, err := l.desk.WriteForced(t.Context(), l.code, "")
		return err
	case "effect":
		_, err := l.desk.TakeEffect(t.Context(), c)
		return err
	}
	if who != "citizen" {
		m, _ := casework.FindMove(c, name)
		s, _ := l.o.Staff(who)
		_, err := l.desk.Move(t.Context(), s, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: name, Args: args(c, m, l.desk.Clock)})
		return err
	}
	if name == "withdraw" {
		_, err := l.desk.Withdraw(t.Context(), l.code, casework.Wish{Reason: "thôi", Second: phrase})
		if c.Kind.Secret() && (errors.Is(err, casework.ErrManyTries) || fields(err)["second"] != "") { // found later, it has none
			return nil
		}
		return err
	}
	filed, err := l.desk.Appeal(t.Context(), l.code, casework.Draft{Subject: "Chưa đồng ý", Body: "Đề nghị xem lại."})
	if err == nil {
		l.goOn(t, c, filed)
	}
	return err
}

// goOn follows the further case; a complaint must have ended unless it was late, a denunciation goes on.
func (l *life) goOn(t *testing.T, first *casework.Case, filed casework.Filed) {
	t.Helper()
	was := l.now(t)
	if was.Legal.Next != filed.Case.Ref || first.Kind == law.Complaint && (was.State == law.Appealed) == filed.Case.Legal.Belated {
		l.Fatalf("appealed against, yet %s, %+v", was.State, was.Legal)
	}
	if first.Kind == law.Denunciation && (was.State != first.State || len(was.Clocks) != len(first.Clocks) || was.Lane != first.Lane) {
		l.Fatalf("a further denunciation changed the first from %s to %s", first.State, was.State)
	}
	if filed.Case.Legal.Level != 2 || filed.Case.Legal.Prior != first.Ref || filed.Case.Kind != first.Kind {
		l.Fatalf("the second case is %+v", filed.Case.Legal)
	}
	l.id, l.code = filed.Case.ID, filed.Code.String()
}

// tryForbidden lets somebody try a move that he is not offered.
func (l *life) tryForbidden(t *testing.T) {
	t.Helper()
	c := l.now(t)
	m := law.Moves()[rapid.IntRange(0, len(law.Moves())-1).Draw(l.T, "try")]
	who := everybody()[rapid.IntRange(0, len(everybody())-1).Draw(l.T, "who")]
	if l.offered(c)[who.ID][m.Name] {
		return
	}
	_, err := l.desk.Move(t.Context(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: m.Name, Args: args(c, m, l.desk.Clock)})
	e, told := errors.AsType[*casework.Error](err)
	if !told || !l.words.Has(e.Key) {
		l.Fatalf("%s tries %s in %s: %v", who.ID, m.Name, c.State, err)
	}
	if after := l.now(t); after.V != c.V {
		l.Fatalf("%s tried %s in %s and changed the case", who.ID, m.Name, c.State)
	}
}

// check is what holds at every moment of every life.
func (l *life) check(t *testing.T) {
	t.Helper()
	c := l.now(t)
	if err := c.CheckHistory(); err != nil {
		l.Fatal(err)
	}
	_, runs := c.Running()
	switch {
	case c.State.Ended() != (c.Lane != law.LaneOpen) || c.State.Ended() != (c.ClosedAt != nil):
		l.Fatalf("%s: lane %s, ended at %v", c.State, c.Lane, c.ClosedAt)
	case c.State.Ended() && (runs || c.WatchAt != nil || c.DueAt != nil):
		l.Fatalf("%s is over, yet a clock runs: %+v", c.State, c.Clocks)
	case !c.State.Ended() && (!runs || c.WatchAt == nil):
		l.Fatalf("%s %s is open without a clock: %+v", c.Kind, c.State, c.Clocks)
	case !c.State.Ended() && c.State != law.Received && !l.canGoOn(c):
		l.Fatalf("nobody can move a %s on from %s", c.Kind, c.State)
	}
	if last := c.History[len(c.History)-1]; last.Data["state"] != string(c.State) {
		l.Fatalf("the history ends in %q, the case is %s", last.Data["state"], c.State)
	}
}

// canGoOn: somebody is offered a move, or the case waits for its decision to take effect.
func (l *life) canGoOn(c *casework.Case) bool {
	for _, moves := range l.offered(c) {
		if len(moves) > 0 {
			return true
		}
	}
	if slices.Contains(c.Flags, "no_reader") { // nobody of the office may read it, and the watch cries: the superior names who may
		return true
	}
	k, runs := c.Running()
	return runs && k.Name == law.Effect
}
