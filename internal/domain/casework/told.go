package casework

import (
	"slices"
	"time"
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
	case c.State == Refused && !c.Kind.NeedsIdentity():
		key += ".plain" // "thụ lý" is a word of complaints and denunciations alone
	case c.State == ExpertReview && c.Kind == Complaint:
		key += ".complaint" // its time runs on
	case c.State == Urged && c.reported():
		key += ".reported"
	}
	return Told{Key: key}
}

// apart are the states that the published status says too little of.
var apart = []State{Withdrawing, Suspended, Discontinued, Urged, Appealed, Guided, PutAway, Returned, Litigated, Criminal}

// ToldStatus heads what the sender is told: the published status, and what is so where that says too much or something else.
func (c *Case) ToldStatus() string {
	switch {
	case c.State == Refused && !c.Kind.NeedsIdentity():
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
	if !ok || c.State.Ended() || k.Name == Posting && now.After(k.Due) {
		return Told{}, false
	}
	return Told{Key: "told.due." + string(k.Name) + c.dueSuffix(k.Name), Due: k.Due, Law: k.Law}, true
}

// ClockKey is the key of the words for what a clock of this case is a limit of.
func (c *Case) ClockKey(name ClockName) string {
	switch {
	case name == FollowUp && c.State == Urged:
		return "clock." + string(name) + ".urged"
	case name == Acceptance && c.State == Ineligible:
		return "clock." + string(name) + ".ineligible"
	}
	return "clock." + string(name)
}

// dueSuffix tells apart what one clock means for different kinds and instances.
func (c *Case) dueSuffix(name ClockName) string {
	switch {
	case name == Withdrawal && c.Legal.Withdrawal != withdrawalPaper:
		return ".asked"
	case slices.Contains([]ClockName{Resolution, Publish, Posting}, name) && c.Kind == Complaint:
		return ".complaint"
	case name == FollowUp && c.State == Urged:
		return ".urged"
	case name == Acceptance && c.State == Ineligible:
		return ".ineligible"
	case name == Effect && c.Legal.Level == 2:
		return ".second"
	case name == Resolution && c.Kind == Denunciation:
		return ".denunciation"
	case name == Resolution && c.Kind == Praise:
		return ".praise"
	case name == Acceptance && c.Kind == Complaint && c.Legal.Level == 2:
		return ".second"
	default:
		return ""
	}
}

// ToldThen says what comes after acceptance, for a case that is not accepted yet: how long the law gives for this kind, instance
// and place, and how long where the matter turns out to be complex. False where nothing is to be told.
func (c *Case) ToldThen() (Told, bool) {
	_, accepted := c.clock(Resolution)
	never := c.Legal.Foreign || c.Kind == Denunciation && c.Nameless() // neither is accepted here
	if accepted || never || !slices.Contains(append([]State{NeedsInfo, Ineligible, Proposed}, fresh...), c.State) {
		return Told{}, false
	}
	key := "told.then." + string(c.Kind)
	if !c.Kind.NeedsIdentity() {
		return Told{Key: key}, true
	}
	if c.Kind == Denunciation && c.Legal.Level == 2 {
		return Told{Key: key + ".second"}, true
	}
	simple, complicated := *c, *c
	simple.Legal.Complex, complicated.Legal.Complex = 0, 1
	r, ok := ruleFor(Resolution, &simple)
	more, _ := ruleFor(Resolution, &complicated)
	t := Told{Key: key, Law: r.Source, Days: r.Days, More: more.Days}
	switch {
	case c.Kind == Denunciation:
		t.More = r.Days + extension
		t.Law = "Luật Tố cáo Đ.30.1, 30.2"
	case c.Legal.Level == 2:
		t.Key += ".second"
	}
	if c.Kind == Complaint {
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
	far, _ := ruleFor(Resolution, &simple)
	more, _ := ruleFor(Resolution, &complicated)
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
	case c.Kind == Complaint && c.Legal.Level == 2 && c.Answer == nil && k.Name == Resolution:
		key += ".complaint.second"
	case c.Kind == Denunciation: // its page may be found by others, and holds no talk of its words
		key += ".secret"
	}
	return Told{Key: key, Due: k.Due, Law: k.Law}, true
}

// ToldKeys lists every key that the functions above may answer, so that a test finds the words that are missing.
func ToldKeys() []string {
	var keys []string
	for _, s := range States() {
		keys = append(keys, "told.now."+string(s))
	}
	for _, name := range all {
		keys = append(keys, "told.due."+string(name))
	}
	for _, k := range Kinds() {
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
