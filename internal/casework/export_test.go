package casework

// Record appends an entry as the desk does, for tests of the chain.
func Record(c *Case, e Entry) { c.record(e) }
