package office

import (
	"testing"
	"time"
)

// tiers is a city over a commune with two units, and a department of the city.
func tiers() *Office {
	head := func(id, unit string) Staff { return Staff{ID: id, Username: id, Unit: unit, Roles: []Role{Head}} }
	deputy := head("deputy", "shop")
	deputy.Title = Name{VI: "Phó Chủ tịch UBND xã, Giám đốc Trung tâm"}
	return New(Content{
		Units: []Unit{
			{ID: "city", Level: Province, Authority: true, Head: "mayor"},
			{ID: "lands", Parent: "city", Level: Province, Head: "director"},
			{ID: "xa", Parent: "city", Level: Commune, Authority: true, Head: "chair"},
			{ID: "eco", Parent: "xa", Level: Commune, Head: "ecohead"},
			{ID: "shop", Parent: "xa", Level: Commune, Head: "deputy"},
			{ID: "vacant", Level: Commune, Authority: true},
		},
		Staff: []Staff{
			head("mayor", "city"), head("director", "lands"), head("chair", "xa"), head("ecohead", "eco"), deputy,
			{ID: "clerk", Username: "clerk", Unit: "eco", Roles: []Role{Officer}},
		},
	})
}

// TestWhoDecidesIsWhomTheLawNames: Luật Khiếu nại Đ.7, 17, 20, 21, 51; Luật Tố cáo Đ.12, 13, 37.
func TestWhoDecidesIsWhomTheLawNames(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		m     Matter
		chair Chair
		unit  string
	}{
		"quyết định của UBND xã, phòng tham mưu":        {Matter{Kind: "complaint", Of: OfAuthority, Unit: "eco"}, CommuneChair, "xa"},
		"không nói rõ: như quyết định của UBND":         {Matter{Kind: "complaint", Unit: "eco"}, CommuneChair, "xa"},
		"hành vi của phòng":                             {Matter{Kind: "complaint", Of: OfUnit, Unit: "eco"}, DivisionHead, "eco"},
		"kỷ luật":                                       {Matter{Kind: "complaint", Of: OfDiscipline, Unit: "eco"}, CommuneChair, "xa"},
		"lần hai, quyết định của UBND xã":               {Matter{Kind: "complaint", Of: OfAuthority, Unit: "eco", Second: true}, ProvinceChair, "city"},
		"lần hai, hành vi của phòng: ngoài cơ quan này": {Matter{Kind: "complaint", Of: OfUnit, Unit: "eco", Second: true}, DepartmentHead, ""},
		"sở":                            {Matter{Kind: "complaint", Unit: "lands"}, DepartmentHead, "lands"},
		"lần hai, sở":                   {Matter{Kind: "complaint", Unit: "lands", Second: true}, ProvinceChair, "city"},
		"UBND tỉnh":                     {Matter{Kind: "complaint", Unit: "city"}, ProvinceChair, "city"},
		"lần hai, UBND tỉnh: Bộ trưởng": {Matter{Kind: "complaint", Unit: "city", Second: true}, Minister, ""},
		"kỷ luật lần hai, UBND tỉnh: Bộ Nội vụ": {Matter{Kind: "complaint", Of: OfDiscipline, Unit: "city", Second: true}, HomeMinister, ""},
		"về chính chủ tịch: người trên":         {Matter{Kind: "complaint", Unit: "eco", About: []string{"chair"}}, CommuneChair, "city"},
		"về cả hai: không ai ở đây":             {Matter{Kind: "complaint", Unit: "eco", About: []string{"chair", "mayor"}}, CommuneChair, ""},
		"chủ tịch khuyết":                       {Matter{Kind: "complaint", Unit: "vacant"}, CommuneChair, ""},
		"tố cáo công chức phòng":                {Matter{Kind: "denunciation", Unit: "eco", About: []string{"clerk"}}, CommuneChair, "xa"},
		"tố cáo trưởng phòng":                   {Matter{Kind: "denunciation", Unit: "eco", About: []string{"ecohead"}}, CommuneChair, "xa"},
		"tố cáo chủ tịch":                       {Matter{Kind: "denunciation", Unit: "xa", About: []string{"chair"}}, ProvinceChair, "city"},
		"tố cáo phó chủ tịch":                   {Matter{Kind: "denunciation", Unit: "shop", About: []string{"deputy"}}, ProvinceChair, "city"},
		"tố cáo giám đốc sở":                    {Matter{Kind: "denunciation", Unit: "lands", About: []string{"director"}}, ProvinceChair, "city"},
		"tố cáo chủ tịch tỉnh: Thủ tướng":       {Matter{Kind: "denunciation", Unit: "city", About: []string{"mayor"}}, PrimeMinister, ""},
		"tố cáo tiếp":                           {Matter{Kind: "denunciation", Unit: "eco", Second: true}, ProvinceChair, "city"},
		"phản ánh":                              {Matter{Kind: "feedback", Unit: "eco"}, "", ""},
	} {
		j := tiers().Judge(tc.m, at)
		if j.Chair != tc.chair || j.Unit != tc.unit || j.Inside != (tc.unit != "") || (j.Chair != "") != (j.Source != "") {
			t.Errorf("%s: %+v, want %s in %q", name, j, tc.chair, tc.unit)
		}
	}
}

// TestCompetenceHasItsVersion: before 01/07/2025 there were districts, whose rows are not kept.
func TestCompetenceHasItsVersion(t *testing.T) {
	m := Matter{Kind: "complaint", Unit: "eco"}
	zone := time.FixedZone("+07", 7*60*60)
	if j := tiers().Judge(m, time.Date(2025, 6, 30, 23, 59, 0, 0, zone)); j.Chair != "" {
		t.Errorf("the day before: %+v", j)
	}
	if j := tiers().Judge(m, time.Date(2025, 7, 1, 0, 0, 0, 0, zone)); j.Chair != CommuneChair {
		t.Errorf("the day itself: %+v", j)
	}
	for _, c := range Competences() {
		if c.Source == "" || c.First == "" {
			t.Errorf("%+v", c)
		}
	}
}
