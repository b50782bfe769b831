package demo

import (
	"strconv"
	"time"
)

// Place is the commune with its hamlets and streets.
type Place struct {
	Commune Name     `json:"commune"`
	City    Name     `json:"city"`
	Streets []string `json:"streets"`
	Thon    []Thon   `json:"thon"`
}

// Thon (thôn) is a hamlet.
type Thon struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Category is what a case is about; Field is the group it is counted in by Thông tư 01/2024/TT-TTCP.
type Category struct {
	ID    string `json:"id"`
	VI    string `json:"vi"`
	EN    string `json:"en"`
	Field string `json:"field"`
}

// Unit is an agency or a part of one. Authority marks a People's Committee.
type Unit struct {
	ID        string `json:"id"`
	Parent    string `json:"parent"`
	Name      Name   `json:"name"`
	Short     string `json:"short"`
	Level     string `json:"level"`
	Kind      string `json:"kind"`
	Authority bool   `json:"authority"`
	Head      string `json:"head"`
	Address   string `json:"address"`
	Phone     string `json:"phone"`
}

// Staff is a member of staff; nobody here exists.
type Staff struct {
	ID       string   `json:"id"`
	Username string   `json:"username"`
	Name     string   `json:"name"`
	Sex      string   `json:"sex"`
	Title    Name     `json:"title"`
	Unit     string   `json:"unit"`
	Roles    []string `json:"roles"`
	Away     *Away    `json:"away"`
}

// Away is a time of absence in days from now, with who stands in.
type Away struct {
	FromDays int    `json:"from_days"`
	ToDays   int    `json:"to_days"`
	Delegate string `json:"delegate"`
}

// Span returns the absence as times; the second is exclusive.
func (a Away) Span(now time.Time) (from, to time.Time) {
	day := dayOf(now)
	return day.AddDate(0, 0, a.FromDays), day.AddDate(0, 0, a.ToDays)
}

// Counter is a desk of the service centre with what its notice board says.
type Counter struct {
	ID       string    `json:"id"`
	Number   string    `json:"number"`
	Unit     string    `json:"unit"`
	Name     Name      `json:"name"`
	Services []Service `json:"services"`
	Links    []Link    `json:"links"`
}

// Service is a procedure with its time, its fee and the law both rest on.
type Service struct {
	Name Name   `json:"name"`
	Time Name   `json:"time"`
	Fee  Name   `json:"fee"`
	Law  string `json:"law"`
}

// Link leads to a public service elsewhere.
type Link struct {
	Name Name   `json:"name"`
	URL  string `json:"url"`
}

// Rule sends the cases that meet all its conditions to a unit; an empty condition is met by all.
type Rule struct {
	ID       string
	Kind     string
	Category string
	Counter  string
	Place    string
	Keyword  string
	Unit     string
	Note     string
}

// ruleRow is a rule as written: every list is a choice.
type ruleRow struct {
	ID         string   `json:"id"`
	Kinds      []string `json:"kinds"`
	Categories []string `json:"categories"`
	Counters   []string `json:"counters"`
	Places     []string `json:"places"`
	Keywords   []string `json:"keywords"`
	Unit       string   `json:"unit"`
	Note       string   `json:"note"`
}

// rows multiplies the choices out; the first row keeps the id, the others number it.
func (r ruleRow) rows() []Rule {
	out := []Rule{{Unit: r.Unit, Note: r.Note}}
	out = spread(out, r.Kinds, func(x *Rule, v string) { x.Kind = v })
	out = spread(out, r.Categories, func(x *Rule, v string) { x.Category = v })
	out = spread(out, r.Counters, func(x *Rule, v string) { x.Counter = v })
	out = spread(out, r.Places, func(x *Rule, v string) { x.Place = v })
	out = spread(out, r.Keywords, func(x *Rule, v string) { x.Keyword = v })
	for i := range out {
		out[i].ID = r.ID
		if i > 0 {
			out[i].ID += "-" + strconv.Itoa(i+1)
		}
	}
	return out
}

func spread(rules []Rule, values []string, set func(*Rule, string)) []Rule {
	if len(values) == 0 {
		return rules
	}
	var out []Rule
	for _, r := range rules {
		for _, v := range values {
			next := r
			set(&next, v)
			out = append(out, next)
		}
	}
	return out
}

// vietnam is the legal time: UTC+7, without daylight saving time.
var vietnam = time.FixedZone("+07", 7*60*60)

// dayOf is the midnight in Vietnam that began this day.
func dayOf(t time.Time) time.Time {
	y, m, d := t.In(vietnam).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, vietnam)
}
