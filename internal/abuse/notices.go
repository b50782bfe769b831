package main

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
)

var noticeAttacks = []attack{
	{family: "notices", name: "addresses of browsers that lead inside, to another port or to no name are refused", try: insidePushes},
	{family: "notices", name: "wrong addresses of browsers spend nobody's messages", try: wrongPushes},
}

// pushSettings let the attacked program tell browsers.
const pushSettings = "TIEPDAN_PUSH=mailto:motcua@thangan.example"

// subscription is what a browser gives, with another address to be told at.
func subscription(endpoint string) (string, error) {
	k, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`{"push":{"endpoint":%q,"p256dh":%q,"auth":"BTBZMqHH6r4Tts7J_aSIgg","name":"a"}}`, endpoint, base64.RawURLEncoding.EncodeToString(k.PublicKey().Bytes())), nil
}

// wish asks to be told of a case at an address.
func (d *dossier) wish(ctx context.Context, endpoint string) (reply, error) {
	body, err := subscription(endpoint)
	if err != nil {
		return reply{}, err
	}
	return d.send(ctx, http.MethodPost, "/api/v1/cases/"+d.code+"/notice", strings.NewReader(body), "Content-Type", "application/json", "X-Forwarded-For", d.from)
}

func insidePushes(ctx context.Context, t *target) (o outcome, err error) {
	const each = 6 // addresses at one case, well within its budget
	var d *dossier
	for i, endpoint := range []string{
		"https://push.example.net:22/", "https://push.example.net:8443/", "https://push.example.net:80/", "https://push.example.net:0/", "https://push.example.net:4430/", "https://push.example.net:65535/",
		"https://127.0.0.1/", "https://127.0.0.1:443/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://10.0.0.1/", "https://169.254.169.254/latest/", "https://1.1.1.1/", "https://2130706433/",
		"https://0x7f000001/", "https://127.1/", "https://0177.0.0.1/", "https://localhost/", "https://LOCALHOST./", "https://a.localhost/", "https://db/", "https://db.local/", "https://metadata.google.internal/",
		"http://push.example.net/", "ftp://push.example.net/", "file:///etc/passwd", "gopher://push.example.net/", "https://u:p@push.example.net/", "https://push.example.net/#x", "javascript:alert(1)", "",
		"https://push.example.net/" + strings.Repeat("a", 2000),
	} {
		if i%each == 0 {
			if d, err = t.dossier(ctx); err != nil {
				return o, err
			}
		}
		r, err := d.wish(ctx, endpoint)
		if err != nil {
			return o, err
		}
		o.add(r.status == http.StatusUnprocessableEntity, "%.60s: %d %s", endpoint, r.status, r.body)
	}
	r, err := d.wish(ctx, "https://push.example.net:443/p/1")
	o.add(r.status == http.StatusCreated, "an honest one: %d %s", r.status, r.body)
	return o, err
}

// wrongPushes floods one case with wrong addresses by whoever has its code; then its sender writes as ever, and others are told.
func wrongPushes(ctx context.Context, t *target) (o outcome, err error) {
	d, err := t.dossier(ctx)
	if err != nil {
		return o, err
	}
	stopped := 0
	for range 200 {
		r, err := d.wish(ctx, "https://push.example.net:22/")
		if err != nil {
			return o, err
		}
		if r.status == http.StatusTooManyRequests {
			stopped++
		}
	}
	o.add(stopped >= 100, "of 200 only %d were stopped", stopped)
	for i := range 10 {
		r, err := d.send(ctx, http.MethodPost, "/api/v1/cases/"+d.code+"/messages", strings.NewReader(fmt.Sprintf(`{"text":"Bổ sung %d."}`, i)), "Content-Type", "application/json", "X-Forwarded-For", d.from)
		if err != nil {
			return o, err
		}
		o.add(r.status == http.StatusCreated, "message %d: %d %s", i, r.status, r.body)
	}
	other, err := t.dossier(ctx)
	if err != nil {
		return o, err
	}
	r, err := other.wish(ctx, "https://push.example.net/p/2")
	o.add(r.status == http.StatusCreated, "another's browser: %d %s", r.status, r.body)
	return o, err
}
