package vntext_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tiepdan/pkg/vntext"
)

func TestPhoneReadsWhatPeopleWrite(t *testing.T) {
	for in, want := range map[string]string{
		"0905123456":           "+84905123456",
		" 0905.123.456 ":       "+84905123456",
		"090 512 34 56":        "+84905123456",
		"(+84) 905-123-456":    "+84905123456",
		"+84 (0) 905 123 456":  "+84905123456",
		"0084905123456":        "+84905123456",
		"84905123456":          "+84905123456",
		"0235 3852 222":        "+842353852222",
		"0236\u00A03\u2013821": "",
		"02353852222":          "+842353852222",
		"090512345":            "",
		"09051234567":          "",
		"0105123456":           "",
		"0605123456":           "",
		"905123456":            "",
		"0905 12x 456":         "",
		"+1 202 555 0100":      "",
		"19001022":             "",
		"٠٩٠٥١٢٣٤٥٦":           "",
		"+84":                  "",
		"":                     "",
	} {
		got, ok := vntext.Phone(in)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q %v, want %q", in, got, ok, want)
		}
	}
}

func FuzzPhone(f *testing.F) {
	f.Add("+84 (0) 905 123 456")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := vntext.Phone(s)
		if !ok {
			return
		}
		if again, ok := vntext.Phone(got); !ok || again != got {
			t.Errorf("%q: read as %q, that as %q", s, got, again)
		}
		if n := len(got); n != 12 && n != 13 {
			t.Errorf("%q: %q is not a Vietnamese number", s, got)
		}
	})
}

func TestEmailReadsAddresses(t *testing.T) {
	for in, want := range map[string]string{
		" An.Nguyen@Example.COM ":               "An.Nguyen@example.com",
		"a@b.vn":                                "a@b.vn",
		"a@b":                                   "",
		"a@b.":                                  "",
		"a@b..vn":                               "",
		"a@[127.0.0.1]":                         "",
		"An <a@b.vn>":                           "",
		"a b@c.vn":                              "",
		"a@b.vn, c@d.vn":                        "",
		"a@b.vn\nBcc: c@d.vn":                   "",
		strings.Repeat("a", 250) + "@b.vn":      "",
		"@b.vn":                                 "",
		"":                                      "",
		"nguyen.van-an+don@mail.danang.gov.vn ": "nguyen.van-an+don@mail.danang.gov.vn",
	} {
		got, ok := vntext.Email(in)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q %v, want %q", in, got, ok, want)
		}
	}
}

func TestReadIDTellsThePapersApart(t *testing.T) {
	for in, want := range map[string]vntext.ID{
		"049012345612":    {Number: "049012345612", Kind: vntext.CitizenCard, BirthYear: 1912, Male: true},
		"049 190 345 612": {Number: "049190345612", Kind: vntext.CitizenCard, BirthYear: 1990},
		"049.205.345.612": {Number: "049205345612", Kind: vntext.CitizenCard, BirthYear: 2005, Male: true},
		"049305345612":    {Number: "049305345612", Kind: vntext.CitizenCard, BirthYear: 2005},
		"049705345612":    {Number: "049705345612", Kind: vntext.CitizenCard, Warning: vntext.UnbornDigit},
		"000205345612":    {Number: "000205345612", Kind: vntext.CitizenCard, Warning: vntext.NoProvince},
		"201234567":       {Number: "201234567", Kind: vntext.OldCard, Warning: vntext.OutOfDate},
		"b1234567":        {Number: "B1234567", Kind: vntext.Passport},
		"C12345678":       {Number: "C12345678", Kind: vntext.Passport},
	} {
		got, ok := vntext.ReadID(in)
		if d := cmp.Diff(want, got); d != "" || !ok {
			t.Errorf("%q: %v %s", in, ok, d)
		}
	}
	for _, in := range []string{"", "04901234561", "0490123456123", "0490a2345612", "12345678", "CC1234567", "Đ1234567", "٠٤٩٠١٢٣٤٥٦١٢"} {
		if got, ok := vntext.CitizenID(in); ok || got != "" {
			t.Errorf("%q: got %q %v", in, got, ok)
		}
	}
}

func TestMasksShowEnoughToTellAndNoMore(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"citizen card", vntext.MaskID("049012345612"), "0490******12"},
		{"old card", vntext.MaskID("201234567"), "2******67"},
		{"passport", vntext.MaskID("C1234567"), "C*****67"},
		{"fragment of a number", vntext.MaskID("1234"), "****"},
		{"phone", vntext.MaskPhone("+84905123456"), "*********456"},
		{"short phone", vntext.MaskPhone("113"), "***"},
		{"email", vntext.MaskEmail("an.nguyen@example.com"), "a********@example.com"},
		{"email of one letter", vntext.MaskEmail("a@example.com"), "*@example.com"},
		{"no email", vntext.MaskEmail("annguyen"), "a*******"},
		{"name", vntext.MaskName("Nguyễn Thị  Ổn"), "N. T. Ổ."},
		{"decomposed name", vntext.MaskName("O\u0302\u0309n"), "Ổ."},
		{"nobody", vntext.MaskName(" "), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}
