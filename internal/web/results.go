package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/pkg/turn"
)

// The spans that results are published for, in days.
const (
	shortSpan = 30
	longSpan  = 90
)

// resultsPage (kết quả đánh giá) publishes how satisfied citizens were (Nghị định 118/2025 Đ.32.2, 34.1): each share with the
// number of ratings behind it, and nothing where there were too few.
type resultsPage struct {
	page
	Days  int
	Units []unitResults
	From  time.Time
}

type unitResults struct {
	Unit     office.Unit
	All      rating.Figure
	Months   []monthResults // the newest first
	Counters []counterResults
}

type counterResults struct {
	Counter office.Counter
	rating.Figure
	Answers []publicAnswer // what the office answers to comments, the newest first
}

// Percent is a share as people read it.
func (p resultsPage) Percent(f rating.Figure) string { return p.Number(f.Satisfied) + " %" }

// Number is a figure with one decimal, written as the language does.
func (p page) Number(v float64) string {
	out := strconv.FormatFloat(v, 'f', 1, 64)
	if p.Lang != "en" {
		out = strings.Replace(out, ".", ",", 1)
	}
	return out
}

// OddDays writes the days that are to be looked into, as people write a date.
func (p resultsPage) OddDays(days []string) string {
	out := make([]string, 0, len(days))
	for _, d := range days {
		if at, err := time.ParseInLocation(time.DateOnly, d, vietnam); err == nil {
			out = append(out, p.Date(at))
		}
	}
	return strings.Join(out, ", ")
}

// Width is a bar's width in percent.
func (resultsPage) Width(n, of int) int { return 100 * n / max(of, 1) }

// Scores lists the scores, the best first.
func (resultsPage) Scores() []int { return []int{5, 4, 3, 2, 1} }

// Of is how many gave the score.
func (resultsPage) Of(f rating.Figure, score int) int { return f.Scores[score-1] }

// Spans lists the spans one may choose.
func (resultsPage) Spans() []int { return []int{shortSpan, longSpan} }

func (s *Server) showResults(c *fiber.Ctx) error {
	days := shortSpan
	if c.Query("days") == "90" {
		days = longSpan
	}
	p := resultsPage{page: s.page(c, "page.results.title"), Days: days}
	p.From = p.Now.AddDate(0, 0, 1-days)
	var err error
	if p.Units, err = s.results(c.UserContext(), days); err != nil {
		return err
	}
	return s.render(c, "citizen/results", p)
}

// resultsFresh is how long published figures are kept in memory: a page anybody may ask for a million times.
const resultsFresh = time.Minute

// published keeps the figures of each span for a while.
type published struct {
	turn turn.Turn
	at   map[int]time.Time
	what map[int][]unitResults
}

func (s *Server) results(ctx context.Context, days int) ([]unitResults, error) {
	r := &s.published
	end, err := r.turn.Take(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	now := s.Now()
	if at, ok := r.at[days]; ok && now.Sub(at) < resultsFresh {
		return r.what[days], nil
	}
	o, err := s.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, k := range o.Counters() {
		ids = append(ids, k.ID)
	}
	since := now.AddDate(0, 0, 1-days)
	figures, err := s.Book.Figures(ctx, ids, since, now)
	if err != nil {
		return nil, err
	}
	answers, err := s.Book.Public(ctx, ids, since)
	if err != nil {
		return nil, err
	}
	months, err := s.months(ctx, o, ids, now)
	if err != nil {
		return nil, err
	}
	if r.at == nil {
		r.at, r.what = map[int]time.Time{}, map[int][]unitResults{}
	}
	units := byUnit(o, figures, answers)
	for i := range units {
		units[i].Months = months[units[i].Unit.ID]
	}
	r.at[days], r.what[days] = now, units
	return r.what[days], nil
}

// forget lets the next one who asks read anew.
func (r *published) forget(ctx context.Context) {
	if end, err := r.turn.Take(ctx); err == nil {
		r.at = nil
		end()
	}
}

// publicAnswer is one answer that everybody may read.
type publicAnswer struct {
	At   time.Time
	Text string
}

func publicAnswers(rs []*rating.Reply) []publicAnswer {
	var out []publicAnswer
	for _, r := range rs {
		out = append(out, publicAnswer{r.At, r.Text})
	}
	return out
}

func byUnit(o *office.Office, figures map[string]rating.Figure, answers map[string][]*rating.Reply) []unitResults {
	var out []unitResults
	for _, k := range o.Counters() {
		if len(out) == 0 || out[len(out)-1].Unit.ID != k.Unit {
			u, _ := o.Unit(k.Unit)
			out = append(out, unitResults{Unit: u})
		}
		at := &out[len(out)-1]
		at.Counters = append(at.Counters, counterResults{k, figures[k.ID], publicAnswers(answers[k.ID])})
	}
	for i := range out {
		var fs []rating.Figure
		for _, k := range out[i].Counters {
			fs = append(fs, k.Figure)
		}
		out[i].All = rating.Together(fs...)
	}
	return out
}

// results answers the published figures as JSON.
func (s *Server) resultsJSON(c *fiber.Ctx) error {
	days := shortSpan
	if c.Query("days") == "90" {
		days = longSpan
	}
	units, err := s.results(c.UserContext(), days)
	if err != nil {
		return err
	}
	list := make([]fiber.Map, 0, len(units))
	for _, u := range units {
		counters := make([]rating.Figure, 0, len(u.Counters))
		for _, k := range u.Counters {
			counters = append(counters, k.Figure)
		}
		months := make([]fiber.Map, 0, len(u.Months))
		for _, m := range u.Months {
			months = append(months, fiber.Map{"month": m.From.In(vietnam).Format("2006-01"), "n": m.N, "hidden": m.Hidden, "satisfied": m.Satisfied})
		}
		list = append(list, fiber.Map{"unit": u.Unit.ID, "name": u.Unit.Name.In(lang(c)), "all": u.All, "counters": counters, "months": months})
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=60")
	return c.JSON(fiber.Map{"days": days, "small_n": rating.SmallN, "units": list})
}
