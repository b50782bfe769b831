package attach

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// box is a part of an MP4 file: a length, a type and what is in it.
type box struct{ from, to, inside int }

const (
	boxHead     = 8
	longBoxHead = 16
)

// told are the boxes that say where, with what and by whom a film was taken; nothing in them is needed to show it.
var told = []string{"udta", "meta", "uuid"}

// holders are the boxes that may have some of them inside.
var holders = []string{"moov", "trak"}

// stripFilm blanks what a film or recording tells besides picture and sound. Every box keeps its place and length, for others
// point behind it.
func stripFilm(raw []byte) ([]byte, error) {
	out := bytes.Clone(raw)
	return out, blank(out, 0, len(out))
}

func blank(raw []byte, from, to int) error {
	for from < to {
		b, ok := boxAt(raw, from, to)
		if !ok {
			return refused("error.file_broken")
		}
		kind := string(raw[from+4 : from+boxHead])
		switch {
		case slices.Contains(told, kind):
			copy(raw[from+4:], "free")
			clear(raw[b.inside:b.to])
		case slices.Contains(holders, kind):
			if err := blank(raw, b.inside, b.to); err != nil {
				return err
			}
		}
		from = b.to
	}
	return nil
}

// boxAt reads the head of a box: a length of 1 stands for a longer one after the type, 0 for all that is left.
func boxAt(raw []byte, from, to int) (box, bool) {
	if to-from < boxHead {
		return box{}, false
	}
	size, head := uint64(binary.BigEndian.Uint32(raw[from:])), boxHead
	switch size {
	case 0:
		size = uint64(to - from) //nolint:gosec // from is before to
	case 1:
		if head = longBoxHead; to-from < head {
			return box{}, false
		}
		size = binary.BigEndian.Uint64(raw[from+boxHead:])
	}
	if size < uint64(head) || size > uint64(to-from) { //nolint:gosec // a few, and from is before to
		return box{}, false
	}
	return box{from: from, to: from + int(size), inside: from + head}, true //nolint:gosec // not larger than the file
}
