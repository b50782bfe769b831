package casework

import (
	"maps"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// Record appends an entry as the desk does, for tests of the chain.
func Record(c *Case, e history.Entry) {
	c.record(e)
	c.fold(ladder{})
}

// EffectNames lists the effects that moves may name.
func EffectNames() []string { return slices.Sorted(maps.Keys(effects)) }

// ClockOf returns the last clock of the name, and whether there is one.
func ClockOf(c *Case, name law.ClockName) (Clock, bool) { return c.clock(name) }

// StartClocks lets clocks run as a move at the moment does.
func StartClocks(d *Desk, c *Case, now time.Time, names ...law.ClockName) {
	d.startClocks(c, now, names...)
}

// GuardOf is the first condition of the move that does not hold.
func GuardOf(m law.Move, c *Case, now time.Time) string { return guard(m, c, now) }

// OwesPaper is the row that a paper of the type belongs to.
func OwesPaper(c *Case, typ string) law.Move {
	m, _ := c.owesPaper(typ)
	return m
}

// FoundIn reports whether words tell who the sender is: of one who is known, and of one of whom only his letter's words are.
func FoundIn(c Contact, letter, text string) (known, sealed bool) {
	return c.foundIn(text), c.passages(letter).foundIn(text)
}

// Spelled are the words of the letter that tell who its sender is.
func Spelled(c Contact, letter string) []string { return c.passages(letter) }

// LengthOf is the length of the row of a clock on the case, in its unit.
func LengthOf(name law.ClockName, c *Case) int {
	r, _ := ruleFor(name, c)
	return r.Days
}
