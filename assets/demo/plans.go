package demo

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// daysOfCases is how far back cases reach.
const daysOfCases = 120

// Cases returns 300 plans, oldest first; the same seed and time give the same plans.
func (c *Content) Cases(seed uint64, now time.Time) []CasePlan {
	g := &author{content: c, dice: &dice{state: seed}, now: now, told: map[string]bool{}}
	g.people = newPeople(c)
	var out []CasePlan
	for _, k := range kinds {
		out = append(out, g.kind(k)...)
	}
	sortBy(out, func(p CasePlan) time.Time { return p.FiledAt })
	for i := range out {
		out[i].Key = "demo-case-" + strconv.Itoa(i+1)
	}
	return out
}

// author writes the plans.
type author struct {
	content *Content
	dice    *dice
	people  *people
	now     time.Time
	told    map[string]bool // texts already used, folded
}

// kind writes the plans of one kind: every letter once before any is used again, and no text twice.
func (g *author) kind(k kindShare) []CasePlan {
	all := slices.DeleteFunc(slices.Clone(g.content.letters), func(l letter) bool { return l.Kind != k.name })
	var out []CasePlan
	for round := 0; len(out) < k.of && round < maxRounds; round++ {
		shuffle(g.dice, all)
		for _, l := range all {
			if !l.toldIn(round) || len(out) == k.of {
				continue
			}
			if p, ok := g.plan(l, round); ok {
				out = append(out, p)
			}
		}
	}
	return out
}

// A letter is used as often as it has bodies, or twice; only when that is not enough is it used again.
const (
	lateRound = 4
	maxRounds = 12
)

// toldIn reports whether the letter is told in this round.
func (l letter) toldIn(round int) bool {
	return round == 0 || !l.Once && (round < max(2, len(l.Bodies)) || round >= lateRound)
}

// plan tells one letter once.
func (g *author) plan(l letter, round int) (CasePlan, bool) {
	filed := g.moment(g.age(l))
	who := g.people.writer(g.dice, l, yearOf(filed))
	f := newFiller(g, l, who, filed)
	p := CasePlan{
		Letter: l.ID, Kind: l.Kind, Category: l.Category, Counter: l.Counter, Language: cmp.Or(l.Language, "vi"),
		Subject: f.fill(l.Subjects[round%len(l.Subjects)]), Body: f.fill(l.Bodies[round%len(l.Bodies)]), About: f.fill(l.About),
		Anonymous: l.Anonymous, FiledAt: filed,
	}
	l.typed(&p)
	key := fold(p.Body)
	if g.told[key] {
		return p, false
	}
	g.told[key] = true
	p.Channel = g.channel(&p)
	if !p.Anonymous {
		p.Contact = who.contact(l.Kind, g)
	}
	if l.Category != "" && !slices.Contains(placeless, l.Category) {
		p.Address = f.fill("thôn {thon}, xã Thăng Bình, thành phố Đà Nẵng")
	}
	g.live(&p, l, round, f)
	return p, true
}

// typed is how the letter was typed.
func (l letter) typed(p *CasePlan) {
	switch {
	case l.Plain:
		p.Subject, p.Body = fold(p.Subject), fold(p.Body)
	case l.Caps:
		p.Subject, p.Body = strings.ToUpper(p.Subject), strings.ToUpper(p.Body)
	}
}

// placeless are the categories that happen at a desk, not at a place.
var placeless = []string{"procedure", "staff", "fees", "civil-status", "residence", "military"}

// age is how many days ago it was filed: anywhere in 120 days, more often lately.
func (g *author) age(l letter) int {
	low, high := 0, daysOfCases-1
	if l.Days[1] > 0 {
		low, high = l.Days[0], l.Days[1]
	} else if g.dice.chance(30) {
		high = 25
	}
	if l.triaged() && g.dice.chance(45) {
		low, high = 0, 1 // still in the queue
	}
	return g.dice.between(low, high)
}

// moment throws a time of that day at which people write; never after now.
func (g *author) moment(daysAgo int) time.Time {
	day := dayOf(g.now).AddDate(0, 0, -daysAgo)
	at := day.Add(time.Duration(g.dice.between(6*60+30, 21*60+45)) * time.Minute)
	if !at.Before(g.now.Add(-time.Minute)) {
		at = at.AddDate(0, 0, -1)
	}
	return at
}

// channel throws how it came; letters with a counter came by its QR code or on paper there.
func (g *author) channel(p *CasePlan) string {
	if p.Counter == "" && g.dice.chance(45) {
		p.Counter = "quay-" + strconv.Itoa(g.dice.between(1, 7))
	}
	switch {
	case p.Counter == "":
		return pick(g.dice, []string{"api", "api", "post"})
	case office(p.FiledAt) && g.dice.chance(35):
		return "counter"
	default:
		return "qr"
	}
}

// office reports whether the service centre is open.
func office(at time.Time) bool {
	at = at.In(vietnam)
	m := at.Hour()*60 + at.Minute()
	return !dayOff(at) && (m >= 7*60+30 && m < 11*60+30 || m >= 13*60+30 && m < 17*60)
}

// sortBy sorts by time and keeps the order of what happened at once.
func sortBy[T any](all []T, at func(T) time.Time) {
	slices.SortStableFunc(all, func(a, b T) int { return at(a).Compare(at(b)) })
}

func contains[T comparable](all []T, v T) bool { return slices.Contains(all, v) }

// clean takes away the doubled spaces that an empty choice leaves.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
