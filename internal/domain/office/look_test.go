package office_test

import (
	"testing"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/colour"
)

// TestEveryLookCanBeRead tries colours through the whole circle: what is let through can be read wherever it stands, in the light and
// in the dark, and what white letters cannot be read on is refused.
func TestEveryLookCanBeRead(t *testing.T) {
	read := func(text string) colour.RGB {
		c, ok := colour.Parse(text)
		if !ok {
			t.Fatalf("%q is no colour", text)
		}
		return c
	}
	taken, refused := 0, 0
	for n := 0; n <= 0xFFFFFF; n += 0x3313 {
		c := colour.RGB{float64(n>>16) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}
		l, ok := office.LookOf(c.String())
		if !ok {
			refused++
			if colour.Contrast(c, colour.White) > 5.6 {
				t.Errorf("%s is refused", c)
			}
			continue
		}
		taken++
		for _, pair := range [][2]string{
			{l.Light.Brand, "#FFFFFF"},
			{l.Light.Brand, "#FBFAF7"},
			{l.Light.Brand, l.Light.Soft},
			{l.Light.Ink, l.Light.Brand},
			{"#1B1F24", l.Light.Soft},
			{l.Dark.Brand, "#14171A"},
			{l.Dark.Brand, "#1D2125"},
			{l.Dark.Brand, l.Dark.Soft},
			{l.Dark.Ink, l.Dark.Brand},
			{"#ECE9E2", l.Dark.Soft},
		} {
			if got := colour.Contrast(read(pair[0]), read(pair[1])); got < 4.45 { // what rounding to 8 bits may take
				t.Errorf("%s: %s on %s has a contrast of %.2f", c, pair[0], pair[1], got)
			}
		}
	}
	if taken < 100 || refused < 100 {
		t.Errorf("%d taken, %d refused", taken, refused)
	}
	for _, text := range []string{"", "#FFCC00", "#00FF00", "#7C828A", "teal"} {
		if l, ok := office.LookOf(text); ok {
			t.Errorf("%q is let through: %+v", text, l)
		}
	}
}
