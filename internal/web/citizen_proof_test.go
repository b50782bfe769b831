package web

import (
	"strings"
	"testing"
)

// TestAFoldedProofComesBackAsItWas: what a QR code carries is the very text that was signed, and whatever else is pasted stays as it is.
func TestAFoldedProofComesBackAsItWas(t *testing.T) {
	sign := make([]byte, signLength)
	for i := range sign {
		sign[i] = byte(i * 7)
	}
	text := "Mã số đơn: TB26-7K3M9Q\nLoại: Khiếu nại\nNhận lúc: 09:30:00 10/07/2026 +07:00\nNội dung: sha256:" + strings.Repeat("0a", sumLength) +
		"\nQuầy: Quầy 3 – Đất đai, môi trường\nĐơn vị: Trung tâm Phục vụ hành chính công xã Thăng Bình\nHạn: 21/07/2026"
	proof := framed(text, sign)
	digits := folded(proof)
	if len(digits) < 250 || len(digits) > 700 {
		t.Fatalf("%d digits: %s", len(digits), digits)
	}
	for _, pasted := range []string{digits, " " + digits + "\n", "https://example.vn/verify#" + digits} {
		if got := unfolded(pasted); got != proof {
			t.Errorf("%q unfolds to %q", pasted, got)
		}
	}
	changed := []byte(digits)
	changed[len(changed)/2] ^= 1
	if got := unfolded(string(changed)); got == proof {
		t.Error("a changed code proves the same")
	}
	for _, pasted := range []string{"", proof, "123", strings.Repeat("9", mostProof+1), "không có gì"} {
		if got := unfolded(pasted); got != pasted {
			t.Errorf("%.40q became %.40q", pasted, got)
		}
	}
	if got := folded("không có gì"); got != "" {
		t.Errorf("nothing folds to %q", got)
	}
}
