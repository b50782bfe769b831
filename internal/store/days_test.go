package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/docdb/mongo"
	"tiepdan/internal/docdb/sqlite"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/store"
	"tiepdan/internal/testkit"
	"tiepdan/pkg/workday"
)

// onBothEngines opens a desk on SQLite and one on a MongoDB server.
func onBothEngines(t *testing.T) map[string]*kept {
	t.Helper()
	server, err := mongo.Open(t.Context(), testkit.Mongo(t))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*kept{"sqlite": onSQLite(t), "mongodb": newKept(t, server)}
}

func onSQLite(t *testing.T) *kept {
	t.Helper()
	lite, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	return newKept(t, lite)
}

// kept is a desk on a real store.
type kept struct {
	*casework.Desk
	store *store.Store
	now   time.Time
	heard *caseworktest.Heard
}

var admin = office.Staff{ID: "admin", Roles: []office.Role{office.Admin}}

func newKept(t *testing.T, e docdb.Engine) *kept {
	t.Helper()
	k := &kept{now: time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC), heard: &caseworktest.Heard{}}
	now := func() time.Time { return k.now }
	var err error
	if k.store, err = store.Open(t.Context(), e, now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := k.store.SeedDays(t.Context(), workday.Propose(2026)); err != nil {
		t.Fatal(err)
	}
	k.Desk = &casework.Desk{
		Cases: k.store, Accesses: k.store, Vault: caseworktest.Vault{}, Offices: caseworktest.Fixed{O: office.New(caseworktest.Commune())}, Announce: k.heard,
		Calendar: func() casework.Calendar { return k.store.Calendar() }, Days: k.store, Now: now, Log: slog.New(slog.DiscardHandler),
	}
	return k
}

func (k *kept) submit(t *testing.T, kind law.Kind) *casework.Case {
	t.Helper()
	filed, err := k.Submit(t.Context(), casework.Draft{
		Key: rand.Text(), Kind: kind, Subject: "Đường hư hỏng", Body: "Mặt đường trước chợ hư hỏng đã lâu.", Category: "roads",
		Contact: casework.Contact{Name: "Võ Thị Bé", Phone: "0905123456", Address: "Thôn Quý Mỹ"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return filed.Case
}

// ended is a case of which the clock has done its work.
func (k *kept) ended(t *testing.T) *casework.Case {
	t.Helper()
	done := k.submit(t, law.Feedback).Clone()
	done.V++
	done.Clocks[0].Done = &k.now
	if err := k.store.Replace(t.Context(), done)[0]; err != nil {
		t.Fatal(err)
	}
	return done
}

func (k *kept) get(t *testing.T, id string) *casework.Case {
	t.Helper()
	c, err := k.store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func due(c *casework.Case) string {
	return c.Clocks[0].Due.In(casework.Vietnam).Format("02/01/2006")
}

func changes(c *casework.Case) (n int) {
	for _, e := range c.History {
		if e.What == "calendar_changed" {
			n++
		}
	}
	return n
}

// swap is the day off of 23/11/2026 in exchange for a Saturday.
var swap = casework.CalendarChange{Set: []workday.Day{
	{Date: "2026-11-23", Kind: workday.SwapOff, Name: "Nghỉ hoán đổi", Source: "Thông báo 1", Confirmed: true},
	{Date: "2026-11-28", Kind: workday.SwapWork, Name: "Làm bù", Source: "Thông báo 1", Confirmed: true},
}}

var off = casework.CalendarChange{Set: swap.Set[:1]}

func TestTheCalendarIsSeededOnce(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			if err := k.store.PutDays(t.Context(), casework.DayRow{Date: "2026-11-24", V: 2, Kind: workday.Holiday, Removed: true}); err != nil {
				t.Fatal(err)
			}
			if err := k.store.SeedDays(t.Context(), workday.Propose(2026)); err != nil {
				t.Fatal(err)
			}
			if err := k.store.PutDays(t.Context(), casework.RowOf(workday.Propose(2026)[0]), casework.DayRow{Date: "2026-11-24", V: 2, Kind: workday.Holiday}); err != nil {
				t.Fatal(err)
			}
			rows, err := k.store.DayRows(t.Context())
			if err != nil || len(rows) != len(workday.Propose(2026)) {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			if !k.store.Calendar().IsWorkday(time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)) {
				t.Error("a removed day came back")
			}
			if k.store.Calendar().IsWorkday(time.Date(2030, 2, 2, 3, 0, 0, 0, time.UTC)) {
				t.Error("Tết 2030, which nobody entered, is worked")
			}
		})
	}
}

func TestAChangedDayMovesOpenClocks(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			feedback, secret, done := k.submit(t, law.Feedback), k.submit(t, law.Denunciation), k.ended(t)
			was := due(feedback)
			p, err := k.PreviewCalendar(t.Context(), admin, off)
			if err != nil || p.Clocks != 2 || p.Cases != 2 || len(p.Shifts) != 2 {
				t.Fatalf("%+v, %v", p, err)
			}
			refs := p.Shifts[0].Ref + p.Shifts[1].Ref
			if refs != feedback.Ref || !p.Shifts[0].From.Before(p.Shifts[0].To) {
				t.Errorf("the preview names %q, want %q alone: %+v", refs, feedback.Ref, p.Shifts)
			}
			if due(k.get(t, feedback.ID)) != was {
				t.Error("the preview moved something")
			}
			if _, err := k.ApplyCalendar(t.Context(), admin, swap, p.Token); casework.CodeOf(err) != casework.Conflict {
				t.Errorf("another change went through with the token: %v", err)
			}
			heard := k.heard.Times()
			job, err := k.ApplyCalendar(t.Context(), admin, off, p.Token)
			if err != nil || job.Moved != 2 || k.heard.Times() != heard+2 {
				t.Fatalf("%+v, %v", job, err)
			}
			if _, err := k.ApplyCalendar(t.Context(), admin, off, p.Token); casework.CodeOf(err) != casework.Conflict {
				t.Errorf("the token worked twice: %v", err)
			}
			k.moved(t, feedback, secret, done)
			k.settle(t)
		})
	}
}

// moved checks what became of a feedback of which the reply was due on 07/12, a denunciation due on 02/12, and an ended clock.
func (k *kept) moved(t *testing.T, feedback, secret, done *casework.Case) {
	t.Helper()
	for _, x := range []struct {
		c       *casework.Case
		entries int
		due     string
	}{{feedback, 1, "08/12/2026"}, {secret, 1, "03/12/2026"}, {done, 0, due(done)}} {
		c := k.get(t, x.c.ID)
		if changes(c) != x.entries || due(c) != x.due || c.CheckHistory() != nil || x.entries > 0 && !c.DueAt.Equal(c.Clocks[0].Due) {
			t.Errorf("%s: %d entries, due %s, want %d and %s; history: %v", c.Ref, changes(c), due(c), x.entries, x.due, c.CheckHistory())
		}
	}
	e := k.get(t, feedback.ID).History
	last := e[len(e)-1]
	if last.Actor != history.BySystem || last.Data["by"] != "admin" || last.Data["from"] != "2026-12-07" || last.Data["to"] != "2026-12-08" || last.Data["reason"] != "Thông báo 1" ||
		last.Data["clock"] != "reply" {
		t.Errorf("the entry says %+v", last)
	}
}

// settle lets the sweep end the job: not before everybody counts by the new calendar, and moving nothing more.
func (k *kept) settle(t *testing.T) {
	t.Helper()
	for _, want := range []int{1, 0} {
		if moved, err := k.ContinueCalendar(t.Context()); err != nil || moved != 0 {
			t.Fatalf("%d moved again, %v", moved, err)
		}
		if jobs, err := k.store.OpenJobs(t.Context()); err != nil || len(jobs) != want {
			t.Fatalf("%d open jobs, want %d, %v", len(jobs), want, err)
		}
		k.now = k.now.Add(time.Minute)
	}
}

// stopping ends a stream of open cases after the first, as a crash would.
type stopping struct{ *store.Store }

var errCrash = errors.New("crash")

func (s stopping) EachOpen(ctx context.Context, each func([]*casework.Case) error) error {
	return s.Store.EachOpen(ctx, func(cs []*casework.Case) error { return errors.Join(each(cs[:1]), errCrash) })
}

func TestACrashLeavesNothingHalfMoved(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			feedback, secret, done := k.submit(t, law.Feedback), k.submit(t, law.Denunciation), k.ended(t)
			p, err := k.PreviewCalendar(t.Context(), admin, off)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := k.store.DayRows(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			// What ApplyCalendar has done when it is stopped at once: the job is kept, no day, no case.
			row := casework.RowOf(off.Set[0])
			row.By, row.At = admin.ID, &k.now
			if err := k.store.InsertJob(t.Context(), &casework.CalendarJob{ID: p.Token, V: 1, By: admin.ID, At: k.now, Days: []casework.DayRow{row}, Open: &k.now}); err != nil {
				t.Fatal(err)
			}
			k.Days = stopping{k.store}
			if _, err := k.ContinueCalendar(t.Context()); !errors.Is(err, errCrash) {
				t.Fatal(err)
			}
			if after, err := k.store.DayRows(t.Context()); err != nil || len(after) != len(rows)+1 {
				t.Fatalf("%d rows, %v", len(after), err)
			}
			if n := changes(k.get(t, feedback.ID)) + changes(k.get(t, secret.ID)); n != 1 {
				t.Fatalf("%d cases moved before the crash", n)
			}
			k.Days = k.store
			if moved, err := k.ContinueCalendar(t.Context()); err != nil || moved != 1 {
				t.Fatalf("%d moved, %v", moved, err)
			}
			k.moved(t, feedback, secret, done)
		})
	}
}

func TestWhoMayChangeTheCalendarAndHow(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			for _, role := range []office.Role{office.Head, office.Officer, office.Reception, office.Inspector} {
				who := office.Staff{ID: "x", Roles: []office.Role{role}}
				_, err := k.PreviewCalendar(t.Context(), who, off)
				_, err2 := k.ApplyCalendar(t.Context(), who, off, "x")
				_, err3 := k.CalendarYear(t.Context(), who, 2026)
				_, err4 := k.ToConfirm(t.Context(), who)
				for _, err := range []error{err, err2, err3, err4, k.Confirm(t.Context(), who, "x", "x", "x")} {
					if casework.CodeOf(err) != casework.Forbidden {
						t.Errorf("%s: %v", role, err)
					}
				}
			}
			for name, ch := range map[string]casework.CalendarChange{
				"nothing": {}, "no date": {Set: []workday.Day{{Date: "24/11/2026", Kind: workday.Holiday, Name: "x", Source: "x"}}},
				"no source":        {Set: []workday.Day{{Date: "2026-11-23", Kind: workday.Holiday, Name: "x"}}},
				"unknown kind":     {Set: []workday.Day{{Date: "2026-11-23", Kind: "party", Name: "x", Source: "x"}}},
				"work on a Monday": {Set: []workday.Day{{Date: "2026-11-23", Kind: workday.SwapWork, Name: "x", Source: "x"}}},
				"twice":            {Set: []workday.Day{off.Set[0], off.Set[0]}}, "remove what is not there": {Remove: []string{"2026-11-23"}},
			} {
				if _, err := k.PreviewCalendar(t.Context(), admin, ch); casework.CodeOf(err) != casework.Invalid {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// TestOneDayOfAnUnknownYearKeepsTheOthers: the first row of a year brings the law's days of it into the table.
func TestOneDayOfAnUnknownYearKeepsTheOthers(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			y, err := k.CalendarYear(t.Context(), admin, 2031)
			if err != nil || !y.Proposed || len(y.Rows) != len(workday.Propose(2031)) {
				t.Fatalf("%+v, %v", y, err)
			}
			ch := casework.CalendarChange{Remove: []string{"2031-09-01"}, Set: []workday.Day{
				{Date: "2031-09-03", Kind: workday.Holiday, Name: "Quốc khánh", Source: "Thông báo 2", Confirmed: true},
			}}
			p, err := k.PreviewCalendar(t.Context(), admin, ch)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := k.ApplyCalendar(t.Context(), admin, ch, p.Token); err != nil {
				t.Fatal(err)
			}
			if y, err = k.CalendarYear(t.Context(), admin, 2031); err != nil || y.Proposed || !y.Busy || len(y.Rows) != len(workday.Propose(2031)) {
				t.Fatalf("%+v, %v", y, err)
			}
			c := k.store.Calendar()
			for date, worked := range map[int]bool{1: true, 2: false, 3: false} {
				if c.IsWorkday(time.Date(2031, 9, date, 3, 0, 0, 0, time.UTC)) != worked {
					t.Errorf("%d/9/2031 worked is %v", date, !worked)
				}
			}
			if c.IsWorkday(workday.Tet(2031)) {
				t.Error("Tết is lost")
			}
		})
	}
}

func TestUnsureValuesAreConfirmed(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			list, err := k.ToConfirm(t.Context(), admin)
			if err != nil || len(list) == 0 {
				t.Fatal(err)
			}
			ids := map[string]casework.Unsure{}
			for _, u := range list {
				if _, twice := ids[u.ID]; twice || u.Sure || u.Confirmed != nil || u.Source == "" || u.Value.Value == "" {
					t.Errorf("%+v", u)
				}
				ids[u.ID] = u
			}
			clock, tet := ids["clock/acceptance/complaint/0/0/0/2026-07-01"], ids["day/2026-02-17"]
			if clock.Value.Value != "7 unit.workdays" || tet.ID == "" {
				t.Fatalf("%v", ids)
			}
			for _, bad := range []struct {
				id, value, note string
				code            casework.Code
			}{
				{clock.ID, "10 unit.workdays", "x", casework.Conflict},
				{clock.ID, clock.Value.Value, " ", casework.Invalid},
				{"clock/none", "x", "x", casework.NotFound},
			} {
				if err := k.Confirm(t.Context(), admin, bad.id, bad.value, bad.note); casework.CodeOf(err) != bad.code {
					t.Errorf("%+v: %v", bad, err)
				}
			}
			for _, u := range []casework.Unsure{clock, tet} {
				if err := k.Confirm(t.Context(), admin, u.ID, u.Value.Value, "Công báo số 12"); err != nil {
					t.Fatal(err)
				}
			}
			after, err := k.ToConfirm(t.Context(), admin)
			if err != nil || len(after) != len(list) {
				t.Fatalf("%d of %d, %v", len(after), len(list), err)
			}
			for _, u := range after {
				if told := u.Confirmed != nil; told != (u.ID == clock.ID || u.ID == tet.ID) || told && (u.Confirmed.By != "admin" || u.Confirmed.Note != "Công báo số 12" || !u.Confirmed.At.Equal(k.now)) {
					t.Errorf("%+v %+v", u, u.Confirmed)
				}
			}
			y, err := k.CalendarYear(t.Context(), admin, 2026)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range y.Rows {
				if r.Date == "2026-02-17" && (!r.Confirmed || r.By != "admin") {
					t.Errorf("the day is not confirmed: %+v", r)
				}
			}
		})
	}
}

// hurried lets somebody else change each case between its reading and its writing.
type hurried struct{ *store.Store }

func (h hurried) EachOpen(ctx context.Context, each func([]*casework.Case) error) error {
	return h.Store.EachOpen(ctx, func(cs []*casework.Case) error {
		for _, c := range cs {
			other := c.Clone()
			other.V++
			other.Flags = []string{"changed"}
			if err := h.Replace(ctx, other)[0]; err != nil {
				return err
			}
		}
		return each(cs)
	})
}

func TestACaseChangedMeanwhileMovesToo(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			feedback := k.submit(t, law.Feedback)
			p, err := k.PreviewCalendar(t.Context(), admin, off)
			if err != nil {
				t.Fatal(err)
			}
			k.Days = hurried{k.store}
			if job, err := k.ApplyCalendar(t.Context(), admin, off, p.Token); err != nil || job.Moved != 1 {
				t.Fatalf("%+v, %v", job, err)
			}
			if c := k.get(t, feedback.ID); changes(c) != 1 || due(c) != "08/12/2026" || len(c.Flags) != 1 {
				t.Errorf("%d entries, due %s, flags %v", changes(c), due(c), c.Flags)
			}
		})
	}
}
