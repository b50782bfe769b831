package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"maps"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"tiepdan/internal/testkit"
)

// printed is the open page on paper, in the size that the page asks for.
func (p phone) printed() []byte {
	p.t.Helper()
	size := true
	var out []byte
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		r, err := cdp.Call(ctx, t, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &size})
		out = r.Data
		return err
	}))
	return out
}

// saidBy reads the QR code that an element shows.
func (p phone) saidBy(css string) string {
	p.t.Helper()
	_, data, _ := strings.Cut(p.eval("document.querySelector('"+css+"').src"), "base64,")
	svg, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		p.t.Fatal(err)
	}
	return readQR(p.t, drawn(p.t, svg))
}

// TestAReceiptIsWorthKeeping files a complaint and keeps its receipt: whose it is, what was handed in, what comes by when; on one
// sheet of A5, as a picture, opened again by the code, and checked by whoever scans it, with and without a script.
func TestAReceiptIsWorthKeeping(t *testing.T) {
	r := open(t, nil)
	for name, opts := range map[string][]testkit.BrowserOption{
		"phone": {testkit.Phone()}, "no script": {testkit.Narrow(), testkit.WithoutJavaScript()}, "desk": {testkit.Desktop()},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			l := letters()[3]
			fields := maps.Clone(l.fields)
			fields["#subject"] = "Mức bồi thường khi thu hồi đất ở thôn Quý Mỹ"
			fileLetter(t, p, counterPath(t, r, 2), letter{l.kind, l.of, fields})

			scripts := name != "no script"
			p.open("/receipt")
			checkSheet(t, p)
			if n := bytes.Count(p.printed(), []byte("/Type /Page\n")); n != 1 {
				t.Errorf("the receipt takes %d pages", n)
			}
			address := p.saidBy("#check")
			if scripts {
				testkit.Axe(t, p.ctx)
				if got := p.await(`drawing().then(b => b.type + (b.size > 20000))`); got != "image/pngtrue" {
					t.Errorf("the picture is %s", got)
				}
			}
			p.click(`form[action="/t"] button.main`, "#status")
			p.click(`a[href$="/receipt"]`, "#code")
			checkSheet(t, p)
			ref := p.text("#reference")
			p.open(strings.TrimPrefix(address, r.URL))
			if !scripts {
				p.fill("#proof", address)
				p.click("button.main", ".note.good")
			}
			p.see(".note.good")
			if got := p.text(".note.good dl"); !strings.Contains(got, ref) {
				t.Errorf("the QR code of %s proves %q", ref, got)
			}
			if got := p.eval("location.hash"); scripts && got != "" {
				t.Error("the proof stays in the address")
			}
		})
	}
}

func checkSheet(t *testing.T, p phone) {
	t.Helper()
	got := p.text("main")
	for _, want := range []string{
		"Ủy ban nhân dân xã Thăng Bình", "Tiểu La", "0236 000 1022", "Quầy 3", "Mức bồi thường khi thu hồi đất", "Chậm nhất ngày",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the receipt does not say %q:\n%s", want, got)
		}
	}
}
