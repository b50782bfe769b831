package vntext

import (
	"bytes"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// collators are kept for reuse: one is costly to make and serves one goroutine at a time.
var collators = sync.Pool{New: func() any {
	return &collator{by: collate.New(language.Vietnamese, collate.Numeric)}
}}

type collator struct {
	by  *collate.Collator
	buf collate.Buffer
}

// Compare orders two texts as Vietnamese sorts them: a ă â b c d đ e ê …, then by tone: ngang, huyền, hỏi, ngã, sắc, nặng.
// Numbers go by value (Tổ 2 before Tổ 10), and the place of the tone mark does not matter (hòa, hoà).
func Compare(a, b string) int { return bytes.Compare(Key(a), Key(b)) }

// Key returns bytes that sort as Compare does, to be kept beside the text where a store must sort it.
func Key(s string) []byte {
	c, _ := collators.Get().(*collator)
	defer collators.Put(c)
	return c.key(nil, Line(s))
}

func (c *collator) key(dst []byte, s string) []byte {
	c.buf.Reset()
	return append(dst, c.by.KeyFromString(&c.buf, tones.Replace(s))...)
}

// tones moves the mark to where the newer spelling has it, on the last vowel of oa, oe and uy.
var tones = strings.NewReplacer(toneMoves()...)

func toneMoves() []string {
	rows := [...][2]string{
		{"òa ỏa õa óa ọa", "oà oả oã oá oạ"},
		{"òe ỏe õe óe ọe", "oè oẻ oẽ oé oẹ"},
		{"ùy ủy ũy úy ụy", "uỳ uỷ uỹ uý uỵ"},
	}
	var out []string
	for _, row := range rows {
		from, to := strings.Fields(row[0]), strings.Fields(row[1])
		for i := range from {
			out = append(out, from[i], to[i], strings.ToUpper(from[i]), strings.ToUpper(to[i]))
		}
	}
	return out
}

// CompareNames orders two names of people as Vietnamese lists do: by tên, the last part, then by họ, the first, then by what
// stands between. Capitals do not matter.
func CompareNames(a, b string) int { return bytes.Compare(NameKey(a), NameKey(b)) }

// NameKey returns bytes that sort as CompareNames does. Each part is compared to the end before the next one counts.
func NameKey(name string) []byte {
	parts := strings.Fields(strings.ToLower(Line(name)))
	c, _ := collators.Get().(*collator)
	defer collators.Put(c)
	var key []byte
	if n := len(parts); n > 1 {
		key = c.key(key, parts[n-1])
		key = c.key(append(key, 0, 0), parts[0])
		return c.key(append(key, 0, 0), strings.Join(parts[1:n-1], " "))
	}
	return append(c.key(key, strings.Join(parts, "")), 0, 0)
}
