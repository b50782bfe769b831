package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
)

// illegible are texts that no keyboard writes and that two programs read differently.
var illegible = map[string]string{"NUL": "Chữ\x00đã nhập", "no UTF-8": "Ch\xffữ đã nhập", "half a letter": "Chữ đã nhập \xc6"}

// post sends a body of any kind with the browser's cookies.
func (st *stand) post(t *testing.T, path, kind string, body []byte, header ...string) reply {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
	req.Header.Set("Content-Type", kind)
	for _, k := range st.cookies {
		req.AddCookie(k)
	}
	return st.send(t, req, header...)
}

// parts writes a form as multipart, with a file of that name.
func parts(t *testing.T, form url.Values, file string) (kind string, body []byte) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for name, values := range form {
		if err := w.WriteField(name, values[0]); err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="files"; filename="` + file + `"`}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(p, "x"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), buf.Bytes()
}

func TestNoFormTakesCharactersThatAreNoText(t *testing.T) {
	st := newStand(t)
	cases, seen := st.desk.Kept.Len(), 0
	before, err := st.desk.Cases.ByRef(t.Context(), st.ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range append(st.posts(), boundToNoCookie...) {
		seen++
		genuine := st.csrfOf(t, "/")
		for name, text := range illegible {
			form, field := full(genuine), full(genuine)
			form.Set("subject", text)
			field.Set("x"+text, "x")
			type sent struct {
				kind string
				body []byte
			}
			all := map[string]sent{
				"a value": {"application/x-www-form-urlencoded", []byte(form.Encode())}, "a field's name": {"application/x-www-form-urlencoded", []byte(field.Encode())},
			}
			kind, body := parts(t, form, "a.txt")
			all["a part"] = sent{kind, body}
			kind, body = parts(t, full(genuine), "b\xff.txt")
			all["a file's name"] = sent{kind, body}
			for where, what := range all {
				a := st.post(t, st.real(route), what.kind, what.body)
				if a.status != http.StatusBadRequest && a.status != http.StatusUnprocessableEntity {
					t.Errorf("%s with %s in %s: %d", route, name, where, a.status)
				}
				if !isText(a.body) {
					t.Errorf("%s with %s in %s sends it back", route, name, where)
				}
			}
			if a := st.post(t, st.real(route)+"?x="+url.QueryEscape(text), "application/x-www-form-urlencoded", []byte(full(genuine).Encode())); a.status != http.StatusBadRequest {
				t.Errorf("%s with %s in the address: %d", route, name, a.status)
			}
		}
	}
	after, err := st.desk.Cases.ByRef(t.Context(), st.ref)
	if err != nil || after.V != before.V || st.desk.Kept.Len() != cases || st.kept.ratings != 0 || st.kept.raised != 0 || seen < 24 {
		t.Errorf("something was done: %v, version %d to %d, %d cases, %d ratings; %d routes", err, before.V, after.V, st.desk.Kept.Len(), st.kept.ratings, seen)
	}
}

func TestALetterWithAStrangeCharacterComesBackWithoutIt(t *testing.T) {
	st := newStand(t)
	path := "/q/" + st.sticker + "/file"
	form := st.letter(t)
	form.Set("body", "Đèn hỏng\x00 ba \xfftuần")
	kind, body := parts(t, form, "a.txt")
	for name, a := range map[string]reply{"urlencoded": st.ask(t, http.MethodPost, path, form), "multipart": st.post(t, path, kind, body)} {
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Đèn hỏng ba tuần") || !strings.Contains(a.body, st.Words.Say("vi", "error.form_characters", nil)) {
			t.Errorf("%s: %d\n%s", name, a.status, a.body)
		}
	}
}

func TestNoCallTakesCharactersThatAreNoText(t *testing.T) {
	st := newStand(t, func(c *Config) { c.Limits = 10 })
	bearer := "Bearer " + st.cookies[0].Value
	seen := 0
	for _, route := range st.App().GetRoutes(true) {
		if route.Method != http.MethodPost || !strings.HasPrefix(route.Path, "/api/") {
			continue
		}
		seen++
		path := st.real(route.Path)
		for name, body := range map[string]string{"NUL": `{"text":"a\u0000"}`, "no UTF-8": "{\"text\":\"a\xff\"}", "NUL in a name": `{"te\u0000xt":"a"}`} {
			kind := "application/json"
			raw := []byte(body)
			if strings.HasSuffix(path, "/attachments") {
				kind, raw = parts(t, url.Values{"evidence": {"y\x00"}}, "a.txt")
			}
			a := st.post(t, path, kind, raw, "Authorization", bearer, "If-Match", `"1"`)
			refused := a.status == http.StatusForbidden && route.Path == "/api/v1/staff/cases" // who is no reception is not read
			if a.status != http.StatusBadRequest && !bodiless[route.Path] && !refused {
				t.Errorf("%s with %s: %d %s", route.Path, name, a.status, a.body)
			}
		}
		if a := st.post(t, path+"?x=%00", "application/json", []byte("{}"), "Authorization", bearer); a.status != http.StatusBadRequest || !strings.Contains(a.body, "error.characters") {
			t.Errorf("%s with NUL in the address: %d", route.Path, a.status)
		}
	}
	if seen < 20 {
		t.Errorf("only %d calls are known", seen)
	}
}

// bodiless are the calls that read no body, and the one that reads a table.
var bodiless = map[string]bool{
	"/api/v1/staff/office/:kind/import": true, "/api/v1/staff/office/:kind/:id/reopen": true, "/api/v1/staff/vouching/:id": true,
	"/api/v1/staff/office/people/:id/disable": true, "/api/v1/staff/office/people/:id/enable": true, "/api/v1/staff/office/people/:id/end-sessions": true,
	"/api/v1/staff/office/people/:id/reset": true, "/api/v1/staff/office/people/:id/drop-factor": true, "/api/v1/staff/office/counters/:id/reissue": true,
	"/api/v1/staff/cases/:ref/letters/:id/submit": true, "/api/v1/staff/cases/:ref/letters/:id/sign": true, "/api/v1/staff/cases/:ref/letters/:id/send": true, "/api/v1/staff/cases/:ref/letters/:id/drop": true,
	"/api/v1/cases/:code/erase": true, "/api/v1/staff/cases/:ref/contact": true, "/api/v1/staff/cases/:ref/attachments/:id/original": true,
}

func TestNoAddressTakesCharactersThatAreNoText(t *testing.T) {
	st := newStand(t)
	for _, path := range []string{"/staff/cases/%00", "/staff/cases/%ff", "/q/%c6/file", "/verify?proof=%00", "/staff/cases?q=%ff", "/?%00=1"} {
		if a := st.ask(t, http.MethodGet, path, nil); a.status != http.StatusBadRequest || !strings.Contains(a.body, st.Words.Say("vi", "error.characters", nil)) {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := st.ask(t, http.MethodGet, "/staff/cases?q=%C4%91%C3%A8n", nil); a.status != http.StatusOK {
		t.Errorf("a word in Vietnamese: %d", a.status)
	}
}
