package web

import (
	"bytes"

	"github.com/valyala/fasthttp"
)

// ambiguous reports whether two readers of this request could take it for different ones, a proxy for instance and the
// program behind it: then one of them may be made to see a request that the other never checked. raw is the header lines as
// they came, after the request line.
func ambiguous(h *fasthttp.RequestHeader) bool {
	seen := map[string]int{}
	for rest := h.RawHeaders(); len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		rest = after
		line, carriage := bytes.CutSuffix(line, []byte("\r"))
		if ended && !carriage || oddLine(line, seen) {
			return true // a bare line end, or a line that is none
		}
	}
	return seen["host"] != 1 && !bytes.Equal(h.Protocol(), []byte("HTTP/1.0")) || seen["content-length"]+seen["transfer-encoding"] > 1
}

// oddLine reports whether a header line may be read in two ways, alone or after those seen before it.
func oddLine(line []byte, seen map[string]int) bool {
	if len(line) == 0 {
		return false
	}
	name, value, found := bytes.Cut(line, []byte(":"))
	if !found || !isToken(name) || bytes.ContainsAny(value, "\r\x00") {
		return true // a folded line, a space before the colon, a bare carriage return
	}
	lower := string(bytes.ToLower(name))
	seen[lower]++
	return framing[lower] && !plainFraming(lower, bytes.Trim(value, " \t"))
}

// framing are the headers that say whom a request is for and where it ends.
var framing = map[string]bool{"host": true, "content-length": true, "transfer-encoding": true}

// plainFraming reports whether a framing header says what every reader understands the same.
func plainFraming(name string, value []byte) bool {
	switch name {
	case "content-length":
		return len(value) > 0 && len(bytes.Trim(value, "0123456789")) == 0
	case "transfer-encoding":
		return bytes.EqualFold(value, []byte("chunked"))
	default:
		return len(value) > 0 && !bytes.ContainsAny(value, ", \t/@")
	}
}

// isToken reports whether a header's name has only what RFC 9110 allows.
func isToken(name []byte) bool {
	for _, b := range name {
		if b <= ' ' || b >= 0x7f || bytes.IndexByte([]byte("\"(),/:;<=>?@[\\]{}"), b) >= 0 {
			return false
		}
	}
	return len(name) > 0
}

// chunked is the length of a body that comes in chunks. Readers differ in the sizes of chunks that they take, and so in where
// the body ends: what comes after one on the same connection is not read as another request.
const chunked = -1
