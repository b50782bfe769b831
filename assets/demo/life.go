package demo

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// live tells what became of the case up to now: the authored steps with those that go without saying, until now or until
// it got stuck on somebody's desk.
func (g *author) live(p *CasePlan, l letter, round int, f *filler) {
	whole := g.whole(l.inRound(round))
	stuck := g.stuckAt(p, whole)
	p.State = "assigned"
	if l.triaged() {
		p.State = "triage"
	}
	at := p.FiledAt
	for i, s := range whole {
		next := g.stepTime(p.FiledAt, s, at)
		if !next.Before(g.now) || i >= stuck {
			return
		}
		at = next
		p.Steps = append(p.Steps, Step{At: at, Citizen: citizens(s.Do), Do: s.Do, Args: args(s, f)})
		p.State = become(p.State, s.Do)
	}
}

// forgotten is how long a case may lie without anybody touching it.
const forgotten = 60 * 24 * time.Hour

// stuckAt throws the number of steps after which nothing happens any more: mostly there is none, some cases lie on a desk,
// and some citizens do not answer what the office asked.
func (g *author) stuckAt(p *CasePlan, whole []lifeStep) int {
	if p.Kind == "praise" || g.now.Sub(p.FiledAt) > forgotten {
		return len(whole)
	}
	asked := slices.IndexFunc(whole, func(s lifeStep) bool { return s.Do == "ask_info" })
	switch {
	case asked >= 0 && g.dice.chance(40):
		return asked + 1
	case g.dice.chance(18):
		return g.dice.between(0, 3)
	default:
		return len(whole)
	}
}

// whole adds the steps that go without saying: acceptance and start before work, a draft before some answers, the verdict
// and the closing after.
func (g *author) whole(l letter) []lifeStep {
	var out []lifeStep
	begun := false
	for _, s := range l.Life {
		if !begun && slices.Contains([]string{"ask_info", "answer"}, s.Do) {
			out, begun = append(out, g.begin(l, s)...), true
		}
		if s.Do == "answer" && l.Kind != "praise" && g.dice.chance(45) {
			out = append(out, lifeStep{Day: s.Day, Do: "propose", Text: s.Text})
			s.Day += g.dice.between(1, 3) // the words tell of days up to the draft, not after it
		}
		out = append(out, s)
	}
	return append(out, g.after(l, out)...)
}

// begin is how work starts before the step.
func (g *author) begin(l letter, s lifeStep) []lifeStep {
	first := min(s.Day, g.dice.between(1, 2))
	switch {
	case slices.Contains(formal, l.Kind):
		accept := min(s.Day, g.dice.between(3, 7))
		return []lifeStep{{Day: accept, Do: "accept"}, {Day: min(s.Day, accept+g.dice.between(2, 6)), Do: "start"}}
	case l.Kind == "praise":
		return nil
	default:
		return []lifeStep{{Day: first, Do: "start"}}
	}
}

// after is what follows an end: the citizen's verdict on the answer, and the file closed.
func (g *author) after(l letter, life []lifeStep) []lifeStep {
	if len(life) == 0 {
		return nil
	}
	var out []lifeStep
	last := life[len(life)-1]
	if last.Do == "answer" && l.Verdict.Score > 0 {
		out = append(out, lifeStep{Day: last.Day + g.dice.between(1, 3), Do: "rate", Text: l.Verdict.Comment, Outcome: strconv.Itoa(l.Verdict.Score)})
	}
	if slices.Contains(ends, last.Do) && g.dice.chance(45) {
		out = append(out, lifeStep{Day: last.Day + g.dice.between(12, 35), Do: "close"})
	}
	return out
}

// ends are the steps that end a case.
var ends = []string{"answer", "refuse", "transfer", "withdraw"}

// stepTime puts a step on its day, the office's at office hours, after the step before.
func (g *author) stepTime(filed time.Time, s lifeStep, before time.Time) time.Time {
	day := dayOf(filed).AddDate(0, 0, s.Day)
	minute := g.dice.between(7*60+40, 11*60+20)
	if g.dice.chance(45) {
		minute = g.dice.between(13*60+40, 16*60+50)
	}
	if citizens(s.Do) {
		minute = g.dice.between(7*60, 21*60)
	} else {
		day = workingDay(day)
	}
	at := day.Add(time.Duration(minute) * time.Minute)
	if !at.After(before) {
		at = before.Add(time.Duration(g.dice.between(9, 55)) * time.Minute)
	}
	return at
}

func citizens(do string) bool { return do == "write" || do == "withdraw" || do == "rate" }

// args names what the step says as its move asks for it.
func args(s lifeStep, f *filler) map[string]string {
	m := map[string]string{}
	text := f.fill(s.Text)
	switch s.Do {
	case "refuse", "withdraw":
		m["reason"] = text
	case "transfer":
		m["reason"], m["to"] = text, s.To
	case "assign":
		m["unit"], m["note"] = s.Unit, text
	case "rate":
		m["score"], m["comment"] = s.Outcome, text
	case "answer":
		m["text"], m["outcome"] = text, s.Outcome
	default:
		m["text"] = text
	}
	for k, v := range m {
		if strings.TrimSpace(v) == "" {
			delete(m, k)
		}
	}
	return m
}

// become is the state after the step.
func become(state, do string) string {
	switch do {
	case "accept":
		return "accepted"
	case "start":
		return "in_progress"
	case "ask_info":
		return "needs_info"
	case "write":
		if state == "needs_info" {
			return "in_progress"
		}
		return state
	case "propose":
		return "review"
	case "answer":
		return "answered"
	case "refuse":
		return "refused"
	case "transfer":
		return "transferred"
	case "withdraw":
		return "withdrawn"
	case "close":
		return "closed"
	case "assign":
		return "assigned"
	default:
		return state
	}
}

// triaged reports whether no rule fits the letter, so that a clerk has to assign it.
func (l letter) triaged() bool { return len(l.Life) > 0 && l.Life[0].Do == "assign" }

// inRound is the letter with the steps' words that belong to this round's body.
func (l letter) inRound(round int) letter {
	l.Life = slices.Clone(l.Life)
	for i, s := range l.Life {
		if len(s.Texts) > 0 {
			l.Life[i].Text = s.Texts[round%len(l.Bodies)%len(s.Texts)]
		}
	}
	return l
}
