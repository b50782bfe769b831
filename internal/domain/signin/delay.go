package signin

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// WaitError tells somebody to come again after a while, and keeps his place: with the ticket he is let through then, however
// many others try meanwhile.
type WaitError struct {
	For    time.Duration
	Ticket string
}

func (w *WaitError) Error() string { return fmt.Sprintf("wait %v before the next attempt", w.For) }

// Seconds is the wait in full seconds, never less than it is.
func (w *WaitError) Seconds() int { return int((w.For + time.Second - 1) / time.Second) }

// delays makes guessing slow without ever locking anybody out: after some failures the attempts of one lane are spaced
// further and further apart. A lane is a known device, or a username for all devices that are not known. It is kept in
// memory, each instance for itself, and bounded.
type delays struct {
	mu    sync.Mutex
	lanes map[string]*lane
}

type lane struct {
	failed int
	last   time.Time            // the last attempt
	used   map[string]time.Time // tickets that have let somebody through, and when
}

const (
	freeFailures = 5 // before the first wait
	firstDelay   = time.Second
	longestDelay = 15 * time.Second
	forgetAfter  = 15 * time.Minute // without an attempt
	ticketHolds  = time.Minute
	maxUsed      = 60 // tickets of one lane in that time, so that they are no way around the waiting
	maxLanes     = 100_000
	maxName      = 64 // bytes of a username that count
)

// delay is the pause after so many failures.
func delay(failed int) time.Duration {
	over := failed - freeFailures
	if over < 0 {
		return 0
	}
	return min(firstDelay<<min(over, 10), longestDelay)
}

// place is somebody's place in a lane: since when his ticket holds, zero without one.
type place struct {
	ticket string
	from   time.Time
}

// admit counts an attempt before it is checked, so that many at once get no further than as many in turn; or it returns how
// long to wait. A ticket is good once, from its time on, whatever others do meanwhile.
func (d *delays) admit(now time.Time, key string, p place) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lane(now, key)
	if wait := p.from.Sub(now); wait > 0 {
		return wait
	}
	if !l.redeem(now, p) {
		if wait := l.last.Add(delay(l.failed)).Sub(now); wait > 0 {
			return wait
		}
	}
	l.failed, l.last = l.failed+1, now
	return 0
}

func (l *lane) redeem(now time.Time, p place) bool {
	for t, at := range l.used {
		if now.Sub(at) > ticketHolds+longestDelay {
			delete(l.used, t)
		}
	}
	_, used := l.used[p.ticket]
	if p.from.IsZero() || used || now.Sub(p.from) > ticketHolds || len(l.used) >= maxUsed {
		return false
	}
	if l.used == nil {
		l.used = map[string]time.Time{}
	}
	l.used[p.ticket] = now
	return true
}

// ticket keeps a place in the lane from the time on. Nothing is remembered of it until it is used, so nobody can crowd
// others out by asking for many.
func (d *Doors) ticket(key string, from time.Time) string {
	id, at := rand.Text(), strconv.FormatInt(from.UnixNano(), 36)
	return strings.Join([]string{id, at, d.ticketMark(key, id, at)}, ".")
}

// placeOf reads a ticket; what is none of ours for this lane is no place.
func (d *Doors) placeOf(key, ticket string) place {
	parts := strings.Split(ticket, ".")
	if len(parts) != 3 || len(ticket) > 100 || !hmac.Equal([]byte(parts[2]), []byte(d.ticketMark(key, parts[0], parts[1]))) {
		return place{}
	}
	at, err := strconv.ParseInt(parts[1], 36, 64)
	if err != nil {
		return place{}
	}
	return place{ticket: parts[0], from: time.Unix(0, at)}
}

func (d *Doors) ticketMark(key, id, at string) string {
	sum := d.MAC("sign-in-ticket", []byte(key), []byte(id), []byte(at))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// lane returns the lane of the key; one that was long quiet begins anew. Where there are too many, some other is forgotten.
func (d *delays) lane(now time.Time, key string) *lane {
	l, ok := d.lanes[key]
	if ok && now.Sub(l.last) <= forgetAfter {
		return l
	}
	if d.lanes == nil {
		d.lanes = map[string]*lane{}
	}
	for other := range d.lanes {
		if ok || len(d.lanes) < maxLanes {
			break
		}
		delete(d.lanes, other)
	}
	l = &lane{}
	d.lanes[key] = l
	return l
}

// right takes an attempt back that was no failure; a good sign-in ends the waiting.
func (d *delays) right(key string, signedIn bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l, ok := d.lanes[key]
	switch {
	case !ok:
	case signedIn:
		l.failed = 0
	default:
		l.failed = max(0, l.failed-1)
	}
}
