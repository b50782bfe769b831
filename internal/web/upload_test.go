package web_test

import (
	"testing"
	"time"

	"tiepdan/internal/web"
)

// TestASlowUploadIsGivenTimeAndADripIsNot: two kilobytes a second are enough, after half a minute of grace.
func TestASlowUploadIsGivenTimeAndADripIsNot(t *testing.T) {
	began := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	until := web.UploadPace(began)
	for read, want := range map[int64]time.Duration{0: 30 * time.Second, 2 << 10: 31 * time.Second, 200 << 10: 130 * time.Second, 34 << 20: 10 * time.Minute} {
		if got := until(read).Sub(began); got != want {
			t.Errorf("after %d bytes: %s, want %s", read, got, want)
		}
	}
}
