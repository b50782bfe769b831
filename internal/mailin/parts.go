package mailin

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-message/textproto"

	"tiepdan/pkg/vntext"
)

// walker gathers what the parts of a message hold.
type walker struct {
	plain   []string
	files   []File
	inline  []File   // pictures within the text
	wrapped []string // the words of winmail.dat: often the same once more
	report  *Report
	parts   int
	within  bool // an original that a report returns
}

// walk reads one part and all below it.
func (w *walker) walk(h textproto.Header, body []byte, depth int) error {
	if w.parts++; w.parts > maxParts || depth > maxDepth {
		return ErrTangled
	}
	media, params := contentType(h)
	disposition, dispParams := disposition(h)
	name := fileName(params, dispParams)
	switch {
	case strings.HasPrefix(media, "multipart/"):
		return w.walkMany(media, params, body, depth)
	case media == "message/delivery-status":
		w.reported(readReport(decodeTransfer(h, body)))
	case media == "text/rfc822-headers":
		orig, _ := split(decodeTransfer(h, body))
		w.returned(orig)
	case media == "message/rfc822" || media == "message/global":
		return w.walkMessage(decodeTransfer(h, body), depth)
	case slices.Contains(ignored, media):
	case media == "text/plain" && (disposition != "attachment" || strings.EqualFold(path.Ext(name), ".txt")):
		w.plain = append(w.plain, unflow(decodeText(decodeTransfer(h, body), params["charset"]), params))
	case media == "text/html" && disposition != "attachment":
		raw := decodeTransfer(h, body)
		w.plain = append(w.plain, htmlText(decodeText(raw, charsetOf(params, raw))))
	default:
		w.file(h, File{Name: name, Type: media, Body: decodeTransfer(h, body)}, disposition)
	}
	return nil
}

// ignored are parts that say nothing: signatures of programs, and what a server would have to fetch.
var ignored = []string{
	"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "message/disposition-notification",
	"message/external-body", "message/partial", "text/x-amp-html",
}

// tiny is the size below which a picture within the text is a line, a dot or a spy of a mail program.
const tiny = 2 << 10

func (w *walker) file(h textproto.Header, f File, disposition string) {
	if len(f.Body) == 0 || w.within {
		return
	}
	if f.Type == "application/ms-tnef" || strings.EqualFold(f.Name, "winmail.dat") {
		if text, files, ok := unwrapTNEF(f.Body); ok {
			w.wrapped, w.files = append(w.wrapped, text), append(w.files, files...)
			return
		}
	}
	if f.Name == "" {
		f.Name = fmt.Sprintf("tep-%d%s", len(w.files)+len(w.inline)+1, ending(f.Type))
	}
	if strings.HasPrefix(f.Type, "image/") && disposition != "attachment" && h.Has("Content-Id") {
		if len(f.Body) >= tiny {
			w.inline = append(w.inline, f)
		}
		return
	}
	w.files = append(w.files, f)
}

// ending is the usual ending of a type that people send.
func ending(media string) string {
	return map[string]string{
		"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/heic": ".heic", "application/pdf": ".pdf",
		"video/mp4": ".mp4", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "application/ms-tnef": ".dat",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
	}[media]
}

// attached are the files: those that were attached, then the pictures within the text.
func (w *walker) attached() []File { return append(w.files, w.inline...) }

func (w *walker) text() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(w.plain), func(s string) bool { return strings.TrimSpace(s) == "" }), "\n\n")
}

// walkMany reads the parts of a multipart. Of alternatives the plain text is taken, or what comes first of the others.
func (w *walker) walkMany(media string, params map[string]string, body []byte, depth int) error {
	children := parts(params["boundary"], body)
	if len(children) == 0 { // no parts at all: whatever it says, it is text
		w.plain = append(w.plain, decodeText(body, params["charset"]))
		return nil
	}
	if media == "multipart/report" && !strings.EqualFold(params["report-type"], "disposition-notification") && w.report == nil {
		w.report = &Report{}
	}
	if media != "multipart/alternative" {
		for _, c := range children {
			if err := w.walk(c.header, c.body, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return w.walkEither(children, depth)
}

func (w *walker) walkEither(children []part, depth int) error {
	before := w.plain
	var best []string
	plain := false
	for _, c := range children {
		w.plain = nil
		if err := w.walk(c.header, c.body, depth+1); err != nil {
			return err
		}
		media, _ := contentType(c.header)
		if said := strings.TrimSpace(w.text()) != ""; said && (len(best) == 0 || media == "text/plain" && !plain) {
			best, plain = w.plain, media == "text/plain"
		}
	}
	w.plain = slices.Concat(before, best)
	return nil
}

// walkMessage reads a message that was attached: who wrote it and what, below the words of whoever passed it on.
func (w *walker) walkMessage(raw []byte, depth int) error {
	h, body := split(raw)
	if w.report != nil {
		w.returned(h)
		return nil
	}
	name, address := sender(h)
	head := "From: " + vntext.Line(name+" "+address) + "\nSubject: " + vntext.Line(decodeWords(h.Get("Subject")))
	inner := &walker{parts: w.parts}
	err := inner.walk(h, body, depth+1)
	w.parts = inner.parts
	w.plain = append(w.plain, head+"\n\n"+inner.text())
	w.files, w.inline, w.wrapped = append(w.files, inner.files...), append(w.inline, inner.inline...), append(w.wrapped, inner.wrapped...)
	return err
}

func (w *walker) reported(r *Report) {
	if w.report != nil {
		r.Original = w.report.Original
	}
	w.report = r
}

// returned notes which message a report is about.
func (w *walker) returned(h textproto.Header) {
	if w.report == nil {
		w.report = &Report{}
	}
	if id := bracketed(h.Get("Message-Id")); id != "" {
		w.report.Original = id
	}
}

// part is one of several.
type part struct {
	header textproto.Header
	body   []byte
}

// parts takes a multipart apart. A boundary that the header does not name is the first line that looks like one; a last part
// that never ends ends with the message.
func parts(boundary string, body []byte) (out []part) {
	if boundary == "" || !bytes.Contains(body, []byte("--"+boundary)) {
		if boundary = firstBoundary(body); boundary == "" {
			return nil
		}
	}
	var now []byte
	inside := false
	end := func() {
		if inside {
			h, rest := splitPart(now)
			out = append(out, part{h, rest})
		}
		now = nil
	}
	for line := range bytes.Lines(body) {
		bare := strings.TrimRight(string(line), " \t\r\n")
		switch {
		case bare == "--"+boundary+"--":
			end()
			return out
		case bare == "--"+boundary:
			end()
			inside = true
			if len(out) > maxParts {
				return out
			}
		case inside:
			now = append(now, line...)
		}
	}
	end()
	return out
}

// firstBoundary is the first line that looks like a boundary.
func firstBoundary(body []byte) string {
	for line := range bytes.Lines(body) {
		if line = bytes.TrimRight(line, " \t\r\n"); len(line) > 2 && len(line) <= 72 && bytes.HasPrefix(line, []byte("--")) && line[2] != ' ' {
			return string(line[2:])
		}
	}
	return ""
}

// splitPart is split for a part, which may begin with its empty line: it then has no header.
func splitPart(raw []byte) (textproto.Header, []byte) {
	raw = bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r"))
	if line, rest, ok := bytes.Cut(raw, []byte("\n")); ok && len(bytes.TrimSpace(line)) == 0 {
		return textproto.Header{}, rest
	}
	return split(raw)
}

// contentType reads the type with its parameters; what cannot be read is text.
func contentType(h textproto.Header) (string, map[string]string) {
	v := h.Get("Content-Type")
	if v == "" {
		return "text/plain", map[string]string{}
	}
	return mediaType(v, "text/plain")
}

func disposition(h textproto.Header) (string, map[string]string) {
	return mediaType(h.Get("Content-Disposition"), "")
}

// mediaType reads a value with parameters, also one that breaks the rules.
func mediaType(v, otherwise string) (string, map[string]string) {
	media, params, err := mime.ParseMediaType(v)
	whole := err == nil && params != nil
	if !whole {
		media, _, _ = strings.Cut(v, ";")
		params = map[string]string{}
	}
	if media = strings.ToLower(strings.TrimSpace(media)); media == "" {
		media = otherwise
	}
	for _, m := range aParameter.FindAllStringSubmatch(v, 50) {
		if key := strings.ToLower(m[1]); !whole || strings.HasSuffix(key, "*") { // see loneExtended
			params[key] = strings.TrimSpace(m[2] + m[3])
		}
	}
	return media, params
}

var aParameter = regexp.MustCompile(`;\s*([A-Za-z0-9*-]+)\s*=\s*(?:"([^"]*)"|([^;"]+))`)

// fileName is the file's name in the sender's words, without the folder it lay in.
func fileName(params, disposition map[string]string) string {
	name := disposition["filename"]
	if name == "" {
		name = params["name"]
	}
	if name == "" {
		name = loneExtended(disposition, "filename") + loneExtended(params, "name")
	}
	name = vntext.Line(path.Base(strings.ReplaceAll(decodeWords(name), `\`, "/")))
	if name == "." || name == "/" {
		return ""
	}
	if r := []rune(name); len(r) > 150 {
		name = string(r[len(r)-150:])
	}
	return name
}

var extendedPart = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// loneExtended reads a name in a character set that the standard library does not know (RFC 2231).
func loneExtended(params map[string]string, key string) string {
	charset, rest, ok := strings.Cut(params[key+"*"], "'")
	_, rest, ok2 := strings.Cut(rest, "'")
	if !ok || !ok2 {
		return ""
	}
	raw := extendedPart.ReplaceAllFunc([]byte(rest), func(b []byte) []byte {
		var c byte
		if _, err := fmt.Sscanf(string(b[1:]), "%x", &c); err != nil {
			return b
		}
		return []byte{c}
	})
	return decodeText(raw, charset)
}

// decodeTransfer undoes the encoding for the way (Content-Transfer-Encoding), as far as it can be undone.
func decodeTransfer(h textproto.Header, body []byte) []byte {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return decodeBase64(body)
	case "quoted-printable":
		return decodeQuoted(body)
	}
	return body
}

// decodeBase64 leaves out what is no base64, and stops where nothing more can be read.
func decodeBase64(body []byte) []byte {
	kept := bytes.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '/' {
			return r
		}
		return -1
	}, body)
	if len(kept)%4 == 1 {
		kept = kept[:len(kept)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(kept)))
	n, _ := base64.RawStdEncoding.Decode(out, kept) // as far as it goes
	return out[:n]
}

// decodeQuoted keeps what is no code as it stands.
func decodeQuoted(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for line := range bytes.Lines(body) {
		text := bytes.TrimRight(line, " \t\r\n")
		soft := bytes.HasSuffix(text, []byte("="))
		text = bytes.TrimSuffix(text, []byte("="))
		for i := 0; i < len(text); i++ {
			if text[i] == '=' && i+2 < len(text) {
				if hi, lo := hexDigit(text[i+1]), hexDigit(text[i+2]); hi >= 0 && lo >= 0 {
					out = append(out, byte(hi<<4|lo)) //nolint:gosec // two digits
					i += 2
					continue
				}
			}
			out = append(out, text[i])
		}
		if !soft && bytes.HasSuffix(line, []byte("\n")) {
			out = append(out, '\n')
		}
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
