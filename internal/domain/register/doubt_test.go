package register_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
)

// TestWhoeverGainsIsInDoubt: whatever an administrator changes, whoever reads, heads, stands in or receives more by it waits for a
// second person; whoever does not is left alone.
func TestWhoeverGainsIsInDoubt(t *testing.T) {
	type row []string
	for name, tc := range map[string]struct {
		before []row // of people of the administrator, undone as far as doubt goes
		kind   register.Kind
		id     string
		change row
		want   map[string]string
	}{
		"a role":                       {kind: register.People, id: "officer", change: row{"roles", "officer\ninspector"}, want: map[string]string{"officer": "admin"}},
		"the office to keep":           {kind: register.People, id: "desk", change: row{"roles", "reception\nadmin"}, want: map[string]string{"desk": "admin"}},
		"somebody who heads nothing":   {kind: register.People, id: "desk", change: row{"away_from", "2026-12-01", "away_to", "2026-12-03", "delegate", "officer"}, want: map[string]string{"officer": "admin", "desk": ""}},
		"a unit":                       {kind: register.People, id: "desk", change: row{"unit", "economy"}, want: map[string]string{"desk": "admin"}},
		"a post":                       {kind: register.People, id: "officer", change: row{"title", "Phó Chủ tịch UBND xã"}, want: map[string]string{"officer": "admin"}},
		"a post worded otherwise":      {before: []row{{"officer", "title", "Phó Chủ tịch UBND xã"}}, kind: register.People, id: "officer", change: row{"title", "Phó Chủ tịch Ủy ban nhân dân xã"}, want: map[string]string{"officer": ""}},
		"an ordinary title":            {kind: register.People, id: "officer", change: row{"title", "Chuyên viên"}, want: map[string]string{"officer": ""}},
		"an address":                   {kind: register.People, id: "officer", change: row{"email", "nam@xa.gov.vn"}, want: map[string]string{"officer": ""}},
		"a role less":                  {kind: register.People, id: "second", change: row{"roles", "officer"}, want: map[string]string{"second": "admin"}},
		"a unit to head":               {kind: register.Units, id: "economy", change: row{"head", "officer"}, want: map[string]string{"officer": "admin", "economist": ""}},
		"a unit to head for himself":   {kind: register.Units, id: "economy", change: row{"head", "admin"}, want: map[string]string{"admin": "admin"}},
		"somebody to stand in for":     {kind: register.People, id: "economist", change: row{"away_from", "2026-12-01", "away_to", "2026-12-03", "delegate", "officer"}, want: map[string]string{"officer": "admin", "economist": ""}},
		"days away without a delegate": {kind: register.People, id: "economist", change: row{"away_from", "2026-12-01", "away_to", "2026-12-03"}, want: map[string]string{"officer": "", "economist": ""}},
		"longer to stand in": {
			before: []row{{"economist", "away_from", "2026-12-01", "away_to", "2026-12-03", "delegate", "officer"}},
			kind:   register.People, id: "economist", change: row{"away_to", "2026-12-30"}, want: map[string]string{"officer": "admin"},
		},
		"shorter to stand in": {
			before: []row{{"economist", "away_from", "2026-12-01", "away_to", "2026-12-03", "delegate", "officer"}},
			kind:   register.People, id: "economist", change: row{"away_to", "2026-12-02"}, want: map[string]string{"officer": ""},
		},
		"an absent person made head": {
			before: []row{{"desk", "away_from", "2026-12-01", "away_to", "2026-12-03", "delegate", "officer"}},
			kind:   register.Units, id: "centre", change: row{"head", "desk"}, want: map[string]string{"officer": "admin", "desk": "admin"},
		},
		"a line moved under a head":   {kind: register.Units, id: "team", change: row{"parent", "centre"}, want: map[string]string{"director": "admin", "economist": "", "chair": ""}},
		"a unit made an authority":    {kind: register.Units, id: "economy", change: row{"authority", "yes"}, want: map[string]string{"economist": "admin"}},
		"a unit under the inspection": {kind: register.Units, id: "commune", change: row{"authority", ""}, want: map[string]string{"watch": "admin"}},
		"a unit's name":               {kind: register.Units, id: "economy", change: row{"name", "Phòng Kinh tế và Hạ tầng"}, want: map[string]string{"economist": "", "chair": "", "watch": ""}},
		"a rule for denunciations":    {kind: register.Rules, id: "bribes", change: row{"keyword", "hối lộ", "unit", "centre"}, want: map[string]string{"director": "admin", "chair": ""}},
		"a rule for praise":           {kind: register.Rules, id: "thanks", change: row{"keyword", "cảm ơn", "kind", "praise", "unit", "centre"}, want: map[string]string{"director": ""}},
		"a rule that leads elsewhere": {kind: register.Rules, id: "land", change: row{"unit", "centre"}, want: map[string]string{"director": "admin", "economist": ""}},
		"a rule that goes":            {kind: register.Rules, id: "city-land", change: row{"closed", "yes"}, want: map[string]string{"economist": "admin", "mayor": ""}},
		"a counter's unit":            {kind: register.Counters, id: "c1", change: row{"unit", "city"}, want: map[string]string{"mayor": "admin", "chair": ""}},
		"out from under a head":       {kind: register.Units, id: "centre", change: row{"head", ""}, want: map[string]string{"admin": "admin", "desk": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, commune())
			for _, b := range tc.before {
				h.must("admin", register.People, b[0], b[1:]...)
			}
			for _, m := range h.office().AllStaff() {
				if !m.Vouched() {
					h.mustVouch("watch", m.ID)
				}
			}
			h.must("admin", tc.kind, tc.id, tc.change...)
			for id, want := range tc.want {
				if got := h.doubters(id); got != want {
					t.Errorf("%s: in doubt by %q, want %q", id, got, want)
				}
			}
		})
	}
}

// TestAnAdministratorInDoubtGivesNoStanding: what the creature of an administrator gives is the administrator's own doing, to
// himself and to others; the creature confirms nobody, and no doubt replaces another.
func TestAnAdministratorInDoubtGivesNoStanding(t *testing.T) {
	h := open(t, commune())
	h.must("admin", register.People, "puppet", "name", "Rối Một", "unit", "commune", "roles", "admin\ninspector")
	h.must("puppet", register.Units, "economy", "head", "admin")
	if got := h.doubters("admin"); got != "admin puppet" {
		t.Errorf("raised by his own creature, the administrator is in doubt by %q", got)
	}
	h = open(t, commune())
	h.must("admin", register.People, "puppet", "name", "Rối Một", "unit", "commune", "roles", "admin\ninspector")
	h.must("puppet", register.People, "other", "name", "Rối Hai", "unit", "commune", "roles", "head")
	for _, by := range []string{"admin", "puppet", "other"} {
		if err := h.vouch(by, "other"); casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("%s confirms the creature's creature: %v", by, err)
		}
	}
	if err := h.order("second", register.People, "puppet", h.Reset); err != nil {
		t.Fatal(err)
	}
	if got := h.doubters("puppet"); got != "admin second" {
		t.Errorf("after another administrator's reset: %q", got)
	}
	for _, by := range []string{"admin", "second"} {
		if err := h.vouch(by, "puppet"); casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("%s confirms whom he answers for: %v", by, err)
		}
	}
	h.mustVouch("watch", "puppet")
	if !h.staff("puppet").Vouched() {
		t.Error("confirmed, he still waits")
	}
}

// TestWhoWasConfirmedAsOneThingIsInDoubtAsAnother: a confirmation is for the standing of its time alone.
func TestWhoWasConfirmedAsOneThingIsInDoubtAsAnother(t *testing.T) {
	for what, raise := range map[string]func(*house){
		"inspector": func(h *house) { h.must("admin", register.People, "puppet", "roles", "inspector") },
		"head":      func(h *house) { h.must("admin", register.Units, "economy", "head", "puppet") },
		"enabled":   func(h *house) { h.close("admin", "puppet"); h.reopen("admin", "puppet") },
	} {
		h := open(t, commune())
		h.must("admin", register.People, "puppet", "name", "Rối Một", "unit", "centre", "roles", "reception")
		h.mustVouch("watch", "puppet")
		raise(h)
		if h.staff("puppet").Vouched() {
			t.Errorf("confirmed as reception, he is confirmed as %s", what)
		}
	}
}

func (h *house) close(by, id string) {
	h.t.Helper()
	if err := h.order(by, register.People, id, h.Close); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) reopen(by, id string) {
	h.t.Helper()
	if err := h.order(by, register.People, id, h.Reopen); err != nil {
		h.t.Fatal(err)
	}
}

// TestAConfirmationIsOfWhatWasSeen: whatever was done to the person since, the same doubt included, is confirmed anew.
func TestAConfirmationIsOfWhatWasSeen(t *testing.T) {
	for what, meanwhile := range map[string]func(*house){
		"a role":         func(h *house) { h.must("admin", register.People, "puppet", "roles", "inspector") },
		"a unit to head": func(h *house) { h.must("admin", register.Units, "economy", "head", "puppet") },
		"somebody's place": func(h *house) {
			h.must("admin", register.People, "economist", "away_from", "2026-12-01", "away_to", "2026-12-03", "delegate", "puppet")
		},
	} {
		h := open(t, commune())
		h.must("admin", register.People, "puppet", "name", "Rối Một", "unit", "centre", "roles", "reception")
		seen := h.staff("puppet").V
		meanwhile(h)
		if err := h.Vouch(t.Context(), h.staff("watch"), "puppet", seen); !errors.Is(err, register.ErrStale) {
			t.Errorf("%s: %v", what, err)
		}
		if h.staff("puppet").Vouched() {
			t.Errorf("%s: confirmed unseen", what)
		}
	}
}

// TestACrashKeepsTheDoubt: wherever the program stops after the line of the log, the office it mends holds the doubt that it would
// have held.
func TestACrashKeepsTheDoubt(t *testing.T) {
	reset := func(h *house) error { return h.order("admin", register.People, "economist", h.Reset) }
	for what, do := range map[string]func(*house) error{
		"himself head": func(h *house) error { return h.change("admin", register.Units, "economy", "head", "admin") },
		"a role":       func(h *house) error { return h.change("admin", register.People, "officer", "roles", "inspector") },
		"a delegate": func(h *house) error {
			return h.change("admin", register.People, "economist", "away_from", "2026-12-01", "away_to", "2026-12-03", "delegate", "officer")
		},
		"a rule":  func(h *house) error { return h.change("admin", register.Rules, "land", "unit", "centre") },
		"a reset": reset,
		"a new person": func(h *house) error {
			return h.change("admin", register.People, "puppet", "name", "Rối Một", "unit", "centre", "roles", "head")
		},
		"an address":    func(h *house) error { return h.change("admin", register.People, "officer", "email", "nam@xa.gov.vn") },
		"by a creature": func(h *house) error { return h.change("creature", register.Units, "economy", "head", "admin") },
	} {
		doubts := func(h *house) map[string]string {
			out := map[string]string{}
			for _, m := range h.office().Whole().Staff {
				out[m.ID] = h.doubters(m.ID)
			}
			return out
		}
		begin := func() *house {
			h := open(t, commune())
			h.must("admin", register.People, "creature", "name", "Rối Hai", "unit", "centre", "roles", "admin")
			return h
		}
		whole := begin()
		if err := do(whole); err != nil {
			t.Fatal(what, err)
		}
		want := doubts(whole)
		for after := 1; ; after++ {
			h := begin()
			h.store.fails = after
			err := do(h)
			h.store.fails = 0
			if err == nil {
				break
			}
			if !errors.Is(err, errCrash) {
				t.Fatal(what, err)
			}
			if err := h.Mend(t.Context()); err != nil {
				t.Fatal(what, err)
			}
			got := doubts(h)
			for id := range want {
				if got[id] != want[id] {
					t.Errorf("%s, stopped at write %d: %s is in doubt by %q, want %q", what, after, id, got[id], want[id])
				}
			}
		}
	}
}

// TestWhatTheMachineIsToldNeedsNoSecondPerson, and a crash of it neither.
func TestWhatTheMachineIsToldNeedsNoSecondPerson(t *testing.T) {
	h := open(t, commune())
	h.store.fails = 1
	_, err := h.Machine(t.Context(), register.Order{Kind: register.Units, ID: "economy", Row: register.Row{"head": "officer"}}, register.Changed, "")
	h.store.fails = 0
	if !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	if err := h.Mend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if u, _ := h.office().Unit("economy"); u.Head != "officer" || !h.staff("officer").Vouched() {
		t.Errorf("head %s, confirmed %t", u.Head, h.staff("officer").Vouched())
	}
}

// TestARenamedPersonIsStillTheOneALetterNames: by each of the names he went by.
func TestARenamedPersonIsStillTheOneALetterNames(t *testing.T) {
	h := open(t, commune())
	for _, name := range []string{"Phạm Thị Hoa", "Trương Mỹ Lệ", "Phạm Thị Hoa", "Đặng Thu Thủy"} {
		h.must("admin", register.People, "economist", "name", name)
	}
	for _, said := range []string{"Phạm Thị Hòa", "bà Hòa Phòng Kinh tế", "pham thi hoa", "Trương Mỹ Lệ", "Đặng Thu Thủy"} {
		found := h.office().Accused(office.Telling{Said: said, Strict: true})
		if len(found.Certain) != 1 || found.Certain[0] != "economist" {
			t.Errorf("%s: %v", said, found)
		}
	}
}

// TestAChangeThatLeavesCasesToNobodyIsAsked: it is refused with their number until somebody is sure, and only where a change takes
// something from a person or puts him in doubt.
func TestAChangeThatLeavesCasesToNobodyIsAsked(t *testing.T) {
	h := open(t, commune())
	asked := 0
	h.Orphaned = func(_ context.Context, was, next *office.Office) (int, error) {
		asked++
		before, _ := was.Staff("chair")
		after, ok := next.Staff("chair")
		if before.Vouched() && (!ok || !after.Vouched() || !slices.Contains(next.Heads("chair"), "commune")) {
			return 3, nil
		}
		return 0, nil
	}
	for what, do := range map[string]func() error{
		"disabled": func() error { return h.order("admin", register.People, "chair", h.Close) },
		"in doubt": func() error { return h.order("admin", register.People, "chair", h.Reset) },
		"replaced": func() error { return h.change("admin", register.Units, "commune", "head", "officer") },
	} {
		err := do()
		e, ok := errors.AsType[*casework.Error](err)
		if !ok || e.Code != casework.Conflict || e.Key != register.LosesReader || e.Args["n"] != "10" {
			t.Errorf("%s: %v", what, err)
		}
		if m := h.staff("chair"); m.Disabled || !m.Vouched() || len(h.office().Heads("chair")) != 1 {
			t.Errorf("%s: done all the same", what)
		}
	}
	asked = 0
	h.must("admin", register.People, "chair", "email", "chin@xa.gov.vn")
	h.must("admin", register.Units, "commune", "name", "UBND xã Mới")
	if asked != 0 {
		t.Error("asked for nothing")
	}
	if _, err := h.Close(t.Context(), h.staff("admin"), register.Order{Kind: register.People, ID: "chair", Version: h.staff("chair").V, Sure: true}); err != nil {
		t.Errorf("sure: %v", err)
	}
}

// TestAConfirmationThatACrashHeldUpIsOfItsTime: whoever has gained since it was given waits for another one.
func TestAConfirmationThatACrashHeldUpIsOfItsTime(t *testing.T) {
	for gains, want := range map[bool]string{false: "", true: "admin"} {
		h := open(t, commune())
		h.must("admin", register.People, "puppet", "name", "Rối Một", "unit", "centre", "roles", "reception")
		h.store.fails = 1
		err := h.vouch("watch", "puppet")
		h.store.fails = 0
		if !errors.Is(err, errCrash) {
			t.Fatal(err)
		}
		if gains {
			h.must("admin", register.Units, "economy", "head", "puppet")
		}
		if err := h.Mend(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := h.doubters("puppet"); got != want {
			t.Errorf("gained since: %t, in doubt by %q", gains, got)
		}
	}
}

// TestANoteOfAChangeIsShort: a line of the log is no place for a letter.
func TestANoteOfAChangeIsShort(t *testing.T) {
	h := open(t, commune())
	note := func(n int) error {
		_, err := h.Change(t.Context(), h.staff("admin"), register.Order{
			Kind: register.People, ID: "desk", Version: h.staff("desk").V, Row: register.Row{"email": "lan@xa.gov.vn"}, Note: strings.Repeat("ă", n),
		})
		return err
	}
	if err := note(301); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("301 characters: %v", err)
	}
	if err := note(300); err != nil {
		t.Errorf("300 characters: %v", err)
	}
}

// TestAFactorThatIsTakenAwayCastsDoubt: the password alone then lets in, and whoever took it away may know that; a new password alone
// leaves the factor, and so casts none.
func TestAFactorThatIsTakenAwayCastsDoubt(t *testing.T) {
	h := open(t, commune())
	if err := h.order("admin", register.People, "mayor", h.Reset); err != nil || !h.staff("mayor").HasFactor() || !h.staff("mayor").Vouched() {
		t.Fatalf("a new password: %v, factor %v", err, h.staff("mayor").HasFactor())
	}
	epoch := h.staff("mayor").Epoch
	if err := h.order("admin", register.People, "mayor", h.DropFactor); err != nil {
		t.Fatal(err)
	}
	m := h.staff("mayor")
	if m.HasFactor() || len(m.Codes) > 0 || m.Epoch == epoch || !slices.Contains(m.Doubters(), "admin") {
		t.Errorf("the factor is gone: %v, codes %v, sessions ended %v, doubted by %v", !m.HasFactor(), m.Codes, m.Epoch != epoch, m.Doubters())
	}
	if err := h.order("desk", register.People, "mayor", h.DropFactor); err == nil {
		t.Error("reception took a factor away")
	}
}

// TestWhichRolesNeedASecondFactorIsAnEntryLikeAnyOther: it is logged, taken back and kept from who is no administrator; and there is
// one item of it for ever.
func TestWhichRolesNeedASecondFactorIsAnEntryLikeAnyOther(t *testing.T) {
	h := open(t, commune())
	if h.office().LacksFactor(h.staff("chair")) {
		t.Fatal("demanded from the start")
	}
	if err := h.change("admin", register.Settings, office.SettingsID, "factor", "head\nadmin"); err != nil {
		t.Fatal(err)
	}
	o := h.office()
	if !o.LacksFactor(h.staff("chair")) || o.LacksFactor(h.staff("mayor")) || o.LacksFactor(h.staff("desk")) {
		t.Error("who lacks one: not the heads and administrators without")
	}
	if l := h.store.lines[len(h.store.lines)-1]; l.Kind != register.Settings || l.After["factor"] != "admin\nhead" {
		t.Errorf("the log says %+v", l)
	}
	for name, err := range map[string]error{
		"reception": h.change("desk", register.Settings, office.SettingsID, "factor", ""),
		"closed":    h.order("admin", register.Settings, office.SettingsID, h.Close),
		"a second":  h.change("admin", register.Settings, "another", "factor", "head"),
	} {
		if err == nil {
			t.Errorf("%s: let through", name)
		}
	}
	it, err := h.Get(t.Context(), h.staff("admin"), register.Settings, office.SettingsID)
	if err == nil {
		_, err = h.Undo(t.Context(), h.staff("admin"), register.Order{Kind: register.Settings, ID: it.ID, Version: it.V}, h.store.lines[len(h.store.lines)-1].Seq)
	}
	if err != nil || h.office().LacksFactor(h.staff("chair")) {
		t.Errorf("taken back: %v", err)
	}
}

// TestThePostBeforeStillMeansWhoHeldIt: no title, unit or head that an administrator changes keeps a letter from meaning who it is about.
func TestThePostBeforeStillMeansWhoHeldIt(t *testing.T) {
	h := open(t, commune())
	h.must("admin", register.People, "economist", "title", "Trưởng phòng Kinh tế")
	h.must("admin", register.People, "economist", "title", "Chuyên viên", "unit", "centre")
	h.must("admin", register.Units, "economy", "head", "officer", "name", "Phòng Hạ tầng")
	a := h.office().Accused(office.Telling{Text: "Trưởng phòng Kinh tế nhận tiền của dân.", Strict: true})
	if got := slices.Concat(a.Certain, a.Possible); !slices.Contains(got, "economist") {
		t.Errorf("it means %v", got)
	}
	if a := h.office().Accused(office.Telling{Text: "Phòng Kinh tế làm mất hồ sơ của tôi.", Strict: true}); !slices.Contains(a.Units, "economy") {
		t.Errorf("it means %+v", a)
	}
}
