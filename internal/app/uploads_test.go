package app_test

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"

	"tiepdan/internal/app"
)

// announce opens a connection from an address of this machine and announces an upload of which it sends a part.
func (r *running) announce(t *testing.T, from, path string, size int, part string) (net.Conn, *bufio.Reader) {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(r.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // some are closed before
	if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s", path, size, part); err != nil {
		t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}

func answered(t *testing.T, from *bufio.Reader) (*http.Response, string) {
	t.Helper()
	resp, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(raw)
}

// TestAWrongCodeIsToldBeforeTheFileComes: the answer comes though of thirty megabytes only the beginning does.
func TestAWrongCodeIsToldBeforeTheFileComes(t *testing.T) {
	r := open(t, nil)
	for path, status := range map[string]int{"/api/v1/cases/WRONGCODE/attachments": http.StatusNotFound, "/t/h/aaaaaaaa/messages": http.StatusRequestEntityTooLarge} {
		_, answer := r.announce(t, "127.0.0.1", path, 30<<20, begun)
		if resp, body := answered(t, answer); resp.StatusCode != status || !resp.Close {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
	_, answer := r.announce(t, "127.0.0.1", "/api/v1/cases/WRONGCODE/attachments", 1<<40, begun)
	if resp, _ := answered(t, answer); resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a terabyte: %d", resp.StatusCode)
	}
}

// TestAnUploadAboveTheBudgetIsToldBeforeTheFileComes leaves each door open a time or two.
func TestAnUploadAboveTheBudgetIsToldBeforeTheFileComes(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Limits = 1e-6 })
	d := r.begin(t, "/api/v1/cases", complainant())
	const most = 10
	sent := 0
	for sent < most && r.sendFile(t, d.code, "a.txt", []byte("x")).Status != http.StatusTooManyRequests {
		sent++
	}
	if sent == 0 || sent == most {
		t.Fatalf("the budget ends after %d", sent)
	}
	_, answer := r.announce(t, "127.0.0.1", "/api/v1/cases/"+d.code+"/attachments", 9<<20, begun)
	if resp, body := answered(t, answer); resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

// begun is the first part of an upload: the server asks nothing before it has eight kilobytes.
var begun = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n" + strings.Repeat(" ", 8<<10)

// TestUploadsAtOnceAreBounded holds all places with uploads that do not go on: further ones are asked to come again, letters
// and small messages are taken, and who hangs up makes room.
func TestUploadsAtOnceAreBounded(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", complainant())
	path := "/api/v1/cases/" + d.code + "/attachments"
	tooMany := func(from string) bool {
		conn, answer := r.announce(t, from, path, 1<<20, begun)
		defer conn.Close()
		resp, body := answered(t, answer)
		return resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "" && strings.Contains(body, "error.file_busy")
	}
	var held []net.Conn
	for i := range 24 {
		conn, _ := r.announce(t, fmt.Sprintf("127.0.0.%d", 2+i/8), path, 9<<20, begun)
		held = append(held, conn)
		until(t, "a place", func() bool { return r.Uploads.Load() == int64(len(held)) })
		if i == 7 && !tooMany("127.0.0.2") {
			t.Error("a ninth of one address is let in")
		}
	}
	if !tooMany("127.0.0.9") {
		t.Error("a place more than there are")
	}
	r.begin(t, "/api/v1/cases", complainant())
	var small bytes.Buffer
	if err := jpeg.Encode(&small, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	if got := r.sendFile(t, d.code, "a.jpg", small.Bytes()); got.Status != http.StatusCreated {
		t.Errorf("a small file beside them: %d %s", got.Status, got.Raw)
	}
	for _, conn := range held {
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	large := append(small.Bytes(), make([]byte, 300<<10)...)
	until(t, "room", func() bool { return r.sendFile(t, d.code, "b.jpg", large).Status == http.StatusCreated })
}

// TestFilesStopAtTheFloorAndLettersGoOn lets the disk be nearly full.
func TestFilesStopAtTheFloorAndLettersGoOn(t *testing.T) {
	r := open(t, func(c *app.Config) { c.FreeSpace = 1 << 62 })
	d := r.begin(t, "/api/v1/cases", complainant())
	_, answer := r.announce(t, "127.0.0.1", "/api/v1/cases/"+d.code+"/attachments", 9<<20, begun)
	if resp, body := answered(t, answer); resp.StatusCode != http.StatusInsufficientStorage || !strings.Contains(body, "error.no_room") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &forms{Client: &http.Client{Jar: jar}, url: r.URL}
	page := "/q/" + r.counterToken(t, "quay-1") + "/file"
	_, form := f.get(t, page+"?kind=feedback")
	hidden := func(name string) string {
		m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(form)
		if m == nil {
			t.Fatalf("no %s in the form", name)
		}
		return m[1]
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, v := range map[string]string{"csrf": hidden("csrf"), "key": hidden("key"), "kind": "feedback", "subject": "Đèn đường hỏng", "body": "Đèn trước trường học hỏng đã ba đêm."} {
		if err := w.WriteField(name, v); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("files", "den.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(part, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+page, &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	if status, receipt := f.send(t, req); status != http.StatusOK || !strings.Contains(receipt, "den.jpg") || !strings.Contains(receipt, r.Words.Say("vi", "error.no_room", nil)) {
		t.Errorf("%d %s", status, receipt)
	}
	if got := r.call(t, "GET", "/readyz", nil); got.Status != http.StatusOK {
		t.Errorf("ready: %d", got.Status)
	}
	r.signIn(t, headOf(t, r, d.ref))
}
