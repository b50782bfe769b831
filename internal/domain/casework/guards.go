package casework

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// Guard is a condition of a move; the reason told when it does not hold is error.guard.<Name>.
type Guard struct {
	Name   string
	Holds  func(c *Case, now time.Time) bool
	Source string
}

// Guards lists the conditions by name.
func Guards() []Guard {
	var out []Guard
	for _, name := range slices.Sorted(maps.Keys(guards)) {
		out = append(out, Guard{name, guards[name].Holds, guards[name].Source})
	}
	return out
}

// condition is what a guard holds by, and its source.
type condition struct {
	Holds  func(c *Case, now time.Time) bool
	Source string
}

// guards are the conditions by name.
var guards = map[string]condition{
	"just_done":              {justDone, "quy chế làm việc của cơ quan"},
	"named":                  {func(c *Case, _ time.Time) bool { return !c.Nameless() }, "Luật Khiếu nại Đ.8, 11; Luật Tố cáo Đ.23, 29"},
	"signed":                 {func(c *Case, _ time.Time) bool { return signed(c) }, "Luật Khiếu nại Đ.8, 11.5; Luật Tố cáo Đ.23.1"},
	"unsigned":               {func(c *Case, _ time.Time) bool { return !signed(c) }, ""},
	"assigned":               {func(c *Case, _ time.Time) bool { return c.Assignee != "" }, ""},
	"not_guided":             {func(c *Case, _ time.Time) bool { return !c.Legal.Guided }, "Thông tư 05/2021/TT-TTCP: chỉ hướng dẫn một lần"},
	"ours":                   {func(c *Case, _ time.Time) bool { return !c.Legal.Foreign }, "Luật Tiếp công dân Đ.26, 27"},
	"others":                 {func(c *Case, _ time.Time) bool { return c.Legal.Silence || c.Legal.Foreign }, "Luật Tiếp công dân Đ.26.3; Luật Tố cáo Đ.38"},
	"evidence":               {func(c *Case, _ time.Time) bool { return c.Nameless() && anonymousWithEvidence(c) }, "Luật Tố cáo Đ.25.2"},
	"no_evidence":            {func(c *Case, _ time.Time) bool { return c.Nameless() && c.Legal.Evidence == evidenceNone }, "Luật Tố cáo Đ.25.1"},
	"nameless":               {func(c *Case, _ time.Time) bool { return c.Nameless() }, "Luật Tố cáo Đ.25"},
	"unclear":                {func(c *Case, _ time.Time) bool { return c.Unclear() }, ""},
	"stripped":               {func(c *Case, _ time.Time) bool { return len(c.Stripped) > 0 }, "Luật Tố cáo Đ.29.3, 56.2"},
	"checked":                {mayBeFiled, "Luật Tố cáo Đ.25.2"},
	"once":                   {func(c *Case, _ time.Time) bool { return c.clockDays(law.Acceptance) < law.LongCheckDays }, "Luật Tố cáo Đ.24.1"},
	"resolving":              {func(c *Case, _ time.Time) bool { return c.has(law.Resolution) }, "Luật Khiếu nại Đ.11a, 28, 37; Luật Tố cáo Đ.30, 34"},
	"in_time":                {func(c *Case, now time.Time) bool { return !c.silent(now) }, "Luật Tố cáo Đ.24.1, 30, 38; Luật Khiếu nại Đ.28, 33, 37"},
	"may_extend":             {mayExtend, "Luật Tố cáo Đ.30; Nghị định 31/2019 Đ.3"},
	"dialogue_day":           {dialogueDay, "Luật Khiếu nại Đ.30, 39; Nghị định 155/2026 Đ.11"},
	"heard":                  {func(c *Case, _ time.Time) bool { return c.Legal.Dialogues > 0 }, "Luật Khiếu nại Đ.39"},
	"owes_acceptance_notice": {func(c *Case, _ time.Time) bool { return c.runs(law.AcceptanceNotice) }, "Luật Tố cáo Đ.29.3"},
	"owes_forwarder":         {func(c *Case, _ time.Time) bool { return c.runs(law.ForwarderReply) }, "Luật Tố cáo Đ.26.2"},
	"forwarder_told":         {func(c *Case, _ time.Time) bool { return !c.runs(law.ForwarderReply) }, "Luật Tố cáo Đ.26.2"},
	"owes_pause_notice":      {func(c *Case, _ time.Time) bool { return c.runs(law.PauseNotice) }, "Luật Tố cáo Đ.34; Nghị định 155/2026 Đ.28b"},
	"pause_told":             {func(c *Case, _ time.Time) bool { return !c.has(law.PauseNotice) }, "Luật Tố cáo Đ.34; Nghị định 155/2026 Đ.28b"},
	"effect_over":            {effectOver, "Luật Khiếu nại Đ.44"},
	"acceptance_told":        {func(c *Case, _ time.Time) bool { return !c.has(law.AcceptanceNotice) }, "Luật Tố cáo Đ.29.3"},
	"accused_heard":          {func(c *Case, _ time.Time) bool { return c.Legal.AccusedHeard }, "Luật Tố cáo Đ.10, 35.1"},
	"unfounded":              {func(c *Case, _ time.Time) bool { return c.unfounded() }, "Luật Tố cáo Đ.36"},
	"founded":                {func(c *Case, _ time.Time) bool { return !c.unfounded() }, "Luật Tố cáo Đ.36"},
	"restored":               {func(c *Case, _ time.Time) bool { return c.Legal.Restored }, "Luật Tố cáo Đ.36.1a"},
	"posted":                 {postedLongEnough, "Luật Tố cáo Đ.40; Nghị định 31/2019 Đ.6.2"},
	"appealable":             {appealable, "Luật Khiếu nại Đ.7, 33; Luật Tố cáo Đ.37, 38"},
	"appeal_in_time":         {func(c *Case, now time.Time) bool { return !appealOver(c, now) }, "Luật Khiếu nại Đ.33.1"},
	"appeal_over":            {appealOver, "Luật Khiếu nại Đ.33.1, 44"},
	"belated":                {func(c *Case, _ time.Time) bool { return c.belated() }, "Luật Khiếu nại Đ.9, 33.1"},
	"not_belated":            {func(c *Case, _ time.Time) bool { return !c.belated() }, "Luật Khiếu nại Đ.9, 11.6, 33.1"},
	"resting":                {func(c *Case, _ time.Time) bool { return c.Outside }, "Luật Tố cáo Đ.12, 13"},
	"report_due":             {func(c *Case, _ time.Time) bool { return c.has(law.Report) }, "Luật Tố cáo Đ.38.3"},
	"reported":               {func(c *Case, _ time.Time) bool { return !c.has(law.Report) }, "Luật Tố cáo Đ.38.3, 38.4"},
	"silence":                {func(c *Case, _ time.Time) bool { return c.Legal.Silence }, "Luật Tố cáo Đ.38.1, 38.5"},
	"sender_untold":          {senderUntold, "Luật Khiếu nại Đ.27; Luật Tố cáo Đ.24.2; Luật Tiếp công dân Đ.28"},
	"unpublished":            {func(c *Case, _ time.Time) bool { return !c.did(law.PastPublished) }, "Luật Khiếu nại Đ.41.2"},
	"result_published": {func(c *Case, now time.Time) bool {
		return c.Legal.Level != 2 || c.did(law.PastPublished) && hung(c, now)
	}, "Luật Khiếu nại Đ.41.2"},
	"withdrawn_on_paper":     {func(c *Case, _ time.Time) bool { return c.Legal.Withdrawal == law.WithdrawalPaper }, "Luật Khiếu nại Đ.10; Luật Tố cáo Đ.33.1; Nghị định 156/2026 Đ.1 (Điều 4.1, 4.2)"},
	"not_withdrawn_on_paper": {func(c *Case, _ time.Time) bool { return c.Legal.Withdrawal != law.WithdrawalPaper }, ""},
	"not_forced":             {func(c *Case, _ time.Time) bool { return !c.SaidForced() }, "Luật Tố cáo Đ.33.3; Nghị định 156/2026 Đ.1 (Điều 4.4b); Luật 136/2025/QH15"},
	law.SaidForced:           {func(c *Case, _ time.Time) bool { return c.SaidForced() }, ""},
	"kept":                   {func(c *Case, _ time.Time) bool { return !c.Erased() }, ""},
	"few_notes":              {func(c *Case, _ time.Time) bool { return c.notes() < MostNotes }, ""},
	"inspection":             {func(c *Case, _ time.Time) bool { return c.runs(law.Inspection) }, "Luật Tố cáo Đ.25.2"},
}

// unfounded reports whether a denunciation was concluded to be false or to show no violation.
func (c *Case) unfounded() bool {
	return c.Answer != nil && slices.Contains([]string{"false", "no_violation"}, c.Answer.Outcome)
}

// postedLongEnough: the conclusion hung, or stood on the site, its fifteen days.
func postedLongEnough(c *Case, now time.Time) bool {
	k, ok := c.clock(law.Posting)
	return ok && now.After(k.Due)
}

// hung: what was posted hung its days; nothing posted, nothing to wait for.
func hung(c *Case, now time.Time) bool {
	k, ok := c.clock(law.Posting)
	return !ok || now.After(k.Due)
}

// did reports whether the case's history holds the event.
func (c *Case) did(what string) bool {
	return slices.ContainsFunc(c.History, func(e history.Entry) bool { return e.What == what })
}

// belated: a second complaint that came after its time, for which no obstacle was found.
func (c *Case) belated() bool { return c.Legal.Belated && c.Legal.Excused == "" }

// dialogueDay: the day that the complainant was invited for last has come.
func dialogueDay(c *Case, now time.Time) bool {
	on, ok := c.DialogueOn()
	return !ok || dayOf(now) >= dayOf(on)
}

// DialogueHour is the hour of that day, as 14:30; empty where none was said.
func (c *Case) DialogueHour() string {
	for _, e := range slices.Backward(c.History) {
		if e.What == law.PastDialogueCalled {
			return e.Data["hour"]
		}
	}
	return ""
}

// DialogueOn is the day that the complainant was invited for last; false when he was not, or no day was said.
func (c *Case) DialogueOn() (time.Time, bool) {
	for i := range slices.Backward(c.History) {
		if e := &c.History[i]; e.What == law.PastDialogueCalled {
			on, err := time.ParseInLocation(time.DateOnly, e.Data["on"], Vietnam)
			return on, err == nil
		}
	}
	return time.Time{}, false
}

// mayBeFiled: a denunciation without a name is looked at for evidence before it may be put away.
func mayBeFiled(c *Case, _ time.Time) bool {
	return c.Kind != law.Denunciation || !c.Nameless() || c.Legal.Evidence == evidenceNone
}

// mayExtend: once for a complex denunciation, twice for a specially complex one.
func mayExtend(c *Case, _ time.Time) bool {
	switch {
	case c.Legal.Complex >= 2:
		return c.Legal.Extended < 2
	case c.Legal.Complex == 1:
		return c.Legal.Extended < 1
	default:
		return false
	}
}

func effectOver(c *Case, now time.Time) bool {
	k, ok := c.clock(law.Effect)
	return ok && now.After(k.Due)
}

// appealable: a decision or conclusion was given, or the time for it ran out in silence.
func appealable(c *Case, now time.Time) bool {
	switch {
	case c.Legal.Next != "" || c.State == law.Withdrawing && c.Legal.Withdrawal == law.WithdrawalPaper:
		return false
	case c.Answer != nil || cmp.Or(c.Legal.EndedAs, c.State) == law.Refused:
		return true
	default:
		return !c.State.Ended() && c.silent(now)
	}
}

// silent reports whether the time to accept a complaint or denunciation, or to resolve it, ran out: now, or before something was
// done that stopped its clock.
func (c *Case) silent(now time.Time) bool {
	if !c.Kind.NeedsIdentity() || c.Answer != nil {
		return false
	}
	return c.Legal.Late || slices.ContainsFunc(c.Clocks, func(k Clock) bool {
		if k.Stopped != nil {
			return k.Done == nil && k.deciding() && k.Stopped.After(k.Due)
		}
		return k.Runs() && k.deciding() && now.After(k.Due)
	})
}

// deciding reports whether the clock is one within which the sender is owed a decision.
func (k Clock) deciding() bool { return k.Name == law.Acceptance || k.Name == law.Resolution }
