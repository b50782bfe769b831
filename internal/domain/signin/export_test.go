package signin

// Check makes the doors check passwords with f, for tests that would otherwise hash a hundred of them.
func (d *Doors) Check(f func(hash, password string) bool) { d.matches = f }

// Lanes is how many names and devices are remembered.
func (d *Doors) Lanes() int { return len(d.slow.lanes) }

// The bounds, for tests that reach them.
const (
	FreeFailures  = freeFailures
	StrangersWait = strangersWait
)
