package vntext_test

import (
	"testing"

	"tiepdan/pkg/vntext"
)

func TestPlainIsWhatIsRead(t *testing.T) {
	for in, want := range map[string]string{
		"Võ\u200b Thị\u00ad Bé": "Võ Thị Bé", "Ｖõ　Bé": "Võ Bé", "０９０５": "0905", "Thi\u0323": "Thị", "\u202eBé": "Bé", "nước": "nước",
	} {
		if got := vntext.Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}
