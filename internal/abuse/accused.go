package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tiepdan/assets/demo"
)

// way is how a denunciation says whom it is about.
type way struct {
	name  string
	words string         // what the citizen writes for it, and "" where his letter alone says it
	body  string         // of the letter; the words take no part in it
	by    map[string]any // what he chose
	named []string       // who must never read it, "*" for everybody of the commune
	quick bool           // one of the few in the tests
}

const (
	officer = "truong-phong-kt" // Hồ Tấn Lực
	chair   = "chu-tich"        // Đoàn Quốc Khải
)

var ways = []way{
	{name: "a full name", quick: true, body: "Ông Hồ Tấn Lực nhận tiền của dân.", named: []string{officer}},
	{name: "a full name without marks", body: "Toi to cao Ho Tan Luc nhan tien cua dan.", named: []string{officer}},
	{name: "a given name with a title", words: "ông Lực", named: []string{officer}},
	{name: "a middle and a given name", words: "Tấn Lực", named: []string{officer}},
	{name: "a post with its unit", quick: true, body: "Tôi tố cáo Trưởng phòng Kinh tế nhận tiền của dân.", named: []string{officer}},
	{name: "initials", body: "Tôi tố cáo Hồ T. Lực nhận tiền của dân.", named: []string{officer}},
	{name: "a name with one slip of the pen", body: "Tôi tố cáo Hồ Tấn Lựcc nhận tiền của dân.", named: []string{officer}},
	{name: "letters of another alphabet that look alike", quick: true, body: "Tôi tố cáo Нồ Tấn Lựс nhận tiền của dân.", named: []string{officer}},
	{name: "soft hyphens in a name", body: "Tôi tố cáo Hồ Tấn L\u00ADực nhận tiền.", named: []string{officer}},
	{name: "characters of no width in a name", body: "Tôi tố cáo H\u200Bồ T\u200Dấn L\u2060ực\uFEFF nhận tiền.", named: []string{officer}},
	{name: "a name in reversed order", words: "Lực Hồ Tấn", named: []string{officer}},
	{name: "a given name with the short form of its unit", words: "anh Lực bên Kinh tế", named: []string{officer}},
	{name: "the chair's post in short", words: "CT UBND xã", named: []string{chair}},
	{name: "the chair by given name in capitals", words: "ÔNG KHẢI CHỦ TỊCH", named: []string{chair}},
	{name: "a unit that was chosen", by: map[string]any{"unit": "phong-kinh-te"}, named: []string{officer, "dia-chinh", "ha-tang"}},
	{name: "the head of a unit, chosen", quick: true, by: map[string]any{"unit": "phong-kinh-te", "post": "head"}, named: []string{officer}},
	{name: "several in a list", quick: true, words: "Hồ Tấn Lực, Đoàn Quốc Khải; Dương Văn Quyết và Võ Đình Nhâm", named: []string{officer, chair, "dia-chinh", "chanh-van-phong"}},
	{name: "the chair and his deputy", words: "Chủ tịch và Phó Chủ tịch UBND xã", named: []string{chair, "pho-chu-tich"}},
	{name: "all staff of the commune", words: "toàn bộ cán bộ UBND xã Thăng Bình", named: []string{"*"}},
}

// accusedAttacks are the ways, each an attack: who is named reads and finds nothing, and somebody reads it.
var accusedAttacks = func() (out []attack) {
	for _, w := range ways {
		out = append(out, attack{"accused", w.name, !w.quick, w.filed})
	}
	return out
}()

func (w way) letter(mark string) map[string]any {
	body := w.body
	if body == "" {
		body = "Người này nhận tiền của dân để làm hồ sơ."
	}
	l := map[string]any{
		"kind": "denunciation", "category": "staff", "subject": "Nhận tiền " + mark, "body": body + " " + mark, "about": w.words,
		"contact": map[string]string{"name": "Võ Thị Bé", "phone": "0905123456", "address": "thôn Quý Mỹ", "id_number": "049012345612"},
	}
	if w.by != nil {
		l["accused"] = w.by
	}
	return l
}

func (w way) filed(ctx context.Context, t *target) (outcome, error) {
	all, err := t.colleagues(ctx)
	if err != nil {
		return outcome{}, err
	}
	mark := token()
	f, _, err := t.file(ctx, w.letter(mark))
	if err != nil {
		return outcome{}, err
	}
	told, err := everyone(all, func(who colleague) (string, error) { return t.traced(ctx, who, f.ref, mark) })
	if err != nil {
		return outcome{}, err
	}
	got, read := outcome{tried: 1}, false
	for _, who := range all {
		if w.names(who) {
			got.count(told[who.id] == "", fmt.Sprintf("%s has it from %s", who.username, told[who.id]))
			continue
		}
		read = read || told[who.id] != ""
	}
	if read {
		got.held++
	} else {
		got.why = "nobody reads it"
	}
	return got, nil
}

func (w way) names(who colleague) bool {
	return slices.Contains(w.named, who.id) || w.named[0] == "*" && slices.Contains(commune, who.unit)
}

// commune are the units of the commune whose staff "all staff" means.
var commune = func() (out []string) {
	content, err := demo.Load()
	if err != nil {
		panic(err) // it is part of the program
	}
	for _, u := range content.Units {
		if u.ID == "ubnd-xa" || u.Parent == "ubnd-xa" && u.ID != "ban-ttnd" { // whose inspection is elected by the people
			out = append(out, u.ID)
		}
	}
	return out
}()

// traced says by which page somebody has a letter, "" where by none: the case itself, lists, searches, the board or notices.
func (t *target) traced(ctx context.Context, who colleague, ref, mark string) (string, error) {
	for _, p := range []string{"/api/v1/staff/cases/" + ref, "/staff/cases/" + ref} {
		if r, err := t.get(ctx, who, p); err != nil || r.status == http.StatusOK {
			return p, err
		}
	}
	paths := []string{"/staff", "/staff/notices", "/api/v1/staff/notices", "/staff/accesses", "/api/v1/staff/accesses"}
	for _, l := range append(slices.Clone(lists), "?q="+ref, "?q="+url.QueryEscape(mark)) {
		paths = append(paths, "/staff/cases"+l, "/api/v1/staff/cases"+l)
	}
	for _, p := range paths {
		r, err := t.get(ctx, who, p)
		if err != nil {
			return "", err
		}
		searched := strings.Contains(p, "?q=") // a search says again what was looked for
		if !searched && strings.Contains(r.body, ref) || searched && strings.Contains(r.body, `/staff/cases/`+ref+`"`) || strings.Contains(r.body, `"reference":"`+ref) {
			return p, nil
		}
	}
	return "", nil
}
