package attach

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/jpeg"
	"io"

	"golang.org/x/image/draw"
)

// longest is the longer side of a photo that is kept, in pixels: enough to read a photographed page.
const longest = 2560

func asJPEG(w io.Writer, img image.Image) error {
	return jpeg.Encode(w, img, &jpeg.Options{Quality: 85})
}

// repaint decodes a photo and paints it anew, upright and not larger than needed: nothing but what the eye sees goes on,
// so no place, no time, no camera. How much memory it takes is known from its header, before anything is decoded.
func (k kind) repaint(ctx context.Context, raw []byte, q queues) ([]byte, error) {
	size, err := k.size(bytes.NewReader(raw))
	if err != nil || size.Width <= 0 || size.Height <= 0 {
		return nil, refused("error.file_broken")
	}
	cost := k.cost(raw, size)
	if cost > k.most {
		return nil, refused("error.file_pixels")
	}
	done, err := q.picture(ctx, cost+painted(size))
	if err != nil {
		return nil, err
	}
	defer done()
	img, err := k.decode(timed{ctx, bytes.NewReader(raw)})
	switch {
	case ctx.Err() != nil:
		return nil, busy()
	case err != nil:
		return nil, refused("error.file_broken")
	}
	img = smaller(img)
	if k.source == "image/jpeg" {
		img = upright(img, orientation(raw))
	}
	var out bytes.Buffer
	if err := k.encode(&out, img); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// smaller returns the picture with its longer side at most longest.
func smaller(img image.Image) image.Image {
	b := img.Bounds()
	side := max(b.Dx(), b.Dy())
	if side <= longest {
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()*longest/side), max(1, b.Dy()*longest/side)))
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	return out
}

// upright turns and mirrors the picture by Exif's orientation 1 to 8.
func upright(img image.Image, o int) image.Image {
	if o < 2 || o > 8 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if o >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := turn(x, y, w, h, o)
			out.Set(tx, ty, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}

// turn is where a pixel goes.
func turn(x, y, w, h, o int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	default:
		return y, w - 1 - x
	}
}

// orientation reads Exif's tag 0x0112 out of a JPEG, or 1.
func orientation(raw []byte) int {
	for at := 2; at+4 <= len(raw) && raw[at] == 0xFF; {
		n := int(binary.BigEndian.Uint16(raw[at+2:]))
		if n < 2 || at+2+n > len(raw) || raw[at+1] == 0xDA {
			return 1
		}
		if raw[at+1] == 0xE1 && bytes.HasPrefix(raw[at+4:at+2+n], []byte("Exif\x00\x00")) {
			return tagOf(raw[at+10 : at+2+n])
		}
		at += 2 + n
	}
	return 1
}

// tagOf reads the orientation in a TIFF header's first directory.
func tagOf(tiff []byte) int {
	if len(tiff) < 14 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	dir := int(order.Uint32(tiff[4:]))
	if dir < 8 || dir+2 > len(tiff) {
		return 1
	}
	for i := range int(order.Uint16(tiff[dir:])) {
		at := dir + 2 + 12*i
		if at+12 > len(tiff) {
			return 1
		}
		if order.Uint16(tiff[at:]) == 0x0112 {
			return int(order.Uint16(tiff[at+8:]))
		}
	}
	return 1
}
