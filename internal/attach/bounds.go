package attach

import (
	"bytes"
	"encoding/binary"

	"github.com/gen2brain/heic"
)

const (
	maxScans    = 100       // of a progressive JPEG: each is another pass over all of the picture
	maxUnstored = 320 << 20 // bytes that a progressive JPEG keeps while it is decoded
)

// lookJPEG bounds what a progressive picture costs: its coefficients take four bytes each until the last scan has come.
func lookJPEG(raw []byte) error {
	scans := 0
	for rest := raw; ; {
		i := bytes.IndexByte(rest, 0xFF)
		if i < 0 || len(rest) < i+10 {
			return nil
		}
		s := rest[i:]
		rest = rest[i+1:]
		switch {
		case s[1] == 0xDA && s[2] == 0 && s[4] >= 1 && s[4] <= 4 && s[3] == 6+2*s[4]:
			scans++
		case s[1] == 0xC2 && s[2] == 0 && s[4] == 8 && s[9] >= 1 && s[9] <= 4 && s[3] == 8+3*s[9]:
			height, width := int64(binary.BigEndian.Uint16(s[5:])), int64(binary.BigEndian.Uint16(s[7:]))
			if width*height*int64(s[9])*4 > maxUnstored {
				return refused("error.file_pixels")
			}
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
		if width*height > heicPixels {
			return refused("error.file_pixels")
		}
		rest = rest[i+16:]
	}
}

// heicPixels is the most of a HEIC photo: the sandbox needs about ten bytes for each.
const heicPixels = 25 * megapixel
