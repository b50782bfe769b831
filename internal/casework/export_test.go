package casework

import (
	"maps"
	"slices"
)

// Record appends an entry as the desk does, for tests of the chain.
func Record(c *Case, e Entry) {
	c.record(e)
	c.fold(ladder{})
}

// EffectNames lists the effects that moves may name.
func EffectNames() []string { return slices.Sorted(maps.Keys(effects)) }
