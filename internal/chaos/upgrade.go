package main

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"tiepdan/internal/process"
)

// upgradeFaults happen while a folder that an older program left is made today's.
var upgradeFaults = []fault{
	{name: "kill in a migration", rounds: 3, ready: onReleased, strike: killedMigrating, after: filledWhole},
}

// released is a folder that a released program left, with something of everything.
const released = "internal/app/testdata/released/2-full.tar.gz"

func onReleased(ctx context.Context, s *scene) (err error) {
	if err := errors.Join(os.Remove(s.data), process.Unpack(released, s.data)); err != nil {
		return err
	}
	s.hidden, err = s.unlisted(ctx)
	return err
}

// killedMigrating leaves the folder as an older program would, which knew a column, a list and the search index of today not, and
// kills the program eight times while it makes them, each time at another moment.
func killedMigrating(ctx context.Context, s *scene) error {
	if err := errors.Join(s.p.End(), s.aged(ctx)); err != nil {
		return err
	}
	for range 8 {
		if err := errors.Join(s.p.Begin(ctx, "serve"), hold(ctx, rand.N(300*time.Millisecond)), s.p.Kill()); err != nil {
			return err
		}
	}
	return s.p.Start(ctx, "serve")
}

// aged takes from the file what an older program did not know, and gives it that program's search table.
func (s *scene) aged(ctx context.Context) error {
	return s.raw(func(db *sql.DB) error {
		for _, text := range []string{
			"DROP INDEX i_cases_wary", "ALTER TABLE c_cases DROP COLUMN f_wary_at",
			"UPDATE c_cases SET f_shelf=NULL, f_lane=NULL", "DROP TABLE l_cases_helpers", "DROP TABLE x_cases",
			"CREATE VIRTUAL TABLE IF NOT EXISTS s_cases USING fts5(terms, content='', contentless_delete=1, detail=none)",
		} {
			if _, err := db.ExecContext(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// raw opens the file that rests, past the program.
func (s *scene) raw(do func(*sql.DB) error) error {
	db, err := sql.Open("sqlite", filepath.Join(s.data, "tiepdan.db"))
	if err != nil {
		return err
	}
	return errors.Join(do(db), db.Close())
}

// filledWhole counts the cases that the file shows in no list, or finds by no word, beside those that never had words.
func filledWhole(ctx context.Context, s *scene, got *tally) error {
	now, err := s.unlisted(ctx)
	if got.unfilled = now - s.hidden; got.unfilled != 0 {
		got.because("%d cases that no list or search shows, before %d", now, s.hidden)
	}
	return err
}

// unlisted counts the rows of cases that today's columns or the search index do not know.
func (s *scene) unlisted(ctx context.Context) (n int, err error) {
	err = s.raw(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT count(*) FROM c_cases WHERE f_shelf IS NULL OR f_lane IS NULL OR
			row NOT IN (SELECT rowid FROM x_cases UNION SELECT row FROM p_cases)`).Scan(&n)
	})
	return n, err
}
