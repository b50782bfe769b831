package casework

import (
	"context"
	"strings"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// The places that a template leaves for what is known of the case; each may be written with or without diacritics.
var places = []string{"mã số", "ngày nhận", placeName, "đơn vị", "thủ trưởng", "cán bộ", "hôm nay", "tóm tắt", "cơ quan", placeAddress}

// Places lists them as a template writes them.
func Places() []string {
	out := make([]string, 0, len(places))
	for _, p := range places {
		out = append(out, "{"+p+"}")
	}
	return out
}

// FillTemplate (mẫu trả lời) is a template of the office with what is known of the case in its places. The places of who sent it stay
// until it is signed; so does what is not known, to be filled in.
func (d *Desk) FillTemplate(ctx context.Context, who office.Staff, ref, id string) (string, error) {
	o, c, err := d.writable(ctx, who, ref)
	if err != nil {
		return "", err
	}
	for _, t := range o.TemplatesFor(string(c.Kind)) {
		if t.ID == id {
			return d.fill(o, who, c, t.Text), nil
		}
	}
	return "", &Error{Code: NotFound, Key: "error.not_found"}
}

// fill puts what is known of the case into the places of a text, but who sent it.
func (d *Desk) fill(o *office.Office, who office.Staff, c *Case, text string) string {
	now := d.now()
	unit, _ := o.Unit(c.Unit)
	seat, _ := o.Unit(o.Seat(c.Unit))
	head, _, _ := o.Acting(c.Unit, now)
	values := map[string]string{
		"mã số": c.Ref, "ngày nhận": vnDay(c.ReceivedAt), "đơn vị": unit.Name.VI, "thủ trưởng": head.Name, "cán bộ": who.Name,
		"hôm nay": vnDay(now), "cơ quan": seat.Name.VI,
	}
	if !c.Kind.Secret() {
		values["tóm tắt"] = c.Subject
	}
	return fillPlaces(text, values)
}

// fillPlaces puts values into the places of their names; a place without one stays.
func fillPlaces(text string, values map[string]string) string {
	for _, name := range places {
		for at := place(text, name); at != "" && values[name] != ""; at = place(text, name) {
			text = strings.ReplaceAll(text, at, strings.NewReplacer("{", "(", "}", ")").Replace(values[name]))
		}
	}
	return text
}

// place finds the place of the name as it is spelled in the text; "" where there is none.
func place(text, name string) string {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return ""
		}
		inner, _, ok := strings.Cut(after, "}")
		if ok && vntext.Words(inner) == vntext.Words(name) {
			return "{" + inner + "}"
		}
		rest = after
	}
}

// vnDay writes a day as people there do.
func vnDay(at time.Time) string { return at.In(Vietnam).Format("02/01/2006") }
