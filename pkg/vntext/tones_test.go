package vntext_test

import (
	"testing"

	"golang.org/x/text/unicode/norm"

	"tiepdan/pkg/vntext"
)

func TestMarksStandWhereTheyWereTyped(t *testing.T) {
	for _, tc := range []struct {
		question string
		begins   bool
		text     string
		want     bool
	}{
		{"má", false, "Má tôi", true},
		{"má", false, "ma, mà, mả, mã, mạ", false},
		{"ma", false, "Má tôi", true}, // without marks nothing is asked for
		{"đường hong", false, "ĐƯỜNG hỏng", true},
		{"đường hòng", false, "Đường hỏng", false},
		{"duong hỏng", false, "Đường hỏng", true},
		{"hoà", false, "Khu Hòa Bình", true}, // the tone on either letter
		{"uỷ", false, "Ủy ban", true},
		{"đường", false, "dường", false}, // đ is a letter of its own
		{"mâm", false, "mam", false},
		{"đườ", true, "con đường", true},
		{"đườ", false, "con đường", false},
		{"đướ", true, "con đường", false},
		{"đườ nha", true, "con đường nhà", false}, // the last word alone is a beginning
		{"", false, "", true},
	} {
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if got := vntext.MarksOf(form.String(tc.question), tc.begins).In("Nơi khác", form.String(tc.text)); got != tc.want {
				t.Errorf("%q (begins: %t) in %q: %t", tc.question, tc.begins, tc.text, got)
			}
		}
	}
}
