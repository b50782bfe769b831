package attach

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/resize"
)

// mostPortrait is how large a portrait may be that is kept, in bytes.
const mostPortrait = 200_000

// sizes are the longer sides that a portrait is tried in, the largest first, in pixels.
var sizes = map[office.Portrait][]int{office.Mark: {512, 384, 256, 128}, office.Photo: {1280, 1024, 800, 640}}

// Portrait paints a picture that an office shows of itself: looked at and painted anew as every photo is, then made small enough for
// pages. A picture that is refused is a *casework.Error with the reason under the field "file".
func (k *Keeper) Portrait(ctx context.Context, of office.Portrait, body io.Reader) (office.Picture, error) {
	raw, err := io.ReadAll(io.LimitReader(body, casework.MaxFile+1))
	if err != nil {
		return office.Picture{}, refused("error.file_broken")
	}
	if found, ok := kindOf(raw); ok && found.decode == nil {
		return office.Picture{}, refused("error.file_picture")
	}
	clean, _, err := k.clean(ctx, raw)
	if err != nil {
		return office.Picture{}, err
	}
	done, err := k.queues.picture(ctx, painted(image.Config{Width: longest, Height: longest}))
	if err != nil {
		return office.Picture{}, err
	}
	defer done()
	img, _, err := image.Decode(bytes.NewReader(clean)) // our own painting
	if err != nil {
		return office.Picture{}, refused("error.file_broken")
	}
	for _, side := range sizes[of] {
		out, err := drawPortrait(of, resize.Fit(img, side))
		if err != nil {
			return office.Picture{}, err
		}
		if len(out) <= mostPortrait {
			return office.NewPicture(of, out), nil
		}
	}
	return office.Picture{}, refused("error.file_large")
}

func drawPortrait(of office.Portrait, img image.Image) ([]byte, error) {
	var out bytes.Buffer
	if of == office.Mark {
		best := png.Encoder{CompressionLevel: png.BestCompression}
		err := best.Encode(&out, img)
		return out.Bytes(), err
	}
	err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 76})
	return out.Bytes(), err
}
