package store

import "context"

// Beat keeps the cursor of the outbox now.
func (s *Store) Beat(ctx context.Context) error { return s.outbox.beat(ctx) }

// RememberStamps has the outbox remember so many stamps one by one.
func (s *Store) RememberStamps(n int) { s.outbox.most = n }
