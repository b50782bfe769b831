package casework_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// everybody is all staff of the test commune.
func everybody() []office.Staff { return caseworktest.Commune().Staff }

// args fills in what the move asks for.
func args(c *casework.Case, m law.Move, now time.Time) map[string]string {
	out := map[string]string{}
	for _, a := range m.Asks {
		switch {
		case a.Name == "unit":
			out["unit"] = "centre"
		case a.Name == "people":
			out["people"] = "admin"
		case a.Name == "units" || a.Name == "outside":
		case a.Name == "team":
			out["team"] = "officer, centrehead"
		case a.Name == "on":
			out["on"] = now.AddDate(0, 0, 9).Format(time.DateOnly)
		case a.Name == "dated" || a.Name == "sent_on":
			out[a.Name] = now.In(casework.Vietnam).Format(time.DateOnly)
		case a.Name == "kinds":
			out["kinds"], out["feedback_subject"], out["feedback_text"] = "feedback,denunciation", "Đường", "Đường hỏng."
			if c.Kind != law.Denunciation {
				out["kinds"], out["petition_subject"], out["petition_text"] = "feedback,petition", "Sửa", "Xin sửa."
			}
		case a.Name == "kind" && c.Kind == law.Denunciation:
			out["kind"] = a.OneOf[0]
		case a.Name == "kind":
			out["kind"] = a.OneOf[(slices.Index(a.OneOf, string(c.Kind))+1)%len(a.OneOf)]
		case a.Many:
			out[a.Name] = a.OneOf[0] + "," + a.OneOf[2]
		case len(a.OneOf) > 0:
			out[a.Name] = a.OneOf[0]
		case a.Required:
			out[a.Name] = "lời"
		}
	}
	return out
}

// reached is a case that the moves can lead to, with a desk that holds it.
type reached struct {
	desk *caseworktest.Desk
	it   *casework.Case
	code string
}

// walk files a case and replays the moves, each by whoever is offered it first; the citizen may withdraw or write.
func walk(t *testing.T, f casework.Draft, path []string) reached {
	t.Helper()
	d := caseworktest.New()
	filed := routed(t, d, f)
	for _, name := range path {
		c := stored(t, d, filed.Case.ID)
		d.Clock = d.Clock.Add(time.Hour)
		switch name {
		case "withdraw":
			if _, err := d.Withdraw(t.Context(), filed.Code.String(), casework.Wish{Second: f.Passphrase}); err != nil {
				t.Fatalf("%s %v: %v", f.Kind, path, err)
			}
		case "give_info":
			if _, err := d.Write(t.Context(), filed.Code.String(), "thêm"); err != nil {
				t.Fatalf("%s %v: %v", f.Kind, path, err)
			}
		default:
			moveOn(t, d, c, name)
		}
	}
	return reached{d, stored(t, d, filed.Case.ID), filed.Code.String()}
}

// moveOn makes the move as the first person who is offered it.
func moveOn(t *testing.T, d *caseworktest.Desk, c *casework.Case, name string) {
	t.Helper()
	if name == "accept" && c.Legal.Signed == "" { // what came in by the QR code is signed before
		moveOn(t, d, c, "record_signature")
		c = stored(t, d, c.ID)
	}
	c = prepare(t, d, c, name)
	o := office.New(caseworktest.Commune())
	for _, who := range everybody() {
		for _, m := range casework.Offers(o, who, c, d.Clock) {
			if m.Name != name {
				continue
			}
			if _, err := d.Move(t.Context(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: name, Args: args(c, m, d.Clock)}); err != nil {
				t.Fatalf("%s is offered %s in %s and refused: %v", who.ID, name, c.State, err)
			}
			return
		}
	}
	t.Fatalf("nobody is offered %s in %s", name, c.State)
}

// paths lists, for each state that cases of the kind can reach, a shortest row of moves to it.
func paths(t *testing.T, f casework.Draft) map[law.State][]string {
	t.Helper()
	start := walk(t, f, nil)
	found := map[law.State][]string{start.it.State: nil}
	for queue := [][]string{nil}; len(queue) > 0; queue = queue[1:] {
		at := walk(t, f, queue[0])
		for _, name := range next(at.it, at.desk.Clock) {
			path := append(slices.Clone(queue[0]), name)
			got := walk(t, f, path)
			if _, have := found[got.it.State]; !have {
				found[got.it.State] = path
				queue = append(queue, path)
			}
		}
	}
	return found
}

// next lists what anybody may do to the case, once it is signed.
func next(c *casework.Case, at time.Time) []string {
	o := office.New(caseworktest.Commune())
	var names []string
	c = c.Clone()
	c.Legal.Signed = law.SignedAtCounter
	for _, who := range everybody() {
		for _, m := range casework.Offers(o, who, c, at) {
			if m.Name != "reclassify" && m.Past != "opening_asked" { // leads to another kind, which has a walk of its own
				names = append(names, m.Name)
			}
		}
	}
	if m, ok := casework.FindMove(c, "withdraw"); ok && c.Begins(m) {
		names = append(names, "withdraw")
	}
	if c.State == law.NeedsInfo {
		names = append(names, "give_info")
	}
	if slices.Contains(names, "hear_accused") {
		names = append(names, "conclude") // see prepare
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// everyState returns a case of each kind in each state it can reach, each with a desk of its own.
func everyState(t *testing.T) map[string]reached {
	t.Helper()
	out := map[string]reached{}
	for _, kind := range law.Kinds() {
		for state, path := range paths(t, draft(kind)) {
			out[string(kind)+"/"+string(state)] = walk(t, draft(kind), path)
		}
		if kind.NeedsIdentity() { // of others, which is found out in a state of every day
			out[string(kind)+"/urged"] = walk(t, draft(kind), []string{"find_incompetent", "urge"})
		}
	}
	return out
}

// reachable are the states that moves and the router lead to, by kind, within a day or two of the letter.
func reachable(kind law.Kind) []law.State {
	every := []law.State{
		law.Assigned, law.Registered, law.Classifying, law.Ineligible, law.PutAway, law.Returned,
		law.Split, law.Answered, law.Refused, law.Transfer, law.Withdrawn, law.Closed,
	}
	working := []law.State{law.InProgress, law.NeedsInfo, law.Review}
	formal := []law.State{
		law.Assigned, law.Registered, law.Classifying, law.NeedsInfo, law.Ineligible, law.PutAway,
		law.Returned, law.Split, law.Proposed, law.Accepted, law.Refused, law.Verifying,
		law.ExpertReview, law.Review, law.Suspended, law.Withdrawing, law.Discontinued,
		law.Notified, law.Closed,
	}
	switch kind {
	case law.Praise:
		return append(every, law.Review)
	case law.Complaint:
		return append(formal, law.Dialogue, law.Decided, law.Guided, law.Litigated)
	case law.Denunciation: // split, it goes on as the part that it is
		formal = slices.DeleteFunc(formal, func(s law.State) bool { return s == law.Split })
		return append(formal, law.Transfer, law.Concluded, law.Published, law.Enforcing, law.Criminal)
	default:
		return append(every, working...)
	}
}

func TestEveryKindReachesTheStatesOfItsLawAndNoOthers(t *testing.T) {
	for _, kind := range law.Kinds() {
		found := paths(t, draft(kind))
		want := reachable(kind)
		for _, s := range want {
			if _, ok := found[s]; !ok {
				t.Errorf("no %s ever becomes %s", kind, s)
			}
		}
		for s, path := range found {
			if !slices.Contains(want, s) {
				t.Errorf("a %s becomes %s by %v", kind, s, path)
			}
		}
	}
}

// TestOffersAreExactlyWhatMoveAllows tries every move of the table, in every state, by everybody.
func TestOffersAreExactlyWhatMoveAllows(t *testing.T) {
	o := office.New(caseworktest.Commune())
	for name, at := range everyState(t) {
		t.Run(name, func(t *testing.T) {
			for _, who := range everybody() {
				offered := map[string]bool{}
				for _, m := range casework.Offers(o, who, at.it, at.desk.Clock) {
					offered[m.Name] = true
				}
				offered["take_back"] = at.it.MayTakeBack(who.ID, at.desk.Clock) // by what was just done, not among the moves
				tried := map[string]bool{}
				for _, m := range law.Moves() {
					if tried[m.Name] {
						continue
					}
					tried[m.Name] = true
					got, ok := casework.FindMove(at.it, m.Name)
					if !ok {
						got = m
					}
					before := stored(t, at.desk, at.it.ID)
					_, err := at.desk.Move(t.Context(), who, casework.Order{Ref: at.it.Ref, Rev: at.it.Rev(), Move: m.Name, Args: args(at.it, got, at.desk.Clock)})
					if (err == nil) != offered[m.Name] {
						t.Errorf("%s, %s: offered %t, moved %v", who.ID, m.Name, offered[m.Name], err)
					}
					after := stored(t, at.desk, at.it.ID)
					if err != nil && after.V != before.V {
						t.Errorf("%s, %s: refused, yet changed", who.ID, m.Name)
					}
					at.desk.Kept.Put(before)
				}
			}
		})
	}
}

func TestOpenCasesHaveADueTimeAndAreWatchedAndEndedOnesHaveNone(t *testing.T) {
	for name, at := range everyState(t) {
		t.Run(name, func(t *testing.T) {
			c := at.it
			if open := c.Lane == law.LaneOpen; open != (c.WatchAt != nil) || !open && c.DueAt != nil || open != (c.ClosedAt == nil) {
				t.Errorf("due %v, watched %v, ended %v", c.DueAt, c.WatchAt, c.ClosedAt)
			}
			if c.Lane == law.LaneOpen && c.DueAt == nil {
				t.Error("no clock runs")
			}
			for i, k := range c.Clocks {
				for _, other := range c.Clocks[:i] {
					if k.Runs() && other.Runs() && k.Name == other.Name {
						t.Errorf("the clock %s runs twice", k.Name)
					}
				}
			}
			if err := c.CheckHistory(); err != nil {
				t.Error(err)
			}
			if last := c.History[len(c.History)-1].Data["state"]; last != string(c.State) {
				t.Errorf("the history ends in %q, the case is %s", last, c.State)
			}
		})
	}
}

func TestEndedCasesTakeNoMessageAndNoWithdrawal(t *testing.T) {
	for name, at := range everyState(t) {
		t.Run(name, func(t *testing.T) {
			_, err := at.desk.Write(t.Context(), at.code, "thêm")
			over := at.it.State == law.Withdrawn || at.it.Legal.Withdrawal == "" && slices.Contains([]law.State{law.Discontinued, law.Closed}, at.it.State)
			if over != (casework.CodeOf(err) == casework.Conflict && err != nil) || !over && err != nil {
				t.Errorf("message: %v", err)
			}
			if over && len(stored(t, at.desk, at.it.ID).Messages) != len(at.it.Messages) {
				t.Error("the message was kept")
			}
			_, err = at.desk.Withdraw(t.Context(), at.code, casework.Wish{Reason: "thôi", Second: phrase})
			m, ok := casework.FindMove(at.it, "withdraw")
			if may := ok && at.it.Begins(m); may != (err == nil) || may && at.it.Lane != law.LaneOpen {
				t.Errorf("withdrawal: %v", err)
			}
		})
	}
}

func TestReassignedCaseKeepsItsLegalTime(t *testing.T) {
	at := walk(t, draft(law.Complaint), []string{"accept"})
	due := *at.it.DueAt
	at.desk.Clock = at.desk.Clock.AddDate(0, 0, 5)
	o := []string{"chair", "centrehead"}
	move := func(who, name string, a map[string]string) {
		c := stored(t, at.desk, at.it.ID)
		if _, err := at.desk.Move(t.Context(), staff(t, at.desk, who), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: name, Args: a}); err != nil {
			t.Fatal(err)
		}
	}
	move(o[0], "assign", map[string]string{"unit": "centre"})
	move(o[1], "start", nil)
	c := stored(t, at.desk, at.it.ID)
	if !c.DueAt.Equal(due) {
		t.Errorf("due %s, was %s", c.DueAt, due)
	}
	running := 0
	for _, k := range c.Clocks {
		if k.Runs() {
			running++
		}
	}
	if running != 1 {
		t.Errorf("%d clocks run", running)
	}
}

func TestAssigneeIsSomebodyWhoCanWorkOnIt(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Complaint)
	f.About = "Nguyễn Văn Chủ"
	c := routed(t, d, f).Case
	for who, ok := range map[string]bool{
		"officer": true, "roadhead": true, "centrehead": true,
		"admin": false, "inspector": false, "reception": false, "chair": false, "nobody": false,
	} {
		now := stored(t, d, c.ID)
		_, err := d.Move(t.Context(), staff(t, d, "reception"), casework.Order{Ref: c.Ref, Rev: now.Rev(), Move: "assign", Args: map[string]string{"assignee": who}})
		if ok != (err == nil) || !ok && fields(err)["assignee"] == "" {
			t.Errorf("to %s: %v", who, err)
		}
		d.Kept.Put(now)
	}
}

func TestNamelessComplaintCannotBeAccepted(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Complaint)
	f.Anonymous = true
	c := routed(t, d, f).Case
	_, err := d.Move(t.Context(), staff(t, d, "chair"), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "accept"})
	if casework.CodeOf(err) != casework.Conflict {
		t.Errorf("%v", err)
	}
	for _, m := range casework.Offers(office.New(caseworktest.Commune()), staff(t, d, "chair"), c, d.Clock) {
		if m.Name == "accept" {
			t.Error("it is offered")
		}
	}
}

func TestMoveOnWhatSomebodyElseChangedIsStale(t *testing.T) {
	d := caseworktest.New()
	c := routed(t, d, draft(law.Feedback)).Case
	for _, rev := range []int{0, 1, c.Rev() + 1, -1} {
		t.Run(strconv.Itoa(rev), func(t *testing.T) {
			_, err := d.Move(t.Context(), staff(t, d, "roadhead"), casework.Order{Ref: c.Ref, Rev: rev, Move: "start"})
			if casework.CodeOf(err) != casework.Conflict {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestMoveTakesWhatItAsksForAndNothingElse(t *testing.T) {
	d := caseworktest.New()
	c := routed(t, d, draft(law.Feedback)).Case
	for name, tc := range map[string]struct {
		move  string
		args  map[string]string
		field string
	}{
		"blank text":      {"answer", map[string]string{"text": " \u200b "}, "text"},
		"another outcome": {"answer", map[string]string{"text": "x", "outcome": "upheld"}, "outcome"},
		"another value":   {"answer", map[string]string{"text": "x", "colour": "red"}, "colour"},
		"no reason":       {"refuse", nil, "reason"},
		"no such unit":    {"assign", map[string]string{"unit": "nowhere"}, "unit"},
	} {
		_, err := d.Move(t.Context(), staff(t, d, "roadhead"), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: tc.move, Args: tc.args})
		if fields(err)[tc.field] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now := stored(t, d, c.ID); now.V != c.V {
		t.Error("the case changed")
	}
}
