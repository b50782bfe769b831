package caseworktest

import (
	"time"

	"tiepdan/assets/demo"
	"tiepdan/internal/domain/office"
)

// Demo is the office of the demo, as it stands at the time: a commune of eleven units under a city.
func Demo(now time.Time) office.Content {
	c, err := demo.Load()
	if err != nil {
		panic(err)
	}
	var out office.Content
	for _, u := range c.Units {
		out.Units = append(out.Units, office.Unit{
			ID: u.ID, Parent: u.Parent, Name: office.Name(u.Name), Short: u.Short, Level: office.Level(u.Level), Authority: u.Authority, Head: u.Head,
		})
	}
	for _, m := range c.Staff {
		s := office.Staff{ID: m.ID, Username: m.Username, Name: m.Name, Title: office.Name(m.Title), Unit: m.Unit}
		for _, r := range m.Roles {
			s.Roles = append(s.Roles, office.Role(r))
		}
		if m.Away != nil {
			from, to := m.Away.Span(now)
			s.Away = []office.Absence{{From: from, To: to, Delegate: m.Away.Delegate}}
		}
		out.Staff = append(out.Staff, s)
	}
	for _, k := range c.Counters {
		out.Counters = append(out.Counters, office.Counter{ID: k.ID, Unit: k.Unit, Name: office.Name(k.Name), Number: k.Number, Version: 1})
	}
	for _, r := range c.Rules {
		out.Rules = append(out.Rules, office.Rule{
			ID: r.ID, Kind: r.Kind, Category: r.Category, Counter: r.Counter, Place: r.Place, Keyword: r.Keyword, Unit: r.Unit, Note: r.Note,
		})
	}
	return out
}
