package casework

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/workday"
)

// DayRow is a row of the legal calendar as the office keeps it: the day, and who last changed it. A row that was removed
// stays, so that a later release does not bring it back.
type DayRow struct {
	Date      string       `bson:"_id"` // 2026-11-24
	V         int64        `bson:"v"`
	Kind      workday.Kind `bson:"kind"`
	Name      string       `bson:"name"`
	Source    string       `bson:"source"`
	Confirmed bool         `bson:"confirmed"`
	Proposed  bool         `bson:"proposed,omitempty"` // announced by nobody yet: not counted
	Removed   bool         `bson:"removed,omitempty"`
	By        string       `bson:"by,omitempty"` // staff id; empty as the release carried it
	At        *time.Time   `bson:"at,omitempty"`
}

// RowOf is a day as it is kept first.
func RowOf(d workday.Day) DayRow {
	return DayRow{Date: d.Date, V: 1, Kind: d.Kind, Name: d.Name, Source: d.Source, Confirmed: d.Confirmed, Proposed: d.Proposed}
}

// Day is the row as the calendar counts it.
func (r DayRow) Day() workday.Day {
	return workday.Day{Date: r.Date, Kind: r.Kind, Name: r.Name, Source: r.Source, Confirmed: r.Confirmed, Proposed: r.Proposed}
}

// NewCalendar is the calendar of a table.
func NewCalendar(rows []DayRow) (*workday.Calendar, error) {
	days := make([]workday.Day, 0, len(rows))
	for _, r := range rows {
		if !r.Removed {
			days = append(days, r.Day())
		}
	}
	return workday.New(days)
}

// Days keeps the calendar, the changes of it that are under way, and what has been confirmed.
type Days interface {
	DayRows(ctx context.Context) ([]DayRow, error)
	// PutDays keeps rows over those with a lower version.
	PutDays(ctx context.Context, rows ...DayRow) error
	// EachOpen streams the open cases by some hundreds; one that changes meanwhile may come twice.
	EachOpen(ctx context.Context, each func(cs []*Case) error) error
	// InsertJob answers a *TakenError when the job is known.
	InsertJob(ctx context.Context, j *CalendarJob) error
	PutJob(ctx context.Context, j *CalendarJob) error
	OpenJobs(ctx context.Context) ([]*CalendarJob, error)
	Confirmations(ctx context.Context) ([]Confirmation, error)
	PutConfirmation(ctx context.Context, c Confirmation) error
}

// Year is the table of one year as a page shows it.
type Year struct {
	Year     int
	Rows     []DayRow
	Proposed bool // nobody has entered the year yet: the rows are those of the law
	Busy     bool // a change is still being carried into the cases
}

// Years bounds what can be asked for: the lunar calendar is computed for these.
const (
	firstYear = 1900
	lastYear  = 2199
)

// CalendarYear shows the table of a year to an administrator.
func (d *Desk) CalendarYear(ctx context.Context, who office.Staff, year int) (Year, error) {
	if err := mayKeepCalendar(who); err != nil {
		return Year{}, err
	}
	if year < firstYear || year > lastYear {
		return Year{}, &Error{Code: Invalid, Key: "error.invalid", Fields: map[string]string{"year": "error.field.year"}}
	}
	rows, err := d.Days.DayRows(ctx)
	if err != nil {
		return Year{}, err
	}
	jobs, err := d.Days.OpenJobs(ctx)
	if err != nil {
		return Year{}, err
	}
	cal, err := NewCalendar(rows)
	if err != nil {
		return Year{}, err
	}
	y := Year{Year: year, Proposed: !cal.Holds(year), Busy: len(jobs) > 0}
	for _, r := range rows {
		if yearOf(r.Date) == year && !r.Removed {
			y.Rows = append(y.Rows, r)
		}
	}
	if y.Proposed {
		y.Rows = append(y.Rows, missing(rows, year)...)
	}
	slices.SortFunc(y.Rows, func(a, b DayRow) int { return cmp.Compare(a.Date, b.Date) })
	return y, nil
}

// missing are the days the law sets for a year, without those the table holds or has removed.
func missing(rows []DayRow, year int) []DayRow {
	var out []DayRow
	for _, day := range workday.Propose(year) {
		if !slices.ContainsFunc(rows, func(r DayRow) bool { return r.Date == day.Date }) {
			out = append(out, RowOf(day))
		}
	}
	return out
}

// mayKeepCalendar lets administrators in: the table is the same for everybody, and they see no case through it.
func mayKeepCalendar(who office.Staff) error {
	if who.Disabled || !who.Has(office.Admin) {
		return forbidden("error.admin_only")
	}
	return nil
}

func yearOf(date string) int {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0
	}
	return t.Year()
}
