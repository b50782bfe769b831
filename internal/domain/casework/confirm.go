package casework

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Value is one number, name or date of the rules that somebody must still confirm, or that the office may choose itself.
// What and Value are words of the catalogs and plain text, with spaces between them.
type Value struct {
	ID     string // stays the same from release to release
	What   string
	Value  string
	Source string
	Sure   bool
}

// valueTables are where values come from; a table with a source joins by one function here.
var valueTables = []func(ctx context.Context, d *Desk) ([]Value, error){clockValues, watchValues, dayValues, retentionValues, competenceValues}

// Confirmation says that an administrator stands for a value. It counts for that value only: where the rule changes, it is
// asked for again.
type Confirmation struct {
	ID    string    `bson:"_id"` // the value's
	V     int64     `bson:"v"`
	Value string    `bson:"value"`
	By    string    `bson:"by"`
	At    time.Time `bson:"at"`
	Note  string    `bson:"note"`
}

// Unsure is a value with its confirmation, if it has one.
type Unsure struct {
	Value
	Confirmed *Confirmation
}

// ToConfirm lists every value that is not certain, for administrators.
func (d *Desk) ToConfirm(ctx context.Context, who office.Staff) ([]Unsure, error) {
	if err := mayKeepCalendar(who); err != nil {
		return nil, err
	}
	given, err := d.Days.Confirmations(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Confirmation, len(given))
	for _, c := range given {
		byID[c.ID] = c
	}
	var out []Unsure
	for _, table := range valueTables {
		values, err := table(ctx, d)
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			c, ok := byID[v.ID]
			switch {
			case ok && c.Value == v.Value:
				out = append(out, Unsure{Value: v, Confirmed: &c})
			case !v.Sure:
				out = append(out, Unsure{Value: v})
			}
		}
	}
	return out, nil
}

// noteLength bounds the note of a confirmation, in characters.
const noteLength = 500

// Confirm keeps that an administrator stands for a value as it is now. The note says on what ground.
func (d *Desk) Confirm(ctx context.Context, who office.Staff, id, value, note string) error {
	list, err := d.ToConfirm(ctx, who)
	if err != nil {
		return err
	}
	note = strings.TrimSpace(note)
	if note == "" || len([]rune(note)) > noteLength {
		return &Error{Code: Invalid, Key: "error.invalid", Fields: map[string]string{"note": "error.field.required"}}
	}
	for _, u := range list {
		if u.ID != id {
			continue
		}
		if u.Value.Value != value {
			return conflict("error.confirm_changed")
		}
		if date, ok := strings.CutPrefix(id, dayPrefix); ok {
			if err := d.confirmDay(ctx, who, date, note); err != nil {
				return err
			}
		}
		return d.Days.PutConfirmation(ctx, Confirmation{ID: id, V: 1, Value: value, By: who.ID, At: d.now(), Note: note})
	}
	return &Error{Code: NotFound, Key: "error.confirm_unknown"}
}

// confirmDay marks the row too. That moves no clock, so it needs no preview.
func (d *Desk) confirmDay(ctx context.Context, who office.Staff, date, note string) error {
	rows, err := d.Days.DayRows(ctx)
	if err != nil {
		return err
	}
	r, ok := rowAt(rows, date)
	if !ok || r.Removed || r.Proposed {
		return conflict("error.confirm_changed")
	}
	at := d.now()
	r.V, r.By, r.At, r.Confirmed, r.Source = r.V+1, who.ID, &at, true, note
	return d.Days.PutDays(ctx, r)
}

// clockValues are the time limits that were not read in a source, or that the office may choose.
func clockValues(_ context.Context, d *Desk) ([]Value, error) {
	rules := law.ClockRules()
	out := make([]Value, 0, len(rules))
	for _, r := range rules {
		kinds := make([]string, 0, len(r.Kinds))
		for _, k := range r.Kinds {
			kinds = append(kinds, string(k))
		}
		what := "clock." + string(r.Clock) + " kind." + strings.Join(kinds, " kind.")
		id := fmt.Sprintf("clock/%s/%s/%d/%d/%d", r.Clock, strings.Join(kinds, "+"), r.Level, r.Remote, r.Complex)
		if !r.Since.IsZero() {
			id += "/" + dateOf(r.Since)
		}
		if r.In != "" {
			id, what = id+"/"+string(r.In), what+" state."+string(r.In)
		}
		for _, of := range r.Against {
			id, what = id+"/"+string(of), what+" contested."+string(of)
		}
		unit := "unit.days"
		if r.Workdays {
			unit = "unit.workdays"
		}
		days := d.length(r, &Case{Kind: r.Kinds[0]})
		out = append(out, Value{ID: id, What: what, Value: strconv.Itoa(days) + " " + unit, Source: r.Source, Sure: r.Sure && !r.Office})
	}
	return out, nil
}

const dayPrefix = "day/"

// dayValues are the days of the calendar that await their announcement, from this year on.
func dayValues(ctx context.Context, d *Desk) ([]Value, error) {
	rows, err := d.Days.DayRows(ctx)
	if err != nil {
		return nil, err
	}
	year := d.now().In(Vietnam).Year()
	var out []Value
	for _, r := range rows {
		if r.Removed || yearOf(r.Date) < year {
			continue
		}
		kind := "day." + string(r.Kind)
		if r.Proposed {
			kind += " day.proposed"
		}
		out = append(out, Value{ID: dayPrefix + r.Date, What: r.Date + " " + r.Name, Value: kind, Source: r.Source, Sure: r.Confirmed})
	}
	return out, nil
}
