package pdfclean

import (
	"context"
	"strconv"
)

// The values of a document. A number keeps the way it was written; nil is null.
type (
	name   string
	number string
	text   []byte
	ref    struct{ n, gen int }
	word   string // anything else: true, false, endobj …
	array  []any
	dict   map[name]any
)

// lexer reads values one after the other. Its work is charged to the meter of the document, so that no file makes it read
// the same bytes for ever.
type lexer struct {
	src   []byte
	at    int
	meter *meter
}

// meter bounds the work on one document.
type meter struct {
	ctx   context.Context //nolint:containedctx // lives as long as one call of Clean
	bytes int
}

// maxWork is how many bytes may be read over and over: far more than any honest file of ten megabytes needs.
const maxWork = 128 << 20

func (m *meter) spend(n int) error {
	before := m.bytes >> 16
	if m.bytes += n; m.bytes > maxWork {
		return ErrTooLarge
	}
	if m.bytes>>16 != before {
		return m.ctx.Err()
	}
	return nil
}

// The bounds of one value.
const (
	maxDepth  = 64
	maxTokens = 1 << 20
)

// value reads the next value whole.
func (l *lexer) value() (any, error) {
	from, left := l.at, maxTokens
	v, err := l.read(0, &left)
	if spent := l.meter.spend(max(l.at-from, 1)); spent != nil {
		return nil, spent
	}
	return v, err
}

func (l *lexer) read(depth int, left *int) (any, error) {
	l.space()
	if *left--; *left < 0 || depth > maxDepth || l.at >= len(l.src) {
		return nil, ErrBroken
	}
	switch c := l.src[l.at]; {
	case c == '/':
		return l.name(), nil
	case c == '(':
		return l.literal()
	case c == '<' && l.next('<'):
		return l.dict(depth, left)
	case c == '<':
		return l.hex()
	case c == '[':
		return l.array(depth, left)
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
		return l.number(), nil
	case delimiter(c):
		return nil, ErrBroken
	default:
		return l.word(), nil
	}
}

func (l *lexer) next(c byte) bool { return l.at+1 < len(l.src) && l.src[l.at+1] == c }

// space skips blanks and comments.
func (l *lexer) space() {
	for l.at < len(l.src) {
		switch c := l.src[l.at]; {
		case blank(c):
			l.at++
		case c == '%':
			for l.at < len(l.src) && l.src[l.at] != '\n' && l.src[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

func blank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func delimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	default:
		return false
	}
}

func regular(c byte) bool { return !blank(c) && !delimiter(c) }

// name reads a name as readers understand it: /J#61vaScript is /JavaScript.
func (l *lexer) name() name {
	var out []byte
	for l.at++; l.at < len(l.src) && regular(l.src[l.at]); l.at++ {
		c := l.src[l.at]
		if c == '#' && l.at+2 < len(l.src) {
			hi, lo := digit(l.src[l.at+1]), digit(l.src[l.at+2])
			if hi >= 0 && lo >= 0 {
				c = byte(hi<<4 | lo) //nolint:gosec // two hexadecimal digits
				l.at += 2
			}
		}
		out = append(out, c)
	}
	return name(out)
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	default:
		return -1
	}
}

func (l *lexer) word() any {
	from := l.at
	for l.at < len(l.src) && regular(l.src[l.at]) {
		l.at++
	}
	if w := word(l.src[from:l.at]); w != "null" {
		return w
	}
	return nil
}

// number reads a number, or a reference when two whole numbers and an R stand there.
func (l *lexer) number() any {
	n, whole := l.digits()
	if !whole {
		return n
	}
	after := l.at
	l.space()
	if gen, whole := l.digits(); whole {
		l.space()
		if l.at < len(l.src) && l.src[l.at] == 'R' && (l.at+1 == len(l.src) || !regular(l.src[l.at+1])) {
			first, err1 := strconv.Atoi(string(n))
			second, err2 := strconv.Atoi(string(gen))
			if err1 == nil && err2 == nil {
				l.at++
				return ref{first, second}
			}
		}
	}
	l.at = after
	return n
}

// digits reads the characters of a number; whole tells that they are digits alone.
func (l *lexer) digits() (n number, whole bool) {
	from, whole := l.at, true
	for l.at < len(l.src) && regular(l.src[l.at]) {
		c := l.src[l.at]
		if c < '0' || c > '9' {
			whole = false
			if c != '+' && c != '-' && c != '.' {
				break
			}
		}
		l.at++
	}
	n = number(l.src[from:l.at])
	return n, whole && n != "" && len(n) < 10
}

func (l *lexer) array(depth int, left *int) (any, error) {
	out := array{}
	for l.at++; ; {
		if l.space(); l.at < len(l.src) && l.src[l.at] == ']' {
			l.at++
			return out, nil
		}
		v, err := l.read(depth+1, left)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

func (l *lexer) dict(depth int, left *int) (any, error) {
	out := dict{}
	for l.at += 2; ; {
		l.space()
		switch {
		case l.at >= len(l.src):
			return nil, ErrBroken
		case l.src[l.at] == '>' && l.next('>'):
			l.at += 2
			return out, nil
		case l.src[l.at] != '/':
			return nil, ErrBroken
		}
		key := l.name()
		v, err := l.read(depth+1, left)
		if err != nil {
			return nil, err
		}
		out[key] = v
	}
}

func (l *lexer) hex() (any, error) {
	out, half := text{}, -1
	for l.at++; l.at < len(l.src); l.at++ {
		c := l.src[l.at]
		d := digit(c)
		switch {
		case c == '>':
			l.at++
			if half >= 0 {
				out = append(out, byte(half<<4)) //nolint:gosec // a hexadecimal digit
			}
			return out, nil
		case blank(c):
		case d < 0:
			return nil, ErrBroken
		case half < 0:
			half = d
		default:
			out, half = append(out, byte(half<<4|d)), -1 //nolint:gosec // two of them
		}
	}
	return nil, ErrBroken
}

// literal reads a text in brackets, with its escapes.
func (l *lexer) literal() (any, error) {
	out, open := text{}, 1
	for l.at++; l.at < len(l.src); l.at++ {
		c := l.src[l.at]
		switch c {
		case '\\':
			out = l.escape(out)
			continue
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.at++
				return out, nil
			}
		}
		out = append(out, c)
	}
	return nil, ErrBroken
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

// escape reads what stands behind a backslash and stops at its last character.
func (l *lexer) escape(out text) text {
	if l.at++; l.at >= len(l.src) {
		return out
	}
	c := l.src[l.at]
	if e, ok := escapes[c]; ok {
		return append(out, e)
	}
	switch {
	case c == '\r' && l.next('\n'):
		l.at++
		return out
	case c == '\r', c == '\n':
		return out
	case c < '0' || c > '7':
		return append(out, c)
	}
	code := 0
	for i := 0; i < 3 && l.at < len(l.src) && l.src[l.at] >= '0' && l.src[l.at] <= '7'; i++ {
		code = code<<3 | int(l.src[l.at]-'0')
		l.at++
	}
	l.at--
	return append(out, byte(code))
}
