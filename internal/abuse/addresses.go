package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var addressAttacks = []attack{
	{"addresses", "the tracking code in a redirect or in a header that names an address", false, codeInHeaders},
	{"addresses", "the tracking code in an address on a page", false, codeOnPages},
	{"addresses", "the tracking code in the log, the figures or the data folder", false, codeAtRest},
}

// followed is a denouncer who has been everywhere, and who also sent the code where an address is asked for.
func (t *target) followed(ctx context.Context) (*escape, error) {
	d, err := t.denounceAndLook(ctx)
	if err != nil {
		return nil, err
	}
	for _, path := range []string{"/t/" + d.code + "/withdraw", "/t/" + d.code + "/files/x", "/t/" + d.code + "/nothing", "/t/" + strings.ToLower(d.code), "/api/v1/cases/" + d.code, "/api/v1/cases/" + d.code + "/data", "/receipt", "/exit"} {
		if _, err := d.visit(ctx, path, nil); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func codeInHeaders(ctx context.Context, t *target) (outcome, error) {
	d, err := t.followed(ctx)
	if err != nil {
		return outcome{}, err
	}
	var got outcome
	for _, s := range d.seen {
		for _, name := range []string{"Location", "Content-Location", "Link", "Refresh"} {
			if v := s.header.Get(name); v != "" {
				got.add(!strings.Contains(plainCode(v), plainCode(d.code)), "%s leads to %s", s.path, v)
			}
		}
	}
	return got, nil
}

// addressOn is an address that a browser asks for, itself or when something is pressed.
var addressOn = regexp.MustCompile(`(?:href|action|src|content|formaction|poster|data-url)="([^"]*)"`)

// codeOnPages looks at the addresses of every page that was answered. What follows # is never sent, but stands in histories: it
// counts as well. The page that asks for a code may show the one that was typed, in its field.
func codeOnPages(ctx context.Context, t *target) (outcome, error) {
	d, err := t.followed(ctx)
	if err != nil {
		return outcome{}, err
	}
	var got outcome
	for _, s := range d.seen {
		for _, m := range addressOn.FindAllStringSubmatch(s.body, -1) {
			got.add(!strings.Contains(plainCode(m[1]), plainCode(d.code)), "%s shows the address %s", s.path, m[1])
		}
	}
	return got, nil
}

// codeAtRest searches everything that the program writes down. That the search finds something is seen by words of a plain
// letter, by the case's events, and by the log's own lines.
func codeAtRest(ctx context.Context, t *target) (outcome, error) {
	d, err := t.followed(ctx)
	if err != nil {
		return outcome{}, err
	}
	figures, err := t.send(ctx, http.MethodGet, "/metrics", nil)
	if err != nil || figures.status != http.StatusOK {
		return outcome{tried: 1, why: fmt.Sprintf("the figures: %d", figures.status)}, err
	}
	written := map[string][]byte{"the figures": []byte(figures.body)}
	if written["the log"], err = os.ReadFile(t.log); err != nil {
		return outcome{}, err
	}
	data := filepath.Join(filepath.Dir(t.log), "data")
	if err := filepath.WalkDir(data, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		written[strings.TrimPrefix(path, data)], err = os.ReadFile(path)
		return err
	}); err != nil {
		return outcome{}, err
	}
	var got outcome
	events := 0
	for where, raw := range written {
		events += bytes.Count(raw, []byte("tiepdan.case.received"))
		found := ""
		for _, code := range []string{d.code, plainCode(d.code), strings.ToLower(d.code), strings.ToLower(plainCode(d.code)), url.QueryEscape(d.code)} {
			if bytes.Contains(raw, []byte(code)) {
				found = code
			}
		}
		got.add(found == "", "%s tells the code", where)
	}
	if events == 0 {
		got.add(false, "no event is in the data folder: the search finds nothing")
	}
	return got, nil
}
