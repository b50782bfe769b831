package vntext

import (
	"net/mail"
	"strings"
)

// Phone reads a Vietnamese phone number as people write it, with spaces, dots, hyphens or brackets, and returns it in E.164
// (+84905123456); false when it is none. Mobile numbers have ten digits, landlines eleven with the province's 02xx.
func Phone(s string) (string, bool) {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-()/\u2010\u2011\u2012\u2013", r) {
			return -1
		}
		return r
	}, Line(s))
	national := national(s)
	if national == "" || !onlyDigits(national) {
		return "", false
	}
	switch first := national[0]; {
	case first == '2' && len(national) == 10:
	case strings.IndexByte("35789", first) >= 0 && len(national) == 9:
	default:
		return "", false
	}
	return "+84" + national, true
}

// national cuts the country code or the leading zero off, and both where people write +84 (0) 905; "" when there is none.
func national(s string) string {
	for _, country := range []string{"+84", "0084", "84"} {
		if rest, ok := strings.CutPrefix(s, country); ok {
			return strings.TrimPrefix(rest, "0")
		}
	}
	rest, ok := strings.CutPrefix(s, "0")
	if !ok {
		return ""
	}
	return rest
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// maxEmail is the longest address SMTP carries.
const maxEmail = 254

// Email reads an e-mail address and writes its domain in small letters; false when it is none.
func Email(s string) (string, bool) {
	s = Line(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail {
		return "", false
	}
	at := strings.LastIndexByte(s, '@')
	domain := strings.ToLower(s[at+1:])
	if dot := strings.LastIndexByte(domain, '.'); dot < 0 || dot == len(domain)-1 || domain[0] == '[' {
		return "", false
	}
	return s[:at+1] + domain, true
}

// IDKind is what kind of paper a number belongs to.
type IDKind string

// The papers that a citizen shows.
const (
	CitizenCard IDKind = "citizen_card" // căn cước, căn cước công dân, giấy chứng nhận căn cước: 12 digits
	OldCard     IDKind = "old_card"     // chứng minh nhân dân: 9 digits
	Passport    IDKind = "passport"     // hộ chiếu: a letter and 7 or 8 digits
)

// IDWarning is a doubt about a number that is no reason to refuse it: papers may be old, and clerks mistype.
type IDWarning string

// The doubts.
const (
	NoDoubt     IDWarning = ""
	OutOfDate   IDWarning = "out_of_date"   // chứng minh nhân dân has been invalid since 1 January 2025
	UnbornDigit IDWarning = "unborn_digit"  // the century digit says 2100 or later
	NoProvince  IDWarning = "no_such_place" // no province or country has the code
)

// ID is what the number of a paper tells. BirthYear and Male are known of a citizen card without a doubt only.
type ID struct {
	Number    string // normalised; text, for the zeros before it count
	Kind      IDKind
	Warning   IDWarning
	BirthYear int
	Male      bool
}

const (
	citizenDigits = 12
	oldDigits     = 9
)

// ReadID reads the number of a căn cước, an old chứng minh nhân dân or a passport; false when it is none.
func ReadID(s string) (ID, bool) {
	id := ID{Number: strings.ToUpper(strings.NewReplacer(" ", "", ".", "", "-", "").Replace(Line(s)))}
	n := len(id.Number)
	switch {
	case n == citizenDigits && onlyDigits(id.Number):
		id.Kind = CitizenCard
		id.decode()
	case n == oldDigits && onlyDigits(id.Number):
		id.Kind, id.Warning = OldCard, OutOfDate
	case (n == 8 || n == 9) && id.Number[0] >= 'A' && id.Number[0] <= 'Z' && onlyDigits(id.Number[1:]):
		id.Kind = Passport
	default:
		return ID{}, false
	}
	return id, true
}

// decode reads a citizen card's digits: three for the place, one for century and sex (0 a man of the 20th, 1 a woman of the
// 20th, 2 a man of the 21st, …), two for the year.
func (id *ID) decode() {
	century := int(id.Number[3] - '0')
	switch {
	case id.Number[:3] == "000":
		id.Warning = NoProvince
	case century > 3:
		id.Warning = UnbornDigit
	default:
		id.BirthYear = 1900 + 100*(century/2) + 10*int(id.Number[4]-'0') + int(id.Number[5]-'0')
		id.Male = century%2 == 0
	}
}

// CitizenID is ReadID for those who want the number alone.
func CitizenID(s string) (string, bool) {
	id, ok := ReadID(s)
	return id.Number, ok
}
