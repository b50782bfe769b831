package web

import (
	"bytes"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/workday"
)

// workweek is a calendar that knows weekends only.
type workweek struct{ casework.Calendar }

func (workweek) Workdays(from time.Time, n int) (due, target time.Time) {
	d := from.In(vietnam)
	for n > 0 {
		d = d.AddDate(0, 0, 1)
		if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
			n--
		}
	}
	return d, d
}

func TestACounterSaysWhenItIsOpen(t *testing.T) {
	const layout = "2006-01-02 15:04"
	moment := func(s string) time.Time {
		at, err := time.ParseInLocation(layout, s, vietnam)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for now, want := range map[string]struct {
		open bool
		at   string // until or from when
	}{
		"2026-11-23 07:29": {false, "2026-11-23 07:30"},
		"2026-11-23 07:30": {true, "2026-11-23 11:30"},
		"2026-11-23 11:30": {false, "2026-11-23 13:30"},
		"2026-11-23 16:59": {true, "2026-11-23 17:00"},
		"2026-11-23 17:00": {false, "2026-11-24 07:30"},
		"2026-11-27 18:00": {false, "2026-11-30 07:30"}, // Friday evening
		"2026-11-28 09:00": {false, "2026-11-30 07:30"}, // Saturday
	} {
		got := openAt(workweek{}, workday.UsualHours(), moment(now))
		at := got.Next
		if got.Now {
			at = got.Until
		}
		if got.Now != want.open || at.Format(layout) != want.at {
			t.Errorf("%s: open %v, %s; want %v, %s", now, got.Now, at.Format(layout), want.open, want.at)
		}
	}
}

func TestPagesAreSqueezedOnlyForThoseWhoAskForIt(t *testing.T) {
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error { return squeezed(c, bytes.Repeat([]byte("tiếp dân "), 200)) })
	for asked, want := range map[string]string{"": "", "gzip": "gzip", "gzip, deflate, br": "br", "br;q=0, gzip": "gzip", "identity": ""} {
		req := httptest.NewRequestWithContext(t.Context(), fiber.MethodGet, "/", nil)
		if asked != "" {
			req.Header.Set(fiber.HeaderAcceptEncoding, asked)
		}
		resp, err := app.Test(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if got := resp.Header.Get(fiber.HeaderContentEncoding); got != want {
			t.Errorf("Accept-Encoding %q got %q, want %q", asked, got, want)
		}
	}
}

func FuzzSignedTextSurvivesAnyPaste(f *testing.F) {
	f.Add(proofBegin + "\nreference: TD26-1\n" + proofSign + "\nAAAA\n" + proofEnd)
	f.Add(proofBegin + "\r\n  a: b \r\n\r\n" + proofSign + " QQ== " + proofEnd)
	f.Add(proofEnd + proofSign + proofBegin)
	f.Fuzz(func(t *testing.T, pasted string) {
		text, _, ok := signedText(pasted)
		if again, _, _ := signedText(proofBegin + "\n" + text + "\n" + proofSign + "\nAAAA\n" + proofEnd); ok && again != text {
			t.Errorf("read %q, then %q", text, again)
		}
	})
}
