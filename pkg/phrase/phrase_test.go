package phrase_test

import (
	"strings"
	"testing"

	"tiepdan/pkg/phrase"
)

func TestHashesAreSaltedAndBrokenOnesMatchNothing(t *testing.T) {
	a, b := phrase.Hash("x"), phrase.Hash("x")
	if a == b || !phrase.Matches(a, "x") || !phrase.Matches(b, "x") || phrase.Matches(a, "y") {
		t.Errorf("%s %s", a, b)
	}
	if l := phrase.HashRandom("x"); !phrase.Matches(l, "x") || phrase.Matches(l, "y") {
		t.Errorf("a light hash: %s", l)
	}
	for _, broken := range []string{"", "x", "$argon2id$v=19$m=1,t=1,p=1$$", strings.Repeat("$", 5), a[:len(a)-1]} {
		if phrase.Matches(broken, "x") || phrase.Matches(broken, "") {
			t.Errorf("%q matches", broken)
		}
	}
}
