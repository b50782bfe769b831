package casework

import (
	"context"
	"strconv"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/trackcode"
	"tiepdan/pkg/vntext"
)

// Following is what the citizen sees of his case.
type Following struct {
	Case     *Case
	Unit     string // a unit id
	Overdue  bool
	Timeline []Step
	Messages []Note
	Answer   *Note
	Parts    []Part // of a mixed letter that was split
	Further  *Part  // the further complaint or denunciation against this one, once there is one
	Now      time.Time
}

// Step is one line of the timeline; Event is a history name that pages translate.
type Step struct {
	At     time.Time
	Event  string
	Note   string
	Ground string // why the seal was lifted, in general words that pages translate; see letterOpened
	plain  bool   // "thụ lý" is no word of this kind of letter
}

// Says is how the step is said: an event, and for kinds of which the law says no "thụ lý" the plain form of its words.
func (s Step) Says() string {
	if s.plain && s.Event == "refused" {
		return "refused.plain"
	}
	return s.Event
}

// Note is a text with its time and side.
type Note struct {
	At      time.Time
	Citizen bool
	Text    string
	Outcome string
}

// Follow (tra cứu) finds a case by its tracking code. Every wrong code answers the same NotFound after the same work:
// a code that cannot be right is looked up all the same.
func (d *Desk) Follow(ctx context.Context, typed string) (Following, error) {
	c, err := d.byCode(ctx, typed)
	if err != nil {
		return Following{}, err
	}
	return d.following(c)
}

func (d *Desk) byCode(ctx context.Context, typed string) (*Case, error) {
	code, parseErr := trackcode.Parse(typed)
	c, err := d.Cases.Get(ctx, d.id(code))
	if err == nil && parseErr != nil {
		err = notFound()
	}
	if CodeOf(err) == NotFound && err != nil {
		return nil, &Error{Code: NotFound, Key: "error.code_not_found"}
	}
	return c, err
}

func (d *Desk) following(c *Case) (Following, error) {
	f := Following{Case: c, Unit: c.Unit, Overdue: c.Overdue(d.now()), Parts: d.parts(c), Now: d.now()}
	if c.Legal.Next != "" {
		f.Further = &Part{c.Kind, d.code(furtherKey(c))}
	}
	for _, e := range c.History {
		if toldCitizen[e.What] {
			s := Step{At: e.At, Event: e.What, Note: d.citizenNote(c, e), plain: !c.Kind.NeedsIdentity()}
			if e.What == law.PastLetterOpened || e.What == law.PastSenderOpened {
				s.Ground = e.Data["ground"]
			}
			f.Timeline = append(f.Timeline, s)
		}
	}
	for _, m := range c.Messages {
		text, err := d.unwords(c, m.Text, m.Sealed)
		if err != nil {
			return f, err
		}
		f.Messages = append(f.Messages, Note{At: m.At, Citizen: m.Citizen, Text: text})
	}
	if a := c.Answer; a != nil {
		text, err := d.unwords(c, a.Text, a.Sealed)
		if err != nil {
			return f, err
		}
		f.Answer = &Note{At: a.At, Text: text, Outcome: a.Outcome}
	}
	return f, nil
}

// toldCitizen are the events a citizen is told; the rest is the office's own business.
var toldCitizen = map[string]bool{
	"received": true, "assigned": true, "accepted": true, "started": true, "info_asked": true, "info_given": true,
	"messaged": true, "answered": true, "refused": true, "transferred": true, "withdrawn": true, "closed": true,
	"withdrawal_asked": true, "withdrawal_recorded": true, "part_withdrawn": true, "one_withdrawn": true,
	"rated": true, "attached": true, "registered": true, "guided": true, "filed": true, "returned": true, "split": true,
	"extended": true, "dialogue_called": true, "dialogue_held": true, "suspended": true, "resumed": true, "discontinued": true,
	"continued": true, "decided": true, "concluded": true, "notified": true, "published": true, "effective": true,
	"enforced": true, "signed": true, "appealed": true, "denounced_on": true, "litigated": true, "referred": true, "check_extended": true, "calendar_changed": true,
	"accused_named": true, "appealed_late": true, "urged": true, "report_received": true, "reconsidered": true, "found_complex": true, law.PastTakenOver: true, "lateness_excused": true,
	ownShown: true, ownShownByPhrase: true, ownShownByID: true, ownShownByPhone: true, ownRefused: true,
	law.PastLetterOpened: true, law.PastSenderOpened: true,
}

// reasonTold are the events whose note the citizen is owed.
var reasonTold = map[string]bool{
	"refused": true, "transferred": true, "withdrawn": true, "withdrawal_asked": true, "guided": true, "filed": true, "returned": true, "split": true,
	"extended": true, "suspended": true, "resumed": true, "discontinued": true, "continued": true, "check_extended": true, "found_complex": true,
}

// citizenNote is the reason the citizen is owed: why refused, where transferred.
func (d *Desk) citizenNote(c *Case, e history.Entry) string {
	if !reasonTold[e.What] || e.What == "found_complex" && c.Kind == law.Denunciation { // whose page may be found by others
		return ""
	}
	note, err := d.noteOf(c, e)
	if err != nil {
		return ""
	}
	return note
}

// The limits of what a citizen adds to a case.
const (
	MaxMessage  = 5000
	MaxMessages = 200
)

// Write adds the citizen's message; when the office waits for it, the case goes on.
func (d *Desk) Write(ctx context.Context, typed, text string) (*Case, error) {
	text, err := message(text, true)
	if err != nil {
		return nil, err
	}
	return d.citizen(ctx, typed, func(c *Case) error {
		if !c.TakesWords() {
			return conflict("error.case_closed")
		}
		return d.say(c, text)
	})
}

// message checks a message.
func message(text string, required bool) (string, error) {
	text = vntext.NFC(text)
	p := problems{}
	p.add(required && vntext.Line(text) == "", "text", "error.field.text")
	p.add(vntext.Runes(text) > MaxMessage, "text", "error.field.text_long")
	return text, p.err()
}

// say keeps a message of the citizen's.
func (d *Desk) say(c *Case, text string) error {
	if len(c.Messages) >= MaxMessages {
		return conflict("error.too_many_messages")
	}
	clear, sealed, err := d.words(c, text)
	if err != nil {
		return err
	}
	now := d.now()
	m := Message{At: now, Citizen: true, Text: clear, Sealed: sealed, Salt: history.NewSalt()}
	c.Messages = append(c.Messages, m)
	what := "messaged"
	if c.State == law.NeedsInfo {
		c.goBack()
		c.stopClocks(now, law.Documents)
		what = "info_given"
	}
	c.record(history.Entry{
		At: now, Actor: history.ByCitizen, What: what,
		Data: map[string]string{"state": string(c.State), "content": digestOf(m.Salt, clear, sealed)},
	})
	return nil
}

// Rate keeps how the citizen found the answer, once there is one. He may change his mind; the last word counts.
func (d *Desk) Rate(ctx context.Context, typed string, score int, comment string) (*Case, error) {
	comment = vntext.NFC(comment)
	p := problems{}
	p.add(score < 1 || score > 5, "score", "error.field.score")
	p.add(vntext.Runes(comment) > MaxMessage, "comment", "error.field.text_long")
	if err := p.err(); err != nil {
		return nil, err
	}
	return d.citizen(ctx, typed, func(c *Case) error {
		if c.Answer == nil && c.Lane == law.LaneOpen {
			return conflict("error.not_answered")
		}
		now := d.now()
		clear, sealed, err := d.words(c, comment)
		if err != nil {
			return err
		}
		c.Satisfaction = &Satisfaction{At: now, Score: score, Comment: clear, Sealed: sealed}
		c.record(history.Entry{
			At: now, Actor: history.ByCitizen, What: "rated",
			Data: map[string]string{"state": string(c.State), "score": strconv.Itoa(score)},
		})
		return nil
	})
}

func (d *Desk) citizen(ctx context.Context, typed string, f func(c *Case) error) (*Case, error) {
	return d.change(ctx, func() (*Case, error) { return d.byCode(ctx, typed) }, f)
}
