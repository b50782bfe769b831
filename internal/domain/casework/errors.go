package casework

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Code says what kind of mistake an Error is; the web turns it into a status.
type Code string

// The codes. An error that is not an *Error is Internal.
const (
	Invalid     Code = "invalid"     // the request cannot be right; see Fields
	Forbidden   Code = "forbidden"   // known, but not allowed
	NotFound    Code = "not_found"   // absent, or not to be seen by this person
	Conflict    Code = "conflict"    // somebody was first, or the state does not allow it
	Unavailable Code = "unavailable" // try again later
	Full        Code = "full"        // the disk has no room: try again much later
	Internal    Code = "internal"
)

// Error is a mistake that somebody can act on. Key and the values of Fields are translation keys.
type Error struct {
	Code   Code
	Key    string
	Args   map[string]string // values for the key's placeholders
	Fields map[string]string // field → key, for Invalid
}

func (e *Error) Error() string {
	if len(e.Fields) > 0 {
		return fmt.Sprintf("%s: %s %v", e.Code, e.Key, slices.Sorted(maps.Keys(e.Fields)))
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Key)
}

// CodeOf returns the error's code: Internal unless err is or wraps an *Error.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// problems gathers what is wrong with a request, so that all of it is said at once.
type problems map[string]string

func (p problems) add(bad bool, field, key string) {
	if _, have := p[field]; bad && !have {
		p[field] = key
	}
}

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Key: "error.invalid", Fields: p}
}

func conflict(key string) error  { return &Error{Code: Conflict, Key: key} }
func forbidden(key string) error { return &Error{Code: Forbidden, Key: key} }
func notFound() error            { return &Error{Code: NotFound, Key: "error.case_not_found"} }
