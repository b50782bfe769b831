// Package demo holds a believable commune of today to look around in: its offices, its citizens' letters in their own
// voice, and how satisfied they were at the counters. Persons, phones and numbers are invented; the procedures, laws and
// addresses of public portals are real. What it generates depends on the seed and the time alone.
package demo

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed *.json
var files embed.FS

// Name is a name in the two languages of the service.
type Name struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// Content is everything the demo commune is made from.
type Content struct {
	Place      Place      `json:"place"`
	Hours      Name       `json:"hours"` // opening hours of the service centre
	Categories []Category `json:"categories"`
	Units      []Unit     `json:"units"`
	Staff      []Staff    `json:"staff"`
	Counters   []Counter  `json:"counters"`
	Rules      []Rule     `json:"-"` // one row a combination of conditions

	letters []letter
	verdict verdicts
}

// Load reads the embedded content and checks that it holds together: all that is wrong is told at once.
func Load() (*Content, error) {
	c := &Content{}
	var book struct {
		Rules []ruleRow `json:"rules"`
	}
	for _, into := range []struct {
		file string
		dst  any
	}{{"office.json", c}, {"office.json", &book}, {"ratings.json", &c.verdict}} {
		if err := read(into.file, into.dst); err != nil {
			return nil, err
		}
	}
	for _, r := range book.Rules {
		c.Rules = append(c.Rules, r.rows()...)
	}
	if err := c.readLetters(); err != nil {
		return nil, err
	}
	return c, c.check()
}

func (c *Content) readLetters() error {
	for _, k := range kinds {
		var some []letter
		if err := read("cases_"+k.name+".json", &some); err != nil {
			return err
		}
		for i := range some {
			some[i].Kind = k.name
		}
		c.letters = append(c.letters, some...)
	}
	return nil
}

func read(file string, dst any) error {
	raw, err := files.ReadFile(file)
	if err != nil {
		return fmt.Errorf("open demo content: %w", err)
	}
	if err := json.Unmarshal(raw, dst); err != nil {
		return fmt.Errorf("read demo content %s: %w", file, err)
	}
	return nil
}
