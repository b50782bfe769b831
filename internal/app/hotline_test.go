package app_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework/law"
)

// TestTheHotlineBringsALetterWithItsScan: its program files what a caller said, however often it tries, adds the scan to the code it was
// given, and reads the answer by the same code. A clerk finds letter, channel and scan.
func TestTheHotlineBringsALetterWithItsScan(t *testing.T) {
	const secret = "mot-bi-mat-du-dai"
	for _, engine := range []func(*testing.T, *app.Config){func(*testing.T, *app.Config) {}, mongoServer} {
		r := open(t, func(c *app.Config) { c.Hooks = map[string]string{"1022": secret}; engine(t, c) })
		body := `{"id":"call-20261127-0017","text":"Đèn đường thôn Ba tắt ba tuần nay.","contact":{"name":"Võ Thị Bé","phone":"0905123456"}}`
		call := func() answer {
			at := strconv.FormatInt(r.Now().Unix(), 10)
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(at + "." + body))
			return r.call(t, "POST", "/hooks/1022", body, "Content-Type", "application/json", "X-Tiepdan-Timestamp", at, "X-Tiepdan-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
		}
		first, again := call(), call()
		code, _ := first.JSON["tracking_code"].(string)
		if first.Status != http.StatusOK || code == "" || again.JSON["tracking_code"] != code {
			t.Fatalf("%d %s, then %d %s", first.Status, first.Raw, again.Status, again.Raw)
		}
		var scan bytes.Buffer
		if err := jpeg.Encode(&scan, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
			t.Fatal(err)
		}
		if a := r.sendFile(t, code, "ban-quet.jpg", scan.Bytes()); a.Status != http.StatusCreated {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
		until(t, "triage", func() bool { cs := r.byChannel(t, "hook/1022"); return len(cs) == 1 && cs[0].State == law.Triage })
		c := r.byChannel(t, "hook/1022")[0]
		if page := r.page(t, "/staff/cases/"+c.Ref, r.signIn(t, "thuanbc")); !strings.Contains(page, "Đèn đường thôn Ba tắt") || !strings.Contains(page, "ban-quet.jpg") || !strings.Contains(page, "1022") {
			t.Error("the clerk does not find letter, scan and channel: ", strings.Contains(page, "Đèn đường thôn Ba tắt"), strings.Contains(page, "ban-quet.jpg"), strings.Contains(page, "1022"))
		}
		open311Moves(t, r, c.Ref)
		until(t, "the answer", func() bool {
			said, _ := r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["answer"].(map[string]any)
			return said["text"] == "Đã sửa đèn."
		})
	}
}
