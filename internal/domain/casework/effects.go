package casework

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// effects are what moves do beyond the state, by name.
var effects = map[string]func(*Desk, *step) error{
	"assign":       (*Desk).doAssign,
	"take_back":    doTakeBack,
	"answer":       (*Desk).doAnswer,
	"draft":        (*Desk).doDraft,
	"message":      (*Desk).doMessage,
	"reason":       doReason,
	"call":         doCall,
	"remember":     doRemember,
	"back":         doBack,
	"foreign":      doForeign,
	"guide":        doGuide,
	"reconsider":   (*Desk).doReconsider,
	"reclassify":   (*Desk).doReclassify,
	"split":        (*Desk).doSplit,
	"ask_opening":  (*Desk).doAskOpening,
	"team":         (*Desk).doTeam,
	"long_check":   (*Desk).doLongCheck,
	"complex":      (*Desk).doComplex,
	"remote":       (*Desk).doRemote,
	"extend":       (*Desk).doExtend,
	"pause":        doPause,
	"expert_pause": doExpertPause,
	"unpause":      (*Desk).doUnpause,
	"invite":       doInvite,
	"heard":        doHeard,
	"sign":         doSign,
	"assess":       doAssess,
	"name_accused": (*Desk).doNameAccused,
	"hand_up":      doHandUp,
	"contest":      (*Desk).doContest,

	"differ":        doDiffer,
	"nameless":      doNameless,
	"accused_heard": doAccusedHeard,
	"restored":      doRestored,

	"clear":   (*Desk).doClear,
	"publish": doPublish,
	"sent":    doSent,
	"excuse":  doExcuse,

	"ask_withdrawal": doAskWithdrawal,
	"withdrawal":     doWithdrawal,
	"continue":       doContinue,
	"unforce":        doUnforce,
}

// doRemember notes where the case goes on after a question, a review or a withdrawal.
func doRemember(_ *Desk, s *step) error {
	c := s.c
	switch {
	case c.State == law.NeedsInfo || c.State == law.Review: // where it came from is noted already
	case c.State == law.Received || c.State == law.Triage:
		c.Legal.Back = law.Triage
	case slices.Contains(law.Sorting, c.State) && (c.Kind.NeedsIdentity() || c.Kind == law.Praise):
		c.Legal.Back = law.Classifying
	case slices.Contains(law.Sorting, c.State):
		c.Legal.Back = law.InProgress
	case c.State == law.Accepted:
		c.Legal.Back = law.Verifying
	default:
		c.Legal.Back = c.State
	}
	return nil
}

func doBack(_ *Desk, s *step) error {
	s.c.goBack()
	return nil
}

// goBack puts the case where doRemember noted. One that was withdrawn before anybody had it may have got a unit since.
func (c *Case) goBack() {
	to := c.Legal.Back
	switch {
	case to == "":
		to = law.Classifying
	case to == law.Triage && c.Assignee != "":
		to = law.Assigned
	}
	c.State, c.Legal.Back = to, ""
}

func doForeign(_ *Desk, s *step) error {
	s.c.Legal.Foreign = true
	return nil
}

func doGuide(_ *Desk, s *step) error {
	s.c.Legal.Guided = true
	return nil
}

// doReconsider takes a letter up again because of new facts: it is led by today's law, and its first clocks run from now.
func (d *Desk) doReconsider(s *step) error {
	s.c.Legal.Foreign, s.c.Legal.Anew = false, &s.now
	d.startClocks(s.c, s.now, s.c.firstClocks()...)
	return doReason(d, s)
}

// doTeam shares the case with the verification team: at least two people, none of whom the case is about. Without a team
// whoever resolves a denunciation verifies it himself (Nghị định 31/2019 Đ.10.1), and a complaint's assignee does.
func (d *Desk) doTeam(s *step) error {
	team := law.Listed(s.args["team"])
	p := problems{}
	people := slices.Clone(team)
	for i, id := range team {
		st, ok := s.o.Staff(id)
		if !ok {
			st, ok = s.o.ByUsername(id)
		}
		p.add(!ok || !st.Has(office.Officer) && !st.Has(office.Head) || s.barred(st), "team", "error.field.team")
		people[i] = st.ID
	}
	who, _ := s.o.Staff(s.who)
	alone := len(team) == 0 && s.c.Kind == law.Denunciation
	p.add(alone && !s.o.May(who, office.Decide, s.c.File(), s.now), "team", "error.field.team_two")
	if len(team) > 0 {
		all := append(slices.Clone(people), s.c.Assignee)
		slices.Sort(all)
		p.add(len(slices.Compact(all)) < 2, "team", "error.field.team_two")
	}
	if err := p.err(); err != nil {
		return err
	}
	s.c.Helpers = people
	s.data["team"] = strings.Join(people, ",")
	return nil
}

func (d *Desk) doLongCheck(s *step) error {
	d.recount(s.c, law.Acceptance, law.LongCheckDays)
	return nil
}

// doComplex records the signs of a complex matter, which give a complaint its longer time and a denunciation the right to
// be extended.
func (d *Desk) doComplex(s *step) error {
	signs := law.Listed(s.args["criteria"])
	s.c.Legal.Complex, s.c.Legal.Criteria = len(signs), strings.Join(signs, ",")
	s.data["criteria"] = s.c.Legal.Criteria
	if r, ok := ruleFor(law.Resolution, s.c); ok && s.c.Kind == law.Complaint {
		d.recount(s.c, law.Resolution, r.Days)
	}
	return nil
}

// doRemote records whether the place is one that is hard to reach (vùng sâu, vùng xa đi lại khó khăn): only whoever accepts knows
// where the complainant lives and the matter lies; the counter's unit is a first guess. A time that runs already is counted anew
// from its own start.
func (d *Desk) doRemote(s *step) error {
	if far := s.args["remote"]; far != "" {
		s.c.Legal.Remote = far == "yes"
		s.data["remote"] = far
	}
	if r, ok := ruleFor(law.Resolution, s.c); ok {
		d.recount(s.c, law.Resolution, r.Days)
	}
	return nil
}

func (d *Desk) doExtend(s *step) error {
	s.c.Legal.Extended++
	s.data["extended"] = strconv.Itoa(s.c.Legal.Extended)
	d.recount(s.c, law.Resolution, s.c.clockDays(law.Resolution)+law.ExtensionDays)
	return nil
}

func doPause(_ *Desk, s *step) error {
	s.c.halt(s.now, law.Resolution)
	return nil
}

// doExpertPause stops the clock for the time of an expert's opinion: denunciations only (Nghị định 31/2019 Đ.15.4).
func doExpertPause(_ *Desk, s *step) error {
	if s.c.Kind == law.Denunciation {
		s.c.halt(s.now, law.Resolution)
	}
	return nil
}

func (d *Desk) doUnpause(s *step) error {
	d.unhalt(s.c, s.now, law.Resolution)
	return nil
}

// noticeOfDialogue is how many days before a dialogue its notice goes out (Nghị định 155/2026 Đ.11).
const noticeOfDialogue = 5

// doInvite checks the day and hour of the dialogue; the message to the citizen carries the words.
func doInvite(_ *Desk, s *step) error {
	on, err := time.ParseInLocation(time.DateOnly, s.args["on"], Vietnam)
	p := problems{}
	p.add(err != nil, "on", "error.field.date")
	p.add(err == nil && dayOf(on) < dayOf(s.now)+noticeOfDialogue, "on", "error.field.dialogue_soon")
	s.data["on"] = s.args["on"]
	if hour := s.args["hour"]; hour != "" {
		_, err := time.Parse("15:04", hour)
		p.add(err != nil, "hour", "error.field.hour")
		s.data["hour"] = hour
	}
	return p.err()
}

func doHeard(_ *Desk, s *step) error {
	s.c.Legal.Dialogues++
	return nil
}

// doDiffer refuses a decision that does not give the complainant all he claims before a dialogue was held (Luật Khiếu nại
// Đ.30.1: claim and findings differ).
func doDiffer(_ *Desk, s *step) error {
	p := problems{}
	p.add(s.args["outcome"] != "upheld" && s.c.Legal.Dialogues == 0, "outcome", "error.field.dialogue_first")
	return p.err()
}

// doAccusedHeard records that the accused explained himself, or was asked to and did not (Luật Tố cáo Đ.10, 31).
func doAccusedHeard(_ *Desk, s *step) error {
	s.c.Legal.AccusedHeard = true
	s.data["hearing"] = s.args["hearing"]
	return nil
}

// doRestored records that the rights and the good name of whoever was wrongly denounced were restored (Luật Tố cáo Đ.36.1a).
func doRestored(_ *Desk, s *step) error {
	s.c.Legal.Restored = true
	return nil
}

// doPublish records how a decision was made public. What hangs or stands on the net does so for its days; what was read out at a
// meeting was heard.
func doPublish(_ *Desk, s *step) error {
	s.data["published"] = s.args["published"]
	if s.args["published"] == "meeting" {
		s.m.Starts = nil
	}
	return nil
}
