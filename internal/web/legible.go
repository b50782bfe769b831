package web

import (
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"tiepdan/internal/web/api"
)

// What a request says in its address and its form is text: UTF-8 without NUL. Two programs read anything else differently, and
// no keyboard writes it. JSON is held to the same by the API.
var (
	errCharacters = &api.FaultError{Status: http.StatusBadRequest, Key: "error.characters"}
	errCleaned    = &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.form_characters"}
)

// legibleAddress refuses an address that is no text.
func legibleAddress(c *fiber.Ctx) error {
	uri := c.Context().URI()
	if !isText(string(uri.Path())) || !legibleArgs(uri.QueryArgs()) {
		return errCharacters
	}
	return c.Next()
}

// legible refuses a form that is no text.
func legible(c *fiber.Ctx) error {
	if err := legibleForm(c); err != nil {
		return err
	}
	return c.Next()
}

// legibleForm says what is wrong with the characters of a form that has been read, or nil.
func legibleForm(c *fiber.Ctx) error {
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		if legibleArgs(c.Context().PostArgs()) {
			return nil
		}
		return errCharacters
	}
	f, err := c.MultipartForm()
	if err != nil {
		return fiber.ErrBadRequest
	}
	for name, values := range f.Value {
		if !isText(append(values, name)...) {
			return errCharacters
		}
	}
	for name, files := range f.File {
		for _, h := range files {
			if !isText(name, h.Filename) {
				return errCharacters
			}
		}
	}
	return nil
}

// cleanForm leaves out of a form what is no text, so that a page can show the rest of it again.
func cleanForm(c *fiber.Ctx) {
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		clean, args := &fasthttp.Args{}, c.Context().PostArgs()
		args.VisitAll(func(name, value []byte) { clean.Add(asText(string(name)), asText(string(value))) })
		clean.CopyTo(args)
		return
	}
	f, err := c.MultipartForm()
	if err != nil {
		return
	}
	cleanParts(f)
}

func cleanParts(f *multipart.Form) {
	for name, values := range f.Value {
		for i, v := range values {
			values[i] = asText(v)
		}
		if !isText(name) {
			delete(f.Value, name)
		}
	}
	for _, files := range f.File {
		for _, h := range files {
			h.Filename = asText(h.Filename)
		}
	}
}

func legibleArgs(args *fasthttp.Args) bool {
	text := true
	args.VisitAll(func(name, value []byte) { text = text && isText(string(name), string(value)) })
	return text
}

func isText(all ...string) bool {
	for _, s := range all {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return false
		}
	}
	return true
}

func asText(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "") }
