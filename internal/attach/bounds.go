package attach

import (
	"bytes"
	"encoding/binary"
	"image"

	"github.com/gen2brain/heic"
)

// The most memory that one picture may take while it is decoded, in bytes. What a picture takes is said by its header: the
// size, the channels, the depth, and what the decoder keeps beside the picture.
const (
	maxDecoded  = 128 << 20
	maxSandbox  = 256 << 20 // of the HEIC decoder, which holds several copies
	maxScans    = 100       // of a progressive JPEG: each is another pass over all of the picture
	sandboxed   = 10        // bytes a pixel that the HEIC decoder takes, measured
	repaintings = 2         // pictures of the kept size: one made smaller, one turned upright
)

// painted is what making the picture smaller and turning it takes.
func painted(size image.Config) int64 {
	w, h := int64(min(size.Width, longest)), int64(min(size.Height, longest))
	return repaintings * 4 * w * h
}

func pixels(size image.Config) int64 { return int64(size.Width) * int64(size.Height) }

// costPNG reads the header: a picture of 16 bits a channel takes twice as much as it seems, a woven one is held in parts too.
func costPNG(raw []byte, size image.Config) int64 {
	const depth, colour, woven = 24, 25, 28
	if len(raw) <= woven {
		return 0
	}
	each := int64(4)
	if plain := raw[colour] == 0 || raw[colour] == 3; plain && !bytes.Contains(raw, []byte("tRNS")) {
		each = 1
	}
	if raw[depth] == 16 {
		each *= 2
	}
	n := pixels(size) * each
	if raw[woven] != 0 {
		n += n / 2
	}
	return n
}

// costWebP: a lossless picture is held as it is packed and as it is painted.
func costWebP(raw []byte, size image.Config) int64 {
	if bytes.Contains(raw[:min(len(raw), 64)], []byte("VP8L")) {
		return 8 * pixels(size)
	}
	return 3 * pixels(size)
}

func costHEIC(_ []byte, size image.Config) int64 { return sandboxed * pixels(size) }

// costJPEG adds up the channels. A progressive picture keeps four bytes for each sample until the last scan has come; one
// in colours that are not its own is held twice.
func costJPEG(raw []byte, size image.Config) int64 {
	most := int64(0)
	for rest := raw; ; {
		i := bytes.IndexByte(rest, 0xFF)
		if i < 0 || len(rest) < i+10 {
			return most
		}
		if s := rest[i:]; s[1] >= 0xC0 && s[1] <= 0xC2 && frame(s) {
			most = max(most, costFrame(s, bytes.Contains(raw, []byte("Adobe"))))
		}
		rest = rest[i+1:]
	}
}

// frame reports whether a mark is followed by what says the size of a picture.
func frame(s []byte) bool {
	n := int(s[9])
	return s[2] == 0 && s[4] == 8 && n >= 1 && n <= 4 && int(s[3]) == 8+3*n && len(s) >= 10+3*n
}

func costFrame(s []byte, recoloured bool) int64 {
	height, width, n := int64(binary.BigEndian.Uint16(s[5:])), int64(binary.BigEndian.Uint16(s[7:])), int(s[9])
	samples, densest := int64(0), int64(1)
	for i := range n {
		d := int64(s[11+3*i]>>4) * int64(s[11+3*i]&15)
		samples, densest = samples+d, max(densest, d)
	}
	each := int64(1)
	if s[1] == 0xC2 {
		each += 4
	}
	total := width * height * samples / densest * each
	if n == 4 || recoloured {
		total += 4 * width * height
	}
	return total
}

// lookJPEG bounds how often a progressive picture is gone over.
func lookJPEG(raw []byte) error {
	scans := 0
	for rest := raw; ; {
		i := bytes.IndexByte(rest, 0xFF)
		if i < 0 || len(rest) < i+10 {
			return nil
		}
		s := rest[i:]
		rest = rest[i+1:]
		if s[1] == 0xDA && s[2] == 0 && s[4] >= 1 && s[4] <= 4 && s[3] == 6+2*s[4] {
			scans++
		}
		if scans > maxScans {
			return refused("error.file_bomb")
		}
	}
}

// lookHEIC lets HEIC be decoded in its sandbox (WebAssembly) only, never by a C library that the machine happens to have, and
// looks at all sizes that the file claims (ispe boxes) before anything is decoded.
func lookHEIC(raw []byte) error {
	if heic.Dynamic() == nil {
		return refused("error.file_type")
	}
	for rest := raw; ; {
		i := bytes.Index(rest, []byte("ispe"))
		if i < 0 || len(rest) < i+16 {
			return nil
		}
		width, height := uint64(binary.BigEndian.Uint32(rest[i+8:])), uint64(binary.BigEndian.Uint32(rest[i+12:]))
		if width*height > maxSandbox/sandboxed {
			return refused("error.file_pixels")
		}
		rest = rest[i+16:]
	}
}
