package api

import (
	"net/http"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/limit"
)

// Guess bounds how often one member of staff may try a passphrase of a quorum: each try costs the machine a moment, too.
type Guess struct{ budget *limit.Budget }

const (
	doorPart    = "part"
	guesses     = 10
	guessesPer  = 15 * time.Minute
	mostKeepers = 1000
)

// NewGuess makes it.
func NewGuess(now func() time.Time) (*Guess, error) {
	rate := limit.Every(guesses, guessesPer, guesses)
	b, err := limit.New([]limit.Door{{Name: doorPart, Rules: []limit.Rule{{Scope: limit.Device, Free: rate, Most: rate}}}}, mostKeepers, now)
	return &Guess{b}, err
}

// Ask counts a try, or says how long to wait.
func (g *Guess) Ask(who office.Staff) error {
	if d := g.budget.Ask(doorPart, limit.Who{Device: who.ID}, true); d.Verdict != limit.Passes {
		return &FaultError{Status: http.StatusTooManyRequests, Key: "error.too_many_sent", Wait: d.Wait}
	}
	return nil
}
