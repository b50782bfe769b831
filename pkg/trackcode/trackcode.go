// Package trackcode makes codes that people read to each other over a phone: Crockford's base 32 in groups of four, with
// two check characters that find every single and double mistake and every swap of two characters.
package trackcode

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Alphabet is Crockford's: no I, L, O, U.
const Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// The sizes of a code.
const (
	Length = 16 // characters, the last two of which check the others
	data   = Length - 2
	group  = 4
)

// The mistakes of a code. Which character is wrong cannot be told: two wrong ones look like another single one.
var (
	ErrLength = errors.New("a code has 16 characters")
	ErrChar   = errors.New("a character that no code has")
	ErrU      = fmt.Errorf("%w: the letter U, which may be a V", ErrChar)
	ErrCheck  = errors.New("a mistyped character")
)

// Code is a tracking code, always valid; its zero value is the code of all zeros.
type Code [Length]byte // values 0 to 31

// FromBytes makes the code of a seed of at least 9 bytes: its first 70 bits. It panics when the seed is shorter, for such a
// code could be guessed.
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

// check sets the last two characters so that both syndromes are zero, which makes the code a Reed–Solomon code of distance
// three. With the two at zero, x + y = s0 and 2x + y = s1 are to be solved, hence 3x = s0 + s1; plus is xor.
func (c *Code) check() {
	c[data], c[data+1] = 0, 0
	s0, s1 := c.syndromes()
	x := third(s0 ^ s1)
	c[data], c[data+1] = x, s0^x
}

// syndromes are the sum of the characters over GF(32), and their sum weighted by falling powers of its generator 2.
func (c *Code) syndromes() (s0, s1 byte) {
	for _, v := range c {
		s0 ^= v
		s1 = double(s1) ^ v
	}
	return s0, s1
}

// double multiplies by 2 in GF(32) with the polynomial x⁵ + x² + 1, in which 2 generates all 31 elements but zero.
func double(a byte) byte {
	a <<= 1
	if a&32 != 0 {
		a ^= 0b100101
	}
	return a
}

// third divides by 3. Its inverse there is 28 = 16 + 8 + 4.
func third(a byte) byte {
	a4 := double(double(a))
	a8 := double(a4)
	return a4 ^ a8 ^ double(a8)
}

// String writes the code in groups, as in 7K3M-9QXW-2B4D-8T6V.
func (c Code) String() string {
	b := make([]byte, 0, Length+Length/group-1)
	for i, v := range c {
		if i > 0 && i%group == 0 {
			b = append(b, '-')
		}
		b = append(b, Alphabet[v])
	}
	return string(b)
}

// Plain writes the code without hyphens.
func (c Code) Plain() string {
	var b [Length]byte
	for i, v := range c {
		b[i] = Alphabet[v]
	}
	return string(b[:])
}

// Parse reads a code as people type it: in any case, with spaces, dots and hyphens anywhere, I and L for 1, O for 0.
func Parse(s string) (Code, error) {
	var c Code
	n := 0
	for _, r := range s {
		if between(r) {
			continue
		}
		v, err := value(r)
		if err != nil {
			return Code{}, err
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

// between reports whether r only separates, or cannot be seen at all.
func between(r rune) bool {
	return r == '-' || r == '.' || r == '_' || r >= '\u2010' && r <= '\u2015' || r == '\u2212' || unicode.IsSpace(r) ||
		unicode.Is(unicode.Cf, r)
}

func value(r rune) (byte, error) {
	if r >= 'a' && r <= 'z' {
		r -= 'a' - 'A'
	}
	switch r {
	case 'I', 'L':
		r = '1'
	case 'O':
		r = '0'
	case 'U', 'Ư', 'ư':
		return 0, ErrU
	}
	i := strings.IndexRune(Alphabet, r)
	if i < 0 {
		return 0, ErrChar
	}
	return byte(i), nil //nolint:gosec // at most 31
}
