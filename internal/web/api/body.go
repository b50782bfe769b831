package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
	"github.com/gofiber/fiber/v2"
)

// MaxJSON bounds a JSON body in bytes: the longest letter in the most wasteful escapes still fits.
const MaxJSON = 256 << 10

// Read is read for calls outside the API that take the same kind of body.
func Read(c *fiber.Ctx, v any) error { return read(c, v) }

// read decodes the request's JSON body into v and checks its shape. Everything unexpected is refused: another content
// type, a body too large, malformed JSON, an unknown field, something after the value.
func read(c *fiber.Ctx, v any) error {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationJSON {
		return &FaultError{Status: http.StatusUnsupportedMediaType, Key: "error.media_type"}
	}
	body := c.BodyRaw() // never unpacked: a small body could open into gigabytes
	if len(body) > MaxJSON {
		return &FaultError{Status: http.StatusRequestEntityTooLarge, Key: "error.too_large"}
	}
	if err := strict(body); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return decodeFault(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return &FaultError{Status: http.StatusBadRequest, Key: "error.json"}
	}
	return shape(v)
}

// decodeFault tells apart what the caller can mend: a field of the wrong type, an unknown field, or no JSON at all.
func decodeFault(err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
		return &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{t.Field: "error.field.type"}}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		field := strings.Trim(name, `"`)
		return &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{field: "error.field.unknown"}}
	}
	return &FaultError{Status: http.StatusBadRequest, Key: "error.json"}
}

// checker is made on first use; it names fields as JSON does.
var checker = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	return v
})

// shape checks the validate tags; all violations are told at once.
func shape(v any) error {
	bad, ok := errors.AsType[validator.ValidationErrors](checker().Struct(v))
	if !ok {
		return nil
	}
	fields, prefix := map[string]string{}, reflect.Indirect(reflect.ValueOf(v)).Type().Name()+"."
	for _, e := range bad {
		path := strings.TrimPrefix(e.Namespace(), prefix)
		fields[path] = "error.field." + strings.TrimSuffix(e.Tag(), "_without") // whatever it is needed without
	}
	return &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: fields}
}
