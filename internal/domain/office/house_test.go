package office

import "testing"

// TestAUnitIsFoundWhereTheNearestHouseIs: each of name, address and telephone comes from the nearest unit that has one.
func TestAUnitIsFoundWhereTheNearestHouseIs(t *testing.T) {
	o := New(Content{Units: []Unit{
		{ID: "xa", Name: Name{VI: "UBND xã"}, Authority: true, Address: "1 Tiểu La", Phone: "0236 1"},
		{ID: "hcc", Parent: "xa", Name: Name{VI: "Trung tâm"}, Address: "2 Tiểu La"},
		{ID: "tram", Parent: "hcc", Name: Name{VI: "Trạm"}, Phone: "115"},
	}})
	for unit, want := range map[string]House{
		"xa":      {Name: Name{VI: "UBND xã"}, Address: "1 Tiểu La", Phone: "0236 1"},
		"hcc":     {Name: Name{VI: "UBND xã"}, Address: "2 Tiểu La", Phone: "0236 1"},
		"tram":    {Name: Name{VI: "UBND xã"}, Address: "2 Tiểu La", Phone: "115"},
		"nowhere": {},
	} {
		if got := o.House(unit); got != want {
			t.Errorf("%s is found at %+v, want %+v", unit, got, want)
		}
	}
}
