package app_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"tiepdan/internal/testkit"
)

// readQR reads a PNG back with another library than the one that drew it. Looking for the finder patterns as in a photo, it
// misses about one clean picture in a hundred, where a camera would take its next frame: then the picture is read as it is drawn.
func readQR(t *testing.T, picture []byte) string {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		upright := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true}
		found, err = qrcode.NewQRCodeReader().Decode(bits, upright)
	}
	if err != nil {
		t.Fatalf("the QR code cannot be read: %v", err)
	}
	return found.GetText()
}

// drawn paints the runs of an SVG's path, eight pixels to a module, as a PNG.
func drawn(t *testing.T, svg []byte) []byte {
	t.Helper()
	const scale = 8
	var side int
	if _, err := fmt.Sscanf(string(regexp.MustCompile(`viewBox="0 0 \d+`).Find(svg)), `viewBox="0 0 %d`, &side); err != nil {
		t.Fatal(err)
	}
	img := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1`).FindAllSubmatch(svg, -1) {
		x, y, n := number(t, run[1]), number(t, run[2]), number(t, run[3])
		draw.Draw(img, image.Rect(x*scale, y*scale, (x+n)*scale, (y+1)*scale), image.Black, image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func number(t *testing.T, digits []byte) int {
	t.Helper()
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEveryCounterQRSaysItsOwnAddress(t *testing.T) {
	r := open(t, nil)
	admin := r.signIn(t, "nhatcm")
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range o.Counters() {
		pic := r.call(t, "GET", "/api/v1/staff/counters/"+k.ID+"/qr.png", nil, admin...)
		if got, want := readQR(t, pic.Raw), r.URL+"/q/"+r.Stickers.Token(k); got != want {
			t.Errorf("%s says %s, want %s", k.ID, got, want)
		}
		svg := r.call(t, "GET", "/api/v1/staff/counters/"+k.ID+"/qr.svg", nil, admin...)
		if got, want := readQR(t, drawn(t, svg.Raw)), r.URL+"/q/"+r.Stickers.Token(k); got != want {
			t.Errorf("the SVG of %s says %s, want %s", k.ID, got, want)
		}
	}
}

// step runs one action on the page and fails the test when it cannot.
func step[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	short, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	got, err := chromedp.Run(short, a)
	if err != nil {
		page, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
		t.Fatalf("%v, on the page %s", err, page)
	}
	return got
}

// TestJourneyFromTheQRToTheAnswer is the main job as people do it: a phone opens what the QR says, a citizen files, the head
// finds the case on his board and answers, the citizen reads the answer.
func TestJourneyFromTheQRToTheAnswer(t *testing.T) {
	r := open(t, nil)
	sticker := r.call(t, "GET", "/api/v1/staff/counters/quay-3/qr.png", nil, r.signIn(t, "nhatcm")...)

	phone := testkit.Browser(t, testkit.Phone())
	testkit.Open(t, phone, readQR(t, sticker.Raw))
	href := step(t, phone, chromedp.AttributeValue(`a[href*="/file"]`, "href")).Value
	testkit.Open(t, phone, r.URL+strings.SplitN(href, "?", 2)[0]+"?kind=feedback")
	step(t, phone, chromedp.SetValue(`[name="category"]`, "roads"))
	step(t, phone, chromedp.SetValue(`[name="subject"]`, "Đèn đường trước chợ bị hỏng"))
	step(t, phone, chromedp.SetValue(`[name="body"]`, "Đèn đường trước chợ Hà Lam tắt đã hai tuần, ban đêm rất tối."))
	step(t, phone, chromedp.Click(`form[action$="/file"] button.main, form[action*="/file"] button[type="submit"]`))
	step(t, phone, chromedp.WaitVisible(`#code`))
	code := strings.TrimSpace(step(t, phone, chromedp.TextContent(`#code`)))
	ref := strings.TrimSpace(step(t, phone, chromedp.TextContent(`#reference`)))

	until(t, "routing", func() bool { return r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["status"] == "assigned" })
	desk := testkit.Browser(t, testkit.Desktop())
	testkit.Open(t, desk, r.URL+"/staff")
	step(t, desk, chromedp.SetValue(`[name="username"]`, headOf(t, r, ref)))
	step(t, desk, chromedp.SetValue(`[name="password"]`, r.password(t)))
	step(t, desk, chromedp.Click(`main button[type="submit"]`))
	step(t, desk, chromedp.WaitReady(`#q`))
	testkit.Open(t, desk, r.URL+"/staff/cases?view=unassigned")
	step(t, desk, chromedp.Click(`a[href="/staff/cases/`+ref+`"]`))
	step(t, desk, chromedp.Click(`a#do-answer`))
	step(t, desk, chromedp.SetValue(`#text`, "Tổ điện đã thay bóng sáng nay."))
	step(t, desk, chromedp.Click(`button[value="preview"]`))
	step(t, desk, chromedp.Click(`button[value="send"]`))
	step(t, desk, chromedp.WaitReady(`form[action$="/moves/close"]`))

	testkit.Open(t, phone, r.URL+"/t")
	step(t, phone, chromedp.SetValue(`[name="code"]`, strings.ToLower(code)))
	step(t, phone, chromedp.Click(`main form[action^="/t"] button[type="submit"]`))
	step(t, phone, chromedp.WaitVisible(`#answer`))
	if got := step(t, phone, chromedp.TextContent(`main`)); !strings.Contains(got, "thay bóng sáng nay") {
		t.Errorf("the citizen reads %q", got)
	}
}
