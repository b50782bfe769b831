package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tiepdan/assets/demo"
)

// way is how a letter says whom it is about, and what staff do with it then.
type way struct {
	name  string
	kind  string         // of the letter: a denunciation where it is left out
	words string         // what the citizen writes for it, and "" where his letter alone says it
	body  string         // of the letter; the words take no part in it
	by    map[string]any // what he chose
	named []string       // who must never read it, "*" for everybody of the commune
	then  []made         // moves of whoever has it; @ stands for the letter's mark
	late  bool           // only the moves say whom it is about: he may read it until then
	quick bool           // one of the few in the tests
}

const (
	officer = "truong-phong-kt" // Hồ Tấn Lực: whoever has a letter could assign it to him
	chair   = "chu-tich"        // Đoàn Quốc Khải: every denunciation in the commune is for him to conclude
	clerk   = "tiep-nhan-1"     // Trần Lê Như Quỳnh: reception sees whatever is no denunciation
)

// ways name somebody whom the letter would reach if nobody understood the name: by the rules, by the shelf that he reads, or
// by the colleague who is made to give it to him.
var ways = slices.Concat(officerWays, chairWays, clerkWays, laterWays)

var officerWays = []way{
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
	{name: "a unit that was chosen", by: map[string]any{"unit": "phong-kinh-te"}, named: []string{officer, "dia-chinh", "ha-tang"}},
	{name: "the head of a unit, chosen", quick: true, by: map[string]any{"unit": "phong-kinh-te", "post": "head"}, named: []string{officer}},
	{name: "several in a list", quick: true, words: "Hồ Tấn Lực, Đoàn Quốc Khải; Dương Văn Quyết và Võ Đình Nhâm", named: []string{officer, chair, "dia-chinh", "chanh-van-phong"}},
	{name: "all staff of the commune", words: "toàn bộ cán bộ UBND xã Thăng Bình", named: []string{"*"}},
}

var chairWays = []way{
	{name: "the chair by his full name", quick: true, body: "Tôi tố cáo ông Đoàn Quốc Khải nhận tiền của dân.", named: []string{chair}},
	{name: "the chair's post with the unit", body: "Tôi tố cáo Chủ tịch UBND xã Thăng Bình nhận tiền của dân.", named: []string{chair}},
	{name: "the chair's post in short", words: "CT UBND xã", named: []string{chair}},
	{name: "the chair by given name and title", words: "ông Khải", named: []string{chair}},
	{name: "the chair by given name inside his unit", words: "Khải ở Ủy ban nhân dân xã", named: []string{chair}},
	{name: "the chair by given name in capitals", words: "ÔNG KHẢI CHỦ TỊCH", named: []string{chair}},
	{name: "the chair with one slip of the pen", body: "Tôi tố cáo Đoàn Quốc Khảii nhận tiền của dân.", named: []string{chair}},
	{name: "the chair by initials", body: "Tôi tố cáo Đoàn Q. Khải nhận tiền của dân.", named: []string{chair}},
	{name: "the chair in letters that look alike", quick: true, body: "Tôi tố cáo Đoàn Quốc Кhải nhận tiền của dân.", named: []string{chair}},
	{name: "the chair with a soft hyphen", body: "Tôi tố cáo Đoàn Quốc Kh\u00ADải nhận tiền của dân.", named: []string{chair}},
	{name: "the chair, chosen on the form", by: map[string]any{"unit": "ubnd-xa", "post": "head"}, named: []string{chair}},
	{name: "the chair and his deputy", words: "Chủ tịch và Phó Chủ tịch UBND xã", named: []string{chair, "pho-chu-tich"}},
}

var clerkWays = []way{
	{name: "a complaint with a full name", quick: true, kind: "complaint", body: "Bà Trần Lê Như Quỳnh không nhận hồ sơ của tôi.", named: []string{clerk}},
	{name: "a complaint with a given name and a title", kind: "complaint", words: "chị Quỳnh", named: []string{clerk}},
	{name: "a complaint with a given name inside its unit", kind: "complaint", body: "Bà Quỳnh ở Trung tâm Phục vụ hành chính công không nhận hồ sơ.", named: []string{clerk}},
	{name: "a complaint with initials", kind: "complaint", body: "Bà Trần L. N. Quỳnh không nhận hồ sơ của tôi.", named: []string{clerk}},
	{name: "a complaint with one slip of the pen", kind: "complaint", words: "Trần Lê Như Quỳnhh", named: []string{clerk}},
	{name: "a complaint in letters that look alike", kind: "complaint", body: "Bà Тrần Lê Như Quỳnh không nhận hồ sơ.", named: []string{clerk}},
	{name: "a complaint with a soft hyphen in the name", kind: "complaint", body: "Bà Trần Lê Như Qu\u00ADỳnh không nhận hồ sơ.", named: []string{clerk}},
}

var laterWays = []way{
	{
		name: "feedback about the clerk, and what is split off it", quick: true, kind: "feedback", named: []string{clerk},
		body: "Đường hỏng đã lâu. Tôi tố cáo bà Trần Lê Như Quỳnh nhận tiền.",
		then: []made{{"split", map[string]string{"kinds": "denunciation,feedback", "feedback_subject": "Đường hỏng @", "feedback_text": "Đường hỏng đã lâu.", "reason": "x"}}},
	},
	{
		name: "a petition that turns out to be a complaint", kind: "petition", body: "Bà Trần Lê Như Quỳnh không nhận hồ sơ của tôi.", named: []string{clerk}, late: true,
		then: []made{{"reclassify", map[string]string{"kind": "complaint", "reason": "x"}}},
	},
	{
		name: "a petition that turns out to be a denunciation", kind: "petition", body: "Tôi tố cáo ông Đoàn Quốc Khải nhận tiền.", named: []string{chair}, late: true,
		then: []made{{"reclassify", map[string]string{"kind": "denunciation", "reason": "x"}}},
	},
	{
		name: "a complaint that turns out to be a denunciation", kind: "complaint", body: "Tôi tố cáo bà Trần Lê Như Quỳnh nhận tiền.", named: []string{clerk},
		then: []made{{"reclassify", map[string]string{"kind": "denunciation", "reason": "x"}}},
	},
	{
		name: "the chair, whom only an inspector names", quick: true, body: "Có người nhận tiền của dân.", named: []string{chair},
		then: []made{{"name_accused", map[string]string{"people": "khaidq", "reason": "x"}}},
	},
	{
		name: "the officer, beside whom staff name another", body: "Tôi tố cáo ông Hồ Tấn Lực nhận tiền.", named: []string{officer},
		then: []made{{"name_accused", map[string]string{"people": "dieutt", "reason": "x"}}},
	},
}

// accusedAttacks are the ways, each an attack: who is named reads and finds nothing, and somebody reads it.
var accusedAttacks = func() (out []attack) {
	for _, w := range ways {
		out = append(out, attack{"accused", w.name, !w.quick, w.tried})
	}
	return out
}()

func (w way) letter(mark string) map[string]any {
	l := map[string]any{
		"kind": cmp.Or(w.kind, "denunciation"), "category": "land", "subject": "Nhận tiền " + mark, "about": w.words,
		"body":    cmp.Or(w.body, "Người này nhận tiền của dân để làm hồ sơ.") + " " + mark,
		"contact": map[string]string{"name": "Võ Thị Bé", "phone": "0905123456", "address": "thôn Quý Mỹ", "id_number": "049012345612"},
	}
	if w.by != nil {
		l["accused"] = w.by
	}
	return l
}

// trial is a letter of a way, and what became of it.
type trial struct {
	*target
	way
	filed
	mark string    // in its subject and in that of what is split off it
	has  colleague // who has it now
	got  outcome
}

func (w way) tried(ctx context.Context, t *target) (outcome, error) {
	r := &trial{target: t, way: w, mark: token()}
	var err error
	if r.filed, r.has, err = t.file(ctx, w.letter(r.mark)); err != nil {
		return outcome{}, err
	}
	if !w.late {
		if err := r.unread(ctx); err != nil {
			return r.got, err
		}
	}
	for _, m := range w.then {
		if err := r.moved(ctx, m); err != nil {
			return r.got, err
		}
		if err := r.unread(ctx); err != nil {
			return r.got, err
		}
	}
	return r.got, r.given(ctx)
}

// moved makes a move that must succeed.
func (r *trial) moved(ctx context.Context, m made) error {
	args := map[string]string{}
	for k, v := range m.args {
		args[k] = strings.ReplaceAll(v, "@", r.mark)
	}
	done, err := r.move(ctx, r.has, r.ref, m.move, args)
	if err != nil || done.status != http.StatusOK {
		return fmt.Errorf("%s by %q: %d %.300s %w", m.move, r.has.id, done.status, done.body, err)
	}
	time.Sleep(100 * time.Millisecond) // what a move promises is kept a moment later
	r.has, err = r.handler(ctx, r.filed)
	return err
}

// given has whoever has the letter assign it to each of those whom it is about: none of them gets it.
func (r *trial) given(ctx context.Context) error {
	for _, who := range r.everybody {
		if !r.names(who) || who.id == r.has.id {
			continue
		}
		done, err := r.move(ctx, r.has, r.ref, "assign", map[string]string{"assignee": who.id})
		if err != nil {
			return err
		}
		from, err := r.traced(ctx, who, r.ref, r.mark)
		if err != nil {
			return err
		}
		r.got.count(done.status >= 400 && from == "", fmt.Sprintf("%s assigns it to %s: %d %s", r.has.username, who.username, done.status, from))
	}
	return nil
}

// unread counts everybody whom the letter is about, who has no trace of it or of what was split off it; and somebody reads it.
func (r *trial) unread(ctx context.Context) error {
	told, err := everyone(r.everybody, func(who colleague) (string, error) { return r.traced(ctx, who, r.ref, r.mark) })
	if err != nil {
		return err
	}
	read := false
	for _, who := range r.everybody {
		if r.names(who) {
			r.got.count(told[who.id] == "", fmt.Sprintf("%s has it from %s", who.username, told[who.id]))
			continue
		}
		read = read || told[who.id] != ""
	}
	r.got.count(read, "nobody reads it")
	return nil
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
		if !searched && (strings.Contains(r.body, ref) || strings.Contains(r.body, mark)) || searched && strings.Contains(r.body, `/staff/cases/`+ref+`"`) || strings.Contains(r.body, `"reference":"`+ref) {
			return p, nil
		}
	}
	return "", nil
}
