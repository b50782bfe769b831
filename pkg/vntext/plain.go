package vntext

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Plain is a text as it reads: letters and digits of other widths and shapes (NFKC) are the common ones, and what is not seen is gone, such
// as spaces of no width.
func Plain(s string) string {
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s))
}
