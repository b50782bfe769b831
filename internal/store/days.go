package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/workday"
)

// Calendar is the snapshot of the legal calendar. It is read again together with the office's, which every change of a case
// asks for first: so long may another instance count by the calendar before.
func (s *Store) Calendar() *workday.Calendar { return s.calendar.Load() }

// readCalendar reads the days off anew. One reader at a time: what an earlier one read would replace what a later one knows.
func (s *Store) readCalendar(ctx context.Context) error {
	end, err := s.reading.Take(ctx)
	if err != nil {
		return wrap("wait for the calendar", err)
	}
	defer end()
	rows, err := s.DayRows(ctx)
	if err != nil {
		return err
	}
	c, err := casework.NewCalendar(rows)
	if err != nil {
		return err
	}
	s.calendar.Store(c)
	return nil
}

// SeedDays keeps the table that the release carries on the first start, and reads the calendar.
func (s *Store) SeedDays(ctx context.Context, days []workday.Day) error {
	const seeded = "days"
	_, known, err := s.Meta(ctx, seeded)
	if err != nil {
		return err
	}
	if !known {
		if err := s.insertDays(ctx, days); err != nil {
			return err
		}
		if err := s.PutMeta(ctx, seeded, "yes"); err != nil {
			return err
		}
	}
	return s.readCalendar(ctx)
}

// insertDays adds the days that are not there: another instance may be seeding too, or was stopped in the middle.
func (s *Store) insertDays(ctx context.Context, days []workday.Day) error {
	for _, d := range days {
		err := wrap("seed day", s.keep(ctx, "days", docdb.Insert, casework.RowOf(d)))
		if _, there := errors.AsType[*casework.TakenError](err); err != nil && !there {
			return err
		}
	}
	return nil
}

// DayRows reads the calendar's table by date, removed rows too.
func (s *Store) DayRows(ctx context.Context) ([]casework.DayRow, error) {
	rows, err := all[casework.DayRow](ctx, s.days)
	slices.SortFunc(rows, func(a, b casework.DayRow) int { return strings.Compare(a.Date, b.Date) })
	return rows, wrap("read days", err)
}

// PutDays keeps rows over those with a lower version.
func (s *Store) PutDays(ctx context.Context, rows ...casework.DayRow) error {
	stored, err := s.DayRows(ctx)
	if err != nil {
		return err
	}
	var writes []any
	for _, r := range rows {
		if slices.ContainsFunc(stored, func(o casework.DayRow) bool { return o.Date == r.Date && o.V >= r.V }) {
			continue
		}
		writes = append(writes, r)
	}
	if len(writes) == 0 {
		return nil
	}
	if err := wrap("put days", s.keep(ctx, "days", docdb.Upsert, writes...)); err != nil {
		return err
	}
	return s.readCalendar(ctx)
}

// openPage is how many open cases are read at once.
const openPage = 500

// EachOpen streams the open cases by the index of the deadline watch, which holds no others.
func (s *Store) EachOpen(ctx context.Context, each func(cs []*casework.Case) error) error {
	after := ""
	for {
		cs, next, err := s.find(ctx, docdb.Find{
			Query: "watch", Where: []docdb.Cond{docdb.Between("watch_at", time.Unix(0, 0).UTC(), nil)}, After: after, Limit: openPage,
		})
		if err != nil {
			return err
		}
		if err := each(cs); err != nil {
			return err
		}
		if after = next; after == "" {
			return nil
		}
	}
}

// InsertJob keeps a new change of the calendar.
func (s *Store) InsertJob(ctx context.Context, j *casework.CalendarJob) error {
	return wrap("insert calendar job", one(ctx, s.jobs, docdb.Insert, j))
}

// PutJob keeps how far a change of the calendar has come.
func (s *Store) PutJob(ctx context.Context, j *casework.CalendarJob) error {
	return wrap("put calendar job", one(ctx, s.jobs, docdb.Upsert, j))
}

// OpenJobs reads the changes of the calendar that are under way, the oldest first.
func (s *Store) OpenJobs(ctx context.Context) ([]*casework.CalendarJob, error) {
	raws, _, err := s.jobs.Find(ctx, docdb.Find{Query: "open", Where: []docdb.Cond{docdb.Between("open", time.Unix(0, 0).UTC(), nil)}})
	if err != nil {
		return nil, wrap("read calendar jobs", err)
	}
	return decodeAll[casework.CalendarJob](raws)
}

// Confirmations reads what administrators have confirmed.
func (s *Store) Confirmations(ctx context.Context) ([]casework.Confirmation, error) {
	cs, err := all[casework.Confirmation](ctx, s.confirmations)
	return cs, wrap("read confirmations", err)
}

// PutConfirmation keeps a confirmation over the one before.
func (s *Store) PutConfirmation(ctx context.Context, c casework.Confirmation) error {
	return wrap("put confirmation", s.keep(ctx, "confirmations", docdb.Upsert, c))
}
