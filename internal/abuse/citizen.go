package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
)

// proven does something, and once more with the answer when it is asked a question.
func proven(do func(header ...string) (reply, error)) (reply, error) {
	r, err := do()
	if err != nil || r.status != http.StatusTooManyRequests || solve(r) == "" {
		return r, err
	}
	return do("X-Proof", solve(r))
}

// dossier is a case that an attack filed, with a browser at its page.
type dossier struct {
	*browser
	code string
	page string // its address in this browser
}

// dossier files a small letter and opens its page.
func (t *target) dossier(ctx context.Context) (*dossier, error) {
	b, err := t.browser()
	if err != nil {
		return nil, err
	}
	r, err := proven(func(header ...string) (reply, error) { return t.letter(ctx, b.from, t.counters[5], header...) })
	if err != nil {
		return nil, err
	}
	var filed struct {
		Code string `json:"tracking_code"`
	}
	if err := json.Unmarshal([]byte(r.body), &filed); err != nil || filed.Code == "" {
		return nil, fmt.Errorf("no letter could be filed: %d %s", r.status, r.body)
	}
	return b.enter(ctx, filed.Code)
}

// enter opens the page of a case by its code.
func (b *browser) enter(ctx context.Context, code string) (*dossier, error) {
	ask, err := b.visit(ctx, "/t", nil)
	if err != nil {
		return nil, err
	}
	r, err := b.visit(ctx, "/t", url.Values{"csrf": {field(ask.body, "csrf")}, "code": {code}})
	if err != nil {
		return nil, err
	}
	page := r.header.Get("Location")
	if r.status != http.StatusSeeOther || !strings.HasPrefix(page, "/t/h/") {
		return nil, fmt.Errorf("the right code opens nothing: %d %q", r.status, page)
	}
	return &dossier{b, code, page}, nil
}

// attach sends a file by the API, under a name that goes over the wire as it is.
func (d *dossier) attach(ctx context.Context, from, name string, raw []byte) (reply, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}})
	if err != nil {
		return reply{}, err
	}
	if _, err := part.Write(raw); err != nil {
		return reply{}, err
	}
	if err := w.Close(); err != nil {
		return reply{}, err
	}
	return proven(func(header ...string) (reply, error) {
		return d.send(ctx, http.MethodPost, "/api/v1/cases/"+d.code+"/attachments", bytes.NewReader(body.Bytes()),
			append(header, "Content-Type", w.FormDataContentType(), "X-Forwarded-For", from)...)
	})
}

// download opens the file that an answer of attach names, as the citizen does.
func (d *dossier) download(ctx context.Context, kept reply) (reply, error) {
	var file struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(kept.body), &file); err != nil || file.ID == "" {
		return reply{}, fmt.Errorf("no id in %s", kept.body)
	}
	return d.visit(ctx, d.page+"/files/"+file.ID, nil)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([\w.]+)"(?: id="\w+")?(?: value="([^"]*)")?`)

// form reads all hidden fields of a page.
func form(page string) url.Values {
	v := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(page, -1) {
		v.Set(m[1], m[2])
	}
	return v
}
