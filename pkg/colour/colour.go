// Package colour measures how well colours can be told apart, as WCAG 2 does.
package colour

import (
	"fmt"
	"math"
	"strconv"
)

// RGB is a colour, its parts from 0 to 1.
type RGB [3]float64

// The ends of every scale.
var (
	White = RGB{1, 1, 1}
	Black = RGB{}
)

// Parse reads #RRGGBB.
func Parse(text string) (RGB, bool) {
	if len(text) != 7 || text[0] != '#' {
		return RGB{}, false
	}
	n, err := strconv.ParseUint(text[1:], 16, 32)
	if err != nil {
		return RGB{}, false
	}
	return RGB{float64(n>>16) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, true
}

// String writes #RRGGBB.
func (c RGB) String() string {
	part := func(v float64) int { return int(math.Round(v * 255)) }
	return fmt.Sprintf("#%02X%02X%02X", part(c[0]), part(c[1]), part(c[2]))
}

// Mix takes so much of another colour in, from 0 to 1.
func (c RGB) Mix(other RGB, much float64) RGB {
	var out RGB
	for i := range c {
		out[i] = c[i] + (other[i]-c[i])*much
	}
	return out
}

// light is the relative luminance.
func (c RGB) light() float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// Contrast is how far two colours are apart: from 1, the same, to 21, black and white.
func Contrast(a, b RGB) float64 {
	x, y := a.light(), b.light()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
