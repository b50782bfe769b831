package bus

import (
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// words brings what the embedded server warns of into the log: each kind of warning at most once a minute. The server knows
// subjects, sequences and paths, and nothing of what events are about.
type words struct {
	log  *slog.Logger
	now  func() time.Time
	mu   sync.Mutex
	said map[string]*said
}

type said struct {
	at    time.Time
	since int // how often it was not repeated
}

const (
	sayEvery = time.Minute
	maxKinds = 500 // of warnings that are told apart
)

func (w *words) say(format string, args []any) {
	if repeated, tell := w.mayTell(format); tell {
		w.log.Warn("the embedded event store (NATS JetStream) reports trouble; it is looked after by itself, and /readyz says whether anything is left to do",
			"says", fmt.Sprintf(format, args...), "repeated", repeated)
	}
}

// mayTell reports whether this kind of warning was silent for a minute, and how often it came meanwhile.
func (w *words) mayTell(kind string) (repeated int, tell bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	if was := w.said[kind]; was != nil && now.Sub(was.at).Abs() < sayEvery {
		was.since++
		return 0, false
	} else if was != nil {
		repeated = was.since
	}
	if len(w.said) >= maxKinds || w.said == nil {
		w.said = map[string]*said{}
	}
	w.said[kind] = &said{at: now}
	return repeated, true
}

// Warnf, Errorf and Fatalf are told; what is merely noted is not.

// Warnf tells a warning.
func (w *words) Warnf(format string, args ...any) { w.say(format, args) }

// Errorf tells an error; the bus mends itself, so it is a warning here.
func (w *words) Errorf(format string, args ...any) { w.say(format, args) }

// Fatalf tells what ends the server; the bus starts it anew.
func (w *words) Fatalf(format string, args ...any) { w.say(format, args) }

// Noticef is silent.
func (w *words) Noticef(string, ...any) {}

// Debugf is silent.
func (w *words) Debugf(string, ...any) {}

// Tracef is silent.
func (w *words) Tracef(string, ...any) {}
