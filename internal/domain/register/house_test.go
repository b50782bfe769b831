package register_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
)

var now = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

// commune is a small office: the city above, the commune, its units, and their people, all of them confirmed.
func commune() office.Content {
	unit := func(id, parent, name, head string, authority bool) office.Unit {
		return office.Unit{ID: id, V: 1, Parent: parent, Name: office.Name{VI: name}, Level: office.Commune, Head: head, Authority: authority}
	}
	person := func(id, name, unit string, roles ...office.Role) office.Staff {
		return office.Staff{ID: id, V: 1, Username: id, Name: name, Unit: unit, Roles: roles, Password: "own " + id}
	}
	city := unit("city", "", "UBND thành phố", "mayor", true)
	city.Level = office.Province
	c := office.Content{
		Units: []office.Unit{
			city, unit("commune", "city", "UBND xã", "chair", true), unit("economy", "commune", "Phòng Kinh tế", "economist", false),
			unit("centre", "commune", "Trung tâm Phục vụ", "director", false), unit("team", "economy", "Tổ Chợ", "", false),
		},
		Staff: []office.Staff{
			person("mayor", "Trần Quốc Bảo", "city", office.Head), person("chair", "Lê Văn Chín", "commune", office.Head),
			person("economist", "Phạm Thị Hòa", "economy", office.Head), person("director", "Ngô Đình Khôi", "centre", office.Head),
			person("officer", "Võ Thành Nam", "economy", office.Officer), person("desk", "Đỗ Thị Lan", "centre", office.Reception),
			person("watch", "Huỳnh Tấn Phát", "commune", office.Inspector), person("admin", "Bùi Quang Huy", "centre", office.Admin),
			person("second", "Lý Thị Nga", "commune", office.Admin),
		},
		Counters: []office.Counter{{ID: "c1", V: 1, Unit: "centre", Version: 1, Name: office.Name{VI: "Quầy 1"}}},
		Rules:    []office.Rule{{ID: "land", V: 1, Keyword: "đất", Unit: "economy"}, {ID: "city-land", V: 1, Keyword: "đất đô thị", Place: "phố", Unit: "city"}},
	}
	c.Staff[0].OTP = []byte("sealed")
	return c
}

// house is an office and who changes it.
type house struct {
	*register.Register
	t     *testing.T
	store *shelf
}

// shelf keeps an office and its log. It can stop before the nth write to the office, and every one after it, as a crash does.
type shelf struct {
	all   office.Content
	lines []*register.Change
	fails int // 0 never
	reads int // of the office
}

var errCrash = errors.New("the lights go out")

func (s *shelf) write(change func()) error {
	if s.fails == 1 {
		return errCrash
	}
	s.fails = max(s.fails-1, 0)
	change()
	return nil
}

func put[T any](list *[]T, next T, id func(T) string) {
	if i := slices.IndexFunc(*list, func(t T) bool { return id(t) == id(next) }); i >= 0 {
		(*list)[i] = next
		return
	}
	*list = append(*list, next)
}

func (s *shelf) Office(context.Context) (*office.Office, error) {
	s.reads++
	return office.New(s.all), nil
}

func (s *shelf) LastChange(context.Context) (*register.Change, error) {
	if len(s.lines) == 0 {
		return nil, nil
	}
	return s.lines[len(s.lines)-1], nil
}

func (s *shelf) AddChange(_ context.Context, c *register.Change) error {
	if slices.ContainsFunc(s.lines, func(l *register.Change) bool { return l.Kind == c.Kind && l.Item == c.Item && l.Version == c.Version }) {
		return casework.ErrStale
	}
	s.lines = append(s.lines, c)
	return nil
}

func (s *shelf) ChangesOf(_ context.Context, k register.Kind, id string) (out []*register.Change, _ error) {
	for _, c := range slices.Backward(s.lines) {
		if c.Kind == k && c.Item == id {
			out = append(out, c)
		}
	}
	return out, nil
}

func (s *shelf) EachChange(_ context.Context, each func(*register.Change) error) error {
	for _, c := range s.lines {
		if err := each(c); err != nil {
			return err
		}
	}
	return nil
}

func (s *shelf) PutUnit(_ context.Context, u office.Unit) error {
	return s.write(func() { put(&s.all.Units, u, func(u office.Unit) string { return u.ID }) })
}

func (s *shelf) PutStaff(_ context.Context, m office.Staff) error {
	return s.write(func() { put(&s.all.Staff, m, func(m office.Staff) string { return m.ID }) })
}

func (s *shelf) PutCounter(_ context.Context, k office.Counter) error {
	return s.write(func() { put(&s.all.Counters, k, func(k office.Counter) string { return k.ID }) })
}

func (s *shelf) PutRule(_ context.Context, r office.Rule) error {
	return s.write(func() { put(&s.all.Rules, r, func(r office.Rule) string { return r.ID }) })
}

func (s *shelf) PutCategory(_ context.Context, c office.Category) error {
	return s.write(func() { put(&s.all.Categories, c, func(c office.Category) string { return c.ID }) })
}

func (s *shelf) PutProcedure(_ context.Context, p office.Procedure) error {
	return s.write(func() { put(&s.all.Procedures, p, func(p office.Procedure) string { return p.ID }) })
}

func (s *shelf) PutTemplate(_ context.Context, x office.Template) error {
	return s.write(func() { put(&s.all.Templates, x, func(x office.Template) string { return x.ID }) })
}

func (s *shelf) PutSettings(_ context.Context, x office.Settings) error {
	return s.write(func() { s.all.Settings = x })
}

func (s *shelf) ChangeStaff(_ context.Context, id string, change func(*office.Staff)) error {
	return s.write(func() {
		for i, m := range s.all.Staff {
			if m.ID == id {
				s.all.Staff[i] = m.Change(change)
				s.all.Staff[i].V++
			}
		}
	})
}

func (s *shelf) OpenCases(context.Context, string) (int64, error) { return 0, nil }

func open(t *testing.T, c office.Content) *house {
	t.Helper()
	s := &shelf{all: c}
	return &house{t: t, store: s, Register: &register.Register{
		Offices: s, Store: s, Hash: func(p string) string { return "hash of " + p }, HashOnce: func(p string) string { return "hash of " + p }, Matches: func(h, p string) bool { return h == "hash of "+p }, Now: func() time.Time { return now },
	}}
}

func (h *house) office() *office.Office {
	h.t.Helper()
	o, err := h.Offices.Office(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

func (h *house) staff(id string) office.Staff {
	h.t.Helper()
	for _, m := range h.office().Whole().Staff {
		if m.ID == id {
			return m
		}
	}
	h.t.Fatalf("no %s", id)
	return office.Staff{}
}

// doubters are who answers for a person.
func (h *house) doubters(id string) string {
	h.t.Helper()
	list := h.staff(id).Doubters()
	slices.Sort(list)
	return strings.Join(list, " ")
}

// change is an administrator's change of an item as it stands; it makes the item when there is none.
func (h *house) change(by string, k register.Kind, id string, fields ...string) error {
	h.t.Helper()
	who := h.staff(by)
	ord := register.Order{Kind: k, ID: id, Row: register.Row{}}
	for i := 0; i < len(fields); i += 2 {
		ord.Row[fields[i]] = fields[i+1]
	}
	it, err := h.Get(h.t.Context(), who, k, id)
	if casework.CodeOf(err) == casework.NotFound {
		if k == register.People {
			ord.Row["username"] = id
			_, err = h.Invite(h.t.Context(), who, ord, "một câu ai cũng biết")
		} else {
			_, err = h.Create(h.t.Context(), who, ord)
		}
		return err
	}
	if err != nil {
		return err
	}
	ord.Version = it.V
	_, err = h.Change(h.t.Context(), who, ord)
	return err
}

func (h *house) must(by string, k register.Kind, id string, fields ...string) {
	h.t.Helper()
	if err := h.change(by, k, id, fields...); err != nil {
		h.t.Fatalf("%s changes %s/%s %v: %v", by, k, id, fields, err)
	}
}

// order is Close, Reopen, Reset or the like of an item as it stands.
func (h *house) order(by string, k register.Kind, id string, do func(context.Context, office.Staff, register.Order) (register.Filled, error)) error {
	h.t.Helper()
	who := h.staff(by)
	it, err := h.Get(h.t.Context(), who, k, id)
	if err != nil {
		return err
	}
	_, err = do(h.t.Context(), who, register.Order{Kind: k, ID: id, Version: it.V})
	return err
}

func (h *house) vouch(by, id string) error {
	h.t.Helper()
	return h.Vouch(h.t.Context(), h.staff(by), id, h.staff(id).V)
}

func (h *house) mustVouch(by, id string) {
	h.t.Helper()
	if err := h.vouch(by, id); err != nil {
		h.t.Fatalf("%s confirms %s: %v", by, id, err)
	}
}
