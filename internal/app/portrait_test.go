package app_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
)

// drawnPortraits are a mark, a photo that tells where it was taken, and a text that calls itself a picture.
func drawnPortraits(t *testing.T) (mark, photo, text string) {
	t.Helper()
	dir := t.TempDir()
	keep := func(name string, body []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	sign := image.NewNRGBA(image.Rect(0, 0, 900, 900))
	for x, grain := 100, uint32(1); x < 800; x++ { // of a grain that no format makes small
		for y := 100; y < 800; y++ {
			grain = grain*1664525 + 1013904223
			sign.Set(x, y, color.NRGBA{R: 180 + uint8(grain>>28), G: uint8(grain >> 27 & 31), B: 180 + uint8(grain>>26&31), A: 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, sign); err != nil {
		t.Fatal(err)
	}
	mark = keep("bieu trung.png", out.Bytes())
	house := image.NewRGBA(image.Rect(0, 0, 2400, 1600))
	draw.Draw(house, house.Rect, image.NewUniform(color.RGBA{R: 240, G: 160, B: 40, A: 255}), image.Point{}, draw.Src)
	out.Reset()
	if err := jpeg.Encode(&out, house, nil); err != nil {
		t.Fatal(err)
	}
	told := append([]byte("Exif\x00\x00"), "GPS 15.7 108.4"...)
	raw := out.Bytes()
	photo = keep("tru so.jpg", append(append(append([]byte{}, raw[:2]...), append([]byte{0xFF, 0xE1, 0, byte(len(told) + 2)}, told...)...), raw[2:]...))
	return mark, photo, keep("x.png", []byte("<svg onload=alert(1)>"))
}

// sendPortrait chooses a file on the page of the general settings and sends it.
func (p phone) sendPortrait(of, path, then string) {
	p.t.Helper()
	p.open("/staff/admin/settings/edit/office")
	p.choose("#"+of+"-file", path)
	p.click(`form[action$="/picture/`+of+`"] button`, then)
}

// TestAnOfficeShowsItsMarkAndItsHouse uploads both on the page of the settings: the front door and the counters show them within
// their budget, posters bear the mark, what a photo told besides is gone, and each is taken back like every other change.
func TestAnOfficeShowsItsMarkAndItsHouse(t *testing.T) {
	r := open(t, nil)
	mark, photo, text := drawnPortraits(t)
	desk := newPhone(t, r, testkit.Desktop(), testkit.AllowConsole("422"))
	desk.signIn(oneOf(t, r, office.Admin), r.password(t))
	desk.sendPortrait("mark", text, "#file")
	desk.sendPortrait("mark", mark, "main p.good")
	desk.sendPortrait("photo", photo, "img.preview")
	desk.sound("settings-portraits")

	for name, opts := range withAndWithoutScripts() {
		p := newPhone(t, r, opts...)
		for path, want := range map[string]string{"/": "48x48 600x400", counterPath(t, r, 2): "48x48"} {
			p.open(path)
			p.eval(`document.querySelector(".photo")?.scrollIntoView() || ""`)
			p.settled("the pictures", `[...document.querySelectorAll("main img")].every(i => i.complete && i.naturalWidth > 0)`)
			got := p.eval(`[...document.querySelectorAll("main img")].map(i => i.className === "photo" ? "600x" + Math.round(600 * i.naturalHeight / i.naturalWidth) : i.clientWidth + "x" + i.clientHeight).join(" ")`)
			if got != want {
				t.Errorf("%s, %s: %q, want %q", name, path, got, want)
			}
		}
	}
	slow := newPhone(t, r, testkit.Phone())
	slow.open("/")
	small := r.call(t, "GET", slow.eval(`new URL(document.querySelector(".own-mark").src).pathname`), nil)
	large := r.call(t, "GET", slow.eval(`new URL(document.querySelector(".photo").src).pathname`), nil)
	if len(small.Raw) > 4000 || small.Header.Get("Content-Type") != "image/png" || !strings.Contains(small.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the mark takes %d bytes, as %s", len(small.Raw), small.Header.Get("Content-Type"))
	}
	if len(large.Raw) > 200_000 || bytes.Contains(large.Raw, []byte("GPS")) || large.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the photo takes %d bytes and tells where it was taken: %v", len(large.Raw), bytes.Contains(large.Raw, []byte("GPS")))
	}
	slow.sound("home-own")

	admin := r.signIn(t, oneOf(t, r, office.Admin))
	for _, size := range []string{"a4", "badge"} {
		pdf := r.call(t, "GET", "/api/v1/staff/counters/posters.pdf?counter=quay-1&size="+size, nil, admin...)
		sheet := pictures(t, pdf.Raw, "150")[0]
		if n := magenta(t, sheet); n < 500 {
			t.Errorf("the poster %s shows %d pixels of the mark", size, n)
		}
		if said := scanned(t, sheet); !strings.Contains(said, "/q/") {
			t.Errorf("the code of %s says %q", size, said)
		}
	}
	refusedPortraits(t, r, admin)

	desk.open("/staff/admin/settings/edit/office")
	desk.eval(`document.querySelector("[name='mark.none']").checked = true`)
	desk.click(`form[action$="/edit/office"] button.main`, "main p.good")
	if got := r.call(t, "GET", "/", nil); strings.Contains(string(got.Raw), `class="own-mark"`) || !strings.Contains(string(got.Raw), `class="photo"`) {
		t.Error("the mark is still shown, or the photo went with it")
	}
	if got := r.call(t, "GET", slow.eval(`new URL(document.querySelector(".own-mark").src).pathname`), nil); got.Status != http.StatusNotFound {
		t.Errorf("the mark that was taken back answers %d", got.Status)
	}
}

// refusedPortraits asks for what nobody may have.
func refusedPortraits(t *testing.T, r *running, admin []string) {
	t.Helper()
	const at = "/api/v1/staff/office/settings/office"
	etag := r.call(t, "GET", at, nil, admin...).Header.Get("ETag")
	for _, id := range []string{"../../etc/passwd", strings.Repeat("a", 32) + ".svg", strings.Repeat("a", 32) + ".jpg"} {
		if got := r.call(t, "PUT", at, map[string]any{"mark": id}, append(admin, "If-Match", etag)...); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("the mark %q answers %d", id, got.Status)
		}
	}
	officer := newPhone(t, r, testkit.Desktop(), testkit.AllowConsole("403"))
	officer.signIn(oneOf(t, r, office.Head), r.password(t))
	officer.open("/staff/me")
	if got := officer.await(`(async () => {
		const body = new FormData();
		body.append("csrf", document.querySelector("[name=csrf]").value); body.append("version", "1"); body.append("files", new Blob(["x"]), "x.png");
		return (await fetch("/staff/admin/settings/picture/mark", { method: "POST", body })).status;
	})()`); got != "403" {
		t.Errorf("who is no administrator is answered %s", got)
	}
}

// magenta counts the pixels of a picture in the colour of the mark.
func magenta(t *testing.T, path string) int {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if r, g, b, _ := img.At(x, y).RGBA(); r>>8 > 150 && g>>8 < 60 && b>>8 > 150 {
				n++
			}
		}
	}
	return n
}
