package casework

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/trackcode"
	"tiepdan/pkg/vntext"
)

// The limits of what a citizen may write, in runes after NFC.
const (
	MaxName    = 120
	MaxAddress = 300
	MinKey     = 16 // what is shorter may be another's by chance
	MaxKey     = 200
	MaxChoice  = 64 // an id chosen from a list, such as a category
	maxTerms   = 48
)

// Draft is what a citizen files.
type Draft struct {
	Key       string // idempotency key; the same key gives the same case
	Kind      law.Kind
	Counter   string // a counter's id, already verified
	Unit      string
	Category  string
	Subject   string
	Body      string
	About     string // who it concerns, in the citizen's words
	Accused   Chosen // who it concerns, from the list
	Contested string // what a complaint is against, if he says so; see office.Contested
	Location  Location
	Contact   Contact
	Anonymous bool
	// Passphrase opens to its sender what the code alone does not; only a hash of it is kept, see HoldWhole.
	Passphrase string
	Language   string
	Channel    string
	Further    Further
	// Tell is where the sender wants to be told of each step; a denouncer only where Knowing says that he knows the risk.
	Tell    Reach
	Knowing bool
}

// Further is what a case that comes of another one brings along; empty for what citizens file themselves.
type Further struct {
	Prior    string    // reference of the case appealed against
	Whole    string    // reference of the mixed letter this is a part of
	Received time.Time // when that letter came in
	From     *Case     // the case itself: whom it is about, so is this one
	Sender   string    // names the Secrets that hold its sealed sender, see Case.SealedSender
	Silence  bool      // the first case was not resolved in time
	Home     string    // the unit of whoever entered it, where it came to no counter
	By       string    // who entered it, if not the citizen himself
	// Forwarder is who passed it on.
	Forwarder string
	Belated   bool   // it came after its time
	Against   string // the unit whose decision or act the first case was about
}

// inside begins the keys that the desk makes itself, so that nobody can file under one of them.
const inside = "\x00"

// ByForward is the channel of letters that another body passed on: the press, a deputy, the Fatherland Front.
const ByForward = "forwarded"

// Filed is the outcome of Submit.
type Filed struct {
	Case   *Case
	Code   trackcode.Code // shown once here; only its keyed hash is kept
	Replay bool           // the key was used before, and nothing was written
}

// Submit (nộp đơn) keeps a new case: durable when it returns. The tracking code comes from the idempotency key, so a
// repeated request gets the same case and code; the same key with another text is refused.
func (d *Desk) Submit(ctx context.Context, draft Draft) (Filed, error) {
	draft.Key = strings.TrimPrefix(draft.Key, inside)
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Filed{}, err
	}
	p := draft.all(o)
	d.checkTell(&draft, p)
	if err := p.err(); err != nil {
		return Filed{}, err
	}
	return d.file(ctx, o, draft)
}

// checkTell says what is wrong with where the sender wants to be told. Nobody is told of a denunciation who does not say that he knows
// the risk, nor at an address of somebody who stays unnamed.
func (d *Desk) checkTell(f *Draft, p problems) {
	if f.Tell.Way == "" {
		f.Tell = Reach{}
		return
	}
	field := map[Way]string{WayMail: "contact.email", WaySMS: "contact.phone", WayZNS: "contact.phone"}[f.Tell.Way]
	p.add(field == "" || !d.Tells(f.Tell.Way), "tell", "error.field.choice")
	if field == "" || p[field] != "" {
		return
	}
	p.add(f.Anonymous && f.Kind.NeedsIdentity(), "tell", "error.field.tell_unnamed")
	own := problems{}
	f.Tell.clean(own)
	p.add(len(own) > 0 && !f.Anonymous, field, "error.field.tell_where")
	p.add(len(own) > 0 && f.Anonymous, "tell", "error.field.tell_where")
	p.add(f.Kind.Secret() && !f.Knowing, "knowing", "error.field.knowing")
}

// Check says all that is wrong with the draft, as Submit would, without filing it.
func (d *Desk) Check(ctx context.Context, draft Draft) error {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return err
	}
	return draft.all(o).err()
}

// all normalises the text and is all that is wrong with it, said at once.
func (f *Draft) all(o *office.Office) problems {
	p := f.shape()
	f.place(o, p)
	return p
}

// keep inserts the case; a taken reference is replaced by the next one, a taken id is the same key again.
func (d *Desk) keep(ctx context.Context, c *Case, code trackcode.Code) (Filed, error) {
	for try := byte(1); ; try++ {
		err := d.Cases.Insert(ctx, c)
		taken, isTaken := errors.AsType[*TakenError](err)
		switch {
		case err == nil:
			d.Announce.Announce(c)
			return Filed{Case: c, Code: code}, nil
		case isTaken && taken.Index == "ref" && try < 100:
			c.rename(d.ref(c, try))
		case isTaken:
			return d.replay(ctx, c, code)
		default:
			return Filed{}, err
		}
	}
}

func (d *Desk) replay(ctx context.Context, c *Case, code trackcode.Code) (Filed, error) {
	was, err := d.Cases.Get(ctx, c.ID)
	if err != nil {
		return Filed{}, err
	}
	if !bytes.Equal(was.Fingerprint, c.Fingerprint) {
		return Filed{}, &Error{Code: Invalid, Key: "error.key_reused", Fields: map[string]string{"Idempotency-Key": "error.key_reused"}}
	}
	return Filed{Case: was, Code: code, Replay: true}, nil
}

// shape normalises the text and is all that is wrong with its shape.
func (f *Draft) shape() problems {
	for _, s := range []*string{&f.Subject, &f.Contact.Name, &f.Contact.Address, &f.Location.Address, &f.About, &f.Category} {
		*s = vntext.Line(*s)
	}
	f.Body = vntext.NFC(f.Body)
	p := problems{}
	p.add(!f.Kind.Known(), "kind", "error.field.kind")
	p.add(f.Key == "" || len(f.Key) > MaxKey, "Idempotency-Key", "error.field.key")
	p.add(f.Subject == "", "subject", "error.field.subject")
	p.add(utf8.RuneCountInString(f.Subject) > law.MaxSubject, "subject", "error.field.subject_long")
	p.add(f.Body == "", "body", "error.field.body")
	p.add(utf8.RuneCountInString(f.Body) > law.MaxBody, "body", "error.field.body_long")
	p.add(utf8.RuneCountInString(f.Category) > MaxChoice, "category", "error.field.too_long")
	p.add(utf8.RuneCountInString(f.About) > MaxName, "about", "error.field.about_long")
	p.add(f.Contested != "" && (f.Kind != law.Complaint || !slices.Contains(law.ContestedNames(), f.Contested)), "contested", "error.field.choice")
	p.add(utf8.RuneCountInString(f.Location.Address) > MaxAddress, "location.address", "error.field.address_long")
	p.add(f.Location.Lat < -90 || f.Location.Lat > 90 || f.Location.Lng < -180 || f.Location.Lng > 180, "location", "error.field.location")
	f.Contact.clean(p)
	f.cleanPhrase(p)
	if f.Anonymous {
		f.Contact = Contact{}
	}
	f.Anonymous = f.Anonymous || f.Contact.Empty() && f.Further.Sender == ""
	return p
}

func (c *Contact) clean(p problems) {
	p.add(utf8.RuneCountInString(c.Name) > MaxName, "contact.name", "error.field.name_long")
	p.add(utf8.RuneCountInString(c.Address) > MaxAddress, "contact.address", "error.field.address_long")
	if c.Phone != "" {
		e164, ok := vntext.Phone(c.Phone)
		p.add(!ok, "contact.phone", "error.field.phone")
		c.Phone = e164
	}
	if c.Email != "" {
		mail, ok := vntext.Email(c.Email)
		p.add(!ok, "contact.email", "error.field.email")
		c.Email = mail
	}
	if c.IDNumber != "" {
		id, ok := vntext.CitizenID(c.IDNumber)
		p.add(!ok, "contact.id_number", "error.field.id_number")
		c.IDNumber = id
	}
}

// place checks that the counter and unit exist.
func (f *Draft) place(o *office.Office, p problems) {
	if f.Counter != "" {
		_, ok := o.Counter(f.Counter)
		p.add(!ok, "counter", "error.field.counter")
	}
	if f.Unit != "" {
		_, ok := o.Unit(f.Unit)
		p.add(!ok, "unit", "error.field.unit")
	}
	f.Accused.check(o, p)
	p.add(f.Category != "" && !o.HasCategory(f.Category), "category", "error.field.category")
}

// open builds the case with its first entry and its first clock.
func (d *Desk) open(o *office.Office, f Draft, code trackcode.Code) *Case {
	now := d.now()
	c := &Case{
		ID: d.id(code), V: 1, Fingerprint: d.fingerprint(f),
		Kind: f.Kind, State: law.Received, Counter: f.Counter, Wanted: f.Unit, Channel: f.Channel,
		Language: f.Language, Anonymous: f.Anonymous, ReceivedAt: now,
	}
	if k, ok := o.Counter(f.Counter); ok {
		c.Home = k.Unit
	}
	c.Home, c.Forwarder = cmp.Or(c.Home, f.Further.Home), f.Further.Forwarder
	c.accuse(o, f.Further.From, f.letter(), f.Accused)
	if from := f.Further.From; from != nil && f.Further.Sender != "" { // whatever kind it is, nobody the sealed letter is about reads it
		c.About, c.Suspects = merge(c.About, from.About...), merge(c.Suspects, from.Suspects...)
		c.Told = slices.Clone(c.About)
	}
	c.Legal = firstLegal(o, c, f)
	c.Ref = d.ref(c, 0)
	if !f.Further.Received.IsZero() {
		c.ReceivedAt = f.Further.Received
	}
	d.startClocks(c, c.ReceivedAt, c.firstClocks()...)
	c.record(history.Entry{At: now, Actor: cmp.Or(f.Further.By, history.ByCitizen), What: "received", Data: map[string]string{
		"kind": string(c.Kind), "state": string(law.Received), "content": d.contentSum(f),
	}})
	return c
}

func firstLegal(o *office.Office, c *Case, f Draft) Legal {
	from := f.Further
	l := Legal{Prior: from.Prior, Whole: from.Whole, Contested: office.Contested(f.Contested), Against: from.Against, Silence: from.Silence, Belated: from.Belated}
	if c.Kind.NeedsIdentity() {
		l.Level = 1
	}
	if from.Prior != "" {
		l.Level = 2
	}
	if u, ok := o.Unit(c.Home); ok {
		l.Remote = u.Remote
	}
	if from.Prior != "" && from.From != nil { // what was found of the place for the first case
		l.Remote = from.From.Legal.Remote
	}
	return l
}

// ids encodes ids: lower-case base 32 without look-alikes, safe in file names, subjects and URLs.
var ids = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func (d *Desk) code(key string) trackcode.Code {
	seed := d.Vault.MAC("case-code", []byte(key))
	return trackcode.FromBytes(seed[:])
}

// id is the keyed hash of the tracking code: a case is found by its code without the code being kept anywhere.
func (d *Desk) id(code trackcode.Code) string {
	sum := d.Vault.MAC("case-id", []byte(code.Plain()))
	return ids.EncodeToString(sum[:15])
}

func (d *Desk) ref(c *Case, try byte) string {
	seed := d.Vault.MAC("case-ref", []byte(c.ID), []byte{try})
	return trackcode.Reference("TD", c.ReceivedAt.In(Vietnam).Year(), seed[:])
}

// fingerprint is a keyed hash of what was filed.
func (d *Desk) fingerprint(f Draft) []byte {
	sum := d.Vault.MAC("case-fingerprint", contentDigest(f), []byte(f.Counter), []byte(f.Unit), []byte(f.Category), []byte(f.Contested),
		fmt.Append(nil, f.Contact, f.Anonymous, f.Location.Lat, f.Location.Lng, f.Accused))
	return sum[:16]
}

// contentSum is what the history knows the words by that were filed: a keyed hash, for whoever guesses them must not be able to
// confirm it.
func (d *Desk) contentSum(f Draft) string {
	sum := d.Vault.MAC("case-content", contentDigest(f))
	return hex.EncodeToString(sum[:])
}

// contentDigest covers the words that were filed.
func contentDigest(f Draft) []byte {
	h := sha256.New()
	for _, part := range []string{string(f.Kind), f.Key, f.Subject, f.Body, f.Location.Address, f.About} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		h.Write(n[:])
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

// Vietnam is the legal time: UTC+7, without daylight saving time.
var Vietnam = time.FixedZone("+07", 7*60*60)
