package app_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
	"tiepdan/internal/web"
	"tiepdan/internal/web/api"
)

// keeper keeps what the pages hand over, to look at what left the phone. It refuses what is called a virus.
type keeper struct {
	mu   sync.Mutex
	kept map[string][]byte // by the name the file came with
}

func (k *keeper) Keep(_ context.Context, _ string, u api.Upload) (casework.Attachment, error) {
	raw, err := io.ReadAll(u.Body)
	if err != nil {
		return casework.Attachment{}, err
	}
	if strings.Contains(u.Name, "virus") {
		return casework.Attachment{}, &casework.Error{Code: casework.Invalid, Key: "error.file_again"}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[u.Name] = raw
	return casework.Attachment{ID: u.Name, Name: u.Name, Size: int64(len(raw))}, nil
}

func (k *keeper) KeepFor(ctx context.Context, _ office.Staff, ref string, u api.Upload) (casework.Attachment, error) {
	return k.Keep(ctx, ref, u)
}

func (*keeper) Takes(context.Context, string) error { return nil }

func (*keeper) Open(context.Context, string, string, string) (casework.Attachment, io.ReadCloser, error) {
	return casework.Attachment{}, nil, &casework.Error{Code: casework.NotFound, Key: "error.not_found"}
}

func (*keeper) OpenFor(context.Context, office.Staff, string, string, bool) (casework.Attachment, io.ReadCloser, error) {
	return casework.Attachment{}, nil, &casework.Error{Code: casework.NotFound, Key: "error.not_found"}
}

func (k *keeper) names() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []string
	for name := range k.kept {
		out = append(out, name)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// withFiles serves the pages of the program with the keeper behind them.
func withFiles(t *testing.T, r *running) *keeper {
	t.Helper()
	k := &keeper{kept: map[string][]byte{}}
	s, err := web.New(web.Config{
		Desk: r.Desk, Book: r.Book, Doors: r.Doors, Stickers: r.Stickers, Offices: r.Store, Words: r.Words, Langs: r.Words.Choose,
		Assets: assets.Files, Attachments: k, Signer: r.Keys, MAC: r.Keys.MAC, Log: r.App.Log, Now: r.Now, Timeout: 10 * time.Second,
		Ready: func(context.Context) []web.Check { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	r.URL = "http://" + l.Addr().String()
	return k
}

// photo writes a picture as a phone takes it: large, with a place in its Exif segment.
func photo(t *testing.T, name string) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 3000, 2000))
	for i := range img.Pix {
		img.Pix[i] = byte(i / 7000)
	}
	img.Set(0, 0, color.White)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00GPS 15.73 108.36"
	head := append([]byte{0xFF, 0xD8, 0xFF, 0xE1, 0, byte(len(exif) + 2)}, exif...)
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, append(head, buf.Bytes()[2:]...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (p phone) choose(css string, paths ...string) {
	p.t.Helper()
	p.do(chromedp.SetUploadFiles(chromedp.CSS(css), paths))
}

// TestPhotosLeaveThePhoneSmallAndWithoutTheirPlace sends two photos and a file that is refused, and another one later.
func TestPhotosLeaveThePhoneSmallAndWithoutTheirPlace(t *testing.T) {
	r := open(t, nil)
	k := withFiles(t, r)
	p := newPhone(t, r, testkit.Phone())
	p.open(counterPath(t, r, 2) + "/file?kind=feedback")
	p.says("Rác ở kênh N22", "Đã ba tuần.")
	p.choose("#files", photo(t, "rac.jpg"), photo(t, "virus.jpg"))
	p.settled("both photos", `document.querySelectorAll("[data-files] li").length === 2`)
	picture(t, p, "phone", "photos")
	testkit.Axe(t, p.ctx)
	p.click("button.main", "#refused")
	if got := p.text("#refused"); !strings.Contains(got, "virus.jpg") || strings.Contains(got, "rac.jpg") {
		t.Errorf("the receipt says of refused files: %s", got)
	}
	small, err := jpeg.DecodeConfig(bytes.NewReader(k.kept["rac.jpg"]))
	if err != nil || small.Width != 1600 || small.Height != 1067 {
		t.Errorf("the photo arrived as %v (%v)", small, err)
	}
	if bytes.Contains(k.kept["rac.jpg"], []byte("GPS")) {
		t.Error("the photo still tells its place")
	}
	p.choose("#more-files", photo(t, "lan-hai.jpg"))
	p.settled("the photo", `document.querySelectorAll("[data-files] li").length === 1`)
	p.click(`form[action="/receipt/files"] button[type=submit]`, "#code")
	until(t, "the second photo", func() bool { return k.names() == "lan-hai.jpg rac.jpg" })
	if p.eval(`document.querySelector("#refused") === null`) != "true" {
		t.Error("the receipt still tells of a refused file")
	}
}

func TestEvidenceKeepsItsOriginal(t *testing.T) {
	r := open(t, nil)
	k := withFiles(t, r)
	p := newPhone(t, r, testkit.Phone())
	p.open(counterPath(t, r, 2) + "/file?kind=denunciation")
	p.says("Đòi tiền", "Có ảnh chụp.")
	p.reach("[name=anonymous]")
	p.do(chromedp.Click(chromedp.CSS(`[name=anonymous][value=yes]`)))
	p.reach("#files")
	p.choose("#files", photo(t, "bang-chung.jpg"))
	p.settled("the photo", `document.querySelectorAll("[data-files] li").length === 1`)
	p.do(chromedp.Click(chromedp.CSS(`[name=evidence]`)))
	p.click("button.main", "#code")
	if !bytes.Contains(k.kept["bang-chung.jpg"], []byte("GPS")) {
		t.Error("the original was not sent")
	}
}

// TestFilesGoWithoutAScript sends a photo as it is: the server takes out what the phone could not.
func TestFilesGoWithoutAScript(t *testing.T) {
	r := open(t, nil)
	k := withFiles(t, r)
	p := newPhone(t, r, testkit.Narrow(), testkit.WithoutJavaScript())
	p.open(counterPath(t, r, 2) + "/file?kind=petition")
	p.says("Đèn đường", "Xin lắp đèn.")
	p.choose("#files", photo(t, "duong.jpg"))
	p.click("button.main", "#code")
	code := p.text("#code")
	p.open("/t/" + code)
	p.fill("#text", "Thêm một ảnh")
	p.choose("#files", photo(t, "them.jpg"))
	p.click(`form[action$="/messages"] button[type=submit]`, ".talk .ours")
	if got := k.names(); got != "duong.jpg them.jpg" {
		t.Errorf("kept %s", got)
	}
}

// TestPhotosWaitForTheNetworkWithTheirCase loses the network after the photo was chosen.
func TestPhotosWaitForTheNetworkWithTheirCase(t *testing.T) {
	r := open(t, nil)
	k := withFiles(t, r)
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("ERR_"), testkit.AllowConsole("Failed"))
	p.open(counterPath(t, r, 2) + "/file?kind=feedback")
	p.await(workerRules)
	p.settled("keeping the page", `caches.open("pages-1").then(c => c.match("/waiting")).then(r => !!r)`)
	testkit.Offline(t, p.ctx)
	p.says("Cầu bị ngập", "Nước lên.")
	p.choose("#files", photo(t, "cau.jpg"))
	p.click("button.main", "#queue section")
	testkit.Online(t, p.ctx)
	p.open("/waiting")
	p.see("#queue .code")
	until(t, "the photo", func() bool { return k.names() == "cau.jpg" })
	p.settled("the case as sent", `box.all("queue").then(q => q[0].state === "sent" && q[0].files.length === 0)`)
}

// TestMistakesKeepThePhotos brings a form back with its photos still chosen.
func TestMistakesKeepThePhotos(t *testing.T) {
	r := open(t, nil)
	withFiles(t, r)
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("422"))
	p.open(counterPath(t, r, 2) + "/file?kind=feedback")
	p.says("Rác", "Rác")
	p.do(chromedp.Click(chromedp.CSS("summary")))
	p.fill(`[id="contact.phone"]`, "000 000 000") // enough digits for the page, no number for the desk
	p.choose("#files", photo(t, "rac.jpg"))
	p.settled("the photo", `document.querySelectorAll("[data-files] li").length === 1`)
	p.click("button.main", "#mistakes")
	p.settled("the photo again", `document.querySelectorAll("[data-files] li").length === 1 && document.querySelector("#files").files.length === 1`)
}
