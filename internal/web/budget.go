package web

import (
	"cmp"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/limit"
)

// An honest counter serves some two hundred citizens an hour, all behind the address of the office, so an address alone may do
// that much without being asked anything. Beyond it every request brings a proof, and beyond what proofs open it waits. A
// device has less, a counter and the whole instance more; a counter keeps its own share when others are flooded.
func hourly(n, burst int) limit.Rate { return limit.Every(n, time.Hour, burst) }

// doors is the table of what strangers may do: per hour, with the burst in the second place.
var doors = []limit.Door{
	{Name: api.DoorFile, Rules: []limit.Rule{
		{Scope: limit.Client, Free: hourly(240, 60), Most: hourly(600, 60)},
		{Scope: limit.Device, Free: hourly(60, 20), Most: hourly(300, 30)},
		{Scope: limit.Place, Free: hourly(400, 100), Most: hourly(1200, 200), Reserved: true},
		{Scope: limit.Instance, Free: hourly(1500, 400), Most: hourly(6000, 1000)},
	}},
	{Name: api.DoorRate, Rules: []limit.Rule{
		{Scope: limit.Client, Free: hourly(800, 150), Most: hourly(1200, 150)}, // two requests a visit: the tap and the answers
		{Scope: limit.Device, Free: hourly(60, 20), Most: hourly(300, 30)},
		{Scope: limit.Place, Free: hourly(800, 150), Most: hourly(1200, 200), Reserved: true},
		{Scope: limit.Instance, Free: hourly(3000, 600), Most: hourly(12000, 2000)},
	}},
	{Name: api.DoorWrite, Rules: []limit.Rule{
		{Scope: limit.Client, Free: hourly(400, 100), Most: hourly(800, 100)},
		{Scope: limit.ClientThere, Free: hourly(40, 14), Most: hourly(130, 26)},           // nobody at one address has more than two thirds of
		{Scope: limit.Place, Free: hourly(60, 20), Most: hourly(200, 40), Reserved: true}, // the place, which is the case
		{Scope: limit.Instance, Free: hourly(3000, 600), Most: hourly(12000, 2000)},
	}},
	{Name: api.DoorNotice, Rules: []limit.Rule{
		{Scope: limit.Client, Free: hourly(120, 40), Most: hourly(240, 40)},
		{Scope: limit.ClientThere, Free: hourly(20, 14), Most: hourly(40, 20)},
		{Scope: limit.Place, Free: hourly(30, 20), Most: hourly(60, 30), Reserved: true},
		{Scope: limit.Instance, Free: hourly(1500, 300), Most: hourly(6000, 1000)},
	}},
	{Name: api.DoorForced, Rules: []limit.Rule{
		{Scope: limit.ClientThere, Free: hourly(4, 2), Most: hourly(12, 4)},
		{Scope: limit.Place, Free: hourly(6, 3), Most: hourly(18, 6), Reserved: true},
		{Scope: limit.Instance, Free: hourly(600, 100), Most: hourly(2400, 400)},
	}},
	{Name: api.DoorUpload, Rules: []limit.Rule{
		{Scope: limit.Client, Free: hourly(400, 100), Most: hourly(800, 100)},
		{Scope: limit.Place, Free: hourly(60, 30), Most: hourly(120, 30), Reserved: true},
		{Scope: limit.Instance, Free: hourly(2000, 400), Most: hourly(6000, 1000)},
	}},
	{Name: api.DoorCode, Rules: []limit.Rule{ // wrong codes only
		{Scope: limit.Client, Free: hourly(120, 30), Most: hourly(240, 30)},
		{Scope: limit.Instance, Free: hourly(6000, 1000), Most: hourly(6000, 1000)},
	}},
	{Name: api.DoorSignIn, Rules: []limit.Rule{ // failed ones only, on devices that are not known
		{Scope: limit.Client, Free: hourly(120, 30)}, // beyond it each costs a proof; who guesses shuts out nobody behind the same address
		{Scope: limit.Device, Free: hourly(60, 20), Most: hourly(120, 30)},
		{Scope: limit.Instance, Free: hourly(3000, 300)}, // nor anybody else
	}},
	{Name: api.DoorSingle, Rules: []limit.Rule{ // an address at a time: who makes up codes shuts out nobody elsewhere
		{Scope: limit.Client, Free: hourly(600, 60), Most: hourly(600, 60)},
	}},
	{Name: api.DoorKiosk, Rules: []limit.Rule{ // the place is the tablet; it sends on its own what it could not send
		{Scope: limit.Place, Free: hourly(600, 200)},
		{Scope: limit.Instance, Free: hourly(12000, 4000)},
	}},
	{Name: api.DoorHook, Rules: []limit.Rule{ // the place is the channel; who lacks its secret never comes here
		{Scope: limit.Place, Free: hourly(1200, 400)},
	}},
	{Name: api.DoorOpen311, Rules: []limit.Rule{ // the place is the key's; who has none never comes here
		{Scope: limit.Place, Free: hourly(1200, 400)},
	}},
	{Name: api.DoorLook, Rules: []limit.Rule{ // a program asks for news every few minutes
		{Scope: limit.Client, Free: hourly(1200, 200)},
		{Scope: limit.Instance, Free: hourly(12000, 2000)},
	}},
	{Name: api.DoorVouch, Rules: []limit.Rule{ // a counter serves one citizen a minute at most
		{Scope: limit.Client, Free: hourly(240, 12)},
		{Scope: limit.ClientThere, Free: hourly(40, 4)}, // the office's own address has two thirds, and so has a stranger
		{Scope: limit.Place, Free: hourly(60, 6)},
	}},
}

// The budget's own measures.
const (
	rememberedKeys = 100_000 // of each scope: some 6 MB when full
	proofBelow     = 50_000  // 25,000 hashes on average: under two seconds on an old phone
	proofLasts     = time.Hour
)

// openGate makes the budget. factor is how many times a commune this installation serves.
func (s *Server) openGate(factor float64) (*api.Gate, error) {
	scaled := make([]limit.Door, 0, len(doors))
	for _, d := range doors {
		rules := make([]limit.Rule, 0, len(d.Rules))
		for _, r := range d.Rules {
			r.Free, r.Most = r.Free.Times(factor), r.Most.Times(factor)
			rules = append(rules, r)
		}
		scaled = append(scaled, limit.Door{Name: d.Name, Rules: rules})
	}
	budget, err := limit.New(scaled, rememberedKeys, s.Now)
	if err != nil {
		return nil, err
	}
	proxies, err := limit.ParseProxies(s.Proxies)
	if err != nil {
		return nil, err
	}
	return &api.Gate{
		Budget: budget, Prover: &limit.Prover{MAC: s.MAC, Most: proofBelow, Lasts: proofLasts, Now: s.Now}, Proxies: proxies,
		Device: func(c *fiber.Ctx) string { return c.Cookies(visitorCookie) },
	}, nil
}

// door is the budget of a form: its name and where it enters.
type door struct {
	name  string
	place func(c *fiber.Ctx) string
	other func(c *fiber.Ctx) string // the door of this very form, where its fields tell; nil or "" is name
}

// of is the door of a form that has been read.
func (d door) of(c *fiber.Ctx) string {
	if d.other == nil {
		return d.name
	}
	return cmp.Or(d.other(c), d.name)
}

// The doors of the pages, and where one enters through them.
func (s *Server) filing() door   { return door{name: api.DoorFile, place: s.atCounter} }
func (s *Server) rating() door   { return door{name: api.DoorRate, place: s.atCounter} }
func (s *Server) writing() door  { return door{name: api.DoorWrite, place: s.atCase} }
func (s *Server) noticing() door { return door{name: api.DoorNotice, place: s.atCase} }
func (s *Server) messaging() door {
	return door{name: api.DoorWrite, place: s.atCase, other: func(c *fiber.Ctx) string {
		return map[bool]string{true: api.DoorForced}[c.FormValue("forced") == "yes"]
	}}
}
func (s *Server) appealing() door { return door{name: api.DoorFile, place: s.atCase} }
func (s *Server) adding() door    { return door{name: api.DoorUpload, place: s.atReceipt} }

// atCase is the case whose code came along. A wrong code is no place: the page that looks for it counts it.
func (s *Server) atCase(c *fiber.Ctx) string { return s.placeOf(c, codeOf(c)) }

func (s *Server) atReceipt(c *fiber.Ctx) string { return s.placeOf(c, c.FormValue("code")) }

func (s *Server) placeOf(c *fiber.Ctx, code string) string {
	f, err := s.Desk.Follow(c.UserContext(), code)
	if err != nil {
		return ""
	}
	return api.PlaceOf(f.Case)
}

// atCounter is the counter whose sticker stands in the address.
func (s *Server) atCounter(c *fiber.Ctx) string {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return ""
	}
	k, err := s.Stickers.Read(o, c.Params("token"))
	if err != nil {
		return ""
	}
	return k.Place()
}

// ask lets a form through its door; otherwise the error brings the question to the page that shows the form again.
func (s *Server) ask(c *fiber.Ctx, d door) error {
	err := s.api.Gate.Ask(c, d.of(c), d.place(c))
	if err == nil {
		return nil
	}
	if f := api.FaultOf(err); f.Question != nil {
		c.Locals(questionKey, f.Question)
	}
	return err
}

const questionKey = "question"

// foresee puts the question into a form before it is filled in, when sending it would ask for one.
func (s *Server) foresee(c *fiber.Ctx, d door) error {
	if c.Locals(questionKey) != nil {
		return nil
	}
	q, err := s.api.Gate.Foresee(c, d.name, d.place(c))
	if err == nil && q != nil {
		c.Locals(questionKey, q)
	}
	return err
}

// questionOf is the question of the form on this page, or nil.
func questionOf(c *fiber.Ctx) *api.Question {
	q, _ := c.Locals(questionKey).(*api.Question)
	return q
}

// guessed counts a code that no case has, and says what the page answers. Other errors, and none, stay what they are.
func (s *Server) guessed(c *fiber.Ctx, err error) error {
	if err == nil || casework.CodeOf(err) != casework.NotFound {
		return err
	}
	err = s.api.Gate.Wrong(c, err)
	if q := api.FaultOf(err).Question; q != nil {
		c.Locals(questionKey, q)
	}
	return err
}
