package outlet

import (
	"encoding/base32"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// An event says that a case reached a step, never what was written, by whom or about whom. Nothing is told of a case before its kind is
// settled, for a letter that turns out to be a denunciation is found to be one before that; nothing of a case that is, was or came of
// one, that was split off another letter, or that was erased. A case may therefore fall silent, and silence says nothing.

// Event is one thing that is told, a CloudEvents 1.0 document in its JSON form.
type Event struct {
	SpecVersion string    `json:"specversion"`
	ID          string    `json:"id"`
	Source      string    `json:"source"`
	Type        string    `json:"type"`
	Subject     string    `json:"subject"` // the reference of a case, the id of a counter
	Time        time.Time `json:"time"`
	ContentType string    `json:"datacontenttype"`
	Data        Data      `json:"data"`
}

// Data is what an event says.
type Data struct {
	Reference  string     `json:"reference,omitempty"`
	Kind       law.Kind   `json:"kind,omitempty"`
	Status     string     `json:"status,omitempty"` // as citizens are told
	Unit       string     `json:"unit,omitempty"`   // the id of the unit; none where it would tell whom the letter is about
	Category   string     `json:"category,omitempty"`
	ReceivedAt *time.Time `json:"received_at,omitempty"`
	DueAt      *time.Time `json:"due_at,omitempty"` // the limit that runs
	Counter    string     `json:"counter,omitempty"`
	Day        string     `json:"day,omitempty"`
}

// TypePrefix begins the types of all events.
const TypePrefix = "vn.tiepdan."

// steps are the steps of a case that are told: those that its sender is told of too.
var steps = []string{
	"accepted", "started", "info_asked", "info_given", "extended", "suspended", "resumed", "continued", "answered", "decided", "notified",
	"refused", "transferred", "guided", "filed", "returned", "discontinued", "withdrawn", "closed", "rated",
}

// Steps lists the steps of a case that are told.
func Steps() []string { return slices.Clone(steps) }

// settles are the steps from which on the kind of a letter changes no more, unless it is taken up again.
var settles = []string{"accepted", "started", "answered", "decided", "refused", "transferred", "guided", "filed", "returned", "discontinued", "withdrawn"}

// settled reports whether the kind was settled by the entry with that number.
func settled(c *casework.Case, seq int) bool {
	for i := seq - 1; i >= 0; i-- {
		switch e := c.History[i]; {
		case slices.Contains(settles, e.What):
			return true
		case slices.Contains(unsettled, law.State(e.Data["state"])):
			return false
		}
	}
	return false
}

// unsettled are the states in which the kind of a letter may still change.
var unsettled = []law.State{law.Received, law.Triage, law.Assigned, law.Registered, law.Classifying}

var ids = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// OfCase is what is told of the entry of a case with that number; false where nothing is.
func (o *Outlet) OfCase(f *office.Office, c *casework.Case, seq int) (Event, bool) {
	if seq < 1 || seq > len(c.History) {
		return Event{}, false
	}
	e := c.History[seq-1]
	state := law.State(e.Data["state"])
	if !slices.Contains(steps, e.What) || state == "" || !settled(c, seq) || !c.Tellable() {
		return Event{}, false
	}
	sum := o.Vault.MAC("event-out", []byte(c.ID), []byte(strconv.Itoa(seq)))
	ev := o.event(ids.EncodeToString(sum[:15]), "case."+e.What, c.Ref, e.At)
	received := c.ReceivedAt.UTC()
	ev.Data = Data{Reference: c.Ref, Kind: c.Kind, Status: string(state.Status()), Unit: c.ShownUnit(), Category: c.Category, ReceivedAt: &received}
	if _, known := f.Unit(ev.Data.Unit); !known {
		ev.Data.Unit = ""
	}
	if c.DueAt != nil && seq == len(c.History) {
		due := c.DueAt.UTC()
		ev.Data.DueAt = &due
	}
	return ev, true
}

// OfRating is what is told of a rating: that a counter was rated on a day. How is told by the published results.
func (o *Outlet) OfRating(id, counter, day string, at time.Time) Event {
	sum := o.Vault.MAC("event-out", []byte(id))
	ev := o.event(ids.EncodeToString(sum[:15]), "rating.recorded", counter, at)
	ev.Data = Data{Counter: counter, Day: day}
	return ev
}

func (o *Outlet) event(id, what, about string, at time.Time) Event {
	return Event{
		SpecVersion: "1.0", ID: id, Source: strings.TrimRight(o.Source(), "/"), Type: TypePrefix + what, Subject: about,
		Time: at.UTC().Truncate(time.Millisecond), ContentType: "application/json",
	}
}

// Encode is the event as it goes over the wire.
func (e Event) Encode() ([]byte, error) {
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", e.ID, err)
	}
	return raw, nil
}
