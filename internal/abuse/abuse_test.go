package main

import (
	"slices"
	"strings"
	"testing"
)

// TestEveryQuickAttackHolds attacks the real program with all that takes less than a minute together.
func TestEveryQuickAttackHolds(t *testing.T) {
	quick := slices.DeleteFunc(attacks(), func(a attack) bool { return a.slow })
	var said strings.Builder
	broken, err := run(t.Context(), &said, quick, nil)
	t.Log("\n" + said.String())
	if err != nil || broken > 0 {
		t.Errorf("%d attacks did not hold: %v", broken, err)
	}
}
