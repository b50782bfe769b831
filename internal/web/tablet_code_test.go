package web

import (
	"strings"
	"testing"
	"time"
)

// TestATabletsCodeIsGoodForItsCounterUntilItsMoment, and no letter of it may differ.
func TestATabletsCodeIsGoodForItsCounterUntilItsMoment(t *testing.T) {
	st := newStand(t)
	o, err := st.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k := o.Counters()[0]
	until := st.desk.Clock.Add(15 * time.Minute)
	_, code, _ := strings.Cut(TabletPath(st.MAC, k, until), "?enrol=")
	good := func(code, counter string) bool {
		_, ok := st.codeID(code, counter)
		return ok
	}
	if !good(code, k.ID) {
		t.Error("the code is refused")
	}
	for _, wrong := range []string{"", "a.b.c", "x" + code, code + "x", code + ".x", strings.Replace(code, ".", ".1", 1)} {
		if good(wrong, k.ID) {
			t.Errorf("%q is taken", wrong)
		}
	}
	if good(code, "another") {
		t.Error("the code enrols at another counter")
	}
	if st.desk.Clock = until; !good(code, k.ID) {
		t.Error("the code is refused at its last moment")
	}
	if st.desk.Clock = until.Add(time.Second); good(code, k.ID) {
		t.Error("the code is taken after its end")
	}
}
