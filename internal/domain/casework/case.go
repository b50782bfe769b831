// Package casework is the heart of the service: what a case (vụ việc) is, which moves the law allows for it, which clocks
// run, and the history that nobody can rewrite. Desk holds the use cases, one a file.
//
// The package knows no transport and no store. It is given a clock, ids, keys and a store through small interfaces.
package casework

import (
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Contact is who filed: personal data, sealed wherever it rests.
type Contact struct {
	Name     string `json:"name,omitempty" bson:"name,omitempty"`
	Phone    string `json:"phone,omitempty" bson:"phone,omitempty"` // E.164
	Email    string `json:"email,omitempty" bson:"email,omitempty"`
	Address  string `json:"address,omitempty" bson:"address,omitempty"`
	IDNumber string `json:"id_number,omitempty" bson:"id_number,omitempty"`
}

// Empty reports whether nothing is known of who filed.
func (c Contact) Empty() bool { return c == Contact{} }

// Location is where it happened.
type Location struct {
	Lat     float64 `json:"lat,omitempty" bson:"lat,omitempty"`
	Lng     float64 `json:"lng,omitempty" bson:"lng,omitempty"`
	Address string  `json:"address,omitempty" bson:"address,omitempty"`
}

// Empty reports whether no place was given.
func (l Location) Empty() bool { return l == Location{} }

// Message is one message between the citizen and the office.
type Message struct {
	At      time.Time `bson:"at"`
	Citizen bool      `bson:"citizen,omitempty"` // else the office wrote it
	By      string    `bson:"by,omitempty"`      // the staff id of the writer, empty for the citizen
	Text    string    `bson:"text,omitempty"`
	Sealed  []byte    `bson:"sealed,omitempty"` // instead of Text in a denunciation
	Salt    []byte    `bson:"salt,omitempty"`   // of the digest in the history; goes with the words
}

// Answer (trả lời) is what the office decided to tell the citizen.
type Answer struct {
	At      time.Time `bson:"at"`
	By      string    `bson:"by"`
	Outcome string    `bson:"outcome,omitempty"`
	Text    string    `bson:"text,omitempty"`
	Sealed  []byte    `bson:"sealed,omitempty"` // instead of Text in a denunciation
	Salt    []byte    `bson:"salt,omitempty"`   // of the digest in the history; goes with the words
	Files   []string  `bson:"files,omitempty"`  // the office's attachments that went with it
}

// Satisfaction (hài lòng với việc giải quyết) is how the citizen found the answer.
type Satisfaction struct {
	At      time.Time `bson:"at"`
	Score   int       `bson:"score"`
	Comment string    `bson:"comment,omitempty"`
	Sealed  []byte    `bson:"sealed,omitempty"` // instead of Comment in a denunciation
}

// Attachment is a file of a case; its bytes lie in the blob store.
type Attachment struct {
	ID       string    `bson:"id"`
	At       time.Time `bson:"at"`
	Key      string    `bson:"key"`
	Original string    `bson:"original,omitempty"` // the sealed original of a photo kept as evidence
	Name     string    `bson:"name"`
	Type     string    `bson:"type"`
	Size     int64     `bson:"size"`
	SHA256   []byte    `bson:"sha256"`
	By       string    `bson:"by,omitempty"`   // staff id, empty for the citizen
	Salt     []byte    `bson:"salt,omitempty"` // of the digest in the history; goes with the file
}

// Case (vụ việc) is one submission and all that became of it. It is one document: every change is one atomic write that
// carries the history entry telling of it.
type Case struct {
	ID          string `bson:"_id"` // keyed hash of the tracking code
	V           int64  `bson:"v"`   // the document's version; announcing raises it too, so readers compare Rev
	Ref         string `bson:"ref"`
	Fingerprint []byte `bson:"fingerprint"` // keyed hash of what was filed, to tell a replay from a reused key

	Kind      law.Kind  `bson:"kind"`
	State     law.State `bson:"state"`
	Lane      law.Lane  `bson:"lane"`  // computed: see fold
	Shelf     string    `bson:"shelf"` // computed: see fold
	Unit      string    `bson:"unit,omitempty"`
	Assignee  string    `bson:"assignee,omitempty"`
	Helpers   []string  `bson:"helpers,omitempty"`
	Counter   string    `bson:"counter,omitempty"`
	Home      string    `bson:"home,omitempty"`   // the unit of the counter
	Wanted    string    `bson:"wanted,omitempty"` // the unit the citizen named
	Category  string    `bson:"category,omitempty"`
	Channel   string    `bson:"channel,omitempty"`
	Forwarder string    `bson:"forwarder,omitempty"` // who passed it on: the press, a deputy, a body
	Language  string    `bson:"lang,omitempty"`
	Anonymous bool      `bson:"anonymous,omitempty"`
	About     []string  `bson:"about,omitempty"` // staff ids
	Told      []string  `bson:"told,omitempty"`  // of them, whom the letter names beyond doubt: no naming by staff takes them out
	// While it is not clear whom a letter is about: who may be meant, and the units nobody of whom is named. See accuse.
	Suspects []string `bson:"suspects,omitempty"`
	Lines    []string `bson:"lines,omitempty"`
	Outside  bool     `bson:"outside,omitempty"` // the inspection has it, because no head may

	// What was said. A denunciation keeps Subject, Body and Location sealed in its Secrets document and shows here
	// only what a clerk stripped of everything that identifies.
	Subject  string   `bson:"subject,omitempty"`
	Body     string   `bson:"body,omitempty"`
	Location Location `bson:"location,omitempty"`
	Accused  string   `bson:"accused,omitempty"` // whom it concerns, in the citizen's words
	Stripped []byte   `bson:"stripped,omitempty"`
	Terms    []string `bson:"terms,omitempty"`   // search words: folded, and after them those of the sender, see findBySender; none for a denunciation
	Contact  []byte   `bson:"contact,omitempty"` // sealed Contact; a denunciation has it in its Secrets
	Sealed   []byte   `bson:"sealed,omitempty"`  // digest of the Secrets, which are never opened to be verified
	Reach    []byte   `bson:"reach,omitempty"`   // sealed: the address that its sender is told at by mail, where he is
	Masked   string   `bson:"masked,omitempty"`  // how lists name the sender: N***; empty for a denunciation

	// SealedSender names the Secrets that hold the sender of a case that is, was or came of a denunciation; see Guarded.
	SealedSender string `bson:"sealed_sender,omitempty"`
	Promised     []byte `bson:"promised,omitempty"` // the parts of a split that are not filed yet, sealed; see Fulfil

	ReceivedAt time.Time  `bson:"received_at"`
	ClosedAt   *time.Time `bson:"closed_at,omitempty"`
	Legal      Legal      `bson:"legal"`
	Clocks     []Clock    `bson:"clocks,omitempty"`
	DueAt      *time.Time `bson:"due_at,omitempty"`   // computed: the running clock that ends first
	WatchAt    *time.Time `bson:"watch_at,omitempty"` // computed: when the watch must look next; open cases only
	Rank       int64      `bson:"rank"`               // computed: the order of lists, see rank
	ShownAt    *time.Time `bson:"shown_at,omitempty"` // computed: since when what Open311 tells of it is so, see shownAt; nil for what it never tells of
	WaryAt     *time.Time `bson:"wary_at,omitempty"`  // computed: of an open case that is secret or about somebody, see Heal
	Flags      []string   `bson:"flags,omitempty"`    // what readers must look at: untouched, no_reader, said_forced

	// What views and counts look at, computed from the rest: see standing.go.
	Standing  WhoseTurn  `bson:"standing"`
	RepliedAt *time.Time `bson:"replied_at,omitempty"`
	Doubt     int        `bson:"doubt"`

	Messages     []Message     `bson:"messages,omitempty"`
	Answer       *Answer       `bson:"answer,omitempty"`
	Satisfaction *Satisfaction `bson:"satisfaction,omitempty"`
	Attachments  []Attachment  `bson:"attachments,omitempty"`

	History   history.Chain `bson:"history"`
	Salt      []byte        `bson:"salt,omitempty"`      // new with every entry: what the digests of older documents covered is no guess to confirm
	Sums      []byte        `bson:"sums"`                // names the field that was changed after the last entry, see sums.go
	Announced int           `bson:"announced"`           // entries up to this seq have been published
	UnsentAt  *time.Time    `bson:"unsent_at,omitempty"` // computed: since when entries call for notices, or promised parts wait to be filed
	Stamp     int64         `bson:"stamp,omitempty"`     // of the write that last brought entries, set by the store; see Stretch
}

// Legal is what the law's tables look at besides the kind: the facts of this case that choose its row.
type Legal struct {
	Level     int    `bson:"level,omitempty"` // 1 first instance, 2 second; 0 where the kind knows none
	Prior     string `bson:"prior,omitempty"` // reference of the case appealed against
	Remote    bool   `bson:"remote,omitempty"`
	Complex   int    `bson:"complex,omitempty"` // number of recorded criteria: 1 complex, ≥2 specially complex
	Criteria  string `bson:"criteria,omitempty"`
	Evidence  string `bson:"evidence,omitempty"` // what a nameless denunciation was found to bring
	Extended  int    `bson:"extended,omitempty"`
	Guided    bool   `bson:"guided,omitempty"`
	Signed    string `bson:"signed,omitempty"`    // how it was signed, once the signer's paper of identity was seen; see signature.go
	Foreign   bool   `bson:"foreign,omitempty"`   // not within the competence of this agency
	Dialogues int    `bson:"dialogues,omitempty"` // held with the complainant
	// FalseName: the name on a denunciation was found to be nobody's. AccusedHeard: he explained himself, or declined.
	// Restored: whoever was wrongly denounced was given back his rights and good name.
	FalseName    bool `bson:"false_name,omitempty"`
	AccusedHeard bool `bson:"accused_heard,omitempty"`
	Restored     bool `bson:"restored,omitempty"`

	Back      law.State  `bson:"back,omitempty"`  // where the case goes on after a question, a review, a withdrawal
	Parts     []law.Kind `bson:"parts,omitempty"` // the kinds a mixed letter was split into
	Whole     string     `bson:"whole,omitempty"` // reference of the letter this is a part of
	GroupSize int        `bson:"group_size,omitempty"`
	// Contested is what a complaint is against and Against whose decision or act it is, a unit; both may be empty.
	Contested office.Contested `bson:"contested,omitempty"`
	Against   string           `bson:"against,omitempty"`
	Next      string           `bson:"next,omitempty"`    // reference of the further case against this one
	Silence   bool             `bson:"silence,omitempty"` // a further case because nothing was resolved in time
	// Belated: a second complaint came after its time; Excused is the obstacle that kept its sender, if one was found.
	Belated bool   `bson:"belated,omitempty"`
	Excused string `bson:"excused,omitempty"`
	// Late: the time to accept or to resolve ran out in silence. What is done to the case afterwards mends that no more, but for
	// accepting it or taking it up again, which let another time run.
	Late bool `bson:"late,omitempty"`
	// EndedAs is the end that the time of keeping counts from; closing the file afterwards changes it no more.
	EndedAs law.State `bson:"ended_as,omitempty"`
	// Withdrawal says whether the withdrawal that the case waits on, or ended by, was only asked for or signed; see withdraw.go.
	Withdrawal string `bson:"withdrawal,omitempty"`
	// Anew is when the case was taken up again: it is led by the law of that day.
	Anew *time.Time `bson:"anew,omitempty"`
}

// Secrets is the document of a denunciation's own: who and what, each sealed with the identity key.
type Secrets struct {
	ID      string `bson:"_id"` // the case's id and fingerprint, see secretsID
	V       int64  `bson:"v"`
	Contact []byte `bson:"contact,omitempty"`
	Letter  []byte `bson:"letter,omitempty"`
	Second  []byte `bson:"second,omitempty"` // a hash of the sender's passphrase, sealed
	Quorum  []byte `bson:"quorum,omitempty"` // instead of Contact: who, as only a quorum opens it
	Known   []byte `bson:"known,omitempty"`  // with Quorum: what the server knows of the sender, see sealedSender
}

// secretsID names the case's Secrets.
func (c *Case) secretsID() string { return c.ID + "-" + ids.EncodeToString(c.Fingerprint[:10]) }

// Letter is the text of a denunciation as it was filed.
type Letter struct {
	Subject  string   `json:"subject"`
	Body     string   `json:"body"`
	Location Location `json:"location"`
	Accused  string   `json:"accused,omitempty"` // whom it concerns, in the citizen's words
	Category string   `json:"category,omitempty"`
}

// Rev is the case's revision: the number of its last history entry but for quiet ones, which change nothing that a form
// was filled in for. It is what If-Match names.
func (c *Case) Rev() int {
	for _, e := range slices.Backward(c.History) {
		if !slices.Contains(quiet, e.What) {
			return e.Seq
		}
	}
	return 0
}

// File is the case as rights see it.
func (c *Case) File() office.File {
	return office.File{
		Unit: c.Unit, Assignee: c.Assignee, Helpers: c.Helpers, Secret: c.Kind.Secret(), About: c.About, Suspects: c.Suspects,
		Lines: c.Lines, Outside: c.Outside, Guarded: c.Guarded(),
	}
}

// Overdue reports whether a clock that the office owes has ended; the citizen's own makes nobody late. It is computed, never
// stored.
func (c *Case) Overdue(now time.Time) bool {
	k, ok := c.Running()
	return c.Lane == law.LaneOpen && ok && k.Name.Owed() && !now.Before(k.Due)
}

// fold recomputes everything that is derived from the rest and lets the last entry vouch for it; every change ends with it.
func (c *Case) fold(l ladder) {
	c.Lane = c.State.Lane()
	c.Shelf = office.Shelf(c.File())
	c.DueAt, c.WatchAt = nil, nil
	if c.Lane == law.LaneOpen {
		c.DueAt, c.WatchAt = c.dueAt(), c.watchAt(l)
	}
	c.WaryAt = nil
	if c.Lane == law.LaneOpen && (c.Kind.Secret() || len(c.About)+len(c.Suspects)+len(c.Lines) > 0) {
		at := c.ReceivedAt
		c.WaryAt = &at
	}
	c.ShownAt = c.shownAt()
	c.Rank = c.rank()
	c.place()
	c.wait()
	if c.History.Pending() {
		c.Salt = history.NewSalt()
	}
	c.seal()
}

// wait says since when there is more to do for entries than to publish them: that is noted in the case, while the store knows by the
// order of its writes what was published.
func (c *Case) wait() {
	c.UnsentAt = nil
	if len(c.Promised) > 0 || len(c.Tells()) > 0 {
		at := c.History[len(c.History)-1].At
		c.UnsentAt = &at
	}
}

// rank orders lists: open cases by their due time in milliseconds, after them those that wait for the citizen's own time alone,
// those without any last; ended cases newest first. So no range of due times holds what the office does not owe.
func (c *Case) rank() int64 {
	switch {
	case c.Lane != law.LaneOpen && c.ClosedAt != nil:
		return -c.ClosedAt.UnixMilli()
	case c.DueAt == nil:
		return lastRank
	case !c.owes():
		return citizensRank + c.DueAt.UnixMilli()
	default:
		return c.DueAt.UnixMilli()
	}
}

// owes reports whether the clock that ends first is the office's.
func (c *Case) owes() bool {
	k, ok := c.Running()
	return ok && k.Name.Owed()
}

// citizensRank comes after every due time of the office's, lastRank after all.
const (
	citizensRank = int64(1) << 50
	lastRank     = int64(1) << 60
)

// Clone returns a copy whose lists may be appended to and whose clocks may be changed without touching c.
func (c *Case) Clone() *Case {
	n := *c
	n.History = slices.Clip(c.History)
	n.Messages = slices.Clip(c.Messages)
	n.Attachments = slices.Clip(c.Attachments)
	n.Clocks = slices.Clone(c.Clocks)
	n.Helpers = slices.Clone(c.Helpers)
	n.About = slices.Clone(c.About)
	return &n
}
