package attach

import (
	"context"
	"encoding/binary"
	"maps"
	"slices"
)

// box is a part of an MP4 file: a length, a type and what is in it.
type box struct{ from, to, inside int }

const (
	boxHead     = 8
	longBoxHead = 16
)

// kept are the boxes that picture and sound need, by the box that they stand in; the others say where, with what and by whom
// a film was taken, or nothing.
var kept = map[string]map[string]bool{
	"":     setOf("ftyp moov mdat moof mfra sidx styp free"),
	"moov": setOf("mvhd trak mvex iods"),
	"trak": setOf("tkhd edts mdia tref"),
	"mdia": setOf("mdhd hdlr minf"),
	"minf": setOf("vmhd smhd hmhd nmhd sthd dinf stbl"),
	"dinf": setOf("dref"),
	"moof": setOf("mfhd traf"),
}

// holders are the boxes that are gone into.
var holders = setOf("moov trak mdia minf dinf moof")

// stripFilm blanks what a film or recording tells besides picture and sound: tags, times, names of devices, and whole tracks
// of other data, such as places. Every box keeps its place and length, for others point behind it.
func stripFilm(_ context.Context, raw []byte) ([]byte, error) {
	f := &film{out: slices.Clone(raw)}
	for at := 0; at < len(raw); {
		b, ok := boxAt(raw, at, len(raw))
		if !ok {
			return nil, refused("error.file_broken")
		}
		if f.kind(b) == "mdat" {
			f.data = append(f.data, b)
		}
		at = b.to
	}
	return f.out, f.blank("", 0, len(raw))
}

type film struct {
	out    []byte
	data   []box // where picture and sound lie
	erased int   // bytes of samples, counted as often as they are erased
}

func (f *film) kind(b box) string { return string(f.out[b.from+4 : b.from+boxHead]) }

// free turns a box into one that readers skip.
func (f *film) free(b box) {
	copy(f.out[b.from+4:], "free")
	clear(f.out[b.inside:b.to])
}

func (f *film) blank(within string, from, to int) error {
	for from < to {
		b, ok := boxAt(f.out, from, to)
		if !ok {
			return refused("error.file_broken")
		}
		if err := f.box(within, b); err != nil {
			return err
		}
		from = b.to
	}
	return nil
}

func (f *film) box(within string, b box) error {
	kind := f.kind(b)
	switch {
	case !kept[within][kind], kind == "free", kind == "trak" && !f.shown(b):
		if f.erased > maxErased*len(f.out) {
			return refused("error.file_broken")
		}
		f.free(b)
		return nil
	case holders[kind]:
		return f.blank(kind, b.inside, b.to)
	default:
		return f.leaf(kind, b)
	}
}

// leaf blanks what single boxes tell: times, the name of what wrote a track, and the place of sound kept elsewhere.
func (f *film) leaf(kind string, b box) error {
	inside := f.out[b.inside:b.to]
	switch kind {
	case "mvhd", "tkhd", "mdhd":
		times := 8
		if len(inside) > 0 && inside[0] == 1 {
			times = 16
		}
		if len(inside) < 4+times {
			return refused("error.file_broken")
		}
		clear(inside[4 : 4+times])
	case "hdlr":
		if len(inside) > 24 {
			clear(inside[24:])
		}
	case "dref":
		return f.inside(inside)
	}
	return nil
}

// inside refuses a list of places one of which is not this file.
func (*film) inside(list []byte) error {
	if len(list) < 8 {
		return refused("error.file_broken")
	}
	for at := 8; at < len(list); {
		b, ok := boxAt(list, at, len(list))
		if !ok || b.to-b.inside < 4 {
			return refused("error.file_broken")
		}
		if list[b.inside+3]&1 == 0 {
			return refused("error.file_active")
		}
		at = b.to
	}
	return nil
}

// shown reports whether a track is picture or sound. The samples of any other are blanked where they lie.
func (f *film) shown(trak box) bool {
	kind, table := f.track(trak.inside, trak.to, "")
	if kind == "vide" || kind == "soun" || kind == "" {
		return true
	}
	f.erase(table)
	return false
}

// track finds what a track is of, and the boxes of its sample table.
func (f *film) track(from, to int, within string) (kind string, table map[string][]byte) {
	table = map[string][]byte{}
	for from < to {
		b, ok := boxAt(f.out, from, to)
		if !ok {
			return kind, table
		}
		inside := f.out[b.inside:b.to]
		switch name := f.kind(b); {
		case name == "hdlr" && within == "mdia" && len(inside) >= 12:
			kind = string(inside[8:12])
		case name == "mdia" || name == "minf" || name == "stbl":
			deeper, more := f.track(b.inside, b.to, name)
			if deeper != "" {
				kind = deeper
			}
			maps.Copy(table, more)
		case within == "stbl":
			table[name] = inside
		}
		from = b.to
	}
	return kind, table
}

// maxErased is how often the samples of a film may lie over each other, all told.
const maxErased = 2

// erase blanks all samples that a table lists: in each chunk a number of samples, each of some length.
func (f *film) erase(table map[string][]byte) {
	chunks, wide := table["stco"], 4
	if chunks == nil {
		chunks, wide = table["co64"], 8
	}
	t := samples{runs: table["stsc"], sizes: table["stsz"]}
	for i := 0; 8+(i+1)*wide <= len(chunks) && f.erased <= maxErased*len(f.out); i++ {
		at := uint64(0)
		for _, c := range chunks[8+i*wide : 8+(i+1)*wide] {
			at = at<<8 | uint64(c)
		}
		size := t.chunk(i + 1)
		for _, b := range f.data {
			if at < uint64(b.inside) || at >= uint64(b.to) { //nolint:gosec // places in the file
				continue
			}
			lost := f.out[at:b.to]
			if size < uint64(len(lost)) {
				lost = lost[:size]
			}
			clear(lost)
			f.erased += len(lost) + 1
		}
	}
}

// samples walks the lengths of the samples, chunk by chunk.
type samples struct {
	runs, sizes []byte
	run, next   int
}

// chunk returns the bytes of the chunk with the number; chunks are asked for in order.
func (s *samples) chunk(n int) uint64 {
	for 8+(s.run+2)*12 <= len(s.runs) && int(binary.BigEndian.Uint32(s.runs[8+(s.run+1)*12:])) <= n {
		s.run++
	}
	if 8+(s.run+1)*12 > len(s.runs) || len(s.sizes) < 12 {
		return 0
	}
	count := uint64(binary.BigEndian.Uint32(s.runs[8+s.run*12+4:]))
	if each := uint64(binary.BigEndian.Uint32(s.sizes[4:])); each > 0 {
		return each * count
	}
	total := uint64(0)
	for ; count > 0 && 12+(s.next+1)*4 <= len(s.sizes); count-- {
		total += uint64(binary.BigEndian.Uint32(s.sizes[12+s.next*4:]))
		s.next++
	}
	return total
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
