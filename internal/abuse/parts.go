package main

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// crooks are what no text may hold: NUL, and bytes that are no UTF-8.
var crooks = []string{"\x00", "\xff", "\xc0\xaf", "\xed\xa0\x80"}

// crookedParts sends letters in several parts, as a form with files does. A crook in a field is refused as a mistake, and nothing is
// kept; a file under a crooked name is refused, or kept under a name without the crook.
func crookedParts(ctx context.Context, t *target) (outcome, error) {
	var got outcome
	for _, crook := range crooks {
		for _, try := range []func(context.Context, *target, string, *outcome) error{crookedFields, crookedName, crookedAttachment} {
			if err := try(ctx, t, crook, &got); err != nil {
				return got, err
			}
		}
	}
	_, r, err := t.fileParts(ctx, "subject", "", "anh.jpg")
	// Where very many are sending, a letter that is found right is asked a question first.
	got.add(r.status == http.StatusSeeOther || r.status == http.StatusTooManyRequests, "the same letter without a crook: %d", r.status)
	return got, err
}

func crookedFields(ctx context.Context, t *target, crook string, got *outcome) error {
	for _, field := range []string{"subject", "body", "key", "about", "x" + crook} {
		_, r, err := t.fileParts(ctx, field, crook, "anh.jpg")
		if err != nil {
			return err
		}
		kept := strings.Contains(strings.Join(r.header.Values("Set-Cookie"), " "), "receipt=")
		got.add(r.status >= 400 && r.status < 500 && !kept && !strings.Contains(r.body, crook), "the field %q with %q: %d", field, crook, r.status)
	}
	return nil
}

func crookedName(ctx context.Context, t *target, crook string, got *outcome) error {
	b, r, err := t.fileParts(ctx, "subject", "", "an"+crook+"h.jpg")
	if err != nil {
		return err
	}
	receipt, err := b.visit(ctx, "/receipt", nil)
	got.add(r.status < 500 && receipt.status < 500 && !strings.Contains(r.body+receipt.body, crook), "a file of the form named with %q: %d", crook, r.status)
	return err
}

func crookedAttachment(ctx context.Context, t *target, crook string, got *outcome) error {
	d, err := t.dossier(ctx)
	if err != nil {
		return err
	}
	r, err := d.attach(ctx, d.from, "a"+crook+"nh.jpg", honestPhoto())
	if err != nil {
		return err
	}
	page, err := d.visit(ctx, d.page, nil)
	clean := !strings.Contains(r.body+page.body, crook) && !strings.Contains(r.body, `\u0000`)
	got.add((r.status == http.StatusCreated || r.status >= 400 && r.status < 500) && clean, "a file of the API named with %q: %d %.100s", crook, r.status, r.body)
	return err
}

// fileParts files a letter with a photo by the form, with a crook at the end of one field.
func (t *target) fileParts(ctx context.Context, crooked, crook, name string) (*browser, reply, error) {
	b, err := t.browser()
	if err != nil {
		return b, reply{}, err
	}
	file := "/q/" + t.counters[5] + "/file"
	page, err := b.visit(ctx, file+"?kind=feedback", nil)
	if err != nil {
		return b, reply{}, err
	}
	v := form(page.body)
	v.Set("subject", "Đèn hỏng")
	v.Set("body", "Đèn hỏng.")
	v.Set(crooked, v.Get(crooked)+crook)
	r, err := b.inParts(ctx, file, v, name)
	return b, r, err
}

// inParts sends a form with a photo, its names as they are.
func (b *browser) inParts(ctx context.Context, path string, fields url.Values, name string) (reply, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	add := func(disposition string, raw []byte) error {
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}})
		if err == nil {
			_, err = part.Write(raw)
		}
		return err
	}
	for field := range fields {
		if err := add(`form-data; name="`+field+`"`, []byte(fields.Get(field))); err != nil {
			return reply{}, err
		}
	}
	if err := add(`form-data; name="files"; filename="`+name+`"`, honestPhoto()); err != nil {
		return reply{}, err
	}
	if err := w.Close(); err != nil {
		return reply{}, err
	}
	at, err := url.Parse(b.url)
	if err != nil {
		return reply{}, err
	}
	header := []string{"Content-Type", w.FormDataContentType(), "X-Forwarded-For", b.from}
	for _, k := range b.jar.Cookies(at) {
		header = append(header, "Cookie", k.Name+"="+k.Value)
	}
	r, err := b.send(ctx, http.MethodPost, path, &body, header...)
	b.jar.SetCookies(at, (&http.Response{Header: r.header}).Cookies())
	return r, err
}
