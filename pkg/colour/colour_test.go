package colour_test

import (
	"math"
	"testing"

	"tiepdan/pkg/colour"
)

func TestContrastIsThatOfTheGuidelines(t *testing.T) {
	for pair, want := range map[[2]string]float64{
		{"#000000", "#FFFFFF"}: 21, {"#777777", "#FFFFFF"}: 4.48, {"#0B5D5E", "#FFFFFF"}: 7.66, {"#FF0000", "#FFFFFF"}: 4.0, {"#0B5D5E", "#0B5D5E"}: 1,
	} {
		a, ok := colour.Parse(pair[0])
		b, also := colour.Parse(pair[1])
		if got := colour.Contrast(a, b); !ok || !also || math.Abs(got-want) > 0.01 || colour.Contrast(b, a) != got {
			t.Errorf("%v: %.3f, want %.2f", pair, got, want)
		}
	}
}

func TestColoursAreReadAndWritten(t *testing.T) {
	for _, text := range []string{"#0B5D5E", "#FFFFFF", "#000001"} {
		if c, ok := colour.Parse(text); !ok || c.String() != text {
			t.Errorf("%s reads as %s, %v", text, c, ok)
		}
	}
	for _, text := range []string{"", "0B5D5E", "#0B5D5", "#0B5D5E0", "#0B5D5G", "red", "#-12345", "#+12345"} {
		if c, ok := colour.Parse(text); ok {
			t.Errorf("%q reads as %s", text, c)
		}
	}
	if got := colour.Black.Mix(colour.White, 0.2).String(); got != "#333333" {
		t.Errorf("a fifth of white in black is %s", got)
	}
}
