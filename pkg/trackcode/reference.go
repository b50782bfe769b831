package trackcode

import (
	"fmt"
	"regexp"
	"strings"
)

var referenceShape = regexp.MustCompile(`^[A-Z]{2,4}\d{2}-[0-9A-HJKMNP-TV-Z]{6}$`)

// Reference makes the short name of a case for people to say, like TB26-7K3M9Q: an office, the year of receipt, and six
// characters of the seed (30 bits). It opens nothing, and two cases may draw the same: the store decides.
func Reference(office string, year int, seed []byte) string {
	n := uint32(seed[0])<<24 | uint32(seed[1])<<16 | uint32(seed[2])<<8 | uint32(seed[3])
	var b [6]byte
	for i := range b {
		b[i] = Alphabet[n&31]
		n >>= 5
	}
	return fmt.Sprintf("%s%02d-%s", office, year%100, b)
}

// ParseReference reads a reference in any case and with spaces around; false when it is none.
func ParseReference(s string) (string, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	return s, referenceShape.MatchString(s)
}
