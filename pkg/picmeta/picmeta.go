// Package picmeta takes out of pictures what they tell besides the picture (place, time, camera, author) without decoding
// them: the picture itself stays as it is, to the bit.
package picmeta

import (
	"bytes"
	"encoding/binary"
)

// JPEG leaves out all segments but those that the picture needs: JFIF, the colour profile, and Adobe's colour transform.
// What follows the end of the picture goes too. Bytes that are no JPEG come back as they are.
func JPEG(raw []byte) []byte {
	if !bytes.HasPrefix(raw, []byte{0xFF, 0xD8}) {
		return raw
	}
	out := append(make([]byte, 0, len(raw)), 0xFF, 0xD8)
	for at := 2; at+4 <= len(raw); {
		if raw[at] != 0xFF {
			return out // a damaged picture ends here
		}
		mark := raw[at+1]
		if mark == 0xFF { // a filler
			at++
			continue
		}
		if mark == 0xD9 {
			return append(out, 0xFF, 0xD9)
		}
		end := at + 2 + int(binary.BigEndian.Uint16(raw[at+2:]))
		if end < at+4 || end > len(raw) {
			return out
		}
		if mark == 0xDA {
			end = scanEnd(raw, end)
		}
		if needed(mark, raw[at+4:end]) {
			out = append(out, raw[at:end]...)
		}
		at = end
	}
	return append(out, 0xFF, 0xD9)
}

// needed reports whether the picture cannot be shown rightly without the segment.
func needed(mark byte, inside []byte) bool {
	switch mark {
	case 0xE0:
		return bytes.HasPrefix(inside, []byte("JFIF\x00"))
	case 0xE2:
		return bytes.HasPrefix(inside, []byte("ICC_PROFILE\x00"))
	case 0xEE:
		return bytes.HasPrefix(inside, []byte("Adobe"))
	default:
		return mark < 0xE0 || mark > 0xEF && mark != 0xFE
	}
}

// scanEnd is where the packed bytes of a scan end: at the next mark that is neither a restart nor an escaped FF.
func scanEnd(raw []byte, at int) int {
	for at+1 < len(raw) {
		if raw[at] == 0xFF && raw[at+1] != 0 && raw[at+1] != 0xFF && (raw[at+1] < 0xD0 || raw[at+1] > 0xD7) {
			return at
		}
		at++
	}
	return len(raw)
}

// shown are the chunks of a PNG that the picture needs.
var shown = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "sBIT": true,
	"bKGD": true, "pHYs": true, "acTL": true, "fcTL": true, "fdAT": true,
}

const pngHead = "\x89PNG\r\n\x1a\n"

// PNG leaves out all chunks but those that the picture needs. Bytes that are no PNG come back as they are.
func PNG(raw []byte) []byte {
	if !bytes.HasPrefix(raw, []byte(pngHead)) {
		return raw
	}
	out := append(make([]byte, 0, len(raw)), pngHead...)
	for at := len(pngHead); at+12 <= len(raw); {
		size := binary.BigEndian.Uint32(raw[at:])
		if uint64(size) > uint64(len(raw)-at-12) { //nolint:gosec // at+12 is within raw
			return out
		}
		end, kind := at+12+int(size), string(raw[at+4:at+8])
		if shown[kind] {
			out = append(out, raw[at:end]...)
		}
		if kind == "IEND" {
			return out
		}
		at = end
	}
	return out
}
