package casework

import "time"

// watchAt is when the deadline watch must look at the case next; an open case always has such a time.
func (c *Case) watchAt() *time.Time {
	if k, ok := c.Running(); ok {
		return &k.Due
	}
	at := c.History[len(c.History)-1].At.AddDate(0, 0, 1)
	return &at
}
