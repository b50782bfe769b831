package casework_test

import (
	"slices"
	"testing"

	"tiepdan/internal/domain/casework"
)

// TestANameIsFoundInAnySpelling that reads the same: by the server that knows the sender, and where a quorum sealed him by what his letter
// said of him.
func TestANameIsFoundInAnySpelling(t *testing.T) {
	c := casework.Contact{Name: "Võ Thị Bé", Phone: "+84905123456", Address: "thôn Bình Hòa, xã Bình Dương", Email: "be.vo@example.vn", IDNumber: "049088001234"}
	letter := "Tôi là Võ Thị Bé (bà Thị Bé), ở thôn Bình Hòa, xã Bình Dương, điện thoại 0905 123 456, be.vo@example.vn, 049088001234."
	for _, text := range []string{
		"Võ Thị Bé", "vo thi be", "VÕ THỊ BÉ", "Võ\nThị  Bé", "V\u200bõ Thị Bé", "Võ\u200bThị\u200bBé", "VõThịBé", "V õ T h ị B é", "Võ-Thị-Bé", "Võ.Thị.Bé", "Ｖõ Ｔhị Ｂé", "Vo\u0303 Thi\u0323 Be\u0301",
		"\u202eVõ Thị Bé", "bà Thị Bé", "chị thị bé",
		"0905123456", "0905.123.456", "+84 905 123 456", "０９０５１２３４５６", "+８４ ９０５ １２３ ４５６", "số:0９05/1２3/4５6", "0905\u200b123\u200b456", "049088001234", "0490 8800 1234",
		"be.vo@example.vn", "BE.VO@EXAMPLE.VN", "be.vo\u200b@example.vn", "ｂe.vo@example.vn", "thon Binh Hoa xa Binh Duong",
	} {
		known, sealed := casework.FoundIn(c, letter, "Đã gọi "+text+" hôm qua.")
		if text == "chị thị bé" { // not as the letter says it
			sealed = true
		}
		if !known || !sealed {
			t.Errorf("%q passes: known %v, sealed %v", text, known, sealed)
		}
	}
	for _, text := range []string{"Võ Thị Bảy", "bà Bé", "thôn Bình Hòa", "0905123457", "Vơ thị bền", "có thị bé nhỏ", "vo@example.vn"} {
		if known, sealed := casework.FoundIn(c, letter, "Đã gọi "+text+" hôm qua."); known || sealed {
			t.Errorf("%q is refused: known %v, sealed %v", text, known, sealed)
		}
	}
}

// TestALettersOwnWordsAreFoundAsTheyStand, so that they can be blanked there.
func TestALettersOwnWordsAreFoundAsTheyStand(t *testing.T) {
	c := casework.Contact{Name: "Võ Thị Bé"}
	got := casework.Spelled(c, "Tôi, VÕ\nThị\u200b  Bé, và em Võ Thị Bảy. Ký: VõThị Bé; bà Thị Bé.")
	if want := []string{"VÕ\nThị\u200b  Bé", "VõThị Bé", "bà Thị Bé"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
