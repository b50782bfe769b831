package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"
)

// strict refuses what two readers of the same body understand differently: a field named twice, at any depth and in any
// case of its letters, bytes that are no UTF-8, and NUL. What is no JSON at all is left to the decoder.
func strict(body []byte) error {
	if !utf8.Valid(body) {
		return &FaultError{Status: http.StatusBadRequest, Key: "error.characters"}
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	return strictValue(dec, 0)
}

// deepest bounds how far values may nest; no call of ours goes beyond three.
const deepest = 32

func strictValue(dec *json.Decoder, depth int) error {
	t, err := dec.Token()
	if err != nil {
		return nil //nolint:nilerr // the decoder proper says what is wrong
	}
	if depth > deepest {
		return &FaultError{Status: http.StatusBadRequest, Key: "error.json"}
	}
	switch t {
	case json.Delim('{'):
		return strictObject(dec, depth)
	case json.Delim('['):
		for dec.More() {
			if err := strictValue(dec, depth+1); err != nil {
				return err
			}
		}
		_, _ = dec.Token() // the bracket
		return nil
	}
	return noNUL(t)
}

func strictObject(dec *json.Decoder, depth int) error {
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil //nolint:nilerr // the decoder proper says what is wrong
		}
		if err := noNUL(t); err != nil {
			return err
		}
		folded := strings.ToLower(strings.ToUpper(name)) // the decoder takes letters that differ in case for the same
		if seen[folded] {
			return &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{name: "error.field.twice"}}
		}
		seen[folded] = true
		if err := strictValue(dec, depth+1); err != nil {
			return err
		}
	}
	_, _ = dec.Token() // the brace
	return nil
}

func noNUL(t json.Token) error {
	if s, ok := t.(string); ok && strings.ContainsRune(s, 0) {
		return &FaultError{Status: http.StatusBadRequest, Key: "error.characters"}
	}
	return nil
}
