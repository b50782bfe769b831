package office

import "slices"

// Settings (quy định chung) are what holds for everybody in the office.
type Settings struct {
	ID     string `bson:"_id" json:"id"`
	V      int64  `bson:"v" json:"-"`
	Factor []Role `bson:"factor,omitempty" json:"factor,omitempty"` // whoever has one of these roles needs a second factor
	Name   Name   `bson:"name,omitempty" json:"name,omitzero"`      // how the pages call the office at their head; empty is the service's own name
	Colour string `bson:"colour,omitempty" json:"colour,omitempty"` // of the pages, one that LookOf takes; empty is the service's own
	Mark   string `bson:"mark,omitempty" json:"mark,omitempty"`     // the id of the picture of its mark
	Photo  string `bson:"photo,omitempty" json:"photo,omitempty"`   // and of its house
	Log    int64  `bson:"log,omitempty" json:"-"`
}

// SettingsID is the id of the one item there is.
const SettingsID = "office"

// Settings returns what holds for everybody.
func (o *Office) Settings() Settings { return o.settings }

// LacksFactor reports whether the person has to set up a second factor before anything else. A passkey that has ended is none.
func (o *Office) LacksFactor(who Staff) bool {
	return len(who.OTP) == 0 && !who.Unlocks() && o.NeedsFactor(who)
}

// NeedsFactor reports whether one of the person's roles demands a second factor.
func (o *Office) NeedsFactor(who Staff) bool { return slices.ContainsFunc(o.settings.Factor, who.Has) }
