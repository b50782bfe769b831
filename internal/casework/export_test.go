package casework

import (
	"maps"
	"slices"
	"time"
)

// Record appends an entry as the desk does, for tests of the chain.
func Record(c *Case, e Entry) {
	c.record(e)
	c.fold(ladder{})
}

// EffectNames lists the effects that moves may name.
func EffectNames() []string { return slices.Sorted(maps.Keys(effects)) }

// ClockOf returns the last clock of the name, and whether there is one.
func ClockOf(c *Case, name ClockName) (Clock, bool) { return c.clock(name) }

// StartClocks lets clocks run as a move at the moment does.
func StartClocks(d *Desk, c *Case, now time.Time, names ...ClockName) {
	d.startClocks(c, now, names...)
}

// GuardOf is the first condition of the move that does not hold.
func GuardOf(m Move, c *Case, now time.Time) string { return m.guard(c, now) }
