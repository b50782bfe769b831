package vntext_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tiepdan/pkg/vntext"
)

const letter = "Kính gửi: Ủy ban nhân dân xã Trà Giáp.\nĐường vào thôn 3 bị sạt lở từ ngày 05/01/2026, đề nghị sửa “sớm” – cảm ơn…"

func TestNFCKeepsWhatIsSeenAndDropsTheRest(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"decomposed", norm.NFD.String(letter), letter},
		{"as it is", letter, letter},
		{"zero width, mark of byte order, soft hyphen", "\uFEFFđ\u200Bơ\u00ADn\u200D", "đơn"},
		{"something hidden before the mark", "a\u200B\u0301", "á"},
		{"spaces that do not break", "10\u00A0000\u202Fđồng\u3000x", "10 000 đồng x"},
		{"line ends", "a\r\nb\rc\nd\u2028e", "a\nb\nc\nd\ne"},
		{"controls", "a\x00b\x07c\x7fd\u0085e", "abcd\ne"},
		{"blank letters", "\u3164a\u115F", "a"},
		{"direction marks", "\u202Egian\u202C", "gian"},
		{"ends", "  \n xin \n ", "xin"},
		{"invalid bytes", "a\xffb\xc3", "a\uFFFDb\uFFFD"},
		{"Eth for Đ", "\u00D0à Nẵng, \u00F0ường, H\u00D0ND, Q\u00D0-UBND", "Đà Nẵng, đường, HĐND, QĐ-UBND"},
		{"African D for Đ", "\u0189ông \u0256i", "Đông đi"},
		{"another language's name", "Sigur\u00F0ur", "Sigur\u00F0ur"},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := vntext.NFC(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestLineJoinsLinesAndSpaces(t *testing.T) {
	if got := vntext.Line("  Nguyễn\u00A0 Văn\r\n\tAn "); got != "Nguyễn Văn An" {
		t.Errorf("got %q", got)
	}
}

func TestRunesCountsLettersNotBytesOrMarks(t *testing.T) {
	if got := vntext.Runes(norm.NFD.String("Nguyễn")); got != 6 {
		t.Errorf("got %d", got)
	}
}

func TestShortWayChangesNothingThatTheLongWayWould(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := "x" + string(r) + "x"
		want := norm.NFC.String(vntext.NFC("\u200B" + s)) // the hidden character forces the long way
		if got := vntext.NFC(s); got != want {
			t.Fatalf("%U: got %q, want %q", r, got, want)
		}
	}
}

// texts draws what people, phones and old programs write.
var texts = rapid.StringOfN(rapid.OneOf(
	rapid.RuneFrom([]rune("abcdeghinoquyABCDEO0123 \n\t.,-")),
	rapid.RuneFrom([]rune("àảãáạăằắâấđêếôồơởưứừựỳýÀÁẠĂÂĐÊÔƠƯỨ")),
	rapid.RuneFrom([]rune("\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031B\u0327")),
	rapid.RuneFrom([]rune("\u00A0\u00AD\u200B\u200D\uFEFF\r\u0085\u2028\u00D0\u00F0\u0189\u0256\uFFFD")),
	rapid.Rune(),
), 0, 40, -1)

func TestNormalisingTwiceIsNormalisingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { properties(t, texts.Draw(t, "text")) })
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{letter, norm.NFD.String(letter), "\u00D0\u00F0\xff\r\n\u200B\u0301", "각が\u0344\u1E9B\u0323"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { properties(t, s) })
}

type tester interface {
	Helper()
	Errorf(format string, args ...any)
}

func properties(t tester, s string) {
	t.Helper()
	once := vntext.NFC(s)
	if twice := vntext.NFC(once); twice != once {
		t.Errorf("NFC of %q: once %q, twice %q", s, once, twice)
	}
	if !utf8.ValidString(once) || !norm.NFC.IsNormalString(once) || strings.ContainsAny(once, "\r\u00A0\u200B\uFEFF\u00AD") {
		t.Errorf("NFC of %q is %q", s, once)
	}
	if line := vntext.Line(s); strings.ContainsAny(line, "\n\t") || strings.Contains(line, "  ") || vntext.Line(line) != line {
		t.Errorf("Line of %q is %q", s, line)
	}
	if got := vntext.Runes(s); got != utf8.RuneCountInString(once) || got != vntext.Runes(once) {
		t.Errorf("Runes of %q is %d", s, got)
	}
	if !utf8.ValidString(s) {
		return
	}
	composed, decomposed := vntext.Fold(norm.NFC.String(s)), vntext.Fold(norm.NFD.String(s))
	if composed != decomposed {
		t.Errorf("Fold of %q: composed %q, decomposed %q", s, composed, decomposed)
	}
	if again := vntext.Fold(composed); again != composed {
		t.Errorf("Fold of %q: once %q, twice %q", s, composed, again)
	}
	if got := vntext.Runes(norm.NFD.String(s)); got != vntext.Runes(norm.NFC.String(s)) {
		t.Errorf("Runes of %q depends on its form", s)
	}
}

func BenchmarkNFC(b *testing.B) {
	for name, s := range map[string]string{
		"ascii": strings.Repeat("duong vao thon 3 ", 30), "composed": strings.Repeat(letter, 4),
		"decomposed": strings.Repeat(norm.NFD.String(letter), 4),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				_ = vntext.NFC(s)
			}
		})
	}
}
