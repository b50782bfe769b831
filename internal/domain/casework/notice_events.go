package casework

import (
	"slices"
	"strings"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// The steps that colleagues and citizens take, of which somebody is told; those of the watch are in WatchSteps.
const (
	GivenWork   = "assigned"     // the case was given to the person
	JoinedTeam  = "joined"       // the person is of the team that verifies
	HandedIn    = "handed_in"    // a draft waits for the person's word
	DraftBack   = "draft_back"   // the person's draft came back
	Replied     = "replied"      // the citizen wrote, and nobody of the office has done anything since
	AskedSecond = "asked_second" // somebody asks for an opening that needs the word of a second person
	Mentioned   = "mentioned"    // an internal note names the person
)

// event is an entry of which people are told: by which step, and whom.
type event struct {
	step string
	to   func(a audience, e history.Entry) []string
}

// tellingEvents are the entries beside those of the watch that call for notices. Nobody is told what he did himself.
var tellingEvents = map[string]event{
	"assigned":            {GivenWork, assignee},
	"handed_up":           {GivenWork, assignee},
	"started":             {JoinedTeam, named("team")},
	"proposed":            {HandedIn, decider},
	"acceptance_proposed": {HandedIn, decider},
	"sent_back":           {DraftBack, drafter},
	"messaged":            {Replied, keeper},
	"info_given":          {Replied, keeper},
	"attached":            {Replied, keeper},
	"withdrawal_asked":    {Replied, keeper},
	"identity_asked":      {AskedSecond, seconds},
	law.PastOpeningAsked:  {AskedSecond, seconds},
	law.PastNoted:         {Mentioned, named(calledKey)},
}

// NoticedEvents lists the entries that call for notices, in order.
func NoticedEvents() []string {
	out := []string{warned}
	for what := range tellingEvents {
		out = append(out, what)
	}
	slices.Sort(out)
	return out
}

// eventNotices lists what an entry that is not the watch's calls for. What follows on words of the citizen's that nobody has looked
// at yet calls nobody again.
func eventNotices(o *office.Office, c *Case, e history.Entry) []*Notice {
	t, ok := tellingEvents[e.What]
	if !ok || t.step == Replied && c.wroteBefore(e.Seq) {
		return nil
	}
	a := audience{o: o, c: c, now: e.At}
	var out []*Notice
	for _, id := range t.to(a, e) {
		who, ok := o.Staff(id)
		if !ok || e.Actor == history.ByStaff(id) {
			continue
		}
		out = append(out, &Notice{
			ID: noticeID(c, e, law.WholeCase, id), V: 1, Staff: id, Ref: c.Ref, Step: t.step, At: e.At, Unread: !hushes(who, t.step),
			Opens: o.May(who, office.See, c.File(), e.At),
		})
	}
	return out
}

// wroteBefore reports whether the last thing that was done before the entry was the citizen's as well.
func (c *Case) wroteBefore(seq int) bool {
	for _, e := range slices.Backward(c.History[:seq-1]) {
		switch {
		case e.Actor == history.ByCitizen:
			return true
		case !slices.Contains(quiet, e.What) && e.Actor != history.BySystem:
			return false
		}
	}
	return false
}

// assignee is whom the case was given to.
func assignee(a audience, e history.Entry) []string { return a.allowed(e.Data["assignee"]) }

// named are those whom the entry lists under the key.
func named(key string) func(audience, history.Entry) []string {
	return func(a audience, e history.Entry) []string { return a.allowed(fields(e.Data[key])...) }
}

// keeper is who has the case, or reception while nobody has it.
func keeper(a audience, _ history.Entry) []string {
	if a.c.Assignee == "" {
		return a.at(law.ToReception)
	}
	return a.at(law.ToOfficer)
}

// decider is whoever decides in the unit, or the next above who may.
func decider(a audience, _ history.Entry) []string {
	if out := a.at(law.ToHead); len(out) > 0 {
		return out
	}
	return a.at(law.ToSuperior)
}

// drafter is who handed in the draft that came back; who has the case where that cannot be told any more.
func drafter(a audience, e history.Entry) []string {
	for _, was := range slices.Backward(a.c.History[:e.Seq-1]) {
		if id, ok := strings.CutPrefix(was.Actor, history.ByStaff("")); ok && was.What == "proposed" {
			if out := a.allowed(id); len(out) > 0 {
				return out
			}
			break
		}
	}
	return keeper(a, e)
}

// seconds are those whose word an opening waits for. They learn the reference alone, as their list of openings tells it.
func seconds(a audience, _ history.Entry) []string {
	var out []string
	for _, s := range a.o.AllStaff() {
		if mayBeSecond(a.o, s, a.c, a.now) {
			out = append(out, s.ID)
		}
	}
	return out
}
