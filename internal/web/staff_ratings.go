package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/web/api"
)

const (
	ratingsPath = "/staff/ratings"
	// ratingsQuarters is how many quarters one may look at.
	ratingsQuarters = 4
	// ratingsMonths is how far back keeping the times stands beside satisfaction.
	ratingsMonths = 6
)

// ratingsPage (đánh giá) is what those who serve learn from citizens: how each counter was found, what was written, and the answers to
// it; beside it how the office kept its times.
type ratingsPage struct {
	page
	names
	Asked    ratingsAsked
	Quarters []rating.Quarter
	Counters []office.Counter
	Served   []servedRow
	Comments []rating.Comment
	Months   []casework.Month
	Inspects bool            // he hears the signals
	Signals  []rating.Signal // of inspection
	Pager    pager
	Wrong    map[string]string
	Key      string
	Of       string // the comment whose answer had a mistake
	Typed    string
	Public   bool
	answers  func(counter string) bool
}

// ratingsAsked is what the page is limited to.
type ratingsAsked struct{ Quarter, Counter, Score string }

func (a ratingsAsked) pairs() []string {
	return []string{"quarter", a.Quarter, "counter", a.Counter, "score", a.Score}
}

// servedRow is one counter.
type servedRow struct {
	Counter office.Counter
	rating.Served
}

// ratingScores are what comments may be limited to; unlimited they come with the lowest score first.
var ratingScores = map[string][]int{"": {1, 2, 3, 4, 5}, "low": {1, 2}, "middle": {3}, "good": {4, 5}}

// Scores lists what comments may be limited to.
func (ratingsPage) Scores() []string { return []string{"low", "middle", "good"} }

// Percent is a share as people read it.
func (p ratingsPage) Percent(f rating.Figure) string { return p.Number(f.Satisfied) + " %" }

// Trend says how a counter stands to the quarter before.
func (p ratingsPage) Trend(r servedRow) string {
	if r.Hidden || r.Before.Hidden {
		return ""
	}
	by := r.Satisfied - r.Before.Satisfied
	key := "ratings.same"
	switch {
	case by >= 1:
		key = "ratings.better"
	case by <= -1:
		key = "ratings.worse"
	}
	return p.T(key, "n", p.Number(max(by, -by)), "before", p.Percent(r.Before))
}

// Span writes the days of a period.
func (p ratingsPage) Span(from, to string) string {
	if from == to {
		return p.Day(from)
	}
	return p.Day(from) + " – " + p.Day(to)
}

// QuarterName writes a quarter as people do.
func (p ratingsPage) QuarterName(q rating.Quarter) string {
	return p.T("ratings.quarter", "n", q.N, "year", q.Year)
}

// CounterName is the name of a counter.
func (p ratingsPage) CounterName(id string) string {
	k, _ := p.office.Counter(id)
	return k.Name.In(p.lang)
}

// Answers reports whether this person answers for the office at a counter.
func (p ratingsPage) Answers(counter string) bool { return p.answers(counter) }

// AnswerAt is where the answer to a comment is sent: it knows the page, to come back to it.
func (p ratingsPage) AnswerAt(id string) string {
	return ratingsPath + "/" + id + "/answer?" + p.query()
}

func (p ratingsPage) query() string {
	v := url.Values{}
	for pair := range slices.Chunk(append(p.Asked.pairs(), "cursor", p.Pager.at), 2) {
		if pair[1] != "" {
			v.Set(pair[0], pair[1])
		}
	}
	return v.Encode()
}

// Months that have ended cases at all.
func (p ratingsPage) Kept() []casework.Month {
	return slices.DeleteFunc(slices.Clone(p.Months), func(m casework.Month) bool { return m.Ended.N == 0 })
}

// Share is a part of a whole, unless so few stand behind it that one could guess who.
func (p ratingsPage) Share(n, of int) string {
	if of < rating.SmallN {
		return "–"
	}
	return strconv.Itoa((200*n+of)/(2*of)) + " %"
}

// MonthName writes a month as people do.
func (ratingsPage) MonthName(m casework.Month) string { return boardPage{}.MonthName(m) }

// Width is a bar's length in hundredths.
func (ratingsPage) Width(f rating.Figure) int { return int(f.Satisfied) }

// Text is what stands in the field of an answer.
func (p ratingsPage) Text(c rating.Comment) string {
	if p.Of == c.ID {
		return p.Typed
	}
	if c.Reply != nil {
		return c.Reply.Text
	}
	return ""
}

// Ticked reports whether the answer is to be public.
func (p ratingsPage) Ticked(c rating.Comment) bool {
	if p.Of == c.ID {
		return p.Public
	}
	return c.Reply != nil && c.Reply.Public()
}

// Version is the one of the answer that is shown.
func (ratingsPage) Version(c rating.Comment) int64 {
	if c.Reply == nil {
		return 0
	}
	return c.Reply.V
}

// Problem is what is wrong with the answer to a comment, or "".
func (p ratingsPage) Problem(c rating.Comment) string {
	if p.Of != c.ID || p.Key == "" {
		return ""
	}
	return p.T(cmp.Or(p.Wrong["text"], p.Key))
}

func (s *Server) showRatings(c *fiber.Ctx) error {
	p, err := s.ratingsPage(c)
	if err != nil {
		return err
	}
	return s.render(c, "staff/ratings", p)
}

func (s *Server) ratingsPage(c *fiber.Ctx) (ratingsPage, error) {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return ratingsPage{}, err
	}
	p := ratingsPage{page: s.page(c, "page.ratings.title"), names: names{o, lang(c)}, Counters: o.RatedCounters(staffOf(c), s.Now())}
	p.answers = func(counter string) bool { return o.MayAnswerRating(staffOf(c), counter, s.Now()) }
	p.Asked = ratingsAsked{c.Query("quarter"), c.Query("counter"), c.Query("score")}
	at := rating.QuarterOf(s.Now())
	for range ratingsQuarters {
		p.Quarters, at = append(p.Quarters, at), at.Before()
	}
	q, ok := rating.ParseQuarter(cmp.Or(p.Asked.Quarter, p.Quarters[0].String()))
	scores, known := ratingScores[p.Asked.Score]
	ids := p.among()
	if !ok || !known || p.Asked.Counter != "" && len(ids) == 0 {
		return p, fiber.ErrNotFound
	}
	p.Asked.Quarter = q.String()
	if p.Inspects, p.Signals, err = s.signals(c, o, ids, q); err != nil {
		return p, err
	}
	if err := s.served(c, &p, ids, q); err != nil {
		return p, err
	}
	var next string
	if p.Comments, next, err = s.Book.Comments(c.UserContext(), ids, scores, q, c.Query("cursor")); err != nil {
		return p, err
	}
	p.Pager = newPager(c, p.page, next, p.Asked.pairs()...)
	return p, nil
}

// signals are what inspection hears of money that was asked for at the counters that the page is of.
func (s *Server) signals(c *fiber.Ctx, o *office.Office, ids []string, q rating.Quarter) (bool, []rating.Signal, error) {
	var of []string
	for _, k := range o.InspectedCounters(staffOf(c)) {
		if slices.Contains(ids, k.ID) {
			of = append(of, k.ID)
		}
	}
	out, err := s.Book.Signals(c.UserContext(), of, q)
	return len(of) > 0, out, err
}

// among are the ids of the counters that the page is of.
func (p ratingsPage) among() []string {
	var out []string
	for _, k := range p.Counters {
		if p.Asked.Counter == "" || k.ID == p.Asked.Counter {
			out = append(out, k.ID)
		}
	}
	return out
}

// served fills in how each counter was found, and how the office kept its times.
func (s *Server) served(c *fiber.Ctx, p *ratingsPage, ids []string, q rating.Quarter) error {
	all, err := s.Book.Served(c.UserContext(), ids, q)
	if err != nil {
		return err
	}
	unit := ""
	for _, k := range p.Counters {
		if r, ok := all[k.ID]; ok {
			p.Served = append(p.Served, servedRow{k, r})
		}
		if k.ID == p.Asked.Counter {
			unit = k.Unit
		}
	}
	p.Months, err = s.Desk.Kept(c.UserContext(), staffOf(c), unit, ratingsMonths)
	return err
}

// answerRating keeps the office's answer to a comment.
func (s *Server) answerRating(c *fiber.Ctx) error {
	v, err := strconv.ParseInt(c.FormValue("v"), 10, 64)
	if err != nil {
		v = -1 // no version: another one than is stored
	}
	in := rating.Answer{ID: c.Params("id"), Text: c.FormValue("text"), Public: c.FormValue("public") != "", V: v}
	done, err := s.Book.Answer(c.UserContext(), staffOf(c), in)
	if err == nil {
		s.published.forget(c.UserContext())
		p := ratingsPage{Asked: ratingsAsked{c.Query("quarter"), c.Query("counter"), c.Query("score")}}
		p.Pager.at = c.Query("cursor")
		return lead(c, ratingsPath+"?"+p.query()+"#c-"+done.ID)
	}
	f := api.FaultOf(err)
	if done.ID == "" {
		return err
	}
	if _, err := formFault(c, err); err != nil {
		return err
	}
	p, err := s.ratingsPage(c)
	if err != nil {
		return err
	}
	p.Of, p.Typed, p.Public, p.Key, p.Wrong = in.ID, in.Text, in.Public, f.Key, f.Fields
	return s.render(c, "staff/ratings", p)
}
