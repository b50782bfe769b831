package attach_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"runtime"
	"testing"

	"tiepdan/internal/attach"
	"tiepdan/internal/domain/casework/law"
)

// flatPNG is a picture of one colour, packed to next to nothing: a bomb.
func flatPNG(w, h int, depth byte, colour byte) []byte {
	channels := map[byte]int{0: 1, 2: 3, 6: 4}[colour]
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	line := make([]byte, 1+w*channels*int(depth)/8)
	for range h {
		_, _ = z.Write(line) // a Buffer takes all
	}
	_ = z.Close()
	head := make([]byte, 13)
	binary.BigEndian.PutUint32(head, uint32(w))
	binary.BigEndian.PutUint32(head[4:], uint32(h))
	head[8], head[9] = depth, colour
	b := bytes.NewBufferString("\x89PNG\r\n\x1a\n")
	for _, c := range []struct {
		kind string
		data []byte
	}{{"IHDR", head}, {"IDAT", packed.Bytes()}, {"IEND", nil}} {
		_ = binary.Write(b, binary.BigEndian, uint32(len(c.data)))
		b.WriteString(c.kind)
		b.Write(c.data)
		_ = binary.Write(b, binary.BigEndian, crc32.ChecksumIEEE(append([]byte(c.kind), c.data...)))
	}
	return b.Bytes()
}

// TestPicturesAreMeasuredInBytesBeforeTheyAreDecoded refuses 25 megapixels of 16 bits, which take 200 MB, from the header.
func TestPicturesAreMeasuredInBytesBeforeTheyAreDecoded(t *testing.T) {
	bomb := flatPNG(5000, 5000, 16, 6)
	if len(bomb) > 300<<10 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	s := open(t, law.Feedback, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := s.keep(t, "a.png", bomb)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; why(err) != "error.file_pixels" || used > 16<<20 {
		t.Errorf("%q after %d MB", why(err), used>>20)
	}
	if _, err := s.keep(t, "a.png", flatPNG(5000, 5000, 8, 0)); err != nil {
		t.Errorf("25 megapixels of grey take 25 MB: %s", why(err))
	}
}

// TestAPhotoDoesNotWaitForLargePictures: while one is decoded others wait, until their time is over; photos go past.
func TestAPhotoDoesNotWaitForLargePictures(t *testing.T) {
	s := open(t, law.Feedback, nil)
	done, err := s.HoldLarge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	large := flatPNG(3600, 3600, 16, 6)
	late, cancel := context.WithCancel(t.Context())
	cancel()
	for range 8 {
		if _, err := s.Keep(late, s.code, attach.Upload{Name: "a.png", Body: bytes.NewReader(large)}); why(err) != "error.file_busy" {
			t.Errorf("a large picture: %q", why(err))
		}
	}
	if _, err := s.keep(t, "a.jpg", asJPEG(t, picture(1200, 900))); err != nil {
		t.Errorf("a photo beside them: %s", why(err))
	}
	waiting := make(chan error)
	go func() {
		_, err := s.Keep(t.Context(), s.code, attach.Upload{Name: "a.png", Body: bytes.NewReader(large)})
		waiting <- err
	}()
	done()
	if err := <-waiting; err != nil {
		t.Errorf("whoever waits gets his turn: %s", why(err))
	}
}

// TestDecodingEndsWithTheRequest: nobody decodes for somebody who is gone.
func TestDecodingEndsWithTheRequest(t *testing.T) {
	s := open(t, law.Feedback, nil)
	ctx, cancel := context.WithCancel(t.Context())
	photo := asJPEG(t, picture(600, 400))
	body := io.MultiReader(bytes.NewReader(photo), ender{cancel})
	if _, err := s.Keep(ctx, s.code, attach.Upload{Name: "a.jpg", Body: body}); why(err) != "error.file_busy" {
		t.Errorf("%q", why(err))
	}
}

// TestDecodersReadNoFurtherThanTheRequest: they know no context, but their reader does.
func TestDecodersReadNoFurtherThanTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	body, piece := bytes.NewReader(make([]byte, 20)), make([]byte, 10)
	if n, err := attach.TimedRead(ctx, body, piece); n != 10 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	cancel()
	if n, err := attach.TimedRead(ctx, body, piece); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d, %v", n, err)
	}
}

// ender ends a request when all is read.
type ender struct{ cancel func() }

func (e ender) Read([]byte) (int, error) {
	e.cancel()
	return 0, io.EOF
}

func TestWhatPicturesTake(t *testing.T) {
	const m = 1_000_000
	jpegOf := func(mark byte, w, h int, samplings ...byte) []byte {
		b := []byte{0xFF, 0xD8, 0xFF, mark, 0, byte(8 + 3*len(samplings)), 8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), byte(len(samplings))}
		for i, s := range samplings {
			b = append(b, byte(i+1), s, 0)
		}
		return append(b, make([]byte, 20)...)
	}
	for name, tc := range map[string]struct{ got, want int64 }{
		"png rgba 16":        {attach.CostPNG(flatPNG(1000, 1000, 16, 6), 1000, 1000), 8 * m},
		"png rgb 8":          {attach.CostPNG(flatPNG(1000, 1000, 8, 2), 1000, 1000), 4 * m},
		"png grey 16":        {attach.CostPNG(flatPNG(1000, 1000, 16, 0), 1000, 1000), 2 * m},
		"photo 4:2:0":        {attach.CostJPEG(jpegOf(0xC0, 1000, 1000, 0x22, 0x11, 0x11), 1000, 1000), 3 * m / 2},
		"photo 4:4:4":        {attach.CostJPEG(jpegOf(0xC0, 1000, 1000, 0x11, 0x11, 0x11), 1000, 1000), 3 * m},
		"progressive 4:2:0":  {attach.CostJPEG(jpegOf(0xC2, 1000, 1000, 0x22, 0x11, 0x11), 1000, 1000), 15 * m / 2},
		"print colours":      {attach.CostJPEG(jpegOf(0xC0, 1000, 1000, 0x11, 0x11, 0x11, 0x11), 1000, 1000), 8 * m},
		"second, huge frame": {attach.CostJPEG(append(jpegOf(0xC0, 10, 10, 0x11), jpegOf(0xC0, 2000, 1000, 0x11)...), 10, 10), 2 * m},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %d, want %d", name, tc.got, tc.want)
		}
	}
}
