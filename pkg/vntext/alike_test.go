package vntext_test

import (
	"testing"

	"tiepdan/pkg/vntext"
)

func TestAlike(t *testing.T) {
	const letter = "Rác đổ ven kênh N22, mùi rất hôi. Đề nghị cơ quan kiểm tra."
	for name, tc := range map[string]struct {
		with        string
		least, most float64
	}{
		"itself":             {letter, 1, 1},
		"without diacritics": {"RAC DO VEN KENH N22 mui rat hoi, de nghi co quan kiem tra", 1, 1},
		"told again":         {"Đề nghị cơ quan kiểm tra việc đổ rác ven kênh N22, mùi hôi lắm.", .5, .95},
		"something else":     {"Đèn đường trước chợ Hà Lam tắt đã hai tuần, ban đêm rất tối.", 0, .2},
		"nothing":            {"", 0, 0},
	} {
		if got := vntext.Alike(letter, tc.with); got < tc.least || got > tc.most {
			t.Errorf("%s: %.2f, want %.2f to %.2f", name, got, tc.least, tc.most)
		}
	}
	if got := vntext.Alike("", ""); got != 0 {
		t.Errorf("two empty texts: %.2f", got)
	}
}
