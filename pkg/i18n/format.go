package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Vietnam is the legal time, UTC+7 all year: a fixed zone, so that no file of the machine can move a deadline.
var Vietnam = time.FixedZone("+07", 7*60*60)

// wording is how a language writes what no catalog should repeat.
type wording struct {
	thousands, decimal                   string
	today, tomorrow, yesterday, in, past string
}

var wordings = map[string]wording{
	"vi": {".", ",", "hôm nay", "ngày mai", "hôm qua", "%d ngày nữa", "%d ngày trước"},
	"en": {",", ".", "today", "tomorrow", "yesterday", "in %d days", "%d days ago"},
}

// wording falls back to the default language's, and that to Vietnamese.
func (b *Bundle) wording(lang string) wording {
	for _, l := range [...]string{lang, b.langs[0]} {
		if w, ok := wordings[l]; ok {
			return w
		}
	}
	return wordings["vi"]
}

// Date writes the day of a moment in Vietnam, 10/07/2026 in both languages: the form on every paper of the office.
func (*Bundle) Date(_ string, at time.Time) string { return at.In(Vietnam).Format("02/01/2006") }

// Time writes the hour of a moment in Vietnam, 14:30 in both languages.
func (*Bundle) Time(_ string, at time.Time) string { return at.In(Vietnam).Format("15:04") }

// DateTime writes hour and day: 14:30 10/07/2026.
func (*Bundle) DateTime(_ string, at time.Time) string {
	return at.In(Vietnam).Format("15:04 02/01/2006")
}

// LongDate writes a day as letters do: ngày 05 tháng 01 năm 2026 (Nghị định 30/2020: a zero before days under 10 and the
// months 1 and 2).
func (*Bundle) LongDate(lang string, at time.Time) string {
	at = at.In(Vietnam)
	if lang == "en" {
		return at.Format("2 January 2006")
	}
	month := strconv.Itoa(int(at.Month()))
	if at.Month() <= time.February {
		month = "0" + month
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", at.Day(), month, at.Year())
}

// Relative writes how many days of the calendar lie between now and a day: hôm nay, ngày mai, 3 ngày nữa, 3 ngày trước.
// The hour does not matter.
func (b *Bundle) Relative(lang string, now, at time.Time) string {
	w := b.wording(lang)
	switch n := Days(now, at); {
	case n == 0:
		return w.today
	case n == 1:
		return w.tomorrow
	case n == -1:
		return w.yesterday
	case n > 0:
		return fmt.Sprintf(w.in, n)
	default:
		return fmt.Sprintf(w.past, -n)
	}
}

// Days counts the midnights in Vietnam from one moment to another; it is negative when the second comes first.
func Days(from, to time.Time) int {
	return int(midnight(to).Sub(midnight(from)) / (24 * time.Hour))
}

func midnight(t time.Time) time.Time {
	y, m, d := t.In(Vietnam).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Vietnam)
}

// Number writes a whole number with the language's separator: 1.234 or 1,234.
func (b *Bundle) Number(lang string, n int64) string {
	return b.wording(lang).grouped(strconv.FormatInt(n, 10))
}

// Decimal writes a number with so many digits after the comma: 1.234,5 or 1,234.5.
func (b *Bundle) Decimal(lang string, x float64, places int) string {
	w := b.wording(lang)
	whole, fraction, ok := strings.Cut(strconv.FormatFloat(x, 'f', places, 64), ".")
	if !ok {
		return w.grouped(whole)
	}
	return w.grouped(whole) + w.decimal + fraction
}

// grouped separates the thousands of digits that may have a sign before them.
func (w wording) grouped(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(w.thousands)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}
