package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// TestForwardedLetterIsTakenInByReception: with its day of receipt and who passed it on; the case says so to staff, on its page and
// by the API, and so does what was sent.
func TestForwardedLetterIsTakenInByReception(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		clerk := r.signIn(t, "thuanbc")
		day := time.Now().In(casework.Vietnam).AddDate(0, 0, -2)
		letter := map[string]any{
			"kind": "denunciation", "category": "land", "subject": "Nhận tiền", "body": "Tôi tố cáo ông Hồ Tấn Lực nhận tiền làm hồ sơ.",
			"contact": map[string]string{"name": "Võ Thị Bé", "address": "thôn Quý Mỹ"},
			"channel": "forwarded", "received_on": day.Format(time.DateOnly), "forwarder": "Báo Thôn",
		}
		d := &dossier{running: r}
		a := r.call(t, "POST", "/api/v1/staff/cases", letter, clerk...)
		if a.Status != http.StatusCreated {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
		d.ref, d.code = a.JSON["reference"].(string), a.JSON["tracking_code"].(string)
		until(t, "the routing", func() bool { return d.kept(t).State != law.Received })
		if c := d.kept(t); c.Forwarder != "Báo Thôn" || c.ReceivedAt.In(casework.Vietnam).Format(time.DateOnly) != day.Format(time.DateOnly) {
			t.Errorf("from %q at %s", c.Forwarder, c.ReceivedAt)
		}
		letter["received_on"] = time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
		if a := r.call(t, "POST", "/api/v1/staff/cases", letter, clerk...); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("received ahead: %d %s", a.Status, a.Raw)
		}
		head := r.signIn(t, headOf(t, r, d.ref))
		if a := r.call(t, "POST", "/api/v1/staff/cases", letter, r.signIn(t, "bonnt")...); a.Status != http.StatusForbidden {
			t.Errorf("an inspector takes in: %d %s", a.Status, a.Raw)
		}
		d.moves(t, head, do("reply_forwarder", "text", "Đã chuyển người có thẩm quyền.", "way", "post", "sent_on", time.Now().In(casework.Vietnam).Format(time.DateOnly)))
		if a := r.call(t, "GET", "/api/v1/staff/cases/"+d.ref, nil, head...); a.JSON["forwarder"] != "Báo Thôn" || !strings.Contains(string(a.Raw), `"to":["forwarder"]`) {
			t.Errorf("the API tells %s", a.Raw)
		}
		if page := r.page(t, "/staff/cases/"+d.ref, head); !strings.Contains(page, "Báo Thôn") || !strings.Contains(page, "Gửi nơi chuyển đơn; bưu điện; ngày") {
			t.Error("the page tells neither who passed it on nor what was sent")
		}
		if page := r.page(t, "/staff/new", clerk); !strings.Contains(page, `name="received_on"`) {
			t.Error("there is no page to take a letter in")
		}
	})
}
