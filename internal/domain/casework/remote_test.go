package casework_test

import (
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// accepted is a complaint that came over the net, without a counter, accepted with this said of its place.
func accepted(t *testing.T, far string) (*caseworktest.Desk, *casework.Case) {
	t.Helper()
	f := draft(law.Complaint)
	f.Counter = ""
	at := walk(t, f, nil)
	moveOn(t, at.desk, at.it, "assign")
	moveOn(t, at.desk, stored(t, at.desk, at.it.ID), "record_signature")
	c := stored(t, at.desk, at.it.ID)
	orderIt(t, at.desk, c, "accept", map[string]string{"remote": far})
	return at.desk, stored(t, at.desk, at.it.ID)
}

// orderIt makes the move with exactly these words as the first person who is offered it.
func orderIt(t *testing.T, d *caseworktest.Desk, c *casework.Case, name string, with map[string]string) {
	t.Helper()
	o := office.New(caseworktest.Commune())
	for _, who := range everybody() {
		for _, m := range casework.Offers(o, who, c, d.Clock) {
			if m.Name == name {
				if _, err := d.Move(t.Context(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: name, Args: with}); err != nil {
					t.Fatal(err)
				}
				return
			}
		}
	}
	t.Fatalf("nobody is offered %s in %s", name, c.State)
}

// resolution is the length of the time to resolve.
func resolution(t *testing.T, c *casework.Case) casework.Clock {
	t.Helper()
	for _, k := range c.Clocks {
		if k.Name == law.Resolution {
			return k
		}
	}
	t.Fatal("nothing is to be resolved")
	return casework.Clock{}
}

// TestARemotePlaceGivesAComplaintItsLongerTime whatever way it came: whoever accepts it says so, and may set it right, from the day
// of acceptance on (Luật Khiếu nại Đ.28).
func TestARemotePlaceGivesAComplaintItsLongerTime(t *testing.T) {
	for far, days := range map[string]int{"": 30, "no": 30, "yes": 45} {
		if _, c := accepted(t, far); resolution(t, c).Days != days || c.Legal.Remote != (far == "yes") {
			t.Errorf("remote %q: %d days", far, resolution(t, c).Days)
		}
	}
	d, c := accepted(t, "")
	was := resolution(t, c)
	d.Clock = d.Clock.AddDate(0, 0, 3)
	orderIt(t, d, c, "set_remote", map[string]string{"remote": "yes", "reason": "nhà ở bản vùng cao"})
	now := resolution(t, stored(t, d, c.ID))
	if want, _ := d.Calendar().Days(was.Start, 45); now.Days != 45 || !now.Start.Equal(was.Start) || !now.Due.Equal(want) {
		t.Errorf("%+v, was %+v", now, was)
	}
	orderIt(t, d, stored(t, d, c.ID), "set_remote", map[string]string{"remote": "no", "reason": "nhầm"})
	if again := resolution(t, stored(t, d, c.ID)); !again.Due.Equal(was.Due) {
		t.Errorf("%+v, was %+v", again, was)
	}
}
