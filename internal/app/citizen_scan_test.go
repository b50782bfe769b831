package app_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/testkit"
)

// pixel is a picture in which there is no code.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// TestAReceiptIsReadWithTheCamera: where a browser reads such codes, a picture of the receipt opens the case; elsewhere nothing is
// offered that does not work. The browser of the tests reads none, so it is lent a reader.
func TestAReceiptIsReadWithTheCamera(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone())
	code := caseAt(t, r, "feedback")
	p.open("/t")
	if p.eval("!self.BarcodeDetector") == "true" && p.eval("document.querySelector('[data-scan]').hidden") != "true" {
		t.Error("offered to a browser that reads no codes")
	}
	lend := func(says string) {
		p.await(`new Promise((done) => {
			self.BarcodeDetector = class {
				static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
				detect(picture) { return Promise.resolve(picture.width ? [{ rawValue: "` + says + `" }] : []); }
			};
			const again = document.createElement("script");
			again.src = document.querySelector("script[src*=scan]").src;
			again.onload = done;
			document.head.append(again);
		})`)
		p.see("[data-scan]")
	}
	raw, err := base64.StdEncoding.DecodeString(pixel)
	if err != nil {
		t.Fatal(err)
	}
	picture := filepath.Join(t.TempDir(), "receipt.png")
	if err := os.WriteFile(picture, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	lend("https://example.vn/elsewhere")
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#scan"), []string{picture}))
	p.settled("saying that there is no code", `document.querySelector("[data-scanned]").textContent !== ""`)
	lend(r.URL + "/t#" + code)
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#scan"), []string{picture}))
	p.see("#status")
}
