package bus

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Event is one thing that happened, on the wire a CloudEvents 1.0 JSON document. Data holds ids only, never personal data.
type Event struct {
	ID      string            // unique; the bus drops a second one: case/seq
	Subject string            // where it is published: tiepdan.case.received
	About   string            // the id of what it is about
	Time    time.Time         // when it happened
	Data    map[string]string // ids and numbers
	Tries   uint64            // how often it was delivered, set by the bus
}

const (
	source      = "tiepdan"
	specVersion = "1.0"
)

type wire struct {
	SpecVersion string            `json:"specversion"`
	ID          string            `json:"id"`
	Source      string            `json:"source"`
	Type        string            `json:"type"`
	Subject     string            `json:"subject"`
	Time        time.Time         `json:"time"`
	ContentType string            `json:"datacontenttype"`
	Data        map[string]string `json:"data,omitempty"`
}

func (e Event) encode() ([]byte, error) {
	raw, err := json.Marshal(wire{
		SpecVersion: specVersion, ID: e.ID, Source: source, Type: e.Subject, Subject: e.About, Time: e.Time.UTC(),
		ContentType: "application/json", Data: e.Data,
	})
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", e.ID, err)
	}
	return raw, nil
}

func decode(raw []byte) (Event, error) {
	var w wire
	if err := json.Unmarshal(raw, &w); err != nil {
		return Event{}, fmt.Errorf("decode event: %w", err)
	}
	if w.SpecVersion != specVersion || w.ID == "" || w.Type == "" || w.Source == "" {
		return Event{}, errors.New("decode event: not CloudEvents 1.0")
	}
	return Event{ID: w.ID, Subject: w.Type, About: w.Subject, Time: w.Time, Data: w.Data}, nil
}
