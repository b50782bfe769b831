package attach

import (
	"context"
	"image"
	"io"
)

// HoldLarge takes the place where large pictures are decoded.
func (k *Keeper) HoldLarge(ctx context.Context) (done func(), err error) {
	return k.queues.picture(ctx, maxDecoded)
}

// TimedRead reads as decoders do.
func TimedRead(ctx context.Context, r io.Reader, p []byte) (int, error) { return timed{ctx, r}.Read(p) }

// CostPNG is what decoding takes.
func CostPNG(raw []byte, w, h int) int64 { return costPNG(raw, image.Config{Width: w, Height: h}) }

// CostJPEG is what decoding takes.
func CostJPEG(raw []byte, w, h int) int64 { return costJPEG(raw, image.Config{Width: w, Height: h}) }
