// Command abuse attacks the real program as a stranger, a citizen or a colleague would, and prints for each attack how much of
// it was tried and how much held. It ends with 1 when one attack did not hold in full.
//
// The families: limits (floods), codes (guessing), ratings (stuffing), doors (redirects, forms, sessions), files (what is
// attached), wire (requests that two readers take differently), phone (what stays in a denouncer's browser), addresses (where the
// tracking code must not stand), mail (what a stranger sends by it), channels (messages, and events for others), notices (where
// people want to be told); and of colleagues, denouncer (who looks for one) and accused (who looks for the letter against him).
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

// attack is one way to harm somebody. Families have a file each; a new attack is a row in its family's table.
type attack struct {
	family, name string
	slow         bool // left out of the tests
	try          func(ctx context.Context, t *target) (outcome, error)
}

// outcome is what became of an attack: it held when every try did.
type outcome struct {
	tried, held int
	why         string // of one try that did not
}

func attacks() []attack {
	return slices.Concat(limitAttacks, codeAttacks, ratingAttacks, doorAttacks, fileAttacks, wireAttacks, phoneAttacks, addressAttacks,
		denouncerAttacks, accusedAttacks, mailAttacks, channelAttacks, noticeAttacks)
}

func main() { os.Exit(code()) }

// code is the program's exit code: 1 when an attack did not hold, 2 when the attacks could not be made.
func code() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	broken, err := run(ctx, os.Stdout, attacks(), os.Args[1:])
	if err != nil {
		slog.New(slog.NewTextHandler(os.Stderr, nil)).ErrorContext(ctx, "attacks not finished", "error", err)
		return 2
	}
	return min(broken, 1)
}

// run builds the program, starts its demo and attacks it; words choose attacks by family or name. It returns how many did not
// hold.
func run(ctx context.Context, out io.Writer, list []attack, words []string) (broken int, err error) {
	dir, err := os.MkdirTemp("", "abuse")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	t, err := start(ctx, dir)
	if err != nil {
		return 0, err
	}
	defer t.stop()
	for _, a := range list {
		if !chosen(a, words) {
			continue
		}
		begun := time.Now()
		got, err := a.try(ctx, t)
		if err != nil {
			return broken, fmt.Errorf("%s: %s: %w", a.family, a.name, err)
		}
		verdict := "held"
		if got.tried == 0 || got.held != got.tried {
			verdict = "BROKEN"
			broken++
		}
		fmt.Fprintf(out, "%-6s  %-9s %-66s tried %5d, held %5d  %v %s\n",
			verdict, a.family, a.name, got.tried, got.held, time.Since(begun).Round(time.Millisecond), got.why)
	}
	return broken, nil
}

// chosen reports whether one of the words is the attack's family, or a part of its name.
func chosen(a attack, words []string) bool {
	return len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return w == a.family || !isFamily(w) && strings.Contains(a.name, w) })
}

func isFamily(word string) bool {
	return slices.ContainsFunc(attacks(), func(a attack) bool { return a.family == word })
}

// add counts one try; why says what became of one that did not hold.
func (o *outcome) add(held bool, why string, args ...any) {
	o.tried++
	if held {
		o.held++
		return
	}
	o.why = fmt.Sprintf(why, args...)
}
