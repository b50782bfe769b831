package web

import (
	"regexp"
	"strings"
	"testing"

	"tiepdan/internal/casework"
)

func TestSourcesAreCitedAsASentenceDoes(t *testing.T) {
	for source, want := range map[string][2]string{
		"Luật Tiếp công dân Đ.28.1":  {"khoản 1 Điều 28 Luật Tiếp công dân", "Article 28(1), Law on Citizen Reception"},
		"Luật Khiếu nại Đ.12.1đ, 13": {"điểm đ khoản 1 Điều 12 và Điều 13 Luật Khiếu nại", "Article 12(1)(đ) and Article 13, Law on Complaints"},
		"Nghị định 155/2026 Đ.28b":   {"Điều 28b Nghị định 155/2026/NĐ-CP", "Article 28b, Decree 155/2026/NĐ-CP"},
		"Nghị định 155/2026 Đ.28b.1: ban hành ngay; số ngày do cơ quan quy định": {
			"khoản 1 Điều 28b Nghị định 155/2026/NĐ-CP; số ngày do cơ quan quy định", "Article 28b(1), Decree 155/2026/NĐ-CP; số ngày do cơ quan quy định",
		},
		"Luật Khiếu nại Đ.7, Đ.42":                              {"Điều 7 và Điều 42 Luật Khiếu nại", "Article 7 and Article 42, Law on Complaints"},
		"Nghị định 31/2019 Đ.18, đã sửa năm 2026: cần xác nhận": {"Điều 18 Nghị định 31/2019/NĐ-CP", "Article 18, Decree 31/2019/NĐ-CP"},
		"quy định của cơ quan, theo Luật Tiếp công dân Đ.26.1b": {
			"quy định của cơ quan, theo điểm b khoản 1 Điều 26 Luật Tiếp công dân", "the office's own rule, after Article 26(1)(b), Law on Citizen Reception",
		},
		"quy định của cơ quan": {"quy định của cơ quan", "the office's own rule"},
	} {
		if got := cite("vi", source); got != want[0] {
			t.Errorf("%s: %q, want %q", source, got, want[0])
		}
		if got := cite("en", source); got != want[1] {
			t.Errorf("%s: %q, want %q", source, got, want[1])
		}
	}
}

// TestEveryClockIsCitedInWords: what citizens are told of their limits never comes as "Đ.", and says no law in Vietnamese on an
// English page.
func TestEveryClockIsCitedInWords(t *testing.T) {
	vietnamese := regexp.MustCompile(`Luật|Nghị định|Thông tư|Điều|khoản`)
	for _, r := range casework.ClockRules() {
		vi, en := cite("vi", r.Source), cite("en", r.Source)
		if strings.Contains(vi, "Đ.") || strings.Contains(vi, ":") || vi == "" {
			t.Errorf("%s: %q", r.Source, vi)
		}
		if vietnamese.MatchString(en) {
			t.Errorf("%s: %q", r.Source, en)
		}
	}
}
