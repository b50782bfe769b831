package picmeta_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"tiepdan/pkg/picmeta"
)

func painted() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for y := range 30 {
		for x := range 40 {
			img.Set(x, y, color.RGBA{uint8(6 * x), uint8(8 * y), uint8(x * y), 255})
		}
	}
	return img
}

func TestJPEGKeepsThePictureAndNothingElse(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, painted(), nil); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	raw := append([]byte("\xFF\xD8\xFF\xE1\x00\x0CExif\x00\x00GPS1\xFF\xFE\x00\x06word\xFF\xED\x00\x06IPTC"), plain[2:]...)
	raw = append(raw, "after the end"...)
	if got := picmeta.JPEG(raw); !bytes.Equal(got, plain) {
		t.Errorf("%d bytes, want %d: %q", len(got), len(plain), got[:40])
	}
}

func TestPNGKeepsThePictureAndNothingElse(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, painted()); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	chunk := "\x00\x00\x00\x06tEXtAuthorCRC!" // its checksum is nobody's business once it is gone
	raw := append(append(bytes.Clone(plain[:33]), chunk...), plain[33:]...)
	raw = append(raw, "after the end"...)
	if got := picmeta.PNG(raw); !bytes.Equal(got, plain) {
		t.Errorf("%d bytes, want %d", len(got), len(plain))
	}
}

func FuzzPictures(f *testing.F) {
	f.Add([]byte("\xFF\xD8\xFF\xE1\x00\x0CExif\x00\x00GPS1\xFF\xDA\x00\x02pic\xFF\xD9"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x06tEXtAuthorCRC!\x00\x00\x00\x00IENDxxxx"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for name, clean := range map[string]func([]byte) []byte{"JPEG": picmeta.JPEG, "PNG": picmeta.PNG} {
			once := clean(raw)
			if twice := clean(once); !bytes.Equal(once, twice) {
				t.Errorf("%s: %q becomes %q, then %q", name, raw, once, twice)
			}
		}
	})
}
