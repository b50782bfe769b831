package main

import (
	"bufio"
	"context"
	"fmt"
	"mime"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

var fileAttacks = []attack{
	{"files", "documents and sound that name their author, run or fetch something", false, telling},
	{"files", "names of files with line ends, NUL, quotes and ways out", false, misnamed},
	{"files", "eight PNG of 200 MB at once, and an honest photo beside them", false, bombs},
	{"files", "Word files that unpack to gigabytes, alone and in another", false, zipBombs},
	{"files", "30 MB announced for a case that nobody has", false, unasked},
}

// telling sends files that tell too much. One that is taken must come back without; its content is still there.
func telling(ctx context.Context, t *target) (outcome, error) {
	var got outcome
	for _, f := range tellingFiles() {
		d, err := t.dossier(ctx) // which takes five files
		if err != nil {
			return got, err
		}
		r, err := d.attach(ctx, d.from, f.name, f.raw)
		if err != nil {
			return got, err
		}
		got.tried++
		if r.status != http.StatusCreated {
			if f.refused && r.status == http.StatusUnprocessableEntity {
				got.held++
				continue
			}
			got.why = fmt.Sprintf("%s: %d %s", f.name, r.status, r.body)
			continue
		}
		back, err := d.download(ctx, r)
		if err != nil {
			return got, err
		}
		if bad := tells(back, f); bad != "" {
			got.why = f.name + ": " + bad
			continue
		}
		got.held++
	}
	return got, nil
}

// tells says what is wrong with a file that came back, or "".
func tells(back reply, f tellingFile) string {
	inside := unpacked([]byte(back.body))
	if i := slices.IndexFunc(f.bad, func(s string) bool { return strings.Contains(inside, s) }); i >= 0 {
		return "still tells " + f.bad[i]
	}
	switch {
	case back.status != http.StatusOK || !strings.Contains(inside, f.good):
		return fmt.Sprintf("its content is lost: %d", back.status)
	case !wellNamed(back):
		return "named by " + back.header.Get("Content-Disposition")
	case !strings.Contains(back.header.Get("Content-Security-Policy"), "sandbox") || back.header.Get("X-Content-Type-Options") != "nosniff":
		return "a browser may run it"
	}
	return ""
}

// honestName is a name that nothing is wrong with.
const honestName = "Đơn của bà Ổn.mp3"

// misnamed: a name ends neither the header line nor the name, leads nowhere, and the honest one among them stays as it was.
func misnamed(ctx context.Context, t *target) (outcome, error) {
	var got outcome
	for i, name := range []string{
		"a\r\nX-Owned: 1.mp3", "a\nSet-Cookie: owned=1.mp3", "a\r\n\r\n<script>alert(1)</script>.mp3", "a\x00.exe", `a\"; filename=\"evil.exe`, `a"; filename="evil.exe`,
		`..\\..\\etc\\passwd`, "../../etc/passwd", "a%0d%0aSet-Cookie:%20owned=1.mp3", "a\u202e3pm.exe", "a\u2028b.mp3", "a\xff\xfe.mp3", "CON.mp3", ".", strings.Repeat("ế", 3000), honestName,
	} {
		d, err := t.dossier(ctx)
		if err != nil {
			return got, err
		}
		r, err := d.attach(ctx, d.from, name, sound(byte(i)))
		if err != nil {
			return got, err
		}
		bad, err := d.named(ctx, name, r)
		if err != nil {
			return got, err
		}
		got.add(bad == "" || strings.HasPrefix(bad, "refused") && name != honestName, "%q is %s", name, bad)
	}
	return got, nil
}

// named says what is wrong with how an attached file is called when it comes back, or "".
func (d *dossier) named(ctx context.Context, name string, r reply) (string, error) {
	if r.status >= 400 && r.status < 500 {
		return "refused", nil
	}
	back, err := d.download(ctx, r)
	if err != nil {
		return "", err
	}
	_, params, _ := mime.ParseMediaType(back.header.Get("Content-Disposition"))
	if back.status != http.StatusOK || !wellNamed(back) || name == honestName && params["filename"] != honestName {
		return fmt.Sprintf("given back as %d %q", back.status, back.header.Get("Content-Disposition")), nil
	}
	return "", nil
}

// disposition is the one shape that every browser reads alike.
var disposition = regexp.MustCompile(`^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w.~%-]+$`)

// wellNamed reports whether a download has one name that is a name and nothing else.
func wellNamed(r reply) bool {
	given := r.header.Values("Content-Disposition")
	if len(given) != 1 || !disposition.MatchString(given[0]) || r.header.Get("X-Owned") != "" || strings.Contains(strings.Join(r.header.Values("Set-Cookie"), " "), "owned=") {
		return false
	}
	_, params, err := mime.ParseMediaType(given[0])
	name := params["filename"]
	return err == nil && name != "" && !strings.ContainsAny(name, "\r\n\x00\"/\\:<>|*?\u202e\u2028") && strings.HasSuffix(name, r.ending())
}

// ending is what a name of this type ends with.
func (r reply) ending() string {
	return map[string]string{"audio/mpeg": ".mp3", "application/pdf": ".pdf"}[r.header.Get("Content-Type")]
}

// roomOfBomb is how much the program may grow while the bombs go off: less than one of them would take.
const roomOfBomb = 160 << 20

// bombs holds when each is refused, an honest photo passes meanwhile, and the program has not grown by the size of one.
func bombs(ctx context.Context, t *target) (outcome, error) {
	const n = 8
	d, err := t.dossier(ctx)
	if err != nil {
		return outcome{}, err
	}
	bomb, photo, before := bombPNG(5000), honestPhoto(), t.peak()
	refused := make([]bool, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			r, err := d.attach(ctx, t.address(), "anh.png", bomb)
			refused[i] = err == nil && r.status == http.StatusUnprocessableEntity
		})
	}
	r, err := d.attach(ctx, d.from, "anh.jpg", photo)
	wg.Wait()
	if err != nil {
		return outcome{}, err
	}
	got := outcome{tried: n + 2}
	for _, ok := range refused {
		if ok {
			got.held++
		}
	}
	if r.status == http.StatusCreated {
		got.held++
	} else {
		got.why = fmt.Sprintf("the honest photo: %d %s", r.status, r.body)
	}
	if grown := t.peak() - before; before == 0 || grown < roomOfBomb {
		got.held++
	} else {
		got.why = fmt.Sprintf("the program grew by %d MB", grown>>20)
	}
	return got, nil
}

// peak is the most memory that the program has had, in bytes, or 0 where the system tells none.
func (t *target) peak() int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), "VmHWM:")
	kilobytes, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64) // no figure is 0
	return kilobytes << 10
}

// unasked announces an upload and sends only its beginning: the refusal must come all the same, and then the end.
func unasked(ctx context.Context, t *target) (outcome, error) {
	const part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n"
	var got outcome
	for path, status := range map[string]int{
		"/api/v1/cases/" + t.wrongCode(1) + "/attachments": http.StatusNotFound, "/api/v1/cases/WRONG/attachments": http.StatusNotFound,
		"/t/h/aaaaaaaa/messages": http.StatusRequestEntityTooLarge, "/receipt/files": http.StatusNotFound,
	} {
		raw := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s%s",
			path, t.address(), 30<<20, part, strings.Repeat(" ", 8<<10))
		conn, err := t.dial(ctx, raw)
		if err != nil {
			return got, err
		}
		got.tried++
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err == nil && resp.StatusCode == status && resp.Close {
			got.held++
		} else {
			got.why = fmt.Sprintf("%s: %v %v", path, resp, err)
		}
		if resp != nil {
			_ = resp.Body.Close() // read or not, the connection ends
		}
		_ = conn.Close()
	}
	return got, nil
}

// dial opens a connection and sends bytes as they are; what is not answered in ten seconds is not answered.
func (t *target) dial(ctx context.Context, raw string) (*net.TCPConn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", strings.TrimPrefix(t.url, "http://"))
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return nil, err
	}
	_, err = conn.Write([]byte(raw))
	return conn.(*net.TCPConn), err
}
