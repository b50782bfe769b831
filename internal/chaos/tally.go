package main

import (
	"fmt"
	"strings"
)

// tally is what was counted after a fault: how much was sent, and all that must be zero.
type tally struct {
	strikes, letters, ratings, moves int

	lost, doubled, changed          int // of letters and ratings that were acknowledged
	unrouted, unannounced, unfilled int // letters that reach no desk, entries that no event tells of, rows whose columns lack what the document says
	wrong                           int // answers that are neither success nor an honest "not now"
	movesLost, twisted              int // moves that were acknowledged and are not there; histories that no order of the moves explains
	unproved                        int // what verify found

	why string // of one that is not zero
}

// harm are the counts that must be zero, by name.
func (t *tally) harm() []struct {
	name string
	n    int
} {
	return []struct {
		name string
		n    int
	}{
		{"lost", t.lost},
		{"doubled", t.doubled},
		{"changed", t.changed},
		{"unrouted", t.unrouted},
		{"unannounced", t.unannounced},
		{"unfilled", t.unfilled},
		{"wrong answers", t.wrong},
		{"moves lost", t.movesLost},
		{"orders impossible", t.twisted},
		{"unproved", t.unproved},
	}
}

func (t *tally) bad() (n int) {
	for _, h := range t.harm() {
		n += h.n
	}
	return n
}

// String says what was sent, and what must be zero: in one word when all of it is.
func (t tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%3d strikes, %6d letters, %5d ratings, %5d moves:", t.strikes, t.letters, t.ratings, t.moves)
	for _, h := range t.harm() {
		if h.n > 0 {
			fmt.Fprintf(&b, " %d %s", h.n, h.name)
		}
	}
	if t.bad() == 0 {
		b.WriteString(" 0 lost, doubled, changed or left")
	}
	if t.why != "" {
		b.WriteString(" (" + t.why + ")")
	}
	return b.String()
}

func (t *tally) add(o *tally) {
	t.strikes, t.letters, t.ratings, t.moves = t.strikes+o.strikes, t.letters+o.letters, t.ratings+o.ratings, t.moves+o.moves
	t.lost, t.doubled, t.changed, t.unrouted, t.unannounced = t.lost+o.lost, t.doubled+o.doubled, t.changed+o.changed, t.unrouted+o.unrouted, t.unannounced+o.unannounced
	t.unfilled, t.wrong, t.movesLost, t.twisted, t.unproved = t.unfilled+o.unfilled, t.wrong+o.wrong, t.movesLost+o.movesLost, t.twisted+o.twisted, t.unproved+o.unproved
}

// because keeps the first reason.
func (t *tally) because(format string, args ...any) {
	if t.why == "" {
		t.why = fmt.Sprintf(format, args...)
	}
}
