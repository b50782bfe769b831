package casework

import (
	"context"
	"slices"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// The groups of notices, by which a person chooses how he is told.
const (
	Early = "early" // a limit is on its way
	Due   = "due"   // a limit has ended
	Late  = "late"  // and nothing happened since
	Idle  = "idle"  // no limit runs, and nothing happens
	Grave = "grave" // somebody has to step in

	HisWork = "task"    // work was handed to the person
	Wrote   = "reply"   // a citizen wrote
	ByName  = "mention" // a colleague named him
	Voiced  = "voice"   // citizens were not satisfied at his counter
	Deputed = "leave"   // who stands in for whom
)

// noticeGroups says of each step of the watch to which group it belongs.
var noticeGroups = map[string]string{
	"half": Early, "most": Early, "target": Early, "due": Due, "ended": Due, "late_first": Late, "late_second": Late, "late_third": Late, "weekly": Late,
	"idle": Idle, "untouched": Grave, law.NoReader: Grave, law.SaidForced: Grave,
	GivenWork: HisWork, JoinedTeam: HisWork, HandedIn: HisWork, DraftBack: HisWork, AskedSecond: HisWork, Replied: Wrote, Mentioned: ByName,
	LowRated: Voiced, StandsIn: Deputed, DelegateAway: Deputed,
}

// NoticeGroup is the group of a step; one that is not known is grave.
func NoticeGroup(step string) string {
	if g, ok := noticeGroups[step]; ok {
		return g
	}
	return Grave
}

// NoticeGroups lists the groups, the gravest first.
func NoticeGroups() []string {
	return []string{Grave, Late, Due, Early, HisWork, Wrote, ByName, Voiced, Deputed, Idle}
}

// MayHush lists the groups of which a person may choose that they are listed and do not call him. What is due, late or grave always
// does.
func MayHush() []string { return []string{Early, HisWork, Wrote, ByName, Voiced, Deputed, Idle} }

// hushes reports whether a notice of the step does not call the person.
func hushes(who office.Staff, step string) bool {
	g := NoticeGroup(step)
	return slices.Contains(MayHush(), g) && slices.Contains(who.Reminders.Hush, g)
}

// mostCounted bounds how many notices are counted for one person.
const mostCounted = 1000

// UnreadByGroup counts the notices that the person has not read and may know of.
func (d *Desk) UnreadByGroup(ctx context.Context, who office.Staff) (map[string]int, error) {
	out, total, after := map[string]int{}, 0, ""
	for {
		ns, next, err := d.NoticesOf(ctx, who, true, after)
		if err != nil {
			return nil, err
		}
		for _, n := range ns {
			out[NoticeGroup(n.Step)]++
		}
		if total += len(ns); next == "" || total >= mostCounted {
			return out, nil
		}
		after = next
	}
}
