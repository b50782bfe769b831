package attach

import (
	"context"
	"encoding/binary"
)

// stripMP3 copies the frames of sound and nothing else: tags of every make stand before, between or behind them.
func stripMP3(ctx context.Context, raw []byte) ([]byte, error) {
	out, found := make([]byte, 0, len(raw)), true // found: the frame before ended here
	for at := 0; at+4 <= len(raw); {
		if n := tagged(raw[at:]); n > 0 {
			at, found = at+n, len(out) == 0
			continue
		}
		n := frameSize(raw[at:])
		if n == 0 || !found && frameSize(raw[min(at+n, len(raw)):]) == 0 {
			at, found = at+1, false
			continue
		}
		if ctx.Err() != nil {
			return nil, busy()
		}
		end := min(at+n, len(raw))
		out = append(out, raw[at:end]...)
		at, found = end, true
	}
	if len(out) == 0 {
		return nil, refused("error.file_broken")
	}
	return out, nil
}

// tagged is how much an ID3v2 tag takes that begins here: the picture in it may look like sound.
func tagged(raw []byte) int {
	if len(raw) < 10 || string(raw[:3]) != "ID3" {
		return 0
	}
	n := 10
	for i, b := range raw[6:10] {
		n += int(b&0x7F) << (7 * (3 - i))
	}
	return min(n, len(raw))
}

// bitrates in kilobits a second: MPEG-1 layers I, II, III, then MPEG-2 and 2.5 layers I, II and III.
var bitrates = [5][15]int{
	{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
	{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
}

var sampleRates = [3]int{44100, 48000, 32000}

// frameSize is the length of the frame of sound that begins here, or 0 when none does.
func frameSize(b []byte) int {
	if len(b) < 4 {
		return 0
	}
	h := binary.BigEndian.Uint32(b)
	version, layer, rate, sample, pad := h>>19&3, h>>17&3, h>>12&15, h>>10&3, int(h>>9&1)
	if h>>21 != 0x7FF || version == 1 || layer == 0 || rate == 0 || rate == 15 || sample == 3 {
		return 0
	}
	first := version == 3 // MPEG-1; 2 is MPEG-2, 0 is MPEG-2.5
	table, hertz := 3-int(layer), sampleRates[sample]
	switch {
	case first:
	case layer == 3:
		table, hertz = 3, hertz/2
	default:
		table, hertz = 4, hertz/2
	}
	if version == 0 {
		hertz /= 2
	}
	bits := bitrates[table][rate] * 1000
	switch {
	case layer == 3:
		return (12*bits/hertz + pad) * 4
	case layer == 1 && !first:
		return 72*bits/hertz + pad
	default:
		return 144*bits/hertz + pad
	}
}
