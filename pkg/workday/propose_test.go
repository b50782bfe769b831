package workday_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tiepdan/pkg/workday"
)

func table(tb testing.TB) map[string][]workday.Day {
	tb.Helper()
	raw, err := os.ReadFile("../../assets/calendar/holidays.json")
	if err != nil {
		tb.Fatal(err)
	}
	var days []workday.Day
	if err := json.Unmarshal(raw, &days); err != nil {
		tb.Fatal(err)
	}
	byYear := map[string][]workday.Day{}
	for _, d := range days {
		byYear[d.Date[:4]] = append(byYear[d.Date[:4]], d)
	}
	return byYear
}

// TestProposalAgreesWithWhatWasAnnounced: in 2025 and 2026 every day the law proposes was off.
func TestProposalAgreesWithWhatWasAnnounced(t *testing.T) {
	c := calendar(t)
	for _, year := range []int{2025, 2026} {
		for _, d := range workday.Propose(year) {
			at, err := time.ParseInLocation(time.DateOnly, d.Date, workday.Vietnam)
			if err != nil {
				t.Fatal(err)
			}
			if c.IsWorkday(at) {
				t.Errorf("%s %s was a working day", d.Date, d.Name)
			}
		}
	}
}

func TestComingYearsAreTheProposal(t *testing.T) {
	years := table(t)
	for _, year := range []int{2027, 2028, 2029, 2030} {
		if diff := cmp.Diff(workday.Propose(year), years[time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")]); diff != "" {
			t.Error(diff)
		}
	}
}

// TestUsualTet holds the days off of past years that were announced: two days before mùng 1, three from it, and in lieu.
func TestUsualTet(t *testing.T) {
	empty, err := workday.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, span := range [][2]string{
		{"10/02/2021", "16/02/2021"},
		{"29/01/2022", "06/02/2022"},
		{"20/01/2023", "26/01/2023"},
		{"08/02/2024", "14/02/2024"},
		{"25/01/2025", "02/02/2025"},
		{"14/02/2026", "22/02/2026"},
		{"01/09/2022", "04/09/2022"},
		{"01/09/2023", "04/09/2023"},
		{"31/08/2024", "03/09/2024"},
		{"30/08/2025", "02/09/2025"},
		{"24/11/2029", "26/11/2029"},
		{"24/11/2030", "25/11/2030"},
		{"30/04/2028", "02/05/2028"},
	} {
		from, to := at(span[0]), at(span[1])
		for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
			if empty.IsWorkday(d) {
				t.Errorf("%s is a working day", day(d))
			}
		}
		if !empty.IsWorkday(from.AddDate(0, 0, -1)) && !isWeekend(from.AddDate(0, 0, -1)) || !empty.IsWorkday(to.AddDate(0, 0, 1)) && !isWeekend(to.AddDate(0, 0, 1)) {
			t.Errorf("%v: the rest is longer", span)
		}
	}
	if empty.Holds(2026) || !calendar(t).Holds(2026) {
		t.Error("which years the table holds")
	}
	if !empty.IsWorkday(at("24/11/2025")) {
		t.Error("24/11 was no holiday before 2026")
	}
}

func isWeekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

// TestNoYearIsWithoutTet: a year nobody has entered is still not worked through; one row in it changes nothing else.
func TestNoYearIsWithoutTet(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		year := rapid.IntRange(1900, 2199).Draw(r, "year")
		tet := workday.Tet(year)
		c, err := workday.New([]workday.Day{{Date: tet.AddDate(0, 5, 0).Format(time.DateOnly), Kind: workday.SwapOff}})
		if err != nil {
			r.Fatal(err)
		}
		if c.IsWorkday(tet) || c.IsWorkday(tet.AddDate(0, 0, 2)) || c.IsWorkday(tet.AddDate(0, 5, 0)) {
			r.Fatalf("Tết of %d is worked", year)
		}
		off := 0
		for _, d := range workday.Propose(year) {
			if d.Kind == workday.Holiday {
				off++
			}
			if d.Source == "" || d.Name == "" {
				r.Fatalf("%+v says too little", d)
			}
		}
		want := 11
		if year >= 2026 {
			want++
		}
		if gioTo, _ := workday.Solar(workday.LunarDate{Day: 10, Month: 3, Year: year}); day(gioTo)[:5] == "30/04" || day(gioTo)[:5] == "01/05" {
			want-- // one day, two holidays
		}
		if off != want {
			r.Fatalf("%d has %d holidays, want %d", year, off, want)
		}
	})
}
