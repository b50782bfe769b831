package worker

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestAnOutageIsToldOnceAnHour: its beginning, each hour of it, and its end; of another sweep by itself.
func TestAnOutageIsToldOnceAnHour(t *testing.T) {
	var said bytes.Buffer
	log := slog.New(slog.NewTextHandler(&said, nil))
	at := time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	kept := newTroubles()
	away := errors.New("connection refused")
	for turn := range 2 * 720 { // two hours of a turn in five seconds
		kept.note(t.Context(), log, at.Add(time.Duration(turn)*5*time.Second), "mail", away)
	}
	kept.note(t.Context(), log, at, "watch", nil)
	kept.note(t.Context(), log, at, "watch", away)
	kept.note(t.Context(), log, at.Add(2*time.Hour), "mail", nil)
	kept.note(t.Context(), log, at.Add(2*time.Hour), "mail", nil)
	for what, want := range map[string]int{"sweep=mail error": 2, "sweep=watch error": 1, "works again": 1 + 3, "failed_for=2h0m0s": 1} {
		if got := strings.Count(said.String(), what); got != want {
			t.Errorf("%q is said %d times, want %d: %s", what, got, want, said.String())
		}
	}
}
