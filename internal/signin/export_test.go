package signin

import "time"

// Attempts counts failures, for tests that would otherwise check fifty passwords.
type Attempts struct{ attempts }

// Take counts an attempt as SignIn does.
func (a *Attempts) Take(now time.Time, in In) bool { return a.take(now, countedBy(in)) }

// Size is how many names and addresses are remembered.
func (a *Attempts) Size() int { return len(a.seen) }
