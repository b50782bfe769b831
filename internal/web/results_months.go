package web

import (
	"context"
	"math"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
)

// monthsShown is how many whole months the results go back. They are those of the calendar, which no span of days is made of: what was
// too little to be published cannot be told from the difference of two figures.
const monthsShown = 6

// monthResults is how a unit was rated in a month of the calendar in Vietnam.
type monthResults struct {
	From time.Time
	rating.Figure
}

// months are the whole months before now, the newest first, for each unit; those before its first rating are left out.
func (s *Server) months(ctx context.Context, o *office.Office, ids []string, now time.Time) (map[string][]monthResults, error) {
	at := now.In(vietnam)
	first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, vietnam)
	out := map[string][]monthResults{}
	for back := 1; back <= monthsShown; back++ {
		from := first.AddDate(0, -back, 0)
		figures, err := s.Book.Figures(ctx, ids, from, from.AddDate(0, 1, -1))
		if err != nil {
			return nil, err
		}
		of := map[string][]rating.Figure{}
		for _, k := range o.Counters() {
			of[k.Unit] = append(of[k.Unit], figures[k.ID])
		}
		for unit, fs := range of {
			out[unit] = append(out[unit], monthResults{from, rating.Together(fs...)})
		}
	}
	for unit, all := range out {
		for len(all) > 0 && all[len(all)-1].N+all[len(all)-1].Unverified == 0 {
			all = all[:len(all)-1]
		}
		out[unit] = all
	}
	return out, nil
}

// Month names a month.
func (p resultsPage) Month(from time.Time) string {
	at := from.In(vietnam)
	return p.T("results.month_of", "month", int(at.Month()), "year", at.Year())
}

// Small is how many ratings have to be there before anything is published.
func (resultsPage) Small() int { return rating.SmallN }

// Fifth is a mean of 1 to 5 as the width of a bar, in percent.
func (resultsPage) Fifth(mean float64) float64 { return mean * 20 }

// Tells reports whether there is more to say of a counter than the line of the table.
func (resultsPage) Tells(k counterResults) bool {
	return !k.Hidden || k.Unverified > 0 || len(k.Odd) > 0 || len(k.Answers) > 0
}

// Trend says how the last month compares with the one before it; "" while one of them is not published.
func (p resultsPage) Trend(months []monthResults) string {
	if len(months) < 2 || months[0].Hidden || months[1].Hidden {
		return ""
	}
	by := math.Round((months[0].Satisfied-months[1].Satisfied)*10) / 10
	key := "results.trend.same"
	switch {
	case by > 0:
		key = "results.trend.up"
	case by < 0:
		key = "results.trend.down"
	}
	return p.T(key, "month", p.Month(months[0].From), "by", p.Number(math.Abs(by)))
}
