package main

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNothingIsLostOrDoubledInAShortStorm makes the faults that need no file system of their own: kills, pauses, kills in start-up, a
// lost key file, and a bus that goes before the program.
func TestNothingIsLostOrDoubledInAShortStorm(t *testing.T) {
	t.Chdir("../..") // where the program is built
	short := slices.DeleteFunc(faults(), func(f fault) bool { return !f.short })
	for i := range short {
		short[i].rounds = min(short[i].rounds, 2)
	}
	var said strings.Builder
	broken, err := run(t.Context(), &said, short, 0)
	t.Log("\n" + said.String())
	if err != nil || broken > 0 || strings.Count(said.String(), "held") != len(short) {
		t.Errorf("%d faults left a count that is not zero: %v", broken, err)
	}
}

// TestCountsSeeWhatIsLostDoubledAndChanged lies about what was sent and told, and takes a case out of the file: each is counted, or no
// count is worth much.
func TestCountsSeeWhatIsLostDoubledAndChanged(t *testing.T) {
	t.Chdir("../..")
	g, err := newGround(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{ground: g, dir: t.TempDir(), data: filepath.Join(t.TempDir(), "data"), env: settings}
	if err := errors.Join(os.Mkdir(s.data, 0o700), s.begin(t.Context()), s.storm.more(t.Context(), enough)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(nil); err != nil {
			t.Error(err)
		}
	})
	st := s.storm
	st.stop()
	kept := st.letters[1:] // of the first nobody knows any more
	st.letters = slices.Clone(kept)
	st.letters[0].code = "another"
	st.moves.keep(0, 0, call{ref: st.moves.refs[0], sets: true, rev: 1, to: st.moves.officers[0], note: "chuyển không có"}, &reply{rev: 2, to: st.moves.officers[0]})
	var got tally
	if err := s.count(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	if got.lost != 0 || got.doubled != 1 || got.changed != 1 || got.movesLost != 1 || got.twisted != 1 || got.unproved+got.wrong+got.unrouted != 0 {
		t.Errorf("counted %v", got)
	}
	if err := s.raw(func(db *sql.DB) error {
		_, err := db.ExecContext(t.Context(), "DELETE FROM c_cases WHERE f_ref=?", kept[1].ref)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	got = tally{}
	if err := s.countStored(t.Context(), &got); err != nil || got.lost != 1 {
		t.Errorf("counted %v, %v", got, err)
	}
}
