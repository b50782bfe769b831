package main

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// approvedHimself: whoever asks for a sender opens him by nothing that he has himself. With two holders beside him he does.
func approvedHimself(ctx context.Context, t *target) (outcome, error) {
	got := outcome{}
	for _, accused := range []string{accusedName, "Đoàn Quốc Khải"} { // the second letter lies with one who holds a part
		d, err := t.denounce(ctx, "denunciation", accused)
		if err != nil {
			return got, err
		}
		if err := t.askedByOthers(ctx, d, &got); err != nil {
			return got, err
		}
		asked, err := t.as(ctx, d.head, "/api/v1/staff/cases/"+d.ref+"/identity", map[string]string{"reason": "Đối chiếu chữ ký."})
		if err != nil {
			return got, err
		}
		if said(asked, "id") == "" {
			return outcome{tried: 1, why: "nobody can ask: the attack is blind"}, nil
		}
		if err := t.openAlone(ctx, d, asked, &got); err != nil {
			return got, err
		}
	}
	return got, nil
}

// askedByOthers has everybody else ask for the sender.
func (t *target) askedByOthers(ctx context.Context, d *denouncer, got *outcome) error {
	for _, who := range t.everybody {
		if who.id == d.head.id {
			continue
		}
		r, err := t.as(ctx, who, "/api/v1/staff/cases/"+d.ref+"/identity", map[string]string{"reason": "Đối chiếu."})
		if err != nil {
			return err
		}
		got.count(r.status >= 400, who.username+" may ask")
	}
	return nil
}

var holders = regexp.MustCompile(`(?m)^\s+username: (\S+)\s+passphrase of his part: (\S+)`)

// openAlone tries what the asker has: his own word, all passphrases from his own hand, and the key with one part only.
func (t *target) openAlone(ctx context.Context, d *denouncer, asked reply, got *outcome) error {
	raw, err := os.ReadFile(t.log)
	if err != nil {
		return err
	}
	access, show := "/api/v1/staff/accesses/"+said(asked, "id"), map[string]string{"key": said(asked, "key")}
	type try struct {
		path string
		body map[string]string
	}
	tries := []try{{"/approve", nil}, {"/approve", map[string]string{"sender": "yes"}}, {"/show", nil}, {"/show", show}}
	parts := holders.FindAllStringSubmatch(string(raw), -1)
	for _, p := range parts {
		tries = append(tries, try{"/part", map[string]string{"passphrase": p[2]}})
	}
	for _, x := range append(tries, try{"/show", show}) {
		r, err := t.as(ctx, d.head, access+x.path, x.body)
		if err != nil {
			return err
		}
		got.count(r.status >= 400 && !d.toldIn(r.body), fmt.Sprintf("%s alone: %s %d", d.head.username, x.path, r.status))
	}
	for _, what := range []string{"/approve", "/show"} {
		page := "/staff/accesses/" + said(asked, "id") + what
		r, err := t.fill(ctx, d.head, "/staff/cases/"+d.ref, page, url.Values{"sender": {"yes"}})
		if err != nil {
			return err
		}
		got.count(!d.toldIn(r.body), d.head.username+" alone, by the page: "+what)
	}
	return t.openTogether(ctx, d, asked, parts, got)
}

// openTogether has a second person approve, and holders other than the asker bring their parts: the sender shows with two.
func (t *target) openTogether(ctx context.Context, d *denouncer, asked reply, parts [][]string, got *outcome) error {
	access, show := "/api/v1/staff/accesses/"+said(asked, "id"), map[string]string{"key": said(asked, "key")}
	if err := t.approvedByAnother(ctx, d, access, got); err != nil {
		return err
	}
	taken := 0
	for _, p := range append([][]string{nil}, parts...) {
		if p != nil && p[1] != d.head.username && taken < 2 {
			r, err := t.as(ctx, t.named(p[1]), access+"/part", map[string]string{"passphrase": p[2]})
			if err != nil {
				return err
			}
			taken += map[bool]int{true: 1}[r.status == http.StatusOK]
		}
		r, err := t.as(ctx, d.head, access+"/show", show)
		if err != nil {
			return err
		}
		got.count(d.toldIn(r.body) == (taken == 2), fmt.Sprintf("%s with %d parts: %d", d.head.username, taken, r.status))
	}
	if taken < 2 && d.accused == accusedName { // one holder of the other letter works under whom it accuses
		got.count(false, "two holders do not open it: the attack is blind")
	}
	return nil
}

func (t *target) approvedByAnother(ctx context.Context, d *denouncer, access string, got *outcome) error {
	for _, who := range t.everybody {
		if who.id == d.head.id {
			continue
		}
		if r, err := t.as(ctx, who, access+"/approve", nil); err != nil || r.status == http.StatusOK {
			return err
		}
	}
	got.count(false, "no second person may approve: the attack is blind")
	return nil
}

func (t *target) named(username string) colleague {
	for _, who := range t.everybody {
		if who.username == username {
			return who
		}
	}
	return colleague{}
}

// toldIn reports whether the text tells who he is.
func (d *denouncer) toldIn(text string) bool {
	text = strings.ReplaceAll(text, " ", "")
	return strings.Contains(text, d.name) || strings.Contains(text, d.phone) || strings.Contains(text, d.id)
}

// searched looks for a letter by all that is in it. By its sender nobody finds it, by its words only who reads it.
func searched(ctx context.Context, t *target) (outcome, error) {
	d, err := t.denounce(ctx, "denunciation", accusedName)
	if err != nil {
		return outcome{}, err
	}
	found := func(who colleague, path string) (bool, error) {
		r, err := t.get(ctx, who, path)
		return strings.Contains(r.body, `"reference":"`+d.ref) || strings.Contains(r.body, `/staff/cases/`+d.ref+`"`), err
	}
	got := outcome{}
	for _, doors := range []string{"/api/v1/staff/cases?", "/staff/cases?"} {
		if ok, err := found(d.head, doors+"q="+d.ref); err != nil || !ok {
			return outcome{tried: 1, why: "its head does not find it by its reference: the attack is blind"}, err
		}
		for _, who := range t.everybody {
			for _, q := range d.questions(who) {
				ok, err := found(who, doors+"q="+url.QueryEscape(q))
				if err != nil {
					return got, err
				}
				got.count(!ok, fmt.Sprintf("%s finds it at %s by %q", who.username, doors, q))
			}
		}
	}
	return got, nil
}

// questions are what finds the letter for nobody, or for its head alone.
func (d *denouncer) questions(who colleague) []string {
	qs := []string{d.name, d.fullName(), d.phone, d.phone[4:], d.id}
	if who.id != d.head.id {
		qs = append(qs, d.ref, d.subject, d.words)
	}
	return qs
}

// attach adds a file whose name and content tell the denouncer, as he might.
func (t *target) attach(ctx context.Context, d *denouncer) error {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	f, err := w.CreateFormFile("file", d.fullName()+".pdf")
	if err != nil {
		return err
	}
	fmt.Fprintf(f, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Lang(%s %s)>>endobj trailer<</Root 1 0 R>>\n%%%%EOF\n", d.name, d.phone)
	if err := w.Close(); err != nil {
		return err
	}
	r, err := t.send(ctx, http.MethodPost, "/api/v1/cases/"+d.code+"/attachments", &b, "Content-Type", w.FormDataContentType(), "X-Forwarded-For", t.address())
	if err == nil && r.status != http.StatusCreated {
		err = fmt.Errorf("attach: %d %s", r.status, r.body)
	}
	return err
}

var fileLink = regexp.MustCompile(`/t/h/[^/"]+/files/[^/"?#]+`)

// codeAlone is somebody who found the paper with the code: he learns neither who wrote nor what is in the files.
func codeAlone(ctx context.Context, t *target) (outcome, error) {
	d, err := t.denounce(ctx, "denunciation", accusedName)
	if err != nil {
		return outcome{}, err
	}
	if err := t.attach(ctx, d); err != nil {
		return outcome{}, err
	}
	got, api := outcome{}, "/api/v1/cases/"+d.code
	if r, err := t.look(ctx, t.address(), api+"/data"); err != nil || !strings.Contains(r.body, d.words) {
		return outcome{tried: 1, why: "the code does not even open the words: the attack is blind"}, err
	}
	for _, path := range []string{api, api + "/data", api + "/attachments", "/t/" + d.code} {
		r, err := t.look(ctx, t.address(), path)
		if err != nil {
			return got, err
		}
		got.count(!d.toldIn(r.body), path+" tells him")
	}
	for _, second := range []string{d.code, d.ref} {
		r, err := t.post(ctx, api+"/data", map[string]string{"second": second})
		if err != nil {
			return got, err
		}
		got.count(r.status >= 400 && !d.toldIn(r.body), "the data opens with "+second)
	}
	return got, t.pagesAlone(ctx, d, &got)
}

// pagesAlone goes in by the page with the code, and through all that is there.
func (t *target) pagesAlone(ctx context.Context, d *denouncer, got *outcome) error {
	b, err := t.browser()
	if err != nil {
		return err
	}
	door, err := b.visit(ctx, "/t", nil)
	if err != nil {
		return err
	}
	in, err := b.visit(ctx, "/t", url.Values{"csrf": {field(door.body, "csrf")}, "code": {d.code}})
	if err != nil {
		return err
	}
	home := in.header.Get("Location")
	page, err := b.visit(ctx, home, nil)
	if err != nil {
		return err
	}
	file := fileLink.FindString(page.body)
	if page.status != http.StatusOK || file == "" {
		got.count(false, fmt.Sprintf("the code opens no page with a file: %d at %s", page.status, home))
		return nil
	}
	for _, path := range []string{home, home + "/data", home + "/withdraw", home + "/appeal", file} {
		r, err := b.visit(ctx, path, nil)
		if err != nil {
			return err
		}
		got.count(!d.toldIn(r.body) && !strings.HasPrefix(r.body, "%PDF"), path+" tells him")
	}
	for _, path := range []string{file, home + "/data"} {
		r, err := b.visit(ctx, path, url.Values{"csrf": {field(page.body, "csrf")}, "second": {d.code}})
		if err != nil {
			return err
		}
		got.count(r.status >= 400 && !d.toldIn(r.body) && !strings.HasPrefix(r.body, "%PDF"), path+" opens with the code")
	}
	return nil
}
