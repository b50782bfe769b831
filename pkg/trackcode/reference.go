package trackcode

import (
	"fmt"
	"regexp"
	"strings"
)

var referenceShape = regexp.MustCompile(`^([A-Z]{2,4}\d{2})[-\x{2010}-\x{2015} ]?([0-9A-TV-Z]{6})$`)

// likeness puts right what people read wrong.
var likeness = strings.NewReplacer("I", "1", "L", "1", "O", "0")

// Reference makes the short name of a case for people to say, like TB26-7K3M9Q: an office of two to four letters, the year
// of receipt, and six characters of the seed (30 bits of at least four bytes). It opens nothing, and two cases may draw the
// same: the store decides.
func Reference(office string, year int, seed []byte) string {
	n := uint32(seed[0])<<24 | uint32(seed[1])<<16 | uint32(seed[2])<<8 | uint32(seed[3])
	var b [6]byte
	for i := range b {
		b[i] = Alphabet[n&31]
		n >>= 5
	}
	return fmt.Sprintf("%s%02d-%s", office, year%100, b)
}

// ParseReference reads a reference in any case, with spaces around or another hyphen, I and L for 1, O for 0; false when it
// is none.
func ParseReference(s string) (string, bool) {
	m := referenceShape.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(s)))
	if m == nil {
		return "", false
	}
	return m[1] + "-" + likeness.Replace(m[2]), true
}
