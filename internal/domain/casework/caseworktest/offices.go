package caseworktest

import (
	"fmt"

	"pgregory.net/rapid"

	"tiepdan/internal/domain/office"
)

// DrawOffice draws an office: one or two People's Committees over a few units, people with any roles, some units without a
// head, some heads away with a delegate, some people disabled, and rules that send letters anywhere.
func DrawOffice(t *rapid.T) office.Content {
	var o office.Content
	seats := []string{"ubnd"}
	o.Units = append(o.Units, office.Unit{ID: "ubnd", Name: office.Name{VI: "Ủy ban nhân dân xã"}, Authority: true, Level: office.Commune})
	if rapid.Bool().Draw(t, "city above") {
		o.Units[0].Parent = "city"
		o.Units = append(o.Units, office.Unit{ID: "city", Name: office.Name{VI: "Ủy ban nhân dân thành phố"}, Authority: true, Level: office.Province})
		seats = append(seats, "city")
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "units") {
		o.Units = append(o.Units, office.Unit{
			ID: fmt.Sprintf("unit%d", i), Name: office.Name{VI: fmt.Sprintf("Phòng số %d", i+1)}, Level: office.Commune,
			Parent: rapid.SampledFrom(seats).Draw(t, "parent"), Remote: rapid.Bool().Draw(t, "remote"),
		})
	}
	drawStaff(t, &o)
	for i := range o.Units {
		if rapid.IntRange(0, 9).Draw(t, "headless") > 0 {
			o.Units[i].Head = headFor(t, &o, o.Units[i].ID)
		}
	}
	at := func() string { return rapid.SampledFrom(o.Units).Draw(t, "at").ID }
	o.Counters = []office.Counter{{ID: "c1", Unit: at(), Name: office.Name{VI: "Quầy 1"}, Version: 1}}
	o.Rules = []office.Rule{{ID: "r1", Category: "roads", Unit: at()}, {ID: "r2", Kind: "feedback", Keyword: "rác", Unit: at()}}
	return o
}

// people are full names of which some share words, as they do in Việt Nam.
var people = []string{
	"Nguyễn Văn Chủ", "Trần Thị Đường", "Lê Văn Cửa", "Phạm Thị Việc", "Võ Thị Tiếp", "Hồ Văn Tra", "Đỗ Văn Máy", "Nguyễn Văn Lực",
	"Trần Thị Hạnh", "Lê Thị Cúc", "Phạm Văn Khải", "Hồ Tấn Lực",
}

func drawStaff(t *rapid.T, o *office.Content) {
	roles := []office.Role{office.Reception, office.Officer, office.Head, office.Inspector, office.Admin}
	n := rapid.IntRange(4, len(people)).Draw(t, "staff")
	for i, name := range people[:n] {
		id := fmt.Sprintf("p%d", i)
		s := office.Staff{
			ID: id, Username: id, Name: name, Unit: rapid.SampledFrom(o.Units).Draw(t, "unit").ID,
			Roles:    rapid.SliceOfNDistinct(rapid.SampledFrom(roles), 1, 2, rapid.ID[office.Role]).Draw(t, "roles"),
			Disabled: rapid.IntRange(0, 19).Draw(t, "disabled") == 0 && i > 0, // an office in which nobody may sign in is none
		}
		if rapid.IntRange(0, 5).Draw(t, "away") == 0 {
			s.Away = []office.Absence{{
				From: Start.AddDate(0, 0, -5), To: Start.AddDate(0, 0, rapid.IntRange(1, 60).Draw(t, "back")),
				Delegate: fmt.Sprintf("p%d", rapid.IntRange(0, n-1).Draw(t, "delegate")),
			}}
		}
		o.Staff = append(o.Staff, s)
	}
}

// headFor makes somebody head of the unit: mostly one of its own people.
func headFor(t *rapid.T, o *office.Content, unit string) string {
	var own []int
	for i, s := range o.Staff {
		if s.Unit == unit {
			own = append(own, i)
		}
	}
	i := rapid.IntRange(0, len(o.Staff)-1).Draw(t, "head")
	if len(own) > 0 && rapid.IntRange(0, 9).Draw(t, "own head") > 0 {
		i = rapid.SampledFrom(own).Draw(t, "head")
	}
	s := &o.Staff[i]
	if !s.Has(office.Head) {
		s.Roles = append(s.Roles, office.Head)
	}
	return s.ID
}
