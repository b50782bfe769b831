package app_test

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/testkit"
)

// multipart sends a form with a file as the page with it would.
func (f *forms) multipart(t *testing.T, page, name string, file []byte, fields ...string) (int, string) {
	t.Helper()
	_, body := f.get(t, page)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	all := slices.Concat(fields, []string{"csrf", csrfField.FindStringSubmatch(body)[1]})
	for pair := range slices.Chunk(all, 2) {
		if err := w.WriteField(pair[0], pair[1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("files", name)
	if err != nil {
		t.Fatal(err)
	}
	_, err = part.Write(file)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url+page, &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	return f.send(t, req)
}

// TestReceptionTakesInALetterByItsPage: with its counter, e-mail and scan; a mistake keeps what was typed and files nothing.
func TestReceptionTakesInALetterByItsPage(t *testing.T) {
	r := open(t, nil)
	clerk := r.formsAs(t, "thuanbc")
	const page = "/staff/new"
	letter := func(counter, mail string) []string {
		return []string{
			"key", "a letter on paper", "channel", "paper", "received_on", time.Now().In(casework.Vietnam).Format(time.DateOnly), "kind", "feedback", "counter", counter,
			"category", "roads", "subject", "Đường trơn", "body", "Đường trước trạm y tế trơn trượt.", "contact.name", "Võ Thị Bé", "contact.email", mail,
		}
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	scan := picture.Bytes()
	status, body := clerk.multipart(t, page, "don.jpg", scan, letter("quay-1", "không phải thư")...)
	for _, kept := range []string{`value="Đường trơn"`, "trơn trượt.", `value="không phải thư"`, `value="quay-1" selected`, `value="Võ Thị Bé"`} {
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, kept) {
			t.Errorf("%d: the mistake took %s", status, kept)
		}
	}
	if status, _ := clerk.multipart(t, page, "don.jpg", scan, letter("nowhere", "be@thu.example")...); status != http.StatusUnprocessableEntity {
		t.Errorf("at a counter that is none: %d", status)
	}
	status, body = clerk.multipart(t, page, "don.jpg", scan, letter("quay-1", "be@thu.example")...)
	ref := regexp.MustCompile(`TD\d\d-[0-9A-Z-]+`).FindString(body)
	if status != http.StatusOK || ref == "" {
		t.Fatalf("%d %s", status, body)
	}
	c, err := r.Store.ByRef(t.Context(), ref)
	if err != nil || c.Counter != "quay-1" || c.Channel != casework.ByPaper || len(c.Attachments) != 1 || c.Attachments[0].Name != "don.jpg" {
		t.Errorf("at %s by %s with %+v, %v", c.Counter, c.Channel, c.Attachments, err)
	}
}

// TestThePageOfReceptionBreaksNoRuleOfAccess looks at it with axe, on a phone and on a desk.
func TestThePageOfReceptionBreaksNoRuleOfAccess(t *testing.T) {
	r := open(t, nil)
	for name, opts := range map[string][]testkit.BrowserOption{"narrow": {testkit.Narrow(), testkit.Dark()}, "desk": {testkit.Desktop()}} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			p.signIn("thuanbc", r.password(t))
			p.open("/staff/new")
			p.sound("new-" + name)
		})
	}
}
