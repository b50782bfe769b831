package casework

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// A complaint or denunciation is withdrawn by a paper that its sender signed, or by minutes that he signed (Luật Khiếu nại
// Đ.10; Luật Tố cáo Đ.33.1; Nghị định 156/2026 Đ.1, mẫu 02 and 03). Who holds the tracking code alone can only ask for it: the
// office then waits for the paper. A petition, feedback or praise knows no such law and ends at the wish alone: nobody else's
// right hangs on it, and the same can be sent again.

// ofForce reports whether an entry tells that somebody said so: also the notice of it, for no other comes at that moment.
func ofForce(e history.Entry) bool {
	return e.What == law.PastForcedSaid || e.What == law.PastForcedChecked || e.What == warned && e.Data["step"] == law.SaidForced
}

func doAskWithdrawal(_ *Desk, s *step) error {
	s.c.Legal.Withdrawal = law.WithdrawalAsked
	return nil
}

// doWithdrawal records a signed withdrawal. Of the whole, the case waits for the decision on it; of a part, or by one of several,
// it goes on (Luật Tố cáo Đ.33.2; Nghị định 155/2026 Đ.7a), also where the whole had been asked for by the code. Which part and who
// it was stands in the note, for the readers of the case alone.
func doWithdrawal(d *Desk, s *step) error {
	on, err := time.ParseInLocation(time.DateOnly, s.args["dated"], Vietnam)
	scope, what := s.args["scope"], s.args["what"]
	p := problems{}
	p.add(err != nil, "dated", "error.field.date")
	p.add(err == nil && dayOf(on) > dayOf(s.now), "dated", "error.field.dated_ahead")
	p.add(err == nil && dayOf(on) < dayOf(s.c.ReceivedAt), "dated", "error.field.dated_early")
	p.add(scope != law.WithdrawnWhole && what == "", "what", "error.field.withdrawn_what")
	if err := p.err(); err != nil {
		return err
	}
	s.data["came"], s.data["dated"], s.data["scope"] = s.args["came"], s.args["dated"], scope
	if s.note = what; s.args["note"] != "" {
		s.note += "\n" + s.args["note"]
	}
	asked := s.c.State == law.Withdrawing
	if scope == law.WithdrawnWhole {
		s.c.Legal.Withdrawal = law.WithdrawalPaper
		if asked {
			return nil
		}
		return doRemember(d, s)
	}
	s.m.To, s.m.Starts, s.m.Past = "", nil, partlyWithdrawn[scope]
	if asked {
		s.c.Legal.Withdrawal = ""
		s.c.goBack()
	}
	return nil
}

// partlyWithdrawn are the events of withdrawals that a case goes on after, by scope.
var partlyWithdrawn = map[string]string{law.WithdrawnPart: "part_withdrawn", law.WithdrawnOne: "one_withdrawn"}

// doContinue goes on in spite of a withdrawal, which answers whoever says that he was forced to it.
func doContinue(_ *Desk, s *step) error {
	p := problems{}
	p.add(s.args["ground"] == law.NotSigned && s.c.Legal.Withdrawal == law.WithdrawalPaper, "ground", "error.field.withdrawal_signed")
	if err := p.err(); err != nil {
		return err
	}
	s.c.Legal.Withdrawal = ""
	return doUnforce(nil, s)
}

func doUnforce(_ *Desk, s *step) error {
	s.c.Flags = slices.DeleteFunc(slices.Clone(s.c.Flags), func(f string) bool { return f == law.SaidForced })
	return nil
}

// SaidForced reports whether the sender says that he is forced to withdraw, and nobody has looked into it yet.
func (c *Case) SaidForced() bool { return slices.Contains(c.Flags, law.SaidForced) }

// leaves reports whether the case is being withdrawn, or ended by it.
func (c *Case) leaves() bool {
	switch c.State {
	case law.Withdrawing:
		return true
	case law.Discontinued:
		return c.Legal.Withdrawal != ""
	case law.Closed:
		return c.Legal.Withdrawal != "" && c.Legal.EndedAs == law.Closed
	default:
		return false
	}
}

// TakesWords reports whether the citizen may still write: until the case is over, and to the end of its keeping where it was
// withdrawn, for what is withdrawn under threat may be taken up again.
func (c *Case) TakesWords() bool {
	if c.leaves() {
		return !c.Erased()
	}
	return c.State != law.Closed && c.State.Status() != law.Status(law.Withdrawn)
}

// MaySayForced reports whether the citizen may say that he is, or was, forced to withdraw.
func (c *Case) MaySayForced() bool { return c.leaves() && !c.Erased() }

// Wish is a withdrawal as it is asked for by the tracking code.
type Wish struct {
	Reason string
	Second string // the second thing, see HoldWhole; of a denunciation
}

// Withdraw (rút đơn) takes the citizen's wish. It ends what no law asks a paper for; a complaint or denunciation waits for the
// signed paper. For a denunciation the code alone does not do: it is paper, and paper is found.
func (d *Desk) Withdraw(ctx context.Context, typed string, w Wish) (*Case, error) {
	c, err := d.byCode(ctx, typed)
	if err != nil {
		return nil, err
	}
	if _, _, err := wished(c, w); err != nil {
		return nil, err
	}
	proved := c.Kind.Secret()
	if proved {
		if err := d.proves(ctx, typed, w.Second); err != nil {
			return nil, err
		}
	}
	return d.citizen(ctx, typed, func(c *Case) error {
		m, args, err := wished(c, w)
		switch {
		case err != nil:
			return err
		case c.Kind.Secret() && c.triedOut(d.now()): // many at once get no further than many in turn
			return ErrManyTries
		case c.Kind.Secret() && !proved: // found to be a denunciation meanwhile
			return problems{"second": "error.field.second_empty"}.err()
		}
		return d.apply(step{ctx: ctx, c: c, m: m, args: args, actor: history.ByCitizen, now: d.now()})
	})
}

// wished finds the row and binds the wish to it.
func wished(c *Case, w Wish) (law.Move, map[string]string, error) {
	m, ok := FindMove(c, "withdraw")
	if !ok || !c.Begins(m) {
		return m, nil, conflict("error.case_closed")
	}
	in := map[string]string{}
	if w.Reason != "" {
		in["reason"] = w.Reason
	}
	args, err := bind(m, in)
	return m, args, err
}

// WriteForced (báo bị ép rút đơn) keeps that the citizen says he is forced to withdraw, with what else he writes, if anything.
// The readers are told at once, and the case is not discontinued before one of them has looked into it. Said once more without
// a word, before that or after, it changes nothing; with words it stops the end anew, until it was looked into forcedChecks times:
// whoever holds the code must not hold up the end for ever.
func (d *Desk) WriteForced(ctx context.Context, typed, text string) (*Case, error) {
	text, err := message(text, false)
	if err != nil {
		return nil, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	c, err := d.citizen(ctx, typed, func(c *Case) error { return d.sayForced(o, c, text) })
	if errors.Is(err, errSaidForced) {
		return d.byCode(ctx, typed)
	}
	return c, err
}

// sayForced records what WriteForced keeps, or answers errSaidForced.
func (d *Desk) sayForced(o *office.Office, c *Case, text string) error {
	if !c.MaySayForced() {
		return conflict("error.not_withdrawn")
	}
	checks, spoken := c.forcedChecks(), vntext.Line(text) != ""
	if !spoken && (c.SaidForced() || checks > 0) {
		return errSaidForced
	}
	if spoken {
		if err := d.say(c, text); err != nil {
			return err
		}
	}
	now, stops := d.now(), !c.SaidForced() && checks < forcedChecks
	if stops {
		c.Flags = append(slices.Clone(c.Flags), law.SaidForced)
	}
	c.record(history.Entry{At: now, Actor: history.ByCitizen, What: law.PastForcedSaid, Data: map[string]string{"state": string(c.State)}})
	if stops {
		c.tellForced(o, now)
	}
	return nil
}

// forcedChecks is how often a withdrawal's end waits for somebody to look into whether it was forced.
const forcedChecks = 3

// forcedChecks counts how often that was looked into since this withdrawal was asked for or signed.
func (c *Case) forcedChecks() (n int) {
	for _, e := range slices.Backward(c.History) {
		switch e.What {
		case "withdrawal_asked", "withdrawal_recorded", "continued", "reconsidered":
			return n
		case law.PastForcedChecked:
			n++
		}
	}
	return n
}

// errSaidForced says that there is nothing to write: the case is flagged, or was looked into.
var errSaidForced = errors.New("said already")

// tellForced calls for notices to those who have the case.
func (c *Case) tellForced(o *office.Office, now time.Time) {
	to := strings.Join(audience{o, c, now}.of(law.StepSaidForced), ",")
	c.record(history.Entry{At: now, Actor: history.BySystem, What: warned, Data: compact(map[string]string{
		"clock": string(law.WholeCase), "step": law.SaidForced, "level": strconv.Itoa(law.StepSaidForced.Level), "steps": string(law.WholeCase) + "/" + law.SaidForced,
		"to": to, toKey(law.WholeCase): to, "state": string(c.State),
	})})
}

// ToldWithdrawal says what is so of a withdrawal besides the state: what is still to be signed, or that the case goes on after a
// part of it, or one of its senders, was withdrawn. False where nothing is to be told.
func (c *Case) ToldWithdrawal() (Told, bool) {
	if c.State == law.Withdrawing && c.Legal.Withdrawal == law.WithdrawalAsked {
		return Told{Key: "told.withdrawal.asked." + string(c.Kind)}, true
	}
	if c.Lane != law.LaneOpen || c.leaves() {
		return Told{}, false
	}
	for i := range slices.Backward(c.History) {
		for _, what := range partlyWithdrawn {
			if c.History[i].What == what {
				return Told{Key: "told.withdrawal." + what}, true
			}
		}
	}
	return Told{}, false
}
