package mailin

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"tiepdan/pkg/vntext"
)

// What a winmail.dat consists of: records, each about the message or about the file that the last attBegin began (MS-OXTNEF).
const (
	tnefMark     = 0x223e9f78
	attBegin     = 0x9002
	attTitle     = 0x8010
	attData      = 0x800f
	attProps     = 0x9005
	attBody      = 0x800c
	tnefHead     = 9 // level, name, type, length
	longFileName = 0x3707
)

// unwrapTNEF reads the files and the plain words of a winmail.dat, in which Outlook wraps what it sends to its like; false where it
// is none, or holds neither.
func unwrapTNEF(raw []byte) (text string, files []File, ok bool) {
	if len(raw) < 6 || binary.LittleEndian.Uint32(raw) != tnefMark {
		return "", nil, false
	}
	for raw = raw[6:]; len(raw) >= tnefHead && len(files) <= maxParts; {
		name, size := binary.LittleEndian.Uint16(raw[1:]), int(binary.LittleEndian.Uint32(raw[5:]))
		if size > len(raw)-tnefHead {
			break // cut: what was read is kept
		}
		body := raw[tnefHead : tnefHead+size]
		raw = raw[min(len(raw), tnefHead+size+2):] // two bytes of a sum
		if name == attBegin {
			files = append(files, File{Type: "application/octet-stream"})
		}
		if name == attBody {
			text = strings.TrimRight(decodeText(body, ""), "\x00")
		}
		if len(files) > 0 {
			files[len(files)-1].record(name, body)
		}
	}
	files = named(files)
	return text, files, len(files) > 0 || strings.TrimSpace(text) != ""
}

// named leaves out files of nothing, and names those that nobody named.
func named(files []File) []File {
	files = slices.DeleteFunc(files, func(f File) bool { return len(f.Body) == 0 })
	for i := range files {
		if files[i].Name == "" {
			files[i].Name = fmt.Sprintf("tep-%d", i+1)
		}
	}
	return files
}

// record takes what one record tells of a file. The long name, where there is one, comes after the short one.
func (f *File) record(name uint16, body []byte) {
	said := ""
	switch name {
	case attData:
		f.Body = body
	case attTitle:
		said = decodeText(bytes.TrimRight(body, "\x00"), "")
	case attProps:
		said = longName(body)
	}
	if said = vntext.Line(path.Base(strings.ReplaceAll(said, `\`, "/"))); said != "" && said != "." && said != "/" {
		f.Name = said
		if media, ok := mediaOf[strings.ToLower(path.Ext(said))]; ok {
			f.Type = media
		}
	}
}

// mediaOf are the pictures among the endings of names: beside pictures few words are asked for.
var mediaOf = map[string]string{".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".heic": "image/heic"}

// fixed are the sizes of values whose type says their size, as they are padded.
var fixed = map[uint16]int{0x2: 4, 0x3: 4, 0x4: 4, 0xa: 4, 0xb: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0x14: 8, 0x40: 8, 0x48: 16}

// longName finds the long name of a file among its properties; empty where it has none or they cannot be read.
func longName(b []byte) string {
	r := &propReader{b: b}
	for n := r.number(); n > 0 && !r.short; n-- {
		tag := r.number()
		kind, id := uint16(tag&0xffff), uint16(tag>>16)
		if id >= 0x8000 {
			r.skipName()
		}
		if size, ok := fixed[kind]; ok {
			r.take(size)
			continue
		}
		var found []byte
		for many := r.number(); many > 0 && !r.short; many-- {
			found = r.padded()
		}
		if id == longFileName && !r.short {
			return plainOrWide(kind, found)
		}
	}
	return ""
}

func plainOrWide(kind uint16, v []byte) string {
	if kind != 0x1f {
		return strings.TrimRight(decodeText(v, ""), "\x00")
	}
	u := make([]uint16, 0, len(v)/2)
	for i := 0; i+1 < len(v); i += 2 {
		u = append(u, binary.LittleEndian.Uint16(v[i:]))
	}
	return strings.TrimRight(string(utf16.Decode(u)), "\x00")
}

type propReader struct {
	b     []byte
	short bool // there was less than was said
}

func (r *propReader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.short, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *propReader) number() uint32 {
	if v := r.take(4); v != nil {
		return binary.LittleEndian.Uint32(v)
	}
	return 0
}

// padded is a value with its length before it, filled up to whole fours.
func (r *propReader) padded() []byte {
	n := int(r.number())
	v := r.take(n)
	if n%4 > 0 && v != nil {
		r.take(min(4-n%4, len(r.b)))
	}
	return v
}

// skipName passes over the name of a property that has one.
func (r *propReader) skipName() {
	r.take(16)
	if r.number() == 0 {
		r.number()
		return
	}
	r.padded()
}
