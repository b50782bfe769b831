package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/vntext"
)

// The channels of messages (tin nhắn): to the office's Zalo account, to its page on Facebook, and comments below what the page says.
// Nobody chose a kind for them: they lie in triage until a clerk has read them, but for what says that it denounces.
const (
	ByZalo     = "zalo"
	ByFacebook = "facebook"
	ByComment  = "facebook-comment"
)

func (c *Case) byChat() bool {
	return c.Channel == ByZalo || c.Channel == ByFacebook || c.Channel == ByComment
}

// Said is a message as somebody wrote it to the office.
type Said struct {
	Channel string     `json:"channel"`
	ID      string     `json:"id"`   // the provider's own: the same message has the same
	From    string     `json:"from"` // whom an answer goes to
	Who     string     `json:"who"`  // who wrote it, the same for all his messages
	Name    string     `json:"name,omitempty"`
	Text    string     `json:"text,omitempty"`
	Files   []SaidFile `json:"files,omitempty"`
	At      time.Time  `json:"at"`
}

// SaidFile is a file that lies with the provider.
type SaidFile struct {
	URL  string `json:"url"`
	Name string `json:"name,omitempty"`
}

// Arrival (tin đến) is a message that has come and waits to be read. Its words are sealed, for they may denounce.
type Arrival struct {
	ID     string     `bson:"_id"` // a keyed hash of channel and message
	V      int64      `bson:"v"`
	Sealed []byte     `bson:"sealed,omitempty"` // until it was taken
	At     time.Time  `bson:"at"`
	Due    *time.Time `bson:"due,omitempty"` // when to take it; none once it was
	Tries  int        `bson:"tries,omitempty"`
	Until  time.Time  `bson:"until"` // how long it is known again
}

// Thread (cuộc trò chuyện) says which case somebody's next message belongs to.
type Thread struct {
	ID    string    `bson:"_id"` // a keyed hash of channel and person
	V     int64     `bson:"v"`
	Case  string    `bson:"case"`
	Until time.Time `bson:"until"`
}

// Chats keeps arrivals and threads.
type Chats interface {
	// AddArrivals keeps those that are not there yet and leaves the others as they are.
	AddArrivals(ctx context.Context, as ...*Arrival) error
	// DueArrivals lists those to be taken before the time, in the order they came.
	DueArrivals(ctx context.Context, before time.Time, limit int) ([]*Arrival, error)
	PutArrival(ctx context.Context, a *Arrival) error // ErrStale when the stored version is not V-1
	// Thread reads one; a NotFound *Error when there is none.
	Thread(ctx context.Context, id string) (*Thread, error)
	// PutThread writes it over the version before; version 1 is new. ErrStale says that somebody else was first.
	PutThread(ctx context.Context, t *Thread) error
	// DropChats removes what is known no longer.
	DropChats(ctx context.Context, before time.Time) (int, error)
}

// The times of messages.
const (
	threadLasts  = 30 * 24 * time.Hour // a message after that begins a case of its own
	secretLasts  = 24 * time.Hour      // of a sealed case little is kept that leads to its sender
	arrivalKnown = 7 * 24 * time.Hour  // providers send again for hours only
)

func (d *Desk) chatHash(domain, channel, id string) string {
	sum := d.Vault.MAC(domain, []byte(channel), []byte(id))
	return ids.EncodeToString(sum[:15])
}

// Arrive keeps messages as they came: durable when it returns, and one however often it comes.
func (d *Desk) Arrive(ctx context.Context, said ...Said) error {
	now := d.now()
	var out []*Arrival
	for _, s := range said {
		raw, err := json.Marshal(s)
		if err != nil {
			return fmt.Errorf("encode message: %w", err)
		}
		a := &Arrival{ID: d.chatHash("chat-message", s.Channel, s.ID), V: 1, At: now, Due: &now, Until: now.Add(arrivalKnown)}
		if a.Sealed, err = d.Vault.SealIdentity(raw, a.ID+"/arrival"); err != nil {
			return err
		}
		out = append(out, a)
	}
	return d.Chats.AddArrivals(ctx, out...)
}

// Arrivals lists the messages that wait to be taken, up to the limit, in the order they came.
func (d *Desk) Arrivals(ctx context.Context, limit int) ([]*Arrival, error) {
	if d.Chats == nil {
		return nil, nil
	}
	return d.Chats.DueArrivals(ctx, d.now().Add(time.Millisecond), limit)
}

// arrivalApart is how long a message waits after a try that failed.
const arrivalApart = time.Minute

// ClaimArrival takes a message for one try and opens it; ErrStale says that somebody else has it.
func (d *Desk) ClaimArrival(ctx context.Context, a *Arrival) (s Said, err error) {
	due := d.now().Add(arrivalApart)
	a.V, a.Tries, a.Due = a.V+1, a.Tries+1, &due
	if err := d.Chats.PutArrival(ctx, a); err != nil {
		return s, err
	}
	raw, err := d.Vault.OpenIdentity(a.Sealed, a.ID+"/arrival")
	if err != nil {
		return s, err
	}
	if json.Unmarshal(raw, &s) != nil {
		return s, fmt.Errorf("decode message %s", a.ID)
	}
	return s, nil
}

// Taken ends a message: its words are in a case, or were nothing for one.
func (d *Desk) Taken(ctx context.Context, a *Arrival) error {
	a.V, a.Due, a.Sealed = a.V+1, nil, nil
	return d.Chats.PutArrival(ctx, a)
}

// DropChats removes what is known no longer.
func (d *Desk) DropChats(ctx context.Context) (int, error) {
	if d.Chats == nil {
		return 0, nil
	}
	return d.Chats.DropChats(ctx, d.now())
}

// Heard is what became of a message.
type Heard struct {
	Filed        // the case it is in, and its code where it began one
	Began   bool // it began the case, also when it came before
	Message bool // it joined a case
}

// TakeSaid keeps what somebody wrote: with the case that his last messages are in, or as a case of its own. It may be given the same
// message any number of times. words are what a case says where the message itself says nothing: its subject, and its body.
func (d *Desk) TakeSaid(ctx context.Context, s Said, kind law.Kind, words [2]string) (Heard, error) {
	key := inside + s.Channel + "/" + s.ID
	code := d.code(key)
	own := d.id(code)
	text := vntext.NFC(s.Text)
	if vntext.Line(text) == "" {
		text = words[1]
	}
	if c, err := d.Cases.Get(ctx, own); err == nil {
		return Heard{Filed: Filed{Case: c, Code: code, Replay: true}, Began: true}, nil
	} else if CodeOf(err) != NotFound {
		return Heard{}, err
	}
	t, err := d.threadOf(ctx, s)
	if err != nil {
		return Heard{}, err
	}
	if t.Case != "" && t.Case != own && d.now().Before(t.Until) {
		c, joined, err := d.joins(ctx, t, key, text, kind)
		if err != nil || joined {
			return Heard{Filed: Filed{Case: c}, Message: true}, err
		}
	}
	// The thread names the case before it is there, so that of two messages at once one begins it and the other waits.
	if t.Case != own {
		t.V, t.Case, t.Until = t.V+1, own, d.now().Add(map[bool]time.Duration{true: secretLasts, false: threadLasts}[kind.Secret()])
		if err := d.Chats.PutThread(ctx, t); err != nil {
			return Heard{}, err
		}
	}
	f, err := d.fileSaid(ctx, s, key, Draft{Kind: kind, Subject: words[0], Body: text})
	return Heard{Filed: f, Began: true}, err
}

func (d *Desk) threadOf(ctx context.Context, s Said) (*Thread, error) {
	id := d.chatHash("chat-thread", s.Channel, s.Who)
	t, err := d.Chats.Thread(ctx, id)
	if CodeOf(err) == NotFound {
		return &Thread{ID: id}, nil
	}
	return t, err
}

// joins adds a message to the case of its thread. One that denounces where the case does not begins a case of its own, and so does one
// to a case that is over.
func (d *Desk) joins(ctx context.Context, t *Thread, key, text string, kind law.Kind) (*Case, bool, error) {
	c, err := d.Cases.Get(ctx, t.Case)
	if CodeOf(err) == NotFound { // the message that begins it is on its way
		return nil, false, &Error{Code: Unavailable, Key: "error.busy"}
	}
	if err != nil || kind.Secret() && !c.Kind.Secret() || !c.TakesWords() {
		return c, false, err
	}
	c, err = d.SayByMail(ctx, t.Case, key, text)
	if CodeOf(err) == Conflict {
		return c, false, nil
	}
	return c, err == nil, err
}

func (d *Desk) fileSaid(ctx context.Context, s Said, key string, f Draft) (Filed, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Filed{}, err
	}
	f.Key, f.Channel, f.Language, f.Contact = key, s.Channel, "vi", Contact{Name: clipRunes(vntext.Line(s.Name), MaxName)}
	if err := f.all(o).err(); err != nil {
		return Filed{}, err
	}
	if r := (Reach{Way(s.Channel), s.From}); !f.Kind.Secret() && d.Tells(r.Way) { // nobody writes to a denouncer unasked
		f.Tell = r
	}
	return d.file(ctx, o, f)
}

func clipRunes(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
