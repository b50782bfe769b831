package api

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/rating"
	"tiepdan/pkg/localpath"
	"tiepdan/pkg/webpush"
)

// filing is the body of POST /cases.
type filing struct {
	Kind      string             `json:"kind" validate:"required"`
	Counter   string             `json:"counter"` // the token of the counter's sticker
	Unit      string             `json:"unit"`
	Category  string             `json:"category" validate:"max=64"`
	Subject   string             `json:"subject" validate:"required"`
	Body      string             `json:"body" validate:"required"`
	About     string             `json:"about"`
	Accused   *accused           `json:"accused"`
	Contested string             `json:"contested"` // of a complaint
	Location  *casework.Location `json:"location"`
	Contact   *casework.Contact  `json:"contact"`
	Anonymous bool               `json:"anonymous"`
	// Passphrase opens to the sender of a denunciation what the code alone does not.
	Passphrase string `json:"passphrase"`
	Language   string `json:"language" validate:"omitempty,bcp47_language_tag,max=35"`
}

// accused is whom a complaint or denunciation is about: chosen, and in the citizen's words.
type accused struct {
	Unit  string `json:"unit"`
	Post  string `json:"post" validate:"omitempty,oneof=head"`
	Words string `json:"words"`
}

// receipt is the answer to a filing.
type receipt struct {
	Reference    string     `json:"reference"`
	TrackingCode string     `json:"tracking_code"`
	Kind         string     `json:"kind"`
	Status       string     `json:"status"`
	ReceivedAt   time.Time  `json:"received_at"`
	DueAt        *time.Time `json:"due_at"`
	TrackURL     string     `json:"track_url"`
}

func (a *API) submit(c *fiber.Ctx) error {
	var in filing
	if err := read(c, &in); err != nil {
		return err
	}
	draft, err := a.draft(c, in)
	if err != nil {
		return err
	}
	return a.receipt(c)(a.Desk.Submit(c.UserContext(), draft))
}

// appeal files a second complaint or a further denunciation against the case of the code; there is one for each.
func (a *API) appeal(c *fiber.Ctx) error {
	var in struct {
		Subject string `json:"subject" validate:"required"`
		Body    string `json:"body" validate:"required"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	draft := casework.Draft{Subject: in.Subject, Body: in.Body, Channel: "api"}
	return a.receipt(c)(a.Desk.Appeal(c.UserContext(), c.Params("code"), draft))
}

// receipt answers what was filed.
func (a *API) receipt(c *fiber.Ctx) func(casework.Filed, error) error {
	return func(filed casework.Filed, err error) error {
		if err != nil {
			return err
		}
		return a.tellReceipt(c, filed)
	}
}

func (a *API) tellReceipt(c *fiber.Ctx, filed casework.Filed) error {
	status := fiber.StatusCreated
	if filed.Replay {
		status = fiber.StatusOK
	}
	url := a.BaseURL(c) + "/t#" + filed.Code.String()
	located(c, "/api/v1/cases/"+filed.Code.String())
	return c.Status(status).JSON(receipt{
		Reference: filed.Case.Ref, TrackingCode: filed.Code.String(), Kind: string(filed.Case.Kind),
		Status: string(filed.Case.State.Status()), ReceivedAt: filed.Case.ReceivedAt, DueAt: filed.Case.DueAt, TrackURL: url,
	})
}

// TellHook answers a program that brought a letter: 200 also for the first time, for it waits for nothing else.
func (a *API) TellHook(c *fiber.Ctx, filed casework.Filed) error {
	filed.Replay = true
	return a.tellReceipt(c, filed)
}

// located names where what was made is found; an address that is no clean one of ours is left out.
func located(c *fiber.Ctx, address string) {
	if clean, ok := localpath.Clean(address); ok {
		c.Set(fiber.HeaderLocation, clean) //nolint:forbidigo // cleaned
	}
}

// draft turns the body into the heart's words. Without an idempotency key the request gets one of its own.
func (a *API) draft(c *fiber.Ctx, in filing) (casework.Draft, error) {
	d := casework.Draft{
		Kind: law.Kind(in.Kind), Unit: in.Unit, Category: in.Category, Subject: in.Subject,
		Body: in.Body, About: in.About, Contested: in.Contested, Anonymous: in.Anonymous, Passphrase: in.Passphrase, Language: in.Language, Channel: "api",
	}
	key, err := keyOf(c)
	if err != nil {
		return d, err
	}
	d.Key = key
	if d.Language == "" {
		d.Language = lang(c)
	}
	if in.Accused != nil {
		d.Accused = casework.Chosen{Unit: in.Accused.Unit, Post: in.Accused.Post}
		d.About = strings.TrimPrefix(d.About+"; "+in.Accused.Words, "; ")
		d.About = strings.TrimSuffix(d.About, "; ")
	}
	if in.Location != nil {
		d.Location = *in.Location
	}
	if in.Contact != nil {
		d.Contact = *in.Contact
	}
	if in.Counter == "" {
		return d, nil
	}
	id, err := a.sticker(c, in.Counter)
	d.Counter = id
	return d, err
}

// keyOf is the caller's idempotency key, or a fresh one. A short key is refused: somebody else's may be the same by chance
// or by guessing, and the same key answers with the same case.
func keyOf(c *fiber.Ctx) (string, error) {
	key := c.Get("Idempotency-Key")
	if key == "" {
		return rand.Text(), nil
	}
	if len(key) < casework.MinKey {
		return "", &FaultError{
			Status: fiber.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"Idempotency-Key": "error.field.key"},
		}
	}
	return key, nil
}

// sticker reads a token in a body; a forged or revoked one is that field's mistake.
func (a *API) sticker(c *fiber.Ctx, token string) (string, error) {
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return "", err
	}
	k, err := a.Stickers.Read(o, token)
	if err != nil {
		key := FaultOf(err).Key
		return "", &FaultError{Status: fiber.StatusUnprocessableEntity, Key: key, Fields: map[string]string{"counter": key}}
	}
	return k.ID, nil
}

// tracked is what a citizen sees of his case.
type tracked struct {
	Reference  string       `json:"reference"`
	Kind       string       `json:"kind"`
	Status     string       `json:"status"`
	Unit       *named       `json:"unit"`
	ReceivedAt time.Time    `json:"received_at"`
	DueAt      *time.Time   `json:"due_at"`
	Overdue    bool         `json:"overdue"`
	Timeline   []line       `json:"timeline"`
	Messages   []message    `json:"messages"`
	Answer     *answer      `json:"answer"`
	Satisfied  *satisfied   `json:"satisfaction,omitempty"`
	Attached   []attachment `json:"attachments,omitempty"`
	PushKey    string       `json:"push_key,omitempty"` // what a browser subscribes with to be told
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type line struct {
	At    time.Time `json:"at"`
	Event string    `json:"event"`
	Note  string    `json:"note"`
}

type message struct {
	At   time.Time `json:"at"`
	From string    `json:"from"` // citizen or office
	Text string    `json:"text"`
}

type answer struct {
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome,omitempty"`
	Text    string    `json:"text"`
}

type satisfied struct {
	Score   int    `json:"score"`
	Comment string `json:"comment,omitempty"`
}

type attachment struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

func (a *API) follow(c *fiber.Ctx) error {
	f, err := a.Desk.Follow(c.UserContext(), c.Params("code"))
	if err != nil {
		return err
	}
	out, err := a.tracked(c, f)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(out)
}

func (a *API) tracked(c *fiber.Ctx, f casework.Following) (tracked, error) {
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return tracked{}, err
	}
	l := lang(c)
	t := tracked{
		Reference: f.Case.Ref, Kind: string(f.Case.Kind), Status: string(f.Case.State.Status()),
		ReceivedAt: f.Case.ReceivedAt, DueAt: f.Case.DueAt, Overdue: f.Overdue,
		Timeline: make([]line, 0, len(f.Timeline)), Messages: make([]message, 0, len(f.Messages)),
	}
	if a.Push != nil && a.Desk.Tells(casework.WayPush) {
		if t.PushKey, err = a.Push.Public(); err != nil {
			return tracked{}, err
		}
	}
	if u, ok := o.Unit(f.Unit); ok {
		t.Unit = &named{ID: u.ID, Name: u.Name.In(l)}
	}
	for _, s := range f.Timeline {
		note := a.Words.Say(l, "event."+s.Event, nil)
		if s.Note != "" {
			note += "\n" + s.Note
		}
		if s.Ground != "" {
			note += " " + a.Words.Say(l, "opening."+s.Ground, nil)
		}
		t.Timeline = append(t.Timeline, line{At: s.At, Event: s.Event, Note: note})
	}
	for _, m := range f.Messages {
		t.Messages = append(t.Messages, message{At: m.At, From: side(m.Citizen), Text: m.Text})
	}
	if f.Answer != nil {
		t.Answer = &answer{At: f.Answer.At, Outcome: f.Answer.Outcome, Text: f.Answer.Text}
	}
	if s := f.Case.Satisfaction; s != nil {
		t.Satisfied = &satisfied{Score: s.Score, Comment: s.Comment}
	}
	for _, at := range f.Case.ShownFiles() {
		t.Attached = append(t.Attached, attachment{ID: at.ID, Name: at.Name, Type: at.Type, Size: at.Size})
	}
	return t, nil
}

func side(citizen bool) string {
	if citizen {
		return "citizen"
	}
	return "office"
}

// messageDoor is the door of a message: that one is forced to withdraw has its own.
func messageDoor(c *fiber.Ctx) string {
	var in struct {
		Forced bool `json:"forced"`
	}
	if body := c.BodyRaw(); len(body) <= MaxJSON && json.Unmarshal(body, &in) == nil && in.Forced {
		return DoorForced
	}
	return DoorWrite // what is no JSON is refused behind it
}

func (a *API) message(c *fiber.Ctx) error {
	var in struct {
		Text   string `json:"text" validate:"required_without=Forced"`
		Forced bool   `json:"forced"` // he is forced to withdraw
	}
	if err := read(c, &in); err != nil {
		return err
	}
	if in.Forced {
		return created(c)(a.Desk.WriteForced(c.UserContext(), c.Params("code"), in.Text))
	}
	return created(c)(a.Desk.Write(c.UserContext(), c.Params("code"), in.Text))
}

func (a *API) satisfaction(c *fiber.Ctx) error {
	var in struct {
		Score   int    `json:"score" validate:"required"`
		Comment string `json:"comment"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	return created(c)(a.Desk.Rate(c.UserContext(), c.Params("code"), in.Score, in.Comment))
}

func (a *API) notice(c *fiber.Ctx) error {
	var in struct {
		Email   string                `json:"email"` // nothing of the three for no more
		Phone   string                `json:"phone"`
		Zalo    bool                  `json:"zalo"` // to the number by Zalo instead of SMS
		Push    *webpush.Subscription `json:"push"`
		Knowing bool                  `json:"knowing"` // of a denunciation: its sender knows the risk
	}
	if err := read(c, &in); err != nil {
		return err
	}
	wish := WishOf(in.Email, in.Phone, in.Knowing)
	if in.Zalo && wish.Way == casework.WaySMS {
		wish.Way = casework.WayZNS
	}
	if in.Push != nil {
		given, err := json.Marshal(in.Push)
		if err != nil {
			return err
		}
		if wish.Reach, err = PushReach(a.Push, string(given)); err != nil {
			return err
		}
	}
	return created(c)(a.Desk.TellAt(c.UserContext(), c.Params("code"), wish))
}

// PushReach is the browser that gave a subscription; one that no browser gives, or that leads inside, is refused.
func PushReach(s *webpush.Sender, given string) (casework.Reach, error) {
	if s != nil {
		if _, err := s.Read(given); err == nil {
			return casework.Reach{Way: casework.WayPush, To: given}, nil
		}
	}
	return casework.Reach{}, &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"way": "error.field.push"}}
}

func (a *API) withdraw(c *fiber.Ctx) error {
	var in struct {
		Reason string `json:"reason"`
		Second string `json:"second"` // of a denunciation
	}
	if len(c.BodyRaw()) > 0 {
		if err := read(c, &in); err != nil {
			return err
		}
	}
	return created(c)(a.Desk.Withdraw(c.UserContext(), c.Params("code"), casework.Wish{Reason: in.Reason, Second: in.Second}))
}

// created answers what a citizen's change made of his case.
func created(c *fiber.Ctx) func(*casework.Case, error) error {
	return func(cs *casework.Case, err error) error {
		if err != nil {
			return err
		}
		return c.Status(fiber.StatusCreated).JSON(fiber.Map{"reference": cs.Ref, "status": cs.State.Status()})
	}
}

func (a *API) rate(c *fiber.Ctx) error {
	var in struct {
		Counter  string         `json:"counter" validate:"required"`
		Score    int            `json:"score" validate:"required"`
		Criteria map[string]int `json:"criteria"`
		Comment  string         `json:"comment"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	id, err := a.sticker(c, in.Counter)
	if err != nil {
		return err
	}
	visit, err := keyOf(c)
	if err != nil {
		return err
	}
	r, err := a.Book.Record(c.UserContext(), rating.Ballot{
		Visit: visit, Counter: id, Score: in.Score, Criteria: in.Criteria, Comment: in.Comment,
	})
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(fiber.Map{"id": r.ID})
}

func (a *API) counter(c *fiber.Ctx) error {
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	k, err := a.Stickers.Read(o, c.Params("token"))
	if err != nil {
		return err
	}
	l := lang(c)
	u, _ := o.Unit(k.Unit)
	services, links := make([]fiber.Map, 0, len(k.Services)), make([]fiber.Map, 0, len(k.Links))
	for _, s := range k.Services {
		services = append(services, fiber.Map{"name": s.Name.In(l), "time": s.Time.In(l), "fee": s.Fee.In(l), "law": s.Law, "url": s.URL})
	}
	for _, s := range k.Links {
		links = append(links, fiber.Map{"name": s.Name.In(l), "url": s.URL})
	}
	return c.JSON(fiber.Map{"name": k.Name.In(l), "unit": named{ID: u.ID, Name: u.Name.In(l)}, "services": services, "links": links})
}

// WishOf is how somebody who typed these wants to be told.
func WishOf(email, phone string, knowing bool) casework.TellWish {
	w := casework.TellWish{Reach: casework.Reach{Way: casework.WayMail, To: email}, Knowing: knowing}
	if email == "" && phone != "" {
		w.Reach = casework.Reach{Way: casework.WaySMS, To: phone}
	}
	return w
}
