package app_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// sendFile posts a file of the multipart field to the case of the code.
func (r *running) sendFile(t *testing.T, code, name string, raw []byte) answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return r.call(t, "POST", "/api/v1/cases/"+code+"/attachments", b.String(), "Content-Type", w.FormDataContentType())
}

func TestFilesOfACaseAreOpenToItsPeopleOnly(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		d := r.begin(t, "/api/v1/cases", complainant())
		other := r.begin(t, "/api/v1/cases", complainant())
		var photo bytes.Buffer
		if err := jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
			t.Fatal(err)
		}
		kept := r.sendFile(t, d.code, "bien-ban.jpg", photo.Bytes())
		if kept.Status != http.StatusCreated || kept.JSON["type"] != "image/jpeg" {
			t.Fatalf("%d %s", kept.Status, kept.Raw)
		}
		bad := r.sendFile(t, d.code, "la.jpg", append(photo.Bytes(), "<script>alert(1)</script>"...))
		checkProblem(t, bad, http.StatusUnprocessableEntity, "file")
		id := kept.JSON["id"].(string)
		if seen := r.call(t, "GET", "/api/v1/cases/"+d.code, nil); !strings.Contains(string(seen.Raw), id) {
			t.Errorf("the citizen does not see his file: %s", seen.Raw)
		}
		own := r.asBrowser(t).call(t, "GET", "/t/"+d.code+"/files/"+id, nil)
		if own.Status != http.StatusOK || own.Header.Get("Content-Type") != "image/jpeg" || own.Header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(own.Header.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(own.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%d %v", own.Status, own.Header)
		}
		if _, err := jpeg.Decode(bytes.NewReader(own.Raw)); err != nil {
			t.Error(err)
		}
		path := "/api/v1/staff/cases/" + d.ref + "/attachments/" + id
		for who, status := range map[string]int{headOf(t, r, d.ref): 200, "quynhtln": 200, "lucht": 404, "nhatcm": 404} {
			if who == "lucht" && headOf(t, r, d.ref) == "lucht" {
				continue
			}
			if got := r.call(t, "GET", path, nil, r.signIn(t, who)...); got.Status != status {
				t.Errorf("%s: %d, want %d", who, got.Status, status)
			}
		}
		if got := r.asBrowser(t).call(t, "GET", "/t/"+other.code+"/files/"+id, nil); got.Status != http.StatusNotFound {
			t.Errorf("another code opens it: %d", got.Status)
		}
		if got := r.call(t, "GET", path, nil); got.Status != http.StatusUnauthorized {
			t.Errorf("a stranger: %d", got.Status)
		}
		r.checkAll(t)
	})
}

// TestADenouncersFileNeedsMoreThanTheCode: the paper with the code is found; what it opens shows no photo of the sender.
func TestADenouncersFileNeedsMoreThanTheCode(t *testing.T) {
	r := open(t, nil)
	filed := r.call(t, "POST", "/api/v1/cases", map[string]any{
		"kind": "denunciation", "subject": "Đòi tiền", "body": "Cán bộ đòi tiền khi làm giấy tờ", "passphrase": "bông lúa vàng",
		"contact": map[string]string{"name": "Lê Văn Ổn", "address": "Thôn Tất Viên", "phone": "0905123456", "id_number": "049071234567"},
	})
	code, _ := filed.JSON["tracking_code"].(string)
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	id, _ := r.sendFile(t, code, "Lê Văn Ổn.jpg", photo.Bytes()).JSON["id"].(string)
	b := r.asBrowser(t)
	asked := b.call(t, "GET", "/t/"+code+"/files/"+id, nil)
	where := regexp.MustCompile(`action="(/t/h/[^"]+/files/[^"]+)"`).FindSubmatch(asked.Raw)
	if asked.Status != http.StatusOK || where == nil || bytes.Contains(asked.Raw, []byte("JFIF")) || bytes.Contains(asked.Raw, []byte("Ổn")) {
		t.Fatalf("the code alone: %d %s", asked.Status, asked.Raw)
	}
	post := func(second string) answer {
		form := url.Values{"csrf": {string(csrfField.FindSubmatch(asked.Raw)[1])}, "second": {second}}
		return b.call(t, "POST", string(where[1]), form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	}
	for _, second := range []string{"", "bông lúa", "123456"} {
		if got := post(second); got.Status != http.StatusUnprocessableEntity || !bytes.Contains(got.Raw, []byte(`id="second"`)) {
			t.Errorf("%q: %d", second, got.Status)
		}
	}
	for _, second := range []string{"bông lúa vàng", "234567"} {
		got := post(second)
		if _, err := jpeg.Decode(bytes.NewReader(got.Raw)); err != nil || got.Status != http.StatusOK || got.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("%q: %d %v", second, got.Status, err)
		}
	}
	if got := b.call(t, "GET", string(where[1])+"x", nil); got.Status != http.StatusNotFound || bytes.Contains(got.Raw, []byte(`id="second"`)) {
		t.Errorf("a file that is not there: %d", got.Status)
	}
	page := string(b.call(t, "GET", "/t/"+code, nil).Raw)
	if n := strings.Count(page, "Có người nhập sai khi mở"); n != 2 {
		t.Errorf("the sender is told of %d wrong tries, want 2:\n%s", n, page)
	}
}
