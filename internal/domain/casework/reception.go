package casework

import (
	"context"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// The channels of letters that staff enter (nguồn đơn).
const (
	ByPaper  = "paper"   // đơn giấy
	ByPhone  = "phone"   // điện thoại
	ByWalkIn = "walk_in" // trình bày trực tiếp
)

// EnteredChannels lists them in the order pages show them.
func EnteredChannels() []string { return []string{ByPaper, ByWalkIn, ByPhone, ByForward} }

// Taken (đơn do bộ phận tiếp nhận vào sổ) is a letter as reception enters it.
type Taken struct {
	Draft     Draft
	Channel   string
	On        string // the day it was received, as YYYY-MM-DD; the limits run from it
	Forwarder string // the press, a deputy, a body: who passed it on
}

// oldest is how many days ago a letter that is entered now may have been received.
const oldest = 366

// TakeIn (tiếp nhận) enters a letter that came on paper, by phone, in person or from somebody who passed it on. Whoever receives
// letters for an authority does; the limits run from the day of receipt, and a forwarder is owed his answer (Luật Tố cáo Đ.26.2).
func (d *Desk) TakeIn(ctx context.Context, who office.Staff, in Taken) (Filed, error) {
	if err := MayTakeIn(who); err != nil {
		return Filed{}, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Filed{}, err
	}
	f := in.Draft
	f.Key, f.Channel = "staff/"+who.ID+"/"+f.Key, in.Channel
	p := f.all(o)
	f.Further.Received = in.received(d.now(), p)
	f.Further.Home, f.Further.By, f.Further.Forwarder = who.Unit, history.ByStaff(who.ID), vntext.Line(in.Forwarder)
	if k, ok := o.Counter(f.Counter); ok {
		p.add(o.Seat(k.Unit) != o.Seat(who.Unit), "counter", "error.field.counter")
	}
	p.add(!slices.Contains(EnteredChannels(), in.Channel), "channel", "error.field.choice")
	p.add(vntext.Runes(f.Further.Forwarder) > MaxAddress, "forwarder", "error.field.too_long")
	p.add((in.Channel == ByForward) != (f.Further.Forwarder != ""), "forwarder", "error.field.forwarder")
	if err := p.err(); err != nil {
		return Filed{}, err
	}
	return d.file(ctx, o, f)
}

// MayTakeIn lets reception in.
func MayTakeIn(who office.Staff) error {
	if !who.Has(office.Reception) || who.Disabled {
		return forbidden("error.take_in_forbidden")
	}
	return nil
}

// received reads the day of receipt: today is now, an earlier day its noon.
func (in Taken) received(now time.Time, p problems) time.Time {
	on, err := time.ParseInLocation(time.DateOnly, in.On, Vietnam)
	p.add(err != nil, "received_on", "error.field.date")
	p.add(err == nil && dayOf(on) > dayOf(now), "received_on", "error.field.dated_ahead")
	p.add(err == nil && dayOf(on) < dayOf(now)-oldest, "received_on", "error.field.received_old")
	if err == nil && dayOf(on) == dayOf(now) {
		return now
	}
	return stamp(on.Add(12 * time.Hour))
}
