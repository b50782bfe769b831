package mailin

import (
	"encoding/base64"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decodeText reads bytes as text. Bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever was said of them, for many programs
// say us-ascii or a neighbour's character set; what is no UTF-8 and says nothing of use is Vietnamese of old Windows.
func decodeText(raw []byte, charset string) string {
	charset = strings.ToLower(strings.Trim(strings.TrimSpace(charset), `"'`))
	stateful := strings.HasPrefix(charset, "iso-2022-") || strings.HasPrefix(charset, "utf-16")
	if utf8.Valid(raw) && !stateful {
		return string(raw)
	}
	if enc, err := htmlindex.Get(charset); err == nil && charset != "utf-8" && charset != "utf8" {
		if name, _ := htmlindex.Name(enc); name != "windows-1252" { // as which latin1 and us-ascii are known, and Vietnamese is often sent
			if out, err := enc.NewDecoder().Bytes(raw); err == nil {
				return string(out)
			}
		}
	}
	if charset == "utf-8" || charset == "utf8" { // cut or damaged: the rest is legible
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	enc := charmap.Windows1258
	if strings.HasPrefix(charset, "iso-8859-1") || charset == "windows-1252" {
		enc = charmap.Windows1252
	}
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(out)
}

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{1,200}charset\s*=\s*["']?([a-z0-9_-]{2,30})`)

// charsetOf is what the part says, or else the page itself.
func charsetOf(params map[string]string, raw []byte) string {
	if c := params["charset"]; c != "" {
		return c
	}
	if m := metaCharset.FindSubmatch(raw[:min(len(raw), 4096)]); m != nil {
		return string(m[1])
	}
	return ""
}

func wordDecoder() *mime.WordDecoder {
	return &mime.WordDecoder{CharsetReader: func(charset string, input io.Reader) (io.Reader, error) {
		raw, err := io.ReadAll(input)
		return strings.NewReader(decodeText(raw, charset)), err
	}}
}

var (
	encodedRun  = regexp.MustCompile(`(?:=\?[^?\s]{1,40}\?[bBqQ]\?[^?]*\?=\s*)+`)
	encodedWord = regexp.MustCompile(`=\?([^?*\s]{1,40})(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=`)
)

// decodeWords reads encoded words (RFC 2047). Words that stand together are read as one, for programs cut them in the middle of
// a letter; what is not encoded at all is text of its own.
func decodeWords(s string) string {
	s = decodeText([]byte(s), "")
	return encodedRun.ReplaceAllStringFunc(s, func(run string) string {
		var out strings.Builder
		var pending []byte
		charset := ""
		for _, m := range encodedWord.FindAllStringSubmatch(run, -1) {
			if !strings.EqualFold(m[1], charset) {
				out.WriteString(decodeText(pending, charset))
				pending, charset = nil, m[1]
			}
			pending = append(pending, wordBytes(m[2], m[3])...)
		}
		out.WriteString(decodeText(pending, charset))
		if strings.TrimRight(run, " \t\r\n") != run {
			out.WriteByte(' ')
		}
		return out.String()
	})
}

func wordBytes(encoding, text string) []byte {
	if strings.EqualFold(encoding, "q") {
		return decodeQuoted([]byte(strings.ReplaceAll(text, "_", "=20")))
	}
	text = strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return decodeBase64([]byte(text))
	}
	return raw
}
