package office

import "tiepdan/pkg/colour"

// Look (nhận diện) is what an office makes of the pages' one colour: for the light and for the dark.
type Look struct{ Light, Dark Tones }

// Tones are the colour itself, what is written on it, and the ground of what is selected.
type Tones struct{ Brand, Ink, Soft string }

// readable is the least contrast of text with its ground.
const readable = 4.5

// The grounds that the colour stands on: paper and card.
var (
	lightPaper = colour.RGB{251. / 255, 250. / 255, 247. / 255}
	darkPaper  = colour.RGB{20. / 255, 23. / 255, 26. / 255}
	darkCard   = colour.RGB{29. / 255, 33. / 255, 37. / 255}
)

// LookOf is the look that a colour gives. It reports false for one that white letters cannot be read on, or that cannot be read
// itself on our grounds: pages in it would shut somebody out. For the dark it is made lighter until it can be read there.
func LookOf(text string) (Look, bool) {
	c, ok := colour.Parse(text)
	soft := colour.White.Mix(c, 0.11)
	if !ok || !reads(c, colour.White, lightPaper, soft) {
		return Look{}, false
	}
	out := Look{Light: Tones{c.String(), colour.White.String(), soft.String()}}
	for step := 0.0; step <= 1; step += 0.02 {
		bright := c.Mix(colour.White, step)
		ground, ink := darkPaper.Mix(bright, 0.14), colour.Black.Mix(c, 0.15)
		if reads(bright, darkPaper, darkCard, ground, ink) {
			out.Dark = Tones{bright.String(), ink.String(), ground.String()}
			return out, true
		}
	}
	return Look{}, false
}

// reads reports whether the colour can be read on all the grounds.
func reads(c colour.RGB, grounds ...colour.RGB) bool {
	for _, g := range grounds {
		if colour.Contrast(c, g) < readable {
			return false
		}
	}
	return true
}
