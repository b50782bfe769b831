package attach

import (
	"context"
	"image"
)

// HoldLarge takes the place where large pictures are decoded.
func (k *Keeper) HoldLarge(ctx context.Context) (done func(), err error) {
	return k.queues.picture(ctx, maxDecoded)
}

// CostPNG is what decoding takes.
func CostPNG(raw []byte, w, h int) int64 { return costPNG(raw, image.Config{Width: w, Height: h}) }

// CostJPEG is what decoding takes.
func CostJPEG(raw []byte, w, h int) int64 { return costJPEG(raw, image.Config{Width: w, Height: h}) }
