package vntext_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"tiepdan/pkg/vntext"
)

func TestFoldIsWhatSearchingCompares(t *testing.T) {
	for in, want := range map[string]string{
		"Đường  Ngập\u00A0Nước":         "duong ngap nuoc",
		"hòa":                           "hoa",
		"hoà":                           "hoa",
		norm.NFD.String("Thủy Ổn ĐẶNG"): "thuy on dang",
		"àảãáạ ăằẳẵắặ âầẩẫấậ":               "aaaaa aaaaaa aaaaaa",
		"èẻẽéẹ êềểễếệ ìỉĩíị":                "eeeee eeeeee iiiii",
		"òỏõóọ ôồổỗốộ ơờởỡớợ":               "ooooo oooooo oooooo",
		"ùủũúụ ưừửữứự ỳỷỹýỵ đ":              "uuuuu uuuuuu yyyyy d",
		strings.ToUpper("ẵ ễ ỗ ỡ ữ ỹ đ"):    "a e o o u y d",
		"\u00D0à N\u200Bẵng":                "da nang",
		"Müller, Françoise; 049012345612\n": "muller, francoise; 049012345612",
		"Привет 각":                          "привет " + norm.NFD.String("각"),
		"":                                  "",
	} {
		if got := vntext.Fold(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestWordsLeavesLettersAndDigitsBetweenSingleSpaces(t *testing.T) {
	if got := vntext.Words("“Đường số 5” – (thôn 3)…"); got != "duong so 5 thon 3" {
		t.Errorf("got %q", got)
	}
}

func TestTermsAreDistinctFoldedWords(t *testing.T) {
	got := vntext.Terms("Đường ngập, đường hỏng!", "Số 049012345612; DUONG Trà-Giáp")
	want := []string{"duong", "ngap", "hong", "so", "049012345612", "tra", "giap"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTermsAreBounded(t *testing.T) {
	var many strings.Builder
	for i := range 1000 {
		many.WriteString(" từ" + strconv.Itoa(i))
	}
	if got := len(vntext.Terms(many.String())); got != 256 {
		t.Errorf("got %d terms", got)
	}
	if got := vntext.Terms(strings.Repeat("ж", 40)); len(got) != 1 || got[0] != strings.Repeat("ж", 12) {
		t.Errorf("got %q", got)
	}
}

func BenchmarkFold(b *testing.B) {
	s := strings.Repeat(letter, 4)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		_ = vntext.Fold(s)
	}
}

func BenchmarkTerms(b *testing.B) {
	s := strings.Repeat(letter, 4)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		_ = vntext.Terms(s)
	}
}
