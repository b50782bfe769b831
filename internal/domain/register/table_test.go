package register_test

import (
	"fmt"
	"testing"
	"time"

	"tiepdan/internal/domain/register"
	"tiepdan/pkg/phrase"
)

// TestFourHundredPeopleComeInATableAtOnce: every one of them with a one-time password that lets him in, without hashing these as
// people's own or reading the office for each.
func TestFourHundredPeopleComeInATableAtOnce(t *testing.T) {
	h := open(t, commune())
	h.HashOnce, h.Matches = phrase.HashRandom, phrase.Matches
	h.Hash = func(string) string { t.Error("hashed at the cost of what people choose"); return "" }
	read := h.store.reads
	table := [][]string{{"username", "name", "unit", "roles"}}
	for i := range 400 {
		table = append(table, []string{fmt.Sprintf("nguoi%d", i), fmt.Sprintf("Nguyễn Văn Số %d", i), "centre", "officer"})
	}
	began := time.Now()
	lines, err := h.Import(t.Context(), h.staff("admin"), register.People, table, false)
	took := time.Since(began)
	if err != nil || len(lines) != 400 {
		t.Fatal(err, len(lines))
	}
	t.Logf("400 people in %v", took)
	if read = h.store.reads - read; read > 3 {
		t.Errorf("the office was read %d times", read)
	}
	for _, l := range lines[:20] {
		if m := h.staff(l.ID); l.Password == "" || !phrase.Matches(m.Password, l.Password) || m.OnceUntil == nil || m.Vouched() {
			t.Errorf("%s: %q does not let him in, or he needs nobody", l.ID, l.Password)
		}
	}
}

// TestATableThatSaysNothingIsRefused: no column, a doubled one, a number for a name.
func TestATableThatSaysNothingIsRefused(t *testing.T) {
	h := open(t, commune())
	for name, table := range map[string][][]string{
		"no column": {{"", ""}, {"x", "y"}}, "a doubled column": {{"id", "name", "name"}, {"x", "y", "z"}},
	} {
		if _, err := h.Preview(t.Context(), h.staff("admin"), register.Units, table); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	lines, err := h.Preview(t.Context(), h.staff("admin"), register.Units, [][]string{{"id", "name", "parent", "level"}, {"x", "12", "commune", "commune"}})
	if err != nil || lines[0].Do != register.Wrong || lines[0].Problems["name"] == "" {
		t.Errorf("a number is a name: %v %v", lines, err)
	}
}
