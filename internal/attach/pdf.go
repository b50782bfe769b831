package attach

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"regexp"
)

// active are names in a PDF that run something, start a program or carry another file. All are long enough not to come up in
// packed bytes by chance: /JS is not among them, for it does nothing without one of these.
var active = regexp.MustCompile(`/(JavaScript|Rendition|Launch|EmbeddedFile|RichMedia|ImportData|XFA[\s/<\[(])`)

// wrapped are the encodings that could hide an object stream from what looks into it.
var wrapped = regexp.MustCompile(`/(ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt)[\s/<>\[\]]`)

// maxInflated is how much is unpacked to look into a PDF.
const maxInflated = 256 << 20

func lookPDF(raw []byte) error {
	end := bytes.LastIndex(raw, []byte("%%EOF"))
	plain := unescaped(raw)
	switch {
	case !bytes.HasPrefix(raw, []byte("%PDF-")):
		return refused("error.file_mixed")
	case end < 0:
		return refused("error.file_broken")
	case len(bytes.Trim(raw[end+len("%%EOF"):], "\x00 \t\r\n\x1a")) > 0:
		return refused("error.file_mixed")
	case active.Match(plain), bytes.Contains(plain, []byte("/ObjStm")) && wrapped.Match(plain):
		return refused("error.file_active")
	case bytes.Contains(plain, []byte("/Encrypt")):
		return refused("error.file_locked") // nobody could look into it, neither the program nor the clerk
	}
	return lookStreams(raw)
}

// escape is a character of a name in the other way to write it.
var escape = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)

// unescaped writes names as readers understand them: /J#61vaScript is /JavaScript.
func unescaped(raw []byte) []byte {
	if bytes.IndexByte(raw, '#') < 0 {
		return raw
	}
	return escape.ReplaceAllFunc(raw, func(e []byte) []byte {
		c := make([]byte, 1)
		if _, err := hex.Decode(c, e[1:]); err != nil {
			return e
		}
		return c
	})
}

// body is where the bytes of a stream begin.
var body = regexp.MustCompile(`stream\r?\n`)

// lookStreams looks for active names in all that is packed: objects may lie in a stream too.
func lookStreams(raw []byte) error {
	left := int64(maxInflated)
	for _, at := range body.FindAllIndex(raw, -1) {
		n, err := lookStream(raw[at[1]:], left)
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// window is how much of a stream is looked at in one piece; lap is what two pieces share, so that no name falls between them.
const (
	window = 64 << 10
	lap    = 64
)

func lookStream(packed []byte, left int64) (int64, error) {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return 0, nil // packed in another way, or not at all: then its names were seen already
	}
	defer z.Close()
	var seen int64
	buf, kept := make([]byte, window), 0
	for {
		n, err := io.ReadFull(z, buf[kept:])
		seen += int64(n)
		if seen > left {
			return seen, refused("error.file_bomb")
		}
		if active.Match(unescaped(buf[:kept+n])) {
			return seen, refused("error.file_active")
		}
		if err != nil {
			return seen, nil // the end, or a damage that readers meet too
		}
		kept = copy(buf, buf[len(buf)-lap:])
	}
}
