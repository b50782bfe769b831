package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/rating"
	"tiepdan/internal/testkit"
)

// rateMonths leaves tallies of four months at the first counter, one of them with too few ratings to be published.
func rateMonths(t *testing.T, r *running) {
	t.Helper()
	now := r.Now().In(time.FixedZone("", 7*3600))
	first := time.Date(now.Year(), now.Month(), 1, 10, 0, 0, 0, now.Location())
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k := o.Counters()[0]
	for back, scores := range map[int][]int{1: {5, 5, 5, 4, 4, 5}, 2: {5, 5, 1, 1, 4, 4, 4, 4}, 3: {1, 1}, 4: {5, 5, 5, 4, 1}} {
		day := first.AddDate(0, -back, 9)
		for i, score := range scores {
			if err := r.Store.Put(t.Context(), &rating.Rating{ID: fmt.Sprintf("m%d-%d", back, i), V: 1, Counter: k.ID, Unit: k.Unit, Score: score, Verified: true, At: day, Day: day.Format(time.DateOnly)}); err != nil {
				t.Fatal(err)
			}
		}
		for _, err := range r.Book.Count(t.Context(), rating.Key{Counter: k.ID, Day: day.Format(time.DateOnly)}) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestResultsSayHowMonthsWent reads the months of a unit: the share with the number behind it, nothing where there were too few,
// and whether it became better.
func TestResultsSayHowMonthsWent(t *testing.T) {
	r := open(t, nil)
	rateMonths(t, r)
	got := r.call(t, "GET", "/api/v1/results", nil)
	if got.Status != http.StatusOK {
		t.Fatalf("%d %s", got.Status, got.Raw)
	}
	months, _ := got.JSON["units"].([]any)[0].(map[string]any)["months"].([]any)
	var said []string
	for _, m := range months {
		of := m.(map[string]any)
		said = append(said, fmt.Sprint(of["n"], of["hidden"], of["satisfied"]))
	}
	if strings.Join(said, ", ") != "6 false 100, 8 false 75, 0 true 0, 5 false 80" {
		t.Errorf("the months: %q", said)
	}
	p := newPhone(t, r, testkit.Phone())
	p.open("/results")
	if trend := p.text(".trend"); !strings.Contains(trend, "tăng 25,0 điểm phần trăm") {
		t.Errorf("the trend: %q", trend)
	}
	var rows []string
	for row := range strings.SplitSeq(p.eval(`[...document.querySelectorAll(".units section:first-child .pair:first-of-type .tally:nth-of-type(2) tbody tr")].map(r => r.innerText.replace(/\s+/g, " ")).join("|")`), "|") {
		_, row, _ = strings.Cut(row, "/") // the month is another each month, and so is the year
		_, row, _ = strings.Cut(row, " ")
		rows = append(rows, row)
	}
	if strings.Join(rows, ", ") != "100,0 % 6, 75,0 % 8, dưới 5 lượt, 80,0 % 5" {
		t.Errorf("the table: %q", rows)
	}
	if wide := p.eval(`[...document.querySelectorAll(".units section:first-child .pair:first-of-type .tally:nth-of-type(2) rect")].map(e => e.getAttribute("width")).join()`); wide != "100,75,80" {
		t.Errorf("the bars are %s wide", wide)
	}
}
