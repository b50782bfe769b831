package casework

import (
	"slices"
	"time"

	"tiepdan/internal/domain/casework/law"
)

// Told is a sentence that states facts of one case to its sender: a key of the catalogs with what goes into it. Every such
// sentence of a page is made here, from the case's own kind, instance, state and clocks, so that none says what is not so.
type Told struct {
	Key  string
	Due  time.Time // the day the sentence names; zero for none
	Law  string    // the source as the tables have it; empty for none
	Days int       // a length of time; 0 for none
	More int       // the longer one, where a condition may come in that is not known yet
	// Far and FarMore are the two where the place is hard to reach, while that is not known.
	Far, FarMore int
}

// ToldNow says where the case stands (tình trạng hiện nay).
func (c *Case) ToldNow() Told {
	key := "told.now." + string(c.State)
	switch {
	case c.State == law.Refused && !c.Kind.NeedsIdentity():
		key += ".plain" // "thụ lý" is a word of complaints and denunciations alone
	case c.State == law.ExpertReview && c.Kind == law.Complaint:
		key += ".complaint" // its time runs on
	case c.State == law.Urged && c.reported():
		key += ".reported"
	}
	return Told{Key: key}
}

// apart are the states that the published status says too little of.
var apart = []law.State{law.Withdrawing, law.Suspended, law.Discontinued, law.Urged, law.Appealed, law.Guided, law.PutAway, law.Returned, law.Litigated, law.Criminal}

// ToldStatus heads what the sender is told: the published status, and what is so where that says too much or something else.
func (c *Case) ToldStatus() string {
	switch {
	case c.State == law.Refused && !c.Kind.NeedsIdentity():
		return "status.refused.plain"
	case slices.Contains(apart, c.State):
		return "status." + string(c.State)
	default:
		return "status." + string(c.State.Status())
	}
}

// ToldDue says what happens by the end of the clock that runs, and by which law; false when none runs, or what only had to last is over.
func (c *Case) ToldDue(now time.Time) (Told, bool) {
	k, ok := c.Running()
	if !ok || c.State.Ended() || k.Name == law.Posting && now.After(k.Due) {
		return Told{}, false
	}
	return Told{Key: "told.due." + string(k.Name) + c.dueSuffix(k.Name), Due: k.Due, Law: k.Law}, true
}

// ClockKey is the key of the words for what a clock of this case is a limit of.
func (c *Case) ClockKey(name law.ClockName) string {
	switch {
	case name == law.FollowUp && c.State == law.Urged:
		return "clock." + string(name) + ".urged"
	case name == law.Acceptance && c.State == law.Ineligible:
		return "clock." + string(name) + ".ineligible"
	}
	return "clock." + string(name)
}

// dueSuffix tells apart what one clock means for different kinds and instances.
func (c *Case) dueSuffix(name law.ClockName) string {
	switch {
	case name == law.Withdrawal && c.Legal.Withdrawal != law.WithdrawalPaper:
		return ".asked"
	case slices.Contains([]law.ClockName{law.Resolution, law.Publish, law.Posting}, name) && c.Kind == law.Complaint:
		return ".complaint"
	case name == law.FollowUp && c.State == law.Urged:
		return ".urged"
	case name == law.Acceptance && c.State == law.Ineligible:
		return ".ineligible"
	case name == law.Effect && c.Legal.Level == 2:
		return ".second"
	case name == law.Resolution && c.Kind == law.Denunciation:
		return ".denunciation"
	case name == law.Resolution && c.Kind == law.Praise:
		return ".praise"
	case name == law.Acceptance && c.Kind == law.Complaint && c.Legal.Level == 2:
		return ".second"
	default:
		return ""
	}
}

// ToldThen says what comes after acceptance, for a case that is not accepted yet: how long the law gives for this kind, instance
// and place, and how long where the matter turns out to be complex. False where nothing is to be told.
func (c *Case) ToldThen() (Told, bool) {
	_, accepted := c.clock(law.Resolution)
	never := c.Legal.Foreign || c.Kind == law.Denunciation && c.Nameless() // neither is accepted here
	if accepted || never || !slices.Contains(append([]law.State{law.NeedsInfo, law.Ineligible, law.Proposed}, law.Fresh...), c.State) {
		return Told{}, false
	}
	key := "told.then." + string(c.Kind)
	if !c.Kind.NeedsIdentity() {
		return Told{Key: key}, true
	}
	if c.Kind == law.Denunciation && c.Legal.Level == 2 {
		return Told{Key: key + ".second"}, true
	}
	simple, complicated := *c, *c
	simple.Legal.Complex, complicated.Legal.Complex = 0, 1
	r, ok := ruleFor(law.Resolution, &simple)
	more, _ := ruleFor(law.Resolution, &complicated)
	t := Told{Key: key, Law: r.Source, Days: r.Days, More: more.Days}
	switch {
	case c.Kind == law.Denunciation:
		t.More = r.Days + law.ExtensionDays
		t.Law = "Luật Tố cáo Đ.30.1, 30.2"
	case c.Legal.Level == 2:
		t.Key += ".second"
	}
	if c.Kind == law.Complaint {
		t.place(simple, complicated)
	}
	return t, ok
}

// place says what is known of the place: it is hard to reach where the counter's unit is, which whoever accepts may find otherwise;
// else it still may be, for a letter that came over the net tells of no place.
func (t *Told) place(simple, complicated Case) {
	if simple.Legal.Remote {
		t.Key += ".remote"
		return
	}
	simple.Legal.Remote, complicated.Legal.Remote = true, true
	far, _ := ruleFor(law.Resolution, &simple)
	more, _ := ruleFor(law.Resolution, &complicated)
	t.Far, t.FarMore = far.Days, more.Days
}

// ToldWarning says that the office is late, when it is; false otherwise. The citizen's own time is no lateness. What he may do about
// it is said where it is open to him now: a further complaint or denunciation (Luật Khiếu nại Đ.33; Luật Tố cáo Đ.38), after a second
// complaint the court (Luật Khiếu nại Đ.42).
func (c *Case) ToldWarning(now time.Time) (Told, bool) {
	k, ok := c.Running()
	if !ok || !k.Name.Owed() || !c.Overdue(now) {
		return Told{}, false
	}
	key := "told.late"
	switch {
	case c.Answer == nil && MayAppeal(c, now):
		key += "." + string(c.Kind)
	case c.Kind == law.Complaint && c.Legal.Level == 2 && c.Answer == nil && k.Name == law.Resolution:
		key += ".complaint.second"
	case c.Kind == law.Denunciation: // its page may be found by others, and holds no talk of its words
		key += ".secret"
	}
	return Told{Key: key, Due: k.Due, Law: k.Law}, true
}

// ToldKeys lists every key that the functions above may answer, so that a test finds the words that are missing.
func ToldKeys() []string {
	var keys []string
	for _, s := range law.States() {
		keys = append(keys, "told.now."+string(s))
	}
	for _, name := range law.AllClocks {
		keys = append(keys, "told.due."+string(name))
	}
	for _, k := range law.Kinds() {
		keys = append(keys, "told.then."+string(k))
	}
	for _, state := range apart {
		keys = append(keys, "status."+string(state))
	}
	return append(keys, "status.refused.plain", "told.due.withdrawal.asked", "told.withdrawal.asked.complaint",
		"told.withdrawal.asked.denunciation", "told.withdrawal.part_withdrawn", "told.withdrawal.one_withdrawn", "told.now.refused.plain", "told.now.expert_review.complaint", "told.now.urged.reported", "told.due.follow_up.urged", "told.due.acceptance.ineligible", "told.due.publish.complaint", "told.due.posting.complaint", "told.due.effect.second", "told.due.resolution.complaint", "told.due.resolution.denunciation", "told.due.resolution.praise",
		"told.due.acceptance.second", "told.then.complaint.second", "told.then.complaint.remote", "told.then.complaint.second.remote", "told.then.denunciation.second", "told.late", "told.late.complaint", "told.late.complaint.second",
		"told.late.denunciation", "told.late.secret", "told.sign.complaint", "told.sign.complaint.undated", "told.sign.denunciation", "told.sign.denunciation.undated")
}
