package casework

import (
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// What is sent is owed to somebody by a day: a move that says it was holds to whom it went, which way, and on which day (Luật
// Khiếu nại Đ.32, 41; Luật Tố cáo Đ.26.2, 29.3, 34, 35.3; Nghị định 155/2026 Đ.28b). Whom it went to is said by his part in the
// case, never by name.

// doSent records a sending. It is never dated ahead, nor before what was sent; the sender of the letter is always among those it
// went to, and of a denunciation the accused, but nobody who is no more. What is still a draft, or signed and not sent, was sent to nobody.
func doSent(d *Desk, s *step) error {
	if err := d.restsOnSent(s); err != nil {
		return err
	}
	to := law.Listed(s.args["recipients"])
	on, err := time.ParseInLocation(time.DateOnly, s.args[law.SentOn], Vietnam)
	p := problems{}
	p.add(err != nil, law.SentOn, "error.field.date")
	p.add(err == nil && dayOf(on) > dayOf(s.now), law.SentOn, "error.field.dated_ahead")
	if since, ok := s.sendsSince(); ok {
		p.add(err == nil && dayOf(on) < dayOf(since), law.SentOn, "error.field.sent_early")
	}
	if slices.Contains(s.m.Stops, law.ForwarderReply) {
		to = []string{law.ToForwarder}
	} else {
		gone := s.c.gone()
		p.add(gone != law.ToSender && !slices.Contains(to, law.ToSender), "recipients", "error.field.sent_sender")
		p.add(s.c.Kind == law.Denunciation && gone != law.ToAccused && s.m.Past != law.PastSenderTold && !slices.Contains(to, law.ToAccused), "recipients", "error.field.sent_accused")
	}
	s.begins = handedOn(on, law.Listed(s.args["way"]))
	s.data["recipients"], s.data["way"], s.data[law.SentOn] = strings.Join(to, ","), strings.Join(law.Listed(s.args["way"]), ","), s.args[law.SentOn]
	return p.err()
}

// gone is who died, or was dissolved with nobody to follow, so that the case was discontinued: nothing can be sent to him.
func (c *Case) gone() string {
	for _, e := range slices.Backward(c.History) {
		if e.What != "discontinued" {
			continue
		}
		switch e.Data["ground"] {
		case "died_no_heir", "dissolved_no_successor":
			return law.ToSender
		case "accused_died":
			return law.ToAccused
		}
		return ""
	}
	return ""
}

// restsOnSent refuses to note a sending while a paper that it is about is written here and did not go out.
func (d *Desk) restsOnSent(s *step) error {
	ps, err := d.papers(s.ctx, s.c)
	if err != nil {
		return err
	}
	types := s.sends()
	waits := slices.ContainsFunc(ps, func(p *Paper) bool { return slices.Contains(types, p.Type) && !p.State.Done() })
	return unless(!waits, conflict("error.paper_not_sent"))
}

// sends are the types of the papers that a sending is about: of the move that began the clock which it stops, or of that by which the case
// went elsewhere.
func (s *step) sends() (types []string) {
	turned, _ := s.c.turned()
	for m := range law.Each {
		begins := slices.ContainsFunc(m.Starts, func(n law.ClockName) bool { return n != law.ForwarderReply && slices.Contains(s.m.Stops, n) })
		if m.Fits(s.c.facts()) && (begins || s.m.Past == law.PastSenderTold && m.Past == turned.What) {
			if !m.Settles() { // that paper was made by the move itself
				types = append(types, m.Letter)
			}
			types = append(types, m.With...)
		}
	}
	return types
}

// sendsSince is when there was something to send.
func (s *step) sendsSince() (time.Time, bool) {
	if s.m.Past == law.PastSenderTold {
		e, ok := s.c.turned()
		return e.At, ok
	}
	k, ok := s.c.clock(s.m.Stops[0])
	return k.Start, ok
}

// turns are the events that he is told of.
var turns = []string{"transferred", "guided", "urged", "refused", "filed", "returned"}

// turned is the last of those.
func (c *Case) turned() (history.Entry, bool) {
	for _, e := range slices.Backward(c.History) {
		if slices.Contains(turns, e.What) {
			return e, true
		}
	}
	return history.Entry{}, false
}

// senderUntold: nobody noted yet that the sender was told of it.
func senderUntold(c *Case, _ time.Time) bool {
	e, ok := c.turned()
	return ok && !slices.ContainsFunc(c.History, func(later history.Entry) bool { return later.Seq > e.Seq && later.What == law.PastSenderTold })
}

// postDays is how long what is posted may take to reach anybody in the country: whoever is sent a decision by post is taken to have
// got it then, for nobody loses his time to complain while it is under way.
const postDays = 6

// handedOn is the day on which the sender of the letter got what was sent, or may be taken to have got it. Where it went different
// ways to different people, the slowest counts.
func handedOn(on time.Time, way []string) time.Time {
	if slices.Contains(way, law.ByPost) {
		return on.AddDate(0, 0, postDays)
	}
	return on
}

// Sending (việc gửi) is what a history entry holds of it.
type Sending struct {
	To  []string // parts in the case
	Way []string
	On  time.Time // the day
}

// SentBy is what the entry says was sent; false where it says nothing of it.
func SentBy(e history.Entry) (Sending, bool) {
	on, err := time.ParseInLocation(time.DateOnly, e.Data[law.SentOn], Vietnam)
	return Sending{To: law.Listed(e.Data["recipients"]), Way: law.Listed(e.Data["way"]), On: on}, err == nil
}
