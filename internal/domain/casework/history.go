package casework

import "tiepdan/internal/domain/casework/history"

// record appends an entry. Its hash is set when the next one follows or when the change ends, see seal.
func (c *Case) record(e history.Entry) { c.History = c.History.Record(c.ID, e) }

// rename gives a case that was not stored yet another reference.
func (c *Case) rename(ref string) {
	c.Ref, c.History[len(c.History)-1].Hash = ref, nil
	c.seal()
}

// EraseNotes takes the words of all entries away and keeps their digests. The caller records an entry of Erasure after it.
func (c *Case) EraseNotes() { c.History = c.History.WithoutNotes() }

// CheckHistory recomputes the chain and returns a *BrokenChainError for the first entry that was changed.
func (c *Case) CheckHistory() error {
	if broken := c.History.Broken(c.ID, c.Ref); len(broken) > 0 {
		return broken[0]
	}
	return nil
}
