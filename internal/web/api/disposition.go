package api

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"tiepdan/pkg/vntext"
)

// Download names a file that is handed out, by RFC 6266: a name in plain letters for old programs, and the true one, encoded
// by RFC 5987, for all others. No character of it can end the name or the line.
func Download(c *fiber.Ctx, name string) { dispose(c, "attachment", name) }

// Inline names a file that is shown where it stands.
func Inline(c *fiber.Ctx, name string) { dispose(c, "inline", name) }

func dispose(c *fiber.Ctx, how, name string) {
	c.Set(fiber.HeaderContentDisposition, Disposition(how, name))
}

// maxFileName bounds a name, in runes.
const maxFileName = 120

// Disposition is the value of Content-Disposition.
func Disposition(how, name string) string {
	name = strings.Map(printed, strings.ToValidUTF8(name, ""))
	if r := []rune(name); len(r) > maxFileName {
		name = string(r[len(r)-maxFileName:]) // the ending says what it is
	}
	name = strings.Trim(name, ". ")
	if name == "" {
		name = "tep"
	}
	plain := strings.Map(lettered, vntext.Fold(name))
	return how + `; filename="` + plain + `"; filename*=UTF-8''` + encoded(name)
}

// printed drops what no name has: control and formatting characters, and what separates folders.
func printed(r rune) rune {
	if !unicode.IsPrint(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
		return -1
	}
	return r
}

// lettered is a character of the plain name.
func lettered(r rune) rune {
	if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r)) {
		return r
	}
	return '-'
}

// encoded writes all but the letters and digits and a few marks as bytes in hexadecimal.
func encoded(name string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}
