package demo

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// filler puts this case's own places, dates and sums into authored words. [a|b] chooses one of the words; the tokens are
//
//	{thon} {thon2} {duong} {ten}      the hamlet, another hamlet, a street, a neighbour
//	{n:2-9} {tien:200-900} {trieu:2-9} a number, thousands or millions of đồng
//	{ngay:-3} {ngaydu:-3} {hen:+5}    a day from the filing day: 20/11, 20/11/2026, the next working day from it
//	{date:-3} {gio:19-22} {hs:-20}    the same in English, an hour, the code of a dossier filed that day
//	{ong_ba} {Ong_ba} {ho_ten} {tuoi} how the office addresses the writer, his name and age
//
// A token written twice means the same thing twice.
type filler struct {
	author *author
	filed  time.Time
	words  map[string]string
}

var (
	choice = regexp.MustCompile(`\[([^\[\]|]*(?:\|[^\[\]|]*)+)\]`)
	token  = regexp.MustCompile(`\{([A-Za-z_0-9]+)(?::([-+0-9]+))?\}`)
)

// capital is how an address stands at the head of a sentence.
var capital = map[string]string{"ông": "Ông", "bà": "Bà", "ông/bà": "Ông/bà"}

func newFiller(g *author, l letter, who writer, filed time.Time) *filler {
	f := &filler{author: g, filed: filed, words: map[string]string{}}
	here, there := who.thon, who.thon
	for there == here {
		there = pick(g.dice, g.content.Place.Thon).Name
	}
	call := "bà"
	if who.male {
		call = "ông"
	}
	if l.Anonymous {
		call = "ông/bà"
	}
	f.words["{thon}"], f.words["{thon2}"] = here, there
	f.words["{ten}"] = pick(g.dice, neighbours)
	f.words["{duong}"] = pick(g.dice, g.content.Place.Streets)
	f.words["{ong_ba}"], f.words["{Ong_ba}"] = call, capital[call]
	f.words["{ho_ten}"], f.words["{tuoi}"] = who.name, strconv.Itoa(filed.Year()-who.born)
	return f
}

// fill returns the text with everything filled in.
func (f *filler) fill(text string) string {
	text = choice.ReplaceAllStringFunc(text, func(s string) string {
		return pick(f.author.dice, strings.Split(s[1:len(s)-1], "|"))
	})
	text = token.ReplaceAllStringFunc(text, f.word)
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n")
}

// word returns what the token stands for in this case; an unknown token stays, so that a test finds it.
func (f *filler) word(s string) string {
	if w, ok := f.words[s]; ok {
		return w
	}
	m := token.FindStringSubmatch(s)
	name, arg := m[1], m[2]
	w := s
	if low, high, ok := span(arg); ok {
		w = f.number(name, low, high)
	} else if days, err := strconv.Atoi(arg); err == nil {
		w = f.day(name, f.filed.In(vietnam).AddDate(0, 0, days))
	}
	f.words[s] = cmp.Or(w, s)
	return f.words[s]
}

func span(arg string) (low, high int, ok bool) {
	a, b, found := strings.Cut(arg, "-")
	if !found || a == "" {
		return 0, 0, false
	}
	low, err1 := strconv.Atoi(a)
	high, err2 := strconv.Atoi(b)
	return low, high, err1 == nil && err2 == nil
}

func (f *filler) number(name string, low, high int) string {
	d := f.author.dice
	switch name {
	case "n":
		return strconv.Itoa(d.between(low, high))
	case "tien":
		return thousands(d.between(low/50, high/50)*50) + ".000 đồng"
	case "trieu":
		return strconv.Itoa(d.between(low, high)) + " triệu đồng"
	case "gio":
		return strconv.Itoa(d.between(low, high)) + " giờ"
	default:
		return ""
	}
}

// thousands writes 1250 as 1.250.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d.%03d", n/1000, n%1000)
}

func (f *filler) day(name string, day time.Time) string {
	switch name {
	case "ngay":
		return day.Format("02/01")
	case "ngaydu":
		return day.Format("02/01/2006")
	case "hen":
		return workingDay(day).Format("02/01/2006")
	case "date":
		return day.Format("2 January")
	case "hs":
		return "H17.113-" + workingDay(day).Format("060102") + "-" + fmt.Sprintf("%04d", f.author.dice.between(3, 96))
	default:
		return ""
	}
}

// fixedHolidays are the public holidays that fall on the same day every year.
var fixedHolidays = []string{"01-01", "04-30", "05-01", "09-02", "11-24"}

func dayOff(t time.Time) bool {
	t = t.In(vietnam)
	w := t.Weekday()
	return w == time.Saturday || w == time.Sunday || slices.Contains(fixedHolidays, t.Format("01-02"))
}

// workingDay returns t, or the same hour of the next working day.
func workingDay(t time.Time) time.Time {
	for dayOff(t) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}
