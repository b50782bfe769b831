package office

import (
	"maps"
	"slices"

	"tiepdan/pkg/vntext"
)

// Telling is what a letter says about whom it is about.
type Telling struct {
	Said   string // the citizen's words for "người bị tố cáo, người bị khiếu nại": a bare given name counts there
	Text   string // subject and body
	Unit   string // the unit the citizen chose, if any
	Head   bool   // he chose the head of that unit
	Home   string // the unit it was handed in at: whose chair is meant by "chủ tịch" alone
	Strict bool   // a denunciation: whatever may name somebody counts
}

// Accused (người bị tố cáo, người bị khiếu nại) is who that may be, as staff ids and unit ids, each in order.
type Accused struct {
	Certain  []string
	Possible []string // one of several, or named in a way that another may share
	Units    []string // units named without anybody in them being certain
	// Vague: nobody is named where the citizen was asked for it, nor, where he left that open, as whom his letter accuses. Of
	// a denunciation whoever else it names may be a witness, and a unit in a text may be beside the point.
	Vague bool
}

// Accused finds whom a letter is about: by full names however they are typed, by a given name with a title, a post or a unit
// beside it, by initials, and by posts. Where the letter is no denunciation only what leaves no doubt is certain, a post names
// nobody (every letter names the chair it is addressed to), and a bare given name is a word like any other.
func (o *Office) Accused(t Telling) Accused {
	h := &hits{certain: map[string]bool{}, possible: map[string]bool{}, units: map[string]bool{}}
	if u, ok := o.units[t.Unit]; ok {
		h.choose(u, t.Head)
	}
	for _, part := range []struct {
		text string
		said bool
	}{{t.Said, true}, {t.Text, false}} {
		f := &finder{o: o, t: t, said: part.said, words: wordsOf(part.text), hits: h}
		f.unmarked = unmarked(f.words)
		f.find()
		h.said = h.said || len(h.units) > 0 && part.said
	}
	return h.accused(t.Strict)
}

// hits gathers what was found.
type hits struct {
	certain, possible, units map[string]bool
	said                     bool // a unit was chosen, or named in the words for it
	found                    int  // how often somebody was found
	meant                    bool // somebody was chosen, named in the words for it, or is whom the letter accuses
	sure                     bool // of those meant, one is certain
}

func (h *hits) choose(u Unit, head bool) {
	if head && u.Head != "" {
		h.certain[u.Head], h.meant, h.sure = true, true, true
		return
	}
	h.units[u.ID] = true
}

// add notes people under one name: several are all only possible. Somebody may be called so by more than one of his names.
func (h *hits) add(sure bool, ids ...string) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	h.found += len(ids)
	for _, id := range ids {
		if sure && len(ids) == 1 {
			h.certain[id] = true
		} else {
			h.possible[id] = true
		}
	}
}

func (h *hits) accused(strict bool) Accused {
	for id := range h.certain {
		delete(h.possible, id)
	}
	if h.sure || len(h.certain) > 0 && (!strict || !h.said) { // a unit that the citizen said stays closed beside witnesses
		h.units = nil
	}
	meant := h.meant
	if !strict {
		meant = len(h.certain)+len(h.possible) > 0
	}
	return Accused{
		slices.Sorted(maps.Keys(h.certain)), slices.Sorted(maps.Keys(h.possible)), slices.Sorted(maps.Keys(h.units)), !meant && !h.said,
	}
}

// finder looks through one text.
type finder struct {
	o        *Office
	t        Telling
	said     bool
	unmarked bool // typed without marks: a name cannot be told from a word by them
	words    []word
	hits     *hits
}

// find goes through the text once. What was read as a whole name, a post or a unit is not read again as a part of one.
func (f *finder) find() {
	for i := 0; i < len(f.words); {
		if f.words[i].fold == "kinh" && f.salutation(i) {
			i = f.afterSalutation(i)
			continue
		}
		found, certain := f.hits.found, len(f.hits.certain)
		n := f.fullName(i)
		for _, look := range []func(int) int{f.initials, f.post, f.titled, f.unit, f.bare} {
			if n == 0 {
				n = look(i)
			}
		}
		if f.hits.found > found && (f.said || f.accuses(i)) {
			f.hits.meant = true
			f.hits.sure = f.hits.sure || len(f.hits.certain) > certain
		}
		i += max(n, 1)
	}
}

// accuses reports whether the letter accuses whom it names at i: "tố cáo" or "tố giác" stands before him in the sentence, or the
// letter begins with him, be it after its subject. Where the citizen said of whom the letter is, or chose, the letter's own
// words accuse nobody else.
func (f *finder) accuses(i int) bool {
	if f.t.Said != "" || f.t.Unit != "" {
		return false
	}
	for j := i; j >= max(0, i-maxTitles); j-- {
		if f.words[j].first && j+f.title(j) >= i && f.sentences(j) <= 1 {
			return true
		}
	}
	for ; i > 0 && !f.words[i].first; i-- {
		if f.at(i-2) == "to" && (f.at(i-1) == "cao" || f.at(i-1) == "giac") {
			return true
		}
	}
	return false
}

// maxTitles is how many words of titles may stand before a name: "ông cán bộ".
const maxTitles = 4

// sentences counts those that begin before the word.
func (f *finder) sentences(i int) (n int) {
	for _, w := range f.words[:i] {
		if w.first {
			n++
		}
	}
	return n
}

// salutation reports whether "kính gửi", "kính thưa" or the like begins here: who is addressed is not who is accused.
func (f *finder) salutation(i int) bool {
	return i+1 < len(f.words) && slices.Contains([]string{"gui", "thua", "trinh"}, f.words[i+1].fold)
}

// afterSalutation returns where the line or the sentence of a salutation ends, or the writer begins to speak of himself.
func (f *finder) afterSalutation(i int) int {
	for i += 2; i < len(f.words); i++ {
		if w := f.words[i]; w.first || slices.Contains([]string{"toi", "chung", "em", "nay", "khieu", "to"}, w.fold) {
			return i
		}
	}
	return i
}

// at returns the folded word, "" beyond the end.
func (f *finder) at(i int) string {
	if i < 0 || i >= len(f.words) {
		return ""
	}
	return f.words[i].fold
}

// fullName finds a whole name: as it is written or run together, and with one slip of the pen as possible.
func (f *finder) fullName(i int) int {
	best, ids := 0, []string(nil)
	for n := min(longestName, len(f.words)-i); n >= 2 && f.o.people.starts[[2]string{f.at(i), f.at(i + 1)}]; n-- {
		if found := f.o.people.full[joined(f.words[i:i+n], " ")]; len(found) > 0 {
			best, ids = n, found
			break
		}
	}
	if best == 0 {
		if ids = f.o.people.joined[f.words[i].fold]; len(ids) > 0 {
			best = 1
		}
	}
	if best > 0 {
		f.hits.add(true, ids...)
		return best
	}
	return f.slip(i)
}

// slip finds a name of three words or more that differs in one letter.
func (f *finder) slip(i int) int {
	if i+1 >= len(f.words) {
		return 0
	}
	p := f.o.people
	for n := min(longestName, len(f.words)-i); n >= 3; n-- {
		first, second, last := f.at(i), f.at(i+1), f.at(i+n-1)
		for _, near := range [][]*called{p.begins[[2]string{first, second}], p.spans[[2]string{first, last}], p.ends[[2]string{f.at(i + n - 2), last}]} {
			if k := slices.IndexFunc(near, func(c *called) bool {
				return len(c.words) == n && vntext.OneEdit(joined(f.words[i:i+n], " "), c.folded)
			}); k >= 0 {
				f.hits.add(false, near[k].id)
				return n
			}
		}
	}
	return 0
}

// initials finds "Hồ T. Lực" and, where everything counts, "H. Lực" and "Hồ Lực".
func (f *finder) initials(i int) int {
	for n := 4; n >= 2; n-- {
		if i+n > len(f.words) || !f.capitals(i, n) {
			continue
		}
		var ids []string
		for _, c := range f.o.people.given[f.at(i+n-1)] {
			if c.initials(f.words[i : i+n]) {
				ids = append(ids, c.id)
			}
		}
		whole := len(f.words[i].fold) > 1 && n > 2
		if len(ids) > 0 && (whole || f.strict()) {
			f.hits.add(whole, ids...)
			return n
		}
	}
	return 0
}

// capitals reports whether each of the words begins with a capital, and none of its neighbours goes on with the name.
func (f *finder) capitals(i, n int) bool {
	for _, w := range f.words[i : i+n] {
		if !w.capital {
			return false
		}
	}
	return !f.runsOn(i+n) && (i == 0 || f.words[i].first || !f.words[i-1].capital || f.words[i-1].first)
}

// runsOn reports whether a name goes on at the word: a capital that begins no unit, post or sentence.
func (f *finder) runsOn(i int) bool {
	if i >= len(f.words) || f.words[i].first || f.words[i].comma || !f.words[i].capital {
		return false
	}
	p := f.o.people
	return len(p.units[f.at(i)]) == 0 && len(p.ranks[f.at(i)]) == 0
}

// strict reports whether everything that may name somebody counts here.
func (f *finder) strict() bool { return f.t.Strict || f.said }
