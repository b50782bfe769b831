package web

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"tiepdan/assets/demo"
	"tiepdan/internal/domain/casework/law"
)

func TestSourcesAreCitedAsASentenceDoes(t *testing.T) {
	for source, want := range map[string][2]string{
		"Luật Tiếp công dân Đ.28.1":  {"khoản 1 Điều 28 Luật Tiếp công dân", "Article 28(1), Law on Citizen Reception"},
		"Luật Khiếu nại Đ.12.1đ, 13": {"điểm đ khoản 1 Điều 12 và Điều 13 Luật Khiếu nại", "Article 12(1)(đ) and Article 13, Law on Complaints"},
		"Nghị định 155/2026 Đ.28b":   {"Điều 28b Nghị định 155/2026/NĐ-CP", "Article 28b, Decree 155/2026/NĐ-CP"},
		"Nghị định 155/2026 Đ.28b.1: ban hành ngay; số ngày do cơ quan quy định": {
			"khoản 1 Điều 28b Nghị định 155/2026/NĐ-CP; số ngày do cơ quan quy định", "Article 28b(1), Decree 155/2026/NĐ-CP; số ngày do cơ quan quy định",
		},
		"Luật Khiếu nại Đ.33.1 (ngày trao, ngày gửi; gửi bưu điện thì sau 6 ngày: cần xác nhận)": {"khoản 1 Điều 33 Luật Khiếu nại", "Article 33(1), Law on Complaints"},
		"Luật Khiếu nại Đ.7, Đ.42":                              {"Điều 7 và Điều 42 Luật Khiếu nại", "Article 7 and Article 42, Law on Complaints"},
		"Nghị định 31/2019 Đ.18, đã sửa năm 2026: cần xác nhận": {"Điều 18 Nghị định 31/2019/NĐ-CP", "Article 18, Decree 31/2019/NĐ-CP"},
		"quy định của cơ quan, theo Luật Tiếp công dân Đ.26.1b": {
			"quy định của cơ quan, theo điểm b khoản 1 Điều 26 Luật Tiếp công dân", "the office's own rule, after Article 26(1)(b), Law on Citizen Reception",
		},
		"Luật Tố cáo Đ.30.1, 30.2":       {"khoản 1, khoản 2 Điều 30 Luật Tố cáo", "Article 30(1) and Article 30(2), Law on Denunciations"},
		"Luật Tố cáo Đ.30.1, 30.2a, 3.1": {"khoản 1, điểm a khoản 2 Điều 30 và khoản 1 Điều 3 Luật Tố cáo", "Article 30(1), Article 30(2)(a) and Article 3(1), Law on Denunciations"},
		"Luật Khiếu nại Đ.7.1, 17, 21.2; Nghị định 155/2026 Đ.14 (Điều 38.3): không còn cấp huyện": {
			"khoản 1 Điều 7, Điều 17 và khoản 2 Điều 21 Luật Khiếu nại; Điều 14 Nghị định 155/2026/NĐ-CP",
			"Article 7(1), Article 17 and Article 21(2), Law on Complaints; Article 14, Decree 155/2026/NĐ-CP",
		},
		"Luật Tố cáo Đ.30, 30.1":    {"Điều 30 và khoản 1 Điều 30 Luật Tố cáo", "Article 30 and Article 30(1), Law on Denunciations"},
		"Luật Tố cáo Đ.30.1, 130.2": {"khoản 1 Điều 30 và khoản 2 Điều 130 Luật Tố cáo", "Article 30(1) and Article 130(2), Law on Denunciations"},
		"quy định của cơ quan":      {"quy định của cơ quan", "the office's own rule"},
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
	for _, r := range law.ClockRules() {
		vi, en := cite("vi", r.Source), cite("en", r.Source)
		if strings.Contains(vi, "Đ.") || strings.Contains(vi, ":") || vi == "" {
			t.Errorf("%s: %q", r.Source, vi)
		}
		if vietnamese.MatchString(en) {
			t.Errorf("%s: %q", r.Source, en)
		}
	}
}

// TestWhatAnOfficeTypedAsTheLawIsReadInEnglish whole, or left in Vietnamese and marked so.
func TestWhatAnOfficeTypedAsTheLawIsReadInEnglish(t *testing.T) {
	for typed, want := range map[string][]lawPart{
		"Luật Đất đai 2024, Điều 235":               {{Text: "Law on Land 2024, Article 235"}},
		"Luật Hộ tịch 2014, Điều 11, 34":            {{Text: "Law on Civil Status 2014, Article 11, 34"}},
		"Luật Xây dựng":                             {{Text: "Law on Construction"}},
		"Nghị định 123/2015/NĐ-CP, khoản 2 Điều 22": {{Text: "Decree 123/2015/NĐ-CP, clause 2 Article 22"}},
		"Luật Cư trú 2020, Điều 28; quy ước của thôn": {
			{Text: "Law on Residence 2020, Article 28"}, {Text: "quy ước của thôn", Foreign: true},
		},
		"Pháp lệnh 02/2020/UBTVQH14; Nghị định 131/2021/NĐ-CP": {{Text: "Ordinance 02/2020/UBTVQH14"}, {Text: "Decree 131/2021/NĐ-CP"}},
	} {
		if got := (page{Lang: "en"}).Laws(typed); !slices.Equal(got, want) {
			t.Errorf("%s: %+v, want %+v", typed, got, want)
		}
		var kept []string
		for _, one := range (page{Lang: "vi"}).Laws(typed) {
			kept = append(kept, one.Text)
			if one.Foreign {
				t.Errorf("%s is foreign to its own language", one.Text)
			}
		}
		if strings.Join(kept, "; ") != typed {
			t.Errorf("%s became %q", typed, kept)
		}
	}
	content, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range content.Counters {
		for _, s := range c.Services {
			for _, one := range (page{Lang: "en"}).Laws(s.Law) {
				if one.Foreign {
					t.Errorf("%s: %s stays Vietnamese", s.Name.VI, one.Text)
				}
			}
		}
	}
}
