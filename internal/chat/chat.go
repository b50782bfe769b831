// Package chat reads what Zalo and Facebook tell of the messages that people wrote to the office's account or page, and speaks to
// those people. It knows no word of the product. What the providers document, and where, is in deployments/docs/channels.md.
package chat

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"tiepdan/pkg/outward"
)

// Message is one message that somebody wrote.
type Message struct {
	ID   string // the provider's own: the same message has the same
	From string // whom an answer goes to: a user, or for a comment the comment
	Who  string // who wrote it, the same for all his messages
	Name string // as he calls himself; empty where the provider does not say
	Text string
	At   time.Time
	// Public is a comment that everybody reads.
	Public bool
	Files  []File
}

// File is a file that lies with the provider for a while.
type File struct{ URL, Name string }

// The errors of what comes in.
var (
	ErrForged = errors.New("not signed by the provider, or not for this account")
	ErrOld    = errors.New("older than the provider sends again")
)

// sentAgain is how long the providers send again what was not taken; what is older was recorded by somebody.
const sentAgain = 36 * time.Hour

// ahead is how far a provider's clock may be before ours.
const ahead = 10 * time.Minute

func fresh(at, now time.Time) bool { return now.Sub(at) <= sentAgain && at.Sub(now) <= ahead }

// RefusedError says that a message will never reach whom it is for. Status is a word for people's files: window, blocked, gone.
type RefusedError struct{ Status string }

func (e *RefusedError) Error() string { return "message refused: " + e.Status }

// Refused is why.
func (e *RefusedError) Refused() string { return e.Status }

// Why a message will not reach anybody.
const (
	Window  = "window"  // he wrote too long ago
	Blocked = "blocked" // he takes none from us
	Gone    = "gone"    // there is nobody, or nothing to answer to
)

// UnsureError says that nobody knows whether the message went out: it is not sent again.
type UnsureError struct{ Err error }

func (e *UnsureError) Error() string { return "message sent or not: " + e.Err.Error() }

// Unwrap is what happened.
func (e *UnsureError) Unwrap() error { return e.Err }

// Unsure marks it.
func (*UnsureError) Unsure() {}

// MaxText is how many letters a message may have, with either provider.
const MaxText = 2000

// clip bounds a text.
func clip(text string) string {
	if utf8.RuneCountInString(text) <= MaxText {
		return text
	}
	return string([]rune(text)[:MaxText-1]) + "…"
}

// within is how long a provider may take to answer.
const within = 15 * time.Second

// maxAnswer bounds what a provider answers.
const maxAnswer = 64 << 10

// call posts and reads JSON. Where it is not known whether the provider took it, the error is an *UnsureError.
func call(ctx context.Context, c *outward.Client, r outward.Request, out any) (status int, err error) {
	r.Most = maxAnswer
	a, err := c.Do(ctx, r)
	if err != nil {
		if outward.NotSent(err) {
			return 0, fmt.Errorf("reach provider: %w", err)
		}
		return 0, &UnsureError{err}
	}
	if a.Status >= http.StatusInternalServerError || a.Status == http.StatusTooManyRequests {
		return a.Status, fmt.Errorf("provider answers %d", a.Status)
	}
	if err := json.Unmarshal(a.Body, out); err != nil {
		return a.Status, &UnsureError{fmt.Errorf("provider answers %d and no JSON", a.Status)}
	}
	return a.Status, nil
}

// same compares secrets.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// text is a JSON string, or a number as it is written: ids are larger than what other programs count with.
type text string

// UnmarshalJSON reads it.
func (t *text) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*t = text(s)
		return nil
	}
	s = string(raw)
	if strings.ContainsAny(s, "{[") {
		return errors.New("neither text nor number")
	}
	if s != "null" {
		*t = text(s)
	}
	return nil
}

// NewClient makes the client that providers are reached by: the addresses come from settings.
func NewClient() *outward.Client { return outward.Anywhere().Client(within) }
