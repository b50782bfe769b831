package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/paper"
	"tiepdan/pkg/vntext"
)

// official is the language of papers.
const official = "vi"

// Letter is the paper as it goes out, in the form that official papers have. One that is not signed yet has its number left open.
func (a *API) Letter(o *office.Office, c *casework.Case, p *casework.Paper) paper.Letter {
	say := func(key string, args map[string]string) string { return a.Words.Say(official, key, args) }
	of, ok := o.Unit(p.Issuer(o, c))
	seat, _ := o.Unit(o.Seat(of.ID))
	house, place := housed(seat.Name.VI)
	var upper []string
	if ok && of.ID != seat.ID {
		upper, house = house, []string{strings.ToUpper(of.Name.VI)}
	}
	signer, _ := o.Staff(p.Signer)
	at := a.Now()
	if p.SignedAt != nil {
		at = *p.SignedAt
	}
	day, form := at.In(casework.Vietnam), c.LetterForm(p.Type)
	l := paper.Letter{
		Upper: upper, House: house, Nation: say("letter.nation", nil), Motto: say("letter.motto", nil), Body: p.Said.Full(), As: p.Capacity, Signer: signer.Name,
		Number: say("letter.number", map[string]string{"symbol": symbolOf(p)}),
		Dated:  say("letter.dated", map[string]string{"place": place, "day": fmt.Sprintf("%02d", day.Day()), "month": month(day), "year": strconv.Itoa(day.Year())}),
		Copies: say("letter.copies", nil), Sent: a.recipients(c, form),
	}
	if p.State == casework.PaperVoid {
		l.Number += " " + say("letter.voided", nil)
	}
	l.About = p.Said.Subject
	if l.About == "" {
		l.About = a.words(c, "subject", p.Type, a.known(o, c))
	}
	if form.Kind != "" {
		l.Title = say("letter.title."+form.Kind, nil)
	} else {
		l.About = say("letter.about", map[string]string{"about": l.About})
	}
	switch to := p.Said.To; {
	case form.To == casework.ToNobody:
	case form.To == casework.ToAgency && to != "":
		l.To = say("letter.to", map[string]string{"to": to})
	case form.To == casework.ToSender && to != "":
		l.To = say("letter.to", map[string]string{"to": say("letter.person", map[string]string{"name": to})})
	case form.To == casework.ToAgency:
		l.To = say("letter.to", map[string]string{"to": "{nơi nhận}"})
	default:
		l.To = say("letter.to", map[string]string{"to": say("letter.sender", map[string]string{"reference": c.Ref})})
	}
	return l
}

// recipients is nơi nhận of a paper of the form.
func (a *API) recipients(c *casework.Case, form casework.LetterForm) []string {
	var out []string
	if form.To != casework.ToNobody {
		out = append(out, a.Words.Say(official, "letter.copy.above", nil))
	}
	for _, one := range form.Copies {
		if one == "forwarder" && c.Forwarder == "" {
			continue
		}
		out = append(out, a.Words.Say(official, "letter.copy."+one, map[string]string{"forwarder": c.Forwarder}))
	}
	return append(out, a.Words.Say(official, "letter.copy.file", nil))
}

// words are those that the catalogs have for the type on this case; "" for none.
func (a *API) words(c *casework.Case, key, typ string, args map[string]string) string {
	for _, name := range c.LetterWords(key, typ) {
		if said := a.Words.Say(official, name, args); said != name {
			return said
		}
	}
	return ""
}

// known is what papers may say of the case; what is not known stays a place to be filled in.
func (a *API) known(o *office.Office, c *casework.Case) map[string]string {
	say := func(key string) string { return a.Words.Say(official, key, nil) }
	out := map[string]string{
		"reference": c.Ref, "date": dayOf(c.ReceivedAt), "kind": strings.ToLower(say("kind." + string(c.Kind))),
		"reason": "{lý do}", "to": "{nơi nhận}", "what": "{nội dung}", "done": "{ngày}", "due": "{ngày}", "day": "{ngày}", "hour": "{giờ}",
		"judge": "{người có thẩm quyền}", "second": "{người giải quyết lần hai}", "appeal": strconv.Itoa(c.AppealDays()), "ground": "",
	}
	if c.Kind == law.Complaint && c.Legal.Level == 2 {
		out["kind"] += " " + say("letter.second")
	}
	if j := c.Judge(o, a.Now()); j.Chair != "" {
		out["judge"] = say("chair." + string(j.Chair))
	}
	if j := c.NextJudge(o, a.Now()); j.Chair != "" {
		out["second"] = say("chair." + string(j.Chair))
	}
	if k, ok := c.Running(); ok && k.Name == law.Resolution {
		out["due"] = dayOf(k.Due)
	}
	if on, ok := c.DialogueOn(); ok {
		out["day"] = dayOf(on)
	}
	if hour, minute, ok := strings.Cut(c.DialogueHour(), ":"); ok {
		out["hour"] = a.Words.Say(official, "letter.hour", map[string]string{"hour": hour, "minute": minute})
	}
	return out
}

// dayOf writes a day as papers do.
func dayOf(at time.Time) string { return at.In(casework.Vietnam).Format("02/01/2006") }

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

// opening makes places of what the catalogs leave open, and closes the gap of what is not said.
var opening = strings.NewReplacer("[", "{", "]", "}", "  ", " ", "\n ", "\n")

// Begin writes what a paper of the type begins with: the subject, and where the table of texts has one, the body with what is known of
// the case. What is not known stays a place to be filled in.
func (a *API) Begin(o *office.Office, v casework.Opened, typ string) casework.Wording {
	c := v.Case
	args := a.known(o, c)
	issuer, _ := o.Unit(c.IssuedBy(o, typ, a.Now()))
	args["issuer"] = issuer.Name.VI
	for _, e := range slices.Backward(c.History) {
		if !c.Owes(typ, e.What) {
			continue
		}
		args["done"] = dayOf(e.At)
		if ground := e.Data["ground"]; ground != "" {
			args["ground"] = a.Words.Say(official, "letter.ground", map[string]string{"ground": a.Words.Say(official, "outcome."+ground, nil)})
		}
		if note := v.Notes[e.Seq]; note != "" {
			to, reason := casework.Parted(e.What, note)
			args["to"], args["reason"] = cmp.Or(to, args["to"]), reason
		}
		break
	}
	return casework.Wording{Subject: a.words(c, "subject", typ, args), Text: vntext.NFC(opening.Replace(a.words(c, "body", typ, args)))}
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
