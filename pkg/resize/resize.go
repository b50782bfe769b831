// Package resize makes pictures smaller.
package resize

import (
	"image"

	"golang.org/x/image/draw"
)

// Fit returns the picture with its longer side at most so many pixels; a smaller one stays as it is.
func Fit(img image.Image, side int) image.Image {
	b := img.Bounds()
	long := max(b.Dx(), b.Dy())
	if long <= side {
		return img
	}
	out := image.NewNRGBA(image.Rect(0, 0, max(1, b.Dx()*side/long), max(1, b.Dy()*side/long)))
	draw.CatmullRom.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	return out
}
