package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/single"
	"tiepdan/pkg/limit"
)

// Problem is an RFC 9457 problem. Type is a relative reference that stays stable; Errors names every wrong field.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Code   string         `json:"code"`
	Errors []FieldProblem `json:"errors,omitempty"`
	Proof  *limit.Work    `json:"proof,omitempty"` // the search that opens the door, answered in X-Proof
}

// FieldProblem says what is wrong with one field of the request.
type FieldProblem struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// FaultError is an error as the edge sees it: a status, a translation key, and fields.
type FaultError struct {
	Status int
	Key    string
	Args   map[string]string
	Fields map[string]string
	// Wait is when to come back, if that is known.
	Wait time.Duration
	// Question is what opens the door now, if anything does.
	Question *Question
}

func (f *FaultError) Error() string { return f.Key }

// statuses maps the heart's codes.
var statuses = map[casework.Code]int{
	casework.Invalid: http.StatusUnprocessableEntity, casework.Forbidden: http.StatusForbidden,
	casework.NotFound: http.StatusNotFound, casework.Conflict: http.StatusConflict,
	casework.Unavailable: http.StatusServiceUnavailable, casework.Full: http.StatusInsufficientStorage, casework.Internal: http.StatusInternalServerError,
}

// sentinels maps errors that carry no code.
var sentinels = []struct {
	err    error
	status int
	key    string
}{
	{signin.ErrWrong, http.StatusUnauthorized, "error.sign_in"},
	{signin.ErrNeedsOTP, http.StatusUnauthorized, "error.needs_otp"},
	{signin.ErrSignedOut, http.StatusUnauthorized, "error.signed_out"},
	{signin.ErrHalfOver, http.StatusUnauthorized, "error.half_over"},
	{signin.ErrOnceOver, http.StatusForbidden, "error.once_over"},
	{signin.ErrPasskey, http.StatusUnauthorized, "error.passkey"},
	{signin.ErrPasskeyOver, http.StatusUnauthorized, "error.passkey_over"},
	{signin.ErrPasskeyMany, http.StatusConflict, "error.passkey_many"},
	{signin.ErrPasskeyDoubt, http.StatusConflict, "error.passkey_doubt"},
	{signin.ErrNoPasskeys, http.StatusConflict, "error.passkey_none"},
	{signin.ErrOtherIn, http.StatusConflict, "error.other_in"},
	{signin.ErrUnlinked, http.StatusUnauthorized, "error.unlinked"},
	{signin.ErrLinked, http.StatusConflict, "error.linked"},
	{signin.ErrLinkDoubt, http.StatusConflict, "error.link_doubt"},
	{single.ErrAway, http.StatusServiceUnavailable, "error.single_away"},
	{single.ErrRefused, http.StatusUnauthorized, "error.single_refused"},
	{signin.ErrBusy, http.StatusServiceUnavailable, "error.busy"},
	{office.ErrForged, http.StatusNotFound, "error.sticker_forged"},
	{office.ErrRevoked, http.StatusNotFound, "error.sticker_revoked"},
	{rating.ErrNoComment, http.StatusNotFound, "error.comment_gone"},
	{rating.ErrStale, http.StatusConflict, "error.stale_item"},
	{casework.ErrManyTries, http.StatusTooManyRequests, "error.second_many"},
	{casework.ErrStale, http.StatusConflict, "error.stale"},
	{syscall.ENOSPC, http.StatusInsufficientStorage, "error.full"},
	{syscall.EDQUOT, http.StatusInsufficientStorage, "error.full"},
	{syscall.EIO, http.StatusServiceUnavailable, "error.down"},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "error.busy"},
}

// FaultOf decides, once for pages and API, what an error means to a stranger.
func FaultOf(err error) *FaultError {
	if f, ok := errors.AsType[*FaultError](err); ok {
		return f
	}
	if e, ok := errors.AsType[*casework.Error](err); ok {
		return &FaultError{Status: statuses[e.Code], Key: e.Key, Args: e.Args, Fields: e.Fields}
	}
	if m, ok := errors.AsType[rating.MistakesError](err); ok {
		return &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: m}
	}
	if w, ok := errors.AsType[*signin.WaitError](err); ok {
		n := w.Seconds()
		return &FaultError{Status: http.StatusTooManyRequests, Key: "error.wait", Args: map[string]string{"seconds": strconv.Itoa(n)}, Wait: w.For}
	}
	if second, ok := errors.AsType[*signin.SecondError](err); ok && second.Wrong {
		return &FaultError{Status: http.StatusUnauthorized, Key: "error.otp_wrong"}
	}
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			return &FaultError{Status: s.status, Key: s.key}
		}
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		return &FaultError{Status: e.Code, Key: statusKey(e.Code)}
	}
	return &FaultError{Status: http.StatusInternalServerError, Key: "error.internal"}
}

func statusKey(code int) string {
	switch code {
	case http.StatusNotFound:
		return "error.not_found"
	case http.StatusMethodNotAllowed:
		return "error.method"
	case http.StatusRequestEntityTooLarge:
		return "error.too_large"
	case http.StatusUnsupportedMediaType:
		return "error.media_type"
	default:
		if code >= http.StatusInternalServerError {
			return "error.internal"
		}
		return "error.bad_request"
	}
}

// WriteProblem answers with the problem; an internal error is logged in full and told to nobody.
func WriteProblem(c *fiber.Ctx, w Words, log *slog.Logger, err error) error {
	f := FaultOf(err)
	if f.Status == http.StatusInternalServerError {
		log.ErrorContext(c.UserContext(), "request failed", "method", c.Method(), "route", c.Route().Path, "error", err)
	}
	l := lang(c)
	p := f.problem(w, l)
	if f.Question != nil {
		p.Proof = &f.Question.Work
	}
	f.Headers(c)
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	c.Set(fiber.HeaderContentLanguage, l)
	return c.Status(f.Status).Send(body)
}

// problem is the fault in words.
func (f *FaultError) problem(w Words, l string) Problem {
	p := Problem{Type: "/problems/" + f.Key, Title: w.Say(l, f.Key, f.Args), Status: f.Status, Code: f.Key}
	for _, field := range slices.Sorted(maps.Keys(f.Fields)) {
		key := f.Fields[field]
		p.Errors = append(p.Errors, FieldProblem{Field: field, Code: key, Message: w.Say(l, key, f.Args)})
	}
	return p
}

// Headers sets what a status asks for beside the body.
func (f *FaultError) Headers(c *fiber.Ctx) {
	switch f.Status {
	case http.StatusUnauthorized:
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="tiepdan"`)
	case http.StatusServiceUnavailable, http.StatusInsufficientStorage, http.StatusTooManyRequests:
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(f.seconds()))
	}
}

// seconds is the wait as Retry-After tells it: whole, and never too short.
func (f *FaultError) seconds() int {
	switch {
	case f.Wait > 0:
		return int((f.Wait + time.Second - 1) / time.Second)
	case f.Status == http.StatusServiceUnavailable:
		return 2
	case f.Status == http.StatusInsufficientStorage:
		return 120
	default:
		return 60
	}
}
