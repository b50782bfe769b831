package office

import (
	"slices"
	"strings"

	"tiepdan/pkg/vntext"
)

// titles stand before a given name: ông Lực, đồng chí Lực. They are compared with their marks: "có lại" is not "cô Lài".
var titles = [...][]string{
	{"ông"},
	{"bà"},
	{"anh"},
	{"chị"},
	{"cô"},
	{"chú"},
	{"bác"},
	{"thầy"},
	{"em"},
	{"cậu"},
	{"dì"},
	{"sếp"},
	{"đồng", "chí"},
	{"đ", "c"},
	{"cán", "bộ"},
	{"công", "chức"},
	{"viên", "chức"},
	{"nhân", "viên"},
	{"chuyên", "viên"},
}

// spelledTitles are the titles as words are compared, with their marks and without.
var spelledTitles = func() (out []titleForm) {
	for _, t := range titles {
		ws := wordsOf(strings.Join(t, " "))
		out = append(out, titleForm{ws, joined(ws, " ")})
	}
	return out
}()

type titleForm struct {
	words []word
	fold  string
}

// doubtful are titles that are everyday words when typed without marks: ba, cô, chú, em.
var doubtful = []string{"ba", "co", "chu", "em", "di", "bac"}

var titleWords = []string{"ong", "ba", "anh", "chi"}

// title returns how many words of titles stand at the word.
func (f *finder) title(i int) int {
	n := 0
	for again := true; again; {
		again = false
		for _, t := range spelledTitles {
			if k := len(t.words); f.isTitle(i+n, t) {
				n, again = n+k, true
				break
			}
		}
	}
	return n
}

func (f *finder) isTitle(i int, t titleForm) bool {
	if i+len(t.words) > len(f.words) {
		return false
	}
	for k, w := range t.words {
		got := f.words[i+k]
		plain := f.unmarked && got.fold == w.fold && (f.strict() || !slices.Contains(doubtful, t.fold))
		if got.spelled != w.spelled && !plain {
			return false
		}
	}
	return true
}

// titled finds a title with the end of a name: "ông Tấn Lực", "ông Lực", "ông L.".
func (f *finder) titled(i int) int {
	n := f.title(i)
	if n == 0 || i+n >= len(f.words) {
		return 0
	}
	j := i + n
	if j+1 < len(f.words) && !f.runsOn(j+2) {
		if ids := f.two(j); len(ids) > 0 {
			f.name(j, ids, true)
			return n + 2
		}
	}
	if f.runsOn(j + 1) {
		return 0
	}
	exact, near := f.one(f.words[j])
	switch {
	case len(exact) > 0 && (f.words[j].capital || f.strict() || f.unmarked):
		f.name(j, exact, false)
	case len(near) > 0 && f.strict():
		f.hits.add(false, f.nearHome(near)...)
	default:
		return 0
	}
	return n + 1
}

// two returns who bears the two words as middle and given name, or as family and given name.
func (f *finder) two(j int) []string {
	var ids []string
	for _, c := range f.o.people.given[f.at(j+1)] {
		if n := len(c.words); n > 2 && c.words[n-2] == f.at(j) {
			ids = append(ids, c.id)
		}
	}
	return ids
}

// one returns who is called by the word, and who would be but for the marks or by the first letter alone.
func (f *finder) one(w word) (exact, near []string) {
	for _, c := range f.o.people.given[w.fold] {
		if c.goesBy(w) {
			exact = append(exact, c.id)
		} else {
			near = append(near, c.id)
		}
	}
	if f.strict() && len(w.fold) == 1 && w.capital {
		for given, cs := range f.o.people.given {
			if given[0] == w.fold[0] {
				for _, c := range cs {
					near = append(near, c.id)
				}
			}
		}
		slices.Sort(near)
	}
	return exact, near
}

// name notes who is called so: whose unit or post stands beside the name is meant for certain, else whoever is the only one
// of that name where the citizen says whom it is about.
func (f *finder) name(j int, ids []string, long bool) {
	var beside []string
	for _, id := range ids {
		if f.beside(j, id) {
			beside = append(beside, id)
		}
	}
	if len(beside) > 0 {
		f.hits.add(true, beside...)
		return
	}
	ids = f.nearHome(ids)
	f.hits.add(long || f.said, ids...)
}

// beside reports whether the person's unit or post is named within a few words of the place, or his unit was chosen.
func (f *finder) beside(j int, id string) bool {
	unit := f.o.staff[id].Unit
	if f.t.Unit != "" && slices.Contains(f.o.Below(f.t.Unit), unit) {
		return true
	}
	for i := max(0, j-7); i < min(j+8, len(f.words)); i++ {
		for _, u := range f.o.people.units[f.at(i)] {
			if u.id == unit && shared(u.words, f.folded(i, len(u.words))) >= u.need {
				return true
			}
		}
		if len(f.o.people.ranks[f.at(i)]) == 0 {
			continue
		}
		if rank, n := rankOf(f.folded(i, 4)); n > 0 && rank != clerk && f.holds(id, rank) {
			return true
		}
	}
	return false
}

func (f *finder) holds(id, rank string) bool {
	return slices.ContainsFunc(f.o.people.posts[rank], func(p post) bool { return p.id == id })
}

// places stand before the name of a place that is also somebody's. They are compared with their marks.
var places = func() (out []string) {
	for w := range strings.FieldsSeq("thôn xóm đường xã phường huyện tỉnh chợ cầu sông núi phố ấp khu trường chùa quận đảo hồ suối kênh đập ty quý") {
		out = append(out, vntext.Spelled(w))
	}
	return out
}()

// acts are what people do: where a sentence begins with a word that is also a name, one of them tells that it is the name.
var acts = []string{
	"nhan", "doi", "lay", "an", "chi", "yeu", "bao", "noi", "ky", "tham", "hoi", "de", "danh", "xui", "thong", "cung", "va", "bot", "chiem", "voi", "goi",
	"nhung", "bat", "ep", "lam", "dua", "dung", "sua", "nang", "giau", "the", "mang", "chui", "hanh", "gay",
}

// bare finds a given name alone, where everything counts: a capital that goes on with no other name and begins no other word.
func (f *finder) bare(i int) int {
	w := f.words[i]
	if !f.strict() || !f.said && !f.alone(i) {
		return 0
	}
	if i+1 < len(f.words) && (f.said || f.words[i+1].capital && !f.runsOn(i+2)) {
		if ids := f.two(i); len(ids) > 0 {
			f.name(i, ids, true)
			return 2
		}
	}
	exact, _ := f.one(w)
	if len(exact) == 0 || len(w.fold) < 2 {
		return 0
	}
	f.name(i, exact, false)
	return 1
}

// alone reports whether the word may be a name that stands alone.
func (f *finder) alone(i int) bool {
	w := f.words[i]
	if !w.capital || !f.capitals(i, 1) || i > 0 && slices.Contains(places, f.words[i-1].spelled) {
		return false
	}
	return !w.first || slices.Contains(acts, f.at(i+1)) || i+1 < len(f.words) && f.words[i+1].capital
}
