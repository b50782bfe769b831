package office

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"tiepdan/pkg/vntext"
)

// post is an office that somebody holds: a rank, and the words that tell it from others of the same rank.
type post struct {
	id    string // who holds it
	unit  string
	words []string
}

// unitName is a unit's name and how many of its words tell it from all others.
type unitName struct {
	id    string
	words []string
	need  int
}

// ranks are the beginnings of posts, folded; a longer one is another rank than what it ends in.
var ranks = [...]string{
	"pho chu tich", "chu tich", "pho truong phong", "truong phong", "pho giam doc", "giam doc", "pho chanh van phong", "chanh van phong",
	"pho chanh thanh tra", "chanh thanh tra", "thanh tra vien", "chi huy truong", "pho chi huy truong", "pho hieu truong", "hieu pho", "hieu truong",
	"pho bi thu", "bi thu", "pho truong cong an", "truong cong an", "pho truong tram", "truong tram", "pho truong ban", "truong ban",
	"to truong", "to pho", "chi cuc truong", "ke toan truong", "ke toan", "thu quy", "van thu", "thu kho",
	clerk, "cong chuc", "vien chuc", "nhan vien", "chuyen vien",
}

// clerk is the rank of all who have none; it names nobody without the field or the unit.
const clerk = "can bo"

var clerks = []string{clerk, "cong chuc", "vien chuc", "nhan vien", "chuyen vien"}

// shortRanks are ranks as they are abbreviated.
var shortRanks = map[string]string{"pct": "pho chu tich", "pgd": "pho giam doc", "ptp": "pho truong phong"}

// headRanks are the ranks of heads by how their unit's name begins.
var headRanks = []struct{ begins, rank string }{
	{committee, "chu tich"},
	{"ubnd", "chu tich"},
	{"phong", "truong phong"},
	{"trung tam", "giam doc"},
	{"van phong", "chanh van phong"},
	{"cong an", "truong cong an"},
	{"tram", "truong tram"},
	{"truong", "hieu truong"},
	{"ban", "truong ban"},
	{"so", "giam doc"},
	{"thanh tra", "chanh thanh tra"},
	{"chi cuc", "chi cuc truong"},
}

// otherBodies follow "chủ tịch" of what is no part of the office: hội, mặt trận, công đoàn, liên đoàn, hợp tác xã.
var otherBodies = []string{"hoi", "mat", "cong", "lien", "hop", "htx", "hdqt", "hdnd"}

// glue are words between a rank and what it is the rank of.
var glue = []string{"ubnd", "hdnd", "va", "cua", "tai", "o"}

// committee is the People's Committee written out: no more than glue.
const committee = "uy ban nhan dan"

// rankOf returns the rank that the words begin with, and how many words it is.
func rankOf(words []string) (string, int) {
	if len(words) == 0 {
		return "", 0
	}
	if r, ok := shortRanks[words[0]]; ok {
		return r, 1
	}
	best, n := "", 0
	text := strings.Join(words[:min(len(words), 4)], " ") + " "
	for _, r := range ranks {
		if k := strings.Count(r, " ") + 1; k > n && strings.HasPrefix(text, r+" ") {
			best, n = r, k
		}
	}
	if slices.Contains(clerks, best) {
		best = clerk
	}
	return best, n
}

// addPosts makes the posts of a member of staff findable: those of his title.
func (p *people) addPosts(s Staff, unit Unit) {
	for rank, q := range postsOf(s.ID, Post{s.Title.VI, s.Unit}, unit) {
		p.addPost(rank, q)
	}
}

// addFormer makes a post findable that somebody held before.
func (p *people) addFormer(id string, was Post, unit Unit) {
	for rank, q := range postsOf(id, was, unit) {
		if rank != clerk {
			p.former[rank] = append(p.former[rank], q)
		}
	}
}

// postsOf are the posts that a title in a unit names, each by its rank.
func postsOf(id string, held Post, unit Unit) iter.Seq2[string, post] {
	return func(yield func(string, post) bool) {
		for part := range strings.SplitSeq(held.Title, ",") {
			words := strings.Fields(vntext.Words(part))
			if rank, n := rankOf(words); n > 0 && !yield(rank, post{id, held.Unit, slices.Concat(words[n:], withoutCommittee(unit))}) {
				return
			}
		}
	}
}

// withoutCommittee returns the words of the unit's name that tell it from others of its kind.
func withoutCommittee(u Unit) []string {
	return strings.Fields(strings.TrimPrefix(vntext.Words(u.Name.VI), committee))
}

// addUnit makes a unit findable by its names, and who leads and led it by the rank that goes with them.
func (p *people) addUnit(u Unit) {
	for _, name := range append([]string{u.Name.VI}, u.FormerNames...) {
		called := u
		called.Name.VI = name
		p.addUnitAs(called)
	}
}

func (p *people) addUnitAs(u Unit) {
	name := vntext.Words(u.Name.VI)
	words := strings.Fields(name)
	if len(words) < 2 {
		return
	}
	for _, h := range headRanks {
		if !strings.HasPrefix(name+" ", h.begins+" ") {
			continue
		}
		if u.Head != "" {
			p.addPost(h.rank, post{u.Head, u.ID, withoutCommittee(u)})
		}
		for _, id := range u.FormerHeads {
			p.former[h.rank] = append(p.former[h.rank], post{id, u.ID, withoutCommittee(u)})
		}
		break
	}
	if !u.Authority {
		p.units[words[0]] = append(p.units[words[0]], unitName{u.ID, words, 2})
		p.addShort(u, words)
	}
}

// addShort makes a long name findable by its initials, as TTPVHCC is.
func (p *people) addShort(u Unit, words []string) {
	var b strings.Builder
	for i, w := range words {
		b.WriteByte(w[0])
		if i >= 3 {
			p.units[b.String()] = append(p.units[b.String()], unitName{u.ID, []string{b.String()}, 1})
		}
	}
}

func (p *people) addPost(rank string, q post) {
	for i, was := range p.posts[rank] {
		if was.id == q.id {
			p.posts[rank][i].words = slices.Concat(was.words, q.words)
			return
		}
	}
	p.posts[rank] = append(p.posts[rank], q)
}

// settle finds how much of each unit's name tells it apart.
func (p *people) settle() {
	for _, names := range p.units {
		for i := range names {
			for j := range names {
				if names[i].id != names[j].id {
					names[i].need = max(names[i].need, min(shared(names[i].words, names[j].words)+1, len(names[i].words)))
				}
			}
		}
		slices.SortStableFunc(names, func(a, b unitName) int { return cmp.Compare(b.need, a.need) })
	}
	for _, r := range slices.Concat(ranks[:], []string{"pct", "pgd", "ptp"}) {
		words := strings.Fields(r)
		p.ranks[words[0]] = append(p.ranks[words[0]], words)
	}
}

// shared is how many words two names begin with in common.
func shared(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// post finds a post at the word: with the unit or the field beside it, or alone where there is one in the house. Where no
// denunciation is written, only together with the holder's name.
func (f *finder) post(i int) int {
	if len(f.o.people.ranks[f.at(i)]) == 0 {
		return 0
	}
	rank, n := rankOf(f.folded(i, 4))
	holders := f.o.people.posts[rank]
	if n == 0 || rank == "chu tich" && slices.Contains(otherBodies, f.at(i+n)) {
		return 0
	}
	if rank == clerk && f.strict() && f.all(i) {
		return f.everybody(i, n)
	}
	best, score, width := f.best(holders, i+n)
	before, led, reach := f.best(f.o.people.former[rank], i+n)
	if led < max(score, 1) { // a post that was held before is known by the unit or the field beside it
		before = nil
	} else {
		width = max(width, reach)
	}
	if m := f.holder(slices.Concat(best, before), i+n+width); m > 0 {
		return n + width + m
	}
	if !f.strict() || f.asked(i) || rank == clerk && score < 2 {
		return 0
	}
	sure := f.said && (score > 0 || len(best) == 1) // a post that one alone holds needs no unit beside it
	if score == 0 {
		best = f.nearHome(best)
	}
	f.hits.add(sure, best...)
	f.hits.add(false, before...)
	return n + width
}

// best are the holders to whose post the most of the words at the place belong.
func (f *finder) best(holders []post, at int) (best []string, score, width int) {
	for _, h := range holders {
		s, w := f.score(h, at)
		switch {
		case s > score:
			best, score, width = []string{h.id}, s, w
		case s == score:
			best = append(best, h.id)
		}
	}
	return best, score, width
}

// everyone are the words that take in whoever has no rank: "toàn bộ cán bộ".
var everyone = []string{"toan bo", "toan the", "tat ca", "tat thay", "het thay"}

// all reports whether everybody of that rank is meant.
func (f *finder) all(i int) bool {
	return slices.Contains(everyone, f.at(i-2)+" "+f.at(i-1)) || slices.Contains([]string{"moi", "ca"}, f.at(i-1))
}

// everybody closes the unit whose staff are all meant: the one named next, which is found there, or the whole house.
func (f *finder) everybody(i, n int) int {
	named := slices.ContainsFunc(f.o.people.units[f.at(i+n)], func(u unitName) bool { return shared(u.words, f.folded(i+n, len(u.words))) >= u.need })
	if seat := f.o.Seat(f.o.home(f.t.Home)); !named && seat != "" {
		f.hits.units[seat] = true
	}
	return n
}

// folded returns the next words.
func (f *finder) folded(i, n int) []string {
	var out []string
	for _, w := range f.words[i:min(i+n, len(f.words))] {
		out = append(out, w.fold)
	}
	return out
}

// score counts how many of the words after a rank belong to the post, and how far they reach.
func (f *finder) score(h post, at int) (score, width int) {
	for j := at; j < len(f.words) && j < at+12 && !f.words[j].first; j++ {
		if strings.Join(f.folded(j, 4), " ") == committee {
			j += 3
			continue
		}
		switch w := f.words[j].fold; {
		case slices.Contains(h.words, w):
			score, width = score+1, j+1-at
		case !slices.Contains(glue, w):
			return score, width
		}
	}
	return score, width
}

// holder finds the given name of one of them right after their post.
func (f *finder) holder(ids []string, at int) int {
	if at < len(f.words) && slices.Contains(titleWords, f.words[at].fold) {
		if n := f.holder(ids, at+1); n > 0 {
			return n + 1
		}
	}
	if at >= len(f.words) || f.words[at].first || f.runsOn(at+1) {
		return 0
	}
	var found []string
	for _, id := range ids {
		if slices.ContainsFunc(f.o.people.byID[id], func(c *called) bool { return c.goesBy(f.words[at]) }) {
			found = append(found, id)
		}
	}
	f.hits.add(true, found...)
	return min(len(found), 1)
}

// asked reports whether the words before ask or tell whoever follows: "đề nghị Chủ tịch UBND xã xem xét" accuses nobody.
func (f *finder) asked(i int) bool {
	i--
	for i >= 0 && !f.words[i+1].first && slices.Contains([]string{"ong", "ba", "dong", "chi", "quy", "ngai", "cac", "den", "cho", "voi", "len"}, f.at(i)) {
		i--
	}
	if i < 0 || f.words[i+1].first {
		return false
	}
	one, two := f.at(i), f.at(i-1)+" "+f.at(i)
	return slices.Contains([]string{"gui", "thua", "mong", "xin", "trinh", "nho"}, one) ||
		slices.Contains([]string{"de nghi", "kien nghi", "bao cao", "yeu cau"}, two)
}

// nearHome keeps those who belong to the People's Committee the letter came to, if there are any.
func (f *finder) nearHome(ids []string) []string {
	seat := f.o.Seat(f.o.home(f.t.Home))
	var out []string
	for _, id := range ids {
		if f.o.Seat(f.o.staff[id].Unit) == seat {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return ids
	}
	return out
}

// unit finds the name of a unit, or as much of it as tells it from the others.
func (f *finder) unit(i int) int {
	if !f.strict() {
		return 0
	}
	for _, u := range f.o.people.units[f.at(i)] {
		n := shared(u.words, f.folded(i, len(u.words)))
		if n < u.need {
			continue
		}
		if !f.asked(i) {
			f.hits.units[u.id] = true
		}
		return n
	}
	return 0
}
