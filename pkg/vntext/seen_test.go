package vntext_test

import (
	"testing"

	"golang.org/x/text/unicode/norm"

	"tiepdan/pkg/vntext"
)

func TestSeenReadsWhatTheEyeReads(t *testing.T) {
	for in, want := range map[string]string{
		"Hồ Tấn Lực":                   "Hồ Tấn Lực",
		norm.NFD.String("Hồ Tấn Lực"):  "Hồ Tấn Lực",
		"Hồ Tấn L\u00ADực":             "Hồ Tấn Lực", // soft hyphen
		"H\u200Dồ T\u200Cấn Lực\uFEFF": "Hồ Tấn Lực", // joiners, byte order mark
		"Hồ\uFE0F Tấn\u034F L\u2060ực": "Hồ Tấn Lực", // variation selector, grapheme joiner, word joiner
		"Hồ Tấn L\U000E0020ực":         "Hồ Tấn Lực", // tag
		"\u041Dồ Tấn Lực":              "Hồ Tấn Lực", // Cyrillic Н
		"Hồ Tấn Lự\u0441":              "Hồ Tấn Lực", // Cyrillic с
		"\u039D\u0430m":                "Nam",        // Greek Ν, Cyrillic а
		"Ｈồ Ｔấn Ｌực":                   "Hồ Tấn Lực", // wide letters
		"𝐇ồ 𝕿ấn 𝘓ực":                   "Hồ Tấn Lực", // mathematical letters
		"đường 5, thôn 3":              "đường 5, thôn 3",
	} {
		if got := vntext.Seen(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestSpelledKeepsMarksAndMovesTheTone(t *testing.T) {
	if vntext.Spelled("Hoà") != vntext.Spelled("hòa") || vntext.Spelled("lúc") == vntext.Spelled("lực") || vntext.Spelled("Đá") == vntext.Spelled("da") {
		t.Error(vntext.Spelled("Hoà"), vntext.Spelled("hòa"))
	}
}
