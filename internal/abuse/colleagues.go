package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"tiepdan/assets/demo"
)

// colleague is a member of the demo's staff, signed in.
type colleague struct{ id, username, unit, token string }

// colleagues signs in everybody of the demo's offices, once.
func (t *target) colleagues(ctx context.Context) ([]colleague, error) {
	if len(t.everybody) > 0 {
		return t.everybody, nil
	}
	content, err := demo.Load()
	if err != nil {
		return nil, err
	}
	var all []colleague
	for _, s := range content.Staff {
		r, err := t.post(ctx, "/api/v1/staff/sessions", map[string]any{"username": s.Username, "password": t.password})
		if err != nil || r.status != http.StatusCreated {
			return nil, fmt.Errorf("sign in %s: %d %w", s.Username, r.status, err)
		}
		all = append(all, colleague{s.ID, s.Username, s.Unit, said(r, "token")})
	}
	t.everybody = all
	return all, nil
}

// post sends JSON from an address of its own, with the answer to the question if one is asked.
func (t *target) post(ctx context.Context, path string, body any, header ...string) (reply, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return reply{}, err
	}
	header = append(header, "Content-Type", "application/json", "X-Forwarded-For", t.address())
	r, err := t.send(ctx, http.MethodPost, path, bytes.NewReader(raw), header...)
	if err == nil && r.status == http.StatusTooManyRequests {
		r, err = t.send(ctx, http.MethodPost, path, bytes.NewReader(raw), append(header, "X-Proof", solve(r))...)
	}
	return r, err
}

// said reads a text of an answer in JSON.
func said(r reply, name string) string {
	var all map[string]any
	if json.Unmarshal([]byte(r.body), &all) != nil {
		return ""
	}
	text, _ := all[name].(string)
	return text
}

// get asks for a page or, under /api/, for JSON.
func (t *target) get(ctx context.Context, who colleague, path string) (reply, error) {
	return t.send(ctx, http.MethodGet, path, http.NoBody, "Authorization", "Bearer "+who.token, "Cookie", "staff="+who.token)
}

func (t *target) as(ctx context.Context, who colleague, path string, body any, header ...string) (reply, error) {
	return t.post(ctx, path, body, append(header, "Authorization", "Bearer "+who.token)...)
}

// fill sends a form of a page as somebody who has it open; where the page is shut, without its token.
func (t *target) fill(ctx context.Context, who colleague, page, path string, form url.Values) (reply, error) {
	b, err := t.browserOf(who)
	if err != nil {
		return reply{}, err
	}
	r, err := b.visit(ctx, page, nil)
	if err != nil {
		return reply{}, err
	}
	form.Set("csrf", field(r.body, "csrf"))
	return b.visit(ctx, path, form)
}

// browserOf is a browser in which somebody is signed in.
func (t *target) browserOf(who colleague) (*browser, error) {
	b, err := t.browser()
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(t.url)
	if err != nil {
		return nil, err
	}
	b.jar.SetCookies(at, []*http.Cookie{{Name: "staff", Value: who.token, Path: "/"}})
	return b, nil
}

// move makes a move of the law in the case's present version.
func (t *target) move(ctx context.Context, who colleague, ref, name string, args map[string]string) (reply, error) {
	path := "/api/v1/staff/cases/" + ref
	now, err := t.get(ctx, who, path)
	if err != nil {
		return now, err
	}
	return t.as(ctx, who, path+"/moves/"+name, args, "If-Match", now.header.Get("ETag"))
}

// filed is a letter and how its citizen follows it.
type filed struct{ ref, code string }

// file hands in a letter and waits until somebody reads it, who is returned.
func (t *target) file(ctx context.Context, letter map[string]any) (f filed, reader colleague, err error) {
	letter["counter"] = t.counters[5]
	r, err := t.post(ctx, "/api/v1/cases", letter)
	if err != nil || r.status != http.StatusCreated {
		return f, reader, fmt.Errorf("file: %d %s %w", r.status, r.body, err)
	}
	f = filed{said(r, "reference"), said(r, "tracking_code")}
	reader, err = t.handler(ctx, f)
	return f, reader, err
}

// handler waits until the letter lies with somebody; nobody within some seconds is no error.
func (t *target) handler(ctx context.Context, f filed) (colleague, error) {
	all, err := t.colleagues(ctx)
	if err != nil {
		return colleague{}, err
	}
	for begun := time.Now(); time.Since(begun) < 5*time.Second; time.Sleep(20 * time.Millisecond) {
		for _, who := range all {
			r, err := t.get(ctx, who, "/api/v1/staff/cases/"+f.ref)
			if err != nil {
				return colleague{}, err
			}
			if r.status == http.StatusOK && said(r, "assignee") == who.id {
				return who, nil
			}
		}
	}
	return colleague{}, nil
}

// everyone does something for each of the staff at the same time, and gathers what each was told.
func everyone(all []colleague, do func(colleague) (string, error)) (map[string]string, error) {
	told := map[string]string{}
	var mu sync.Mutex
	_, err := together(len(all), func(i int) (bool, error) {
		text, err := do(all[i])
		mu.Lock()
		defer mu.Unlock()
		told[all[i].id] = text
		return true, err
	})
	return told, err
}

// lists are where a member of staff looks for letters.
var lists = []string{"", "?state=open", "?state=any", "?kind=denunciation", "?kind=feedback", "?state=classifying", "?state=split", "?assignee=me"}

// doors returns all that the program tells somebody of the letter, over JSON and HTML.
func (t *target) doors(ctx context.Context, who colleague, refs ...string) (string, error) {
	paths := []string{"/staff", "/staff/notices", "/api/v1/staff/notices"}
	for _, kind := range []string{"identity", "contact"} {
		paths = append(paths, "/staff/accesses?kind="+kind, "/api/v1/staff/accesses?kind="+kind)
	}
	for _, l := range lists {
		paths = append(paths, "/staff/cases"+l, "/api/v1/staff/cases"+l)
	}
	for _, ref := range refs {
		for _, more := range []string{"", "/strip", "/split", "/accused-notice"} {
			paths = append(paths, "/staff/cases/"+ref+more, "/api/v1/staff/cases/"+ref+more)
		}
	}
	var all strings.Builder
	add := func(r reply, err error) error { all.WriteString(r.body + "\n"); return err }
	for _, p := range paths {
		if err := add(t.get(ctx, who, p)); err != nil {
			return "", err
		}
	}
	for _, ref := range refs {
		if err := add(t.as(ctx, who, "/api/v1/staff/cases/"+ref+"/contact", nil)); err != nil {
			return "", err
		}
		if err := add(t.fill(ctx, who, "/staff/cases/"+ref, "/staff/cases/"+ref+"/contact", url.Values{})); err != nil {
			return "", err
		}
	}
	return all.String(), nil
}
