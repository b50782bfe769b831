package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/casework"
	"tiepdan/internal/office"
	"tiepdan/internal/paper"
	"tiepdan/pkg/vntext"
)

// official is the language of papers.
const official = "vi"

// Letter is the paper as it goes out, in the form that official papers have. One that is not signed yet has its number left open.
func (a *API) Letter(o *office.Office, c *casework.Case, p *casework.Paper) paper.Letter {
	say := func(key string, args map[string]string) string { return a.Words.Say(official, key, args) }
	seat, _ := o.Unit(o.Seat(c.Unit))
	house, place := housed(seat.Name.VI)
	signer, _ := o.Staff(p.Signer)
	at := a.Now()
	if p.SignedAt != nil {
		at = *p.SignedAt
	}
	day := at.In(casework.Vietnam)
	l := paper.Letter{
		House: house, Nation: say("letter.nation", nil), Motto: say("letter.motto", nil), Body: p.Said.Text, As: p.Capacity, Signer: signer.Name,
		Number: say("letter.number", map[string]string{"symbol": symbolOf(p)}),
		Dated:  say("letter.dated", map[string]string{"place": place, "day": fmt.Sprintf("%02d", day.Day()), "month": month(day), "year": strconv.Itoa(day.Year())}),
		Copies: say("letter.copies", nil), Sent: strings.Split(say("letter.sent", nil), "\n"),
	}
	if kind := casework.PaperKind(p.Type); kind != "" {
		l.Title, l.About = say("letter.title."+kind, nil), p.Said.Subject
	} else if p.Said.Subject != "" {
		l.About = say("letter.about", map[string]string{"about": p.Said.Subject})
	}
	to := p.Said.To
	if to == "" {
		to = say("letter.sender", map[string]string{"reference": c.Ref})
	} else {
		to = say("letter.person", map[string]string{"name": to})
	}
	l.To = say("letter.to", map[string]string{"to": to})
	return l
}

// symbolOf is the symbol, or the room for one.
func symbolOf(p *casework.Paper) string {
	if p.Symbol != "" {
		return p.Symbol
	}
	return "……/……"
}

// month is a month as official papers write it: the first two with a nought before (Nghị định 30/2020, Phụ lục I).
func month(day time.Time) string {
	if day.Month() <= time.February {
		return fmt.Sprintf("%02d", int(day.Month()))
	}
	return strconv.Itoa(int(day.Month()))
}

// committees are how names of People's Committees begin, the longest first.
var committees = []string{"Ủy ban nhân dân xã", "Ủy ban nhân dân phường", "Ủy ban nhân dân đặc khu", "Ủy ban nhân dân thành phố", "Ủy ban nhân dân tỉnh", "Ủy ban nhân dân"}

// housed is the name of an agency as the head of its papers has it, and the name of its place.
func housed(name string) (lines []string, place string) {
	place = name
	for _, c := range committees {
		if rest, ok := strings.CutPrefix(name, c); ok {
			place = strings.TrimSpace(rest)
			break
		}
	}
	const committee = "Ủy ban nhân dân"
	if rest, ok := strings.CutPrefix(name, committee); ok && strings.TrimSpace(rest) != "" {
		return []string{strings.ToUpper(committee), strings.ToUpper(strings.TrimSpace(rest))}, place
	}
	return []string{strings.ToUpper(name)}, place
}

// Begin writes what a paper of the type begins with: the subject, and where the table of texts has one, the body with what is known of
// the case. What is not known stays a place to be filled in.
func (a *API) Begin(o *office.Office, v casework.Opened, typ string) casework.Wording {
	c := v.Case
	unit, _ := o.Unit(c.Unit)
	kind := strings.ToLower(a.Words.Say(official, "kind."+string(c.Kind), nil))
	args := map[string]string{
		"reference": c.Ref, "date": c.ReceivedAt.In(casework.Vietnam).Format("02/01/2006"), "kind": kind, "unit": unit.Name.VI, "reason": "{lý do}", "to": "{nơi nhận}",
	}
	for _, e := range slices.Backward(c.History) {
		if note := v.Notes[e.Seq]; note != "" && c.Owes(typ, e.What) {
			args["reason"] = note
			if to, rest, ok := strings.Cut(note, ": "); ok {
				args["to"], args["reason"] = to, rest
			}
			break
		}
	}
	w := casework.Wording{Subject: a.Words.Say(official, "letter.subject."+typ, args)}
	if key := "letter.body." + typ; a.Words.Say(official, key, args) != key {
		w.Text = vntext.NFC(a.Words.Say(official, key, args))
	}
	return w
}

// openedFor is what papers are begun from.
func (a *API) openedFor(ctx context.Context, who office.Staff, ref string) (*office.Office, casework.Opened, error) {
	o, err := a.Offices.Office(ctx)
	if err != nil {
		return nil, casework.Opened{}, err
	}
	v, err := a.Desk.Open(ctx, who, ref)
	return o, v, err
}
