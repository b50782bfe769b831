// Package trackcode makes codes that people read to each other over a phone: Crockford's base 32 in groups of four, with
// two check characters that find every single and double mistake and every swap of two characters.
package trackcode

import (
	"errors"
	"strings"
)

// Alphabet is Crockford's: no I, L, O, U.
const Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// The sizes of a code.
const (
	Length = 16 // characters, the last two of which check the others
	data   = Length - 2
	group  = 4
)

// The mistakes of a code.
var (
	ErrLength = errors.New("a code has 16 characters")
	ErrChar   = errors.New("a character that no code has")
	ErrCheck  = errors.New("a mistyped character")
)

// Code is a tracking code, always valid; its zero value is the code of all zeros.
type Code [Length]byte // values 0 to 31

// FromBytes makes the code of a seed of at least 9 bytes: its first 70 bits.
func FromBytes(seed []byte) Code {
	var c Code
	bits, have, at := uint(0), 0, 0
	for i := range data {
		for have < 5 {
			bits = bits<<8 | uint(seed[at])
			at, have = at+1, have+8
		}
		have -= 5
		c[i] = byte(bits >> have & 31)
	}
	c.check()
	return c
}

// check sets the last two characters so that, over GF(32), the sum of all characters and the sum of all characters
// weighted by powers of the generator are zero: a Reed–Solomon code of distance three.
func (c *Code) check() {
	c[data], c[data+1] = 0, 0
	s0, s1 := c.syndromes()
	// Solve x+y = s0 and g^14 x + g^15 y = s1 for the two characters.
	a, b := power(data), power(data+1)
	y := mul(s1^mul(a, s0), inverse(a^b))
	c[data], c[data+1] = s0^y, y
}

func (c *Code) syndromes() (s0, s1 byte) {
	for i, v := range c {
		s0 ^= v
		s1 ^= mul(power(i), v)
	}
	return s0, s1
}

// String writes the code in groups: 7K3M-9QXW-2B4D-8T6V.
func (c Code) String() string {
	var b strings.Builder
	for i, v := range c {
		if i > 0 && i%group == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(Alphabet[v])
	}
	return b.String()
}

// Plain writes the code without hyphens.
func (c Code) Plain() string { return strings.ReplaceAll(c.String(), "-", "") }

// Parse reads a code as people type it: in any case, with spaces and hyphens anywhere, I and L for 1, O for 0.
func Parse(s string) (Code, error) {
	var c Code
	n := 0
	for _, r := range s {
		if r == ' ' || r == '-' || r == '\u2011' || r == '\u2013' || r == '.' {
			continue
		}
		v, ok := value(r)
		if !ok {
			return Code{}, ErrChar
		}
		if n == Length {
			return Code{}, ErrLength
		}
		c[n] = v
		n++
	}
	if n != Length {
		return Code{}, ErrLength
	}
	if s0, s1 := c.syndromes(); s0 != 0 || s1 != 0 {
		return Code{}, ErrCheck
	}
	return c, nil
}

func value(r rune) (byte, bool) {
	switch r {
	case 'i', 'I', 'l', 'L':
		r = '1'
	case 'o', 'O':
		r = '0'
	}
	if r >= 'a' && r <= 'z' {
		r -= 'a' - 'A'
	}
	if r > 0x7f {
		return 0, false
	}
	i := strings.IndexRune(Alphabet, r)
	return byte(max(i, 0)), i >= 0 //nolint:gosec // at most 31
}

// GF(32) with the polynomial x^5 + x^2 + 1; 2 generates its 31 nonzero elements.

func mul(a, b byte) byte {
	var p byte
	for b != 0 {
		if b&1 != 0 {
			p ^= a
		}
		a <<= 1
		if a&32 != 0 {
			a ^= 0b100101
		}
		b >>= 1
	}
	return p
}

func power(n int) byte {
	p := byte(1)
	for range n {
		p = mul(p, 2)
	}
	return p
}

// inverse is a^30, since a^31 = 1.
func inverse(a byte) byte {
	p := byte(1)
	for range 30 {
		p = mul(p, a)
	}
	return p
}
