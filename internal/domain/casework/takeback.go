package casework

import (
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// takeBackWithin is how long a move may be taken back: the page offers it for ten seconds, the rest is for slow networks.
const takeBackWithin = time.Minute

// noteWas keeps in the history where the case stood before a move that may be taken back. That of a denunciation never is: whoever
// was given it may have read it.
func (s *step) noteWas() {
	c := s.c
	if !s.m.Back || c.Guarded() || c.Outside || !slices.Contains(law.Fresh, c.State) {
		return
	}
	s.data["was_state"], s.data["was_unit"], s.data["was_assignee"] = string(c.State), c.Unit, c.Assignee
}

// justDone reports whether the last thing that happened is a move that may still be taken back.
func justDone(c *Case, now time.Time) bool {
	e := c.last()
	return e.Data["was_state"] != "" && now.Sub(e.At) <= takeBackWithin
}

// last is the newest entry of the history; the zero entry where there is none.
func (c *Case) last() history.Entry {
	if len(c.History) == 0 {
		return history.Entry{}
	}
	return c.History[len(c.History)-1]
}

// MayTakeBack reports whether this person may take back what was done to the case last: his own move, since which nothing happened.
func (c *Case) MayTakeBack(who string, now time.Time) bool {
	return c.last().Actor == history.ByStaff(who) && justDone(c, now)
}

// doTakeBack puts the case where it stood before the person's last move.
func doTakeBack(_ *Desk, s *step) error {
	e := s.c.last()
	if e.Actor != s.actor {
		return conflict("error.guard.just_done")
	}
	unit, assignee := e.Data["was_unit"], e.Data["was_assignee"]
	if holder, ok := s.o.Staff(assignee); assignee != "" && (!ok || s.barred(holder)) {
		return conflict("error.guard.just_done")
	}
	s.c.State, s.c.Unit, s.c.Assignee = law.State(e.Data["was_state"]), unit, assignee
	s.data["unit"], s.data["assignee"] = unit, assignee
	return nil
}
