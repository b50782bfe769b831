package postbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"golang.org/x/oauth2"
)

// The bounds of fetching.
const (
	fetchBytes  = 8 << 20 // of messages fetched together; one alone may be larger
	fetchMany   = 100
	searchEvery = 5 * time.Minute  // also where a server told nothing
	pollEvery   = 30 * time.Second // of a server that cannot tell
	retryAfter  = time.Minute      // of messages that could not be taken now
	restFirst   = 2 * time.Second  // after a broken line, doubled up to restMost
	restMost    = 5 * time.Minute
	takeAtOnce  = 8 // messages of one batch: the store writes what comes together at once
)

// notTaken marks a message that never can be taken, for people who look into the mailbox.
const notTaken = imap.Flag("TiepdanNotTaken")

// FollowMailbox takes in what lies unread in a mailbox and whatever comes, until ctx ends. A message is marked as read when what
// became of it is durable, and not before.
func (b *Box) FollowMailbox(ctx context.Context, m Mailbox) {
	var token oauth2.TokenSource
	if m.tokens != nil {
		token = m.tokens(ctx)
	}
	rest := restFirst
	for {
		worked, err := b.follow(ctx, m, token)
		if ctx.Err() != nil {
			return
		}
		if worked {
			rest = restFirst
		}
		b.Log.WarnContext(ctx, "a mailbox cannot be read now; it is tried again", "host", m.Host, "error", err, "after", rest.String())
		if !wait(ctx, nil, rest) {
			return
		}
		rest = min(2*rest, restMost)
	}
}

// wait returns false when ctx ends, else after the time or when told.
func wait(ctx context.Context, told <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-told:
	case <-t.C:
	}
	return true
}

// follow works on one line to the server until it breaks. worked reports whether the mailbox could be opened.
func (b *Box) follow(ctx context.Context, m Mailbox, token oauth2.TokenSource) (worked bool, err error) {
	told := make(chan struct{}, 1)
	c, err := m.open(ctx, token, func() {
		select {
		case told <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return false, err
	}
	defer func() { _ = c.Close() }() // everything that was taken is marked
	b.Log.InfoContext(ctx, "a mailbox is followed", "host", m.Host)
	for {
		waits, err := b.takeUnread(ctx, c)
		if err != nil {
			return true, err
		}
		if err := b.listen(ctx, c, told, waits); err != nil {
			return true, err
		}
	}
}

// listen returns when something may be there to take.
func (*Box) listen(ctx context.Context, c *imapclient.Client, told <-chan struct{}, waits bool) error {
	most := searchEvery
	if waits {
		most = retryAfter
	}
	if !c.Caps().Has(imap.CapIdle) {
		wait(ctx, told, min(most, pollEvery))
		return errors.Join(ctx.Err(), c.Noop().Wait())
	}
	idle, err := c.Idle()
	if err != nil {
		return fmt.Errorf("listen to mailbox: %w", err)
	}
	broken := make(chan struct{})
	go func() { // ends with the line, which follow closes at the latest
		defer close(broken)
		<-c.Closed()
	}()
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-broken:
		return errors.New("the line broke")
	case <-told:
	case <-t.C:
	}
	return errors.Join(idle.Close(), idle.Wait())
}

// takeUnread takes what is unread, the oldest first. waits reports whether some of it could not be taken now.
func (b *Box) takeUnread(ctx context.Context, c *imapclient.Client) (waits bool, err error) {
	found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen, imap.FlagDeleted, notTaken}}, nil).Wait()
	if err != nil {
		return false, fmt.Errorf("search mailbox: %w", err)
	}
	set, _ := found.All.(imap.UIDSet)
	uids, ok := set.Nums()
	if !ok {
		return false, errors.New("the server names messages without end")
	}
	slices.Sort(uids)
	for some := range slices.Chunk(uids, fetchMany) {
		batches, err := b.batches(c, some)
		if err != nil {
			return waits, err
		}
		for _, batch := range batches {
			w, err := b.takeBatch(ctx, c, batch)
			if err != nil || ctx.Err() != nil {
				return waits, errors.Join(err, ctx.Err())
			}
			waits = waits || w
		}
	}
	return waits, nil
}

// batches parts messages so that each part is small enough to be held. One that is larger than any letter is left to people.
func (b *Box) batches(c *imapclient.Client, uids []imap.UID) (out [][]imap.UID, err error) {
	sizes, err := c.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
	if err != nil {
		return nil, fmt.Errorf("look at messages: %w", err)
	}
	var now []imap.UID
	total := int64(0)
	for _, m := range sizes {
		if m.RFC822Size > MaxSize {
			b.Log.Warn("a message in a mailbox is larger than any letter; it is left there, flagged", "bytes", m.RFC822Size)
			if err := flag(c, []imap.UID{m.UID}, notTaken, imap.FlagFlagged); err != nil {
				return nil, err
			}
			continue
		}
		if total += m.RFC822Size; total > fetchBytes && len(now) > 0 {
			out, now, total = append(out, now), nil, m.RFC822Size
		}
		now = append(now, m.UID)
	}
	if len(now) > 0 {
		out = append(out, now)
	}
	return out, nil
}

// takeBatch fetches messages without touching them, takes them, and only then marks them.
func (b *Box) takeBatch(ctx context.Context, c *imapclient.Client, uids []imap.UID) (waits bool, err error) {
	got, err := c.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}}).Collect()
	if err != nil {
		return false, fmt.Errorf("fetch messages: %w", err)
	}
	errs := make([]error, len(got))
	turns := make(chan struct{}, takeAtOnce)
	var wg sync.WaitGroup
	for i, m := range got {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			errs[i] = b.takeOne(ctx, m)
		})
	}
	wg.Wait()
	var taken, never []imap.UID
	for i, m := range got {
		e, ok := errors.AsType[*Error](errs[i])
		switch {
		case errs[i] == nil:
			taken = append(taken, m.UID)
		case ok && e.Final:
			b.Log.WarnContext(ctx, "a message in a mailbox cannot be taken; it is left there, flagged", "why", e.Said)
			never = append(never, m.UID)
		default:
			b.Log.WarnContext(ctx, "a message in a mailbox could not be taken now; it is tried again", "error", errs[i])
			waits = true
		}
	}
	return waits, errors.Join(flag(c, taken, imap.FlagSeen), flag(c, never, notTaken, imap.FlagFlagged))
}

func (b *Box) takeOne(ctx context.Context, m *imapclient.FetchMessageBuffer) error {
	if len(m.BodySection) != 1 {
		return nil // it is gone meanwhile
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeWithin)
	defer cancel()
	return b.Take(ctx, m.BodySection[0].Bytes, Envelope{})
}

func flag(c *imapclient.Client, uids []imap.UID, flags ...imap.Flag) error {
	if len(uids) == 0 {
		return nil
	}
	how := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: flags}
	if err := c.Store(imap.UIDSetNum(uids...), how, nil).Close(); err != nil {
		return fmt.Errorf("mark messages: %w", err)
	}
	return nil
}
