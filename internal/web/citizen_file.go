package web

import (
	"maps"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
)

// filePage is the form of one kind. Form holds what was typed, Wrong a message key beside each field.
type filePage struct {
	counterPage
	Form       fileForm
	Asks       asks
	Categories []office.Category
	Units      []accusedUnit  // whom it may be about, to choose from
	Files      bool           // attachments can be kept
	TellWays   []casework.Way // by which he can be told of each step
	Phrase     bool           // a passphrase can be set, and will open something
	Wrong      map[string]string
	Key        string // error of the whole form
	seal       string
}

// asks is which questions the form of a kind has beyond subject and body: what the law or the work needs, nothing else.
type asks struct {
	Note, Accused, About, When, Place, Category, Evidence, Home bool
}

var asksOf = map[law.Kind]asks{
	law.Feedback:     {When: true, Place: true, Category: true},
	law.Praise:       {About: true},
	law.Petition:     {Place: true, Category: true, Home: true},
	law.Complaint:    {Note: true, Accused: true, About: true, When: true, Category: true, Evidence: true},
	law.Denunciation: {Note: true, Accused: true, About: true, When: true, Place: true, Category: true, Evidence: true},
}

// Script keeps drafts, shrinks photos and sends later what the network would not take now.
func (filePage) Script() string { return "citizen.js" }

// Installs is off: the form loads no more than it must.
func (filePage) Installs() bool { return false }

// Lean is on for the same reason.
func (filePage) Lean() bool { return true }

// Accept lists what may be attached, for the phone's own file dialog.
func (filePage) Accept() string {
	return "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf,.docx,video/mp4,audio/mpeg,audio/mp4,.m4a"
}

// Problem returns the message for a field, or "".
func (p filePage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// NeedsIdentity reports whether this kind is resolved only with name and address.
func (p filePage) NeedsIdentity() bool { return law.Kind(p.Form.Kind).NeedsIdentity() }

// Contests lists what a complaint may be against; other kinds contest nothing.
func (p filePage) Contests() []office.Contested {
	if law.Kind(p.Form.Kind) != law.Complaint {
		return nil
	}
	return office.ContestedByComplaint()
}

// ContactOpen opens the optional questions about the sender when something stands in them.
func (p filePage) ContactOpen() bool {
	f := p.Form
	return f.Name+f.Phone+f.Email+f.Home != ""
}

// showForm shows the form of the kind asked for, or the kinds to choose from.
func (s *Server) showForm(c *fiber.Ctx) error {
	if !law.Kind(c.Query("kind")).Known() {
		return s.showChoose(c)
	}
	if err := s.foresee(c, s.filing()); err != nil {
		return err
	}
	p, err := s.counterPage(c, "page.file."+c.Query("kind"))
	if err != nil {
		return err
	}
	kind := law.Kind(c.Query("kind"))
	page, err := s.filePage(c, p, fileForm{Key: token(), Kind: string(kind), Shared: onSharedPhone(c, kind)})
	if err != nil {
		return err
	}
	return s.render(c, "citizen/file", page)
}

func (s *Server) filePage(c *fiber.Ctx, p counterPage, form fileForm) (filePage, error) {
	form.Once = token()
	s.listens(c, !law.Kind(form.Kind).Secret())
	out := filePage{
		seal:        s.seal(c, form),
		counterPage: p, Form: form, Asks: asksOf[law.Kind(form.Kind)], Categories: p.office.Categories(), Files: s.Attachments != nil,
		Phrase: s.Desk.PhraseOpens(law.Kind(form.Kind)),
	}
	for _, w := range []casework.Way{casework.WayMail, casework.WaySMS, casework.WayZNS} {
		if s.Desk.Tells(w) {
			out.TellWays = append(out.TellWays, w)
		}
	}
	o, err := s.Offices.Office(c.UserContext())
	if err == nil && out.Asks.Accused {
		out.Units = accusedUnits(o, p.Counter.Unit, lang(c))
	}
	return out, err
}

// file takes the form in: the case first, durably, then its files. A mistake brings the form back with all that was typed;
// success leads to the receipt, which tells of files that were refused.
func (s *Server) file(c *fiber.Ctx) error {
	form := readFileForm(c)
	p, err := s.counterPage(c, "page.choose.all")
	if err != nil {
		return err
	}
	kind := law.Kind(form.Kind)
	if !kind.Known() {
		c.Status(http.StatusUnprocessableEntity)
		return s.showChoose(c)
	}
	p.Title, p.Path = p.T("page.file."+form.Kind), "/q/"+p.Token+"/file?kind="+form.Kind
	s.rememberPhone(c, form)
	form.used = s.used(c, form.Once)
	if !watched(c) {
		s.use(c, form.Once)
	}
	if len(form.Key) < casework.MinKey { // our own forms have longer ones
		form.Key = token()
	}
	draft := form.draft(p.Counter, lang(c), p.T("form.when."+form.Kind+".line"))
	if missing := form.missing(kind); len(missing) > 0 { // what the desk will miss too is told in the same breath
		if err := s.Desk.Check(c.UserContext(), draft); err != nil {
			maps.Copy(missing, api.FaultOf(err).Fields)
		}
		return s.fileAgain(c, p, form, &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: missing})
	}
	filed, err := s.Desk.Submit(c.UserContext(), draft)
	if err != nil {
		return s.fileAgain(c, p, form, err)
	}
	if filed.Replay && form.used { // sent again from an old page: whoever did that has not seen the receipt
		return lead(c, "/receipt")
	}
	code := filed.Code.String()
	if err := s.setReceipt(c, code); err != nil {
		return err
	}
	s.tellRefused(c, s.keepFiles(c, code, form.Evidence))
	if watched(c) {
		s.use(c, form.Once)
		c.Set("X-Lead", "/receipt")
		return c.SendStatus(http.StatusNoContent)
	}
	return lead(c, "/receipt")
}

// watched reports whether a script sends the form, to show how far its files are. It goes on by itself, and lets the browser send again
// what was not taken.
func watched(c *fiber.Ctx) bool { return c.Get("X-Progress") != "" }

// fileForged brings back a form whose token is stale.
func (s *Server) fileForged(c *fiber.Ctx, problem error) error {
	form := readFileForm(c)
	form.used = s.used(c, form.Once)
	p, err := s.counterPage(c, "page.choose.all")
	if err != nil {
		return err
	}
	if !law.Kind(form.Kind).Known() {
		return problem
	}
	p.Title, p.Path = p.T("page.file."+form.Kind), "/q/"+p.Token+"/file?kind="+form.Kind
	return s.fileAgain(c, p, form, problem)
}

func (s *Server) fileAgain(c *fiber.Ctx, p counterPage, form fileForm, err error) error {
	f := api.FaultOf(err)
	if f.Status >= http.StatusInternalServerError && f.Status != http.StatusServiceUnavailable && f.Status != http.StatusInsufficientStorage {
		return err
	}
	if form.used && form.private() {
		form = fileForm{Kind: form.Kind, Shared: form.Shared}
		f = &api.FaultError{Status: http.StatusConflict, Key: "error.form_used"}
	}
	if f.Key == "error.key_reused" { // he went back and wrote something else: that is another letter
		form.Key = ""
		f = &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.sent_before"}
	}
	if form.Key == "" {
		form.Key = token()
	}
	if err := s.foresee(c, s.filing()); err != nil {
		return err
	}
	c.Status(f.Status)
	page, err := s.filePage(c, p, form)
	if err != nil {
		return err
	}
	page.Question = questionOf(c)
	page.Wrong, page.Key = f.Fields, f.Key
	page.Title = p.T("form.mistake_title", "title", p.Title)
	return s.render(c, "citizen/file", page)
}
