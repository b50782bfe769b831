package app_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
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
