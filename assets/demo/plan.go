package demo

import "time"

// kinds are the kinds of case with how many of 300 plans each fills: feedback 45 %, petition 20 %, complaint 15 %,
// praise 12 %, denunciation 8 %.
var kinds = []kindShare{{"feedback", 135}, {"petition", 60}, {"complaint", 45}, {"praise", 36}, {"denunciation", 24}}

// formal are the kinds that the law wants names and numbers for, and that must be accepted before they are worked on.
var formal = []string{"complaint", "denunciation"}

// kindShare is a kind and its share.
type kindShare struct {
	name string
	of   int
}

// doings are the steps of a life: moves of the office by their names there, and what citizens do.
var doings = []string{"accept", "start", "ask_info", "propose", "answer", "refuse", "transfer", "assign", "close", "write", "withdraw", "rate"}

// letter is an authored case: what was written, and what became of it. Words in it may vary; see filler.
type letter struct {
	ID        string      `json:"id"`
	Kind      string      `json:"-"`
	Category  string      `json:"category"`
	Counter   string      `json:"counter"`
	Language  string      `json:"lang"`
	Anonymous bool        `json:"anonymous"`
	Sex       string      `json:"sex"` // of the writer, where the words tell it
	Ages      [2]int      `json:"ages"`
	Foreigner string      `json:"foreigner"` // the writer's name, when not Vietnamese
	Once      bool        `json:"once"`      // the words fit one case only
	Plain     bool        `json:"plain"`     // typed without diacritics
	Caps      bool        `json:"caps"`      // typed in capitals throughout
	About     string      `json:"about"`
	Thon      []string    `json:"thon"` // where it can happen; empty: anywhere
	Subjects  []string    `json:"subjects"`
	Bodies    []string    `json:"bodies"`
	Days      [2]int      `json:"days"` // how many days ago at least and at most, where the words tell it
	Life      []lifeStep  `json:"life"`
	Verdict   lifeVerdict `json:"verdict"`
}

// lifeStep is something that happened on a day after filing. Text is what was said: the message, the answer, the reason.
type lifeStep struct {
	Day     int      `json:"day"`
	Do      string   `json:"do"`
	Text    string   `json:"text"`
	Texts   []string `json:"texts"` // one for each body, instead of Text
	Outcome string   `json:"outcome"`
	To      string   `json:"to"`
	Unit    string   `json:"unit"`
}

// lifeVerdict is how the citizen found the answer; 0 says nothing.
type lifeVerdict struct {
	Score   int    `json:"score"`
	Comment string `json:"comment"`
}

// CasePlan is one case of the demo: the draft to file at a time in the past, and the steps to make after it.
type CasePlan struct {
	Key       string // unique and stable: use it as the idempotency key
	Letter    string // the authored text it comes from
	Kind      string
	Category  string
	Counter   string // a counter's id, or empty when it came by post or over the network
	Channel   string // qr, api, counter, post
	Language  string
	Subject   string
	Body      string
	About     string
	Address   string // where it happened
	Anonymous bool
	Contact   Contact
	FiledAt   time.Time
	Steps     []Step
	State     string // the state it is in after the steps; "assigned" stands for triage where no rule fits
}

// Contact is who wrote; nobody here exists.
type Contact struct {
	Name     string
	Phone    string
	Email    string
	Address  string
	IDNumber string
}

// Step is something that happened to the case. Do is a move of the office (accept, start, ask_info, propose, answer, refuse,
// transfer, assign, close) or the citizen's act (write, withdraw, rate). Args bear the names that the move asks for.
type Step struct {
	At      time.Time
	Citizen bool
	Do      string
	Args    map[string]string // text, outcome, reason, to, unit, score, comment
}

// Rating is one visit's verdict at a counter.
type Rating struct {
	Key      string // unique and stable: use it as the visit
	Counter  string
	At       time.Time
	Score    int
	Criteria map[string]int
	Comment  string
	Verified bool
}
