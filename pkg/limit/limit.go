// Package limit keeps one budget of what strangers may do, which every door of a program asks: by client address, by device, by
// place and for the whole instance. Within the budget a request passes; above it the visitor is asked for a proof that costs
// him a moment (see Prover); only above a second, wider budget is he told to wait. What is known of a visitor takes a few dozen
// bytes, and a flood of visitors makes the budget forget the oldest of them, never all.
package limit

import (
	"fmt"
	"hash/maphash"
	"sync"
	"time"
)

// Scope is what a budget is kept for.
type Scope uint8

// The scopes, from the narrowest to the widest.
const (
	Client      Scope = iota // an address, or the /64 of an IPv6 address
	Device                   // a browser, as far as it says so itself
	ClientThere              // an address at one place, so that it cannot use up the place for all others
	Place                    // where the request enters: a counter, a tablet
	Instance                 // everybody together
	scopes
)

// Rate is an even flow with a burst: at most Burst at once, and one more each Per/N. The zero Rate has room for everything.
type Rate struct {
	N     int
	Per   time.Duration
	Burst int
}

// Times is the rate multiplied: an installation that serves more people has larger budgets.
func (r Rate) Times(factor float64) Rate {
	if factor <= 0 || r.N == 0 {
		return r
	}
	return Rate{N: max(1, int(float64(r.N)*factor)), Per: r.Per, Burst: max(1, int(float64(r.Burst)*factor))}
}

// Rule is one scope's budget at a door.
type Rule struct {
	Scope Scope
	Free  Rate // passes as it is
	Most  Rate // passes with a proof, once Free is used up; beyond it nothing does
	// Reserved says that what still fits Free here is never refused by a wider scope, only asked for a proof: a flood at one
	// counter does not close another.
	Reserved bool
}

// Door is one thing that strangers may do, with its budgets.
type Door struct {
	Name  string
	Rules []Rule
}

// Who is asking. An empty field is not counted.
type Who struct {
	Client string // see Key
	Device string
	Place  string
}

func (w Who) key(s Scope) (string, bool) {
	switch s {
	case Client:
		return w.Client, w.Client != ""
	case Device:
		return w.Device, w.Device != ""
	case ClientThere:
		return w.Client + "\n" + w.Place, w.Client != "" && w.Place != ""
	case Place:
		return w.Place, w.Place != ""
	default:
		return "", true
	}
}

// Verdict is what a door does with a request.
type Verdict uint8

// The verdicts.
const (
	Passes     Verdict = iota // go on
	NeedsProof                // above the free budget: ask for a proof, then ask again
	Refused                   // above what even proofs open: come back after Wait
)

// String names the verdict.
func (v Verdict) String() string { return [...]string{"passes", "needs proof", "refused"}[v] }

// Decision is the answer to one request.
type Decision struct {
	Verdict Verdict
	Wait    time.Duration // until it would pass without a proof (NeedsProof) or with one (Refused); never a guess
	Scope   Scope         // whose budget decided
}

// Budget is the state of all doors. It may be asked by many goroutines.
type Budget struct {
	now   func() time.Time
	doors map[string][]flow
	seed  maphash.Seed

	mu   sync.Mutex
	seen [scopes]table
}

// flow is a rule in nanoseconds.
type flow struct {
	Rule
	free, most pace
}

// New makes a budget that remembers at most keep keys of each scope. Two doors of one name, or two rules of one scope at a
// door, are an error.
func New(doors []Door, keep int, now func() time.Time) (*Budget, error) {
	b := &Budget{now: now, doors: map[string][]flow{}, seed: maphash.MakeSeed()}
	for i := range b.seen {
		b.seen[i].most = max(keep, 1)
	}
	for _, d := range doors {
		if _, twice := b.doors[d.Name]; twice || d.Name == "" {
			return nil, fmt.Errorf("door %q is named twice or not at all", d.Name)
		}
		flows, ruled := make([]flow, 0, len(d.Rules)), [scopes]bool{}
		for _, r := range d.Rules {
			if r.Scope >= scopes || ruled[r.Scope] {
				return nil, fmt.Errorf("door %q has two rules of scope %d", d.Name, r.Scope)
			}
			ruled[r.Scope] = true
			flows = append(flows, flow{r, r.Free.pace(), r.Most.pace()})
		}
		b.doors[d.Name] = flows
	}
	return b, nil
}

// unknownWait is the answer at a door that does not exist: a program that asks for one is wrong, and stays shut.
const unknownWait = time.Minute

// Ask decides about one request and counts it when it passes. proven says that it came with a proof that was checked.
func (b *Budget) Ask(door string, who Who, proven bool) Decision {
	return b.ask(door, who, proven, true)
}

// Peek tells what Ask would answer, and counts nothing: a form can carry its question from the start, and what counts only when
// it fails is counted afterwards.
func (b *Budget) Peek(door string, who Who, proven bool) Decision {
	return b.ask(door, who, proven, false)
}

// asked is one rule's bucket during a decision.
type asked struct {
	*flow
	at   *bucket
	room bool // in the free budget
}

func (b *Budget) ask(door string, who Who, proven, count bool) Decision {
	flows, known := b.doors[door]
	if !known {
		return Decision{Refused, unknownWait, Instance}
	}
	now := b.now().UnixNano()
	b.mu.Lock()
	defer b.mu.Unlock()
	var room [scopes]asked // on the stack: a flood must not make garbage
	n := 0
	for i := range flows {
		f := &flows[i]
		key, counted := who.key(f.Scope)
		if !counted {
			continue
		}
		at := b.seen[f.Scope].get(b.hash(door, f.Scope, key), count)
		at.free, at.most = f.free.mend(at.free, now), f.most.mend(at.most, now)
		room[n] = asked{f, at, f.free.wait(at.free, now) <= 0}
		n++
	}
	d := decide(room[:n], now, proven)
	if d.Verdict == Passes && count {
		for _, a := range room[:n] {
			a.take(now)
		}
	}
	return d
}

// decide looks at all budgets of a request together, so that what one of them refuses costs nothing in the others.
func decide(all []asked, now int64, proven bool) Decision {
	var proof, refused Decision
	reserved := scopes
	for _, a := range all {
		if a.Reserved && a.room {
			reserved = min(reserved, a.Scope)
		}
	}
	for _, a := range all {
		if a.room {
			continue
		}
		if w := time.Duration(a.free.wait(a.at.free, now)); w > proof.Wait {
			proof = Decision{NeedsProof, w, a.Scope}
		}
		if w := time.Duration(a.most.wait(a.at.most, now)); w > refused.Wait && a.Scope < reserved {
			refused = Decision{Refused, w, a.Scope}
		}
	}
	switch {
	case refused.Verdict == Refused:
		return refused
	case proven:
		return Decision{}
	default:
		return proof
	}
}

func (a asked) take(now int64) {
	if a.room {
		a.at.free = a.free.take(a.at.free, now)
		return
	}
	a.at.most = a.most.take(a.at.most, now)
}

// hash is the key of a bucket. Its seed is this process's own, so nobody can choose addresses that fall together.
func (b *Budget) hash(door string, s Scope, key string) uint64 {
	var h maphash.Hash
	h.SetSeed(b.seed)
	_, _ = h.WriteString(door)
	_ = h.WriteByte(byte(s))
	_, _ = h.WriteString(key)
	return h.Sum64()
}

// Known is how many keys of a scope are remembered now.
func (b *Budget) Known(s Scope) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.seen[s].at)
}
