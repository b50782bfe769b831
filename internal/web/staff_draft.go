package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/paper"
	"tiepdan/internal/web/api"
)

// draftPage (dự thảo) is a paper being written beside the letter that it answers: for whoever writes it, and for the head who lets it
// go out.
type draftPage struct {
	casePage
	Type      string
	Paper     *casework.Paper // nil while nothing was kept
	Said      casework.Wording
	V         int64
	Outcomes  []string
	Templates []office.Template
	Own       []casework.Attachment
	Chosen    []string // files that go with it
	Remark    string   // why it was returned
	Saved     bool
	MaySign   bool
	mayVoid   bool
	MayHandIn bool
	Letter    paper.Letter // of a preview
	Seen      string
}

// Script keeps what is typed.
func (draftPage) Script() string { return "paper.js" }

// Goes reports whether a file goes with the paper.
func (p draftPage) Goes(id string) bool { return slices.Contains(p.Chosen, id) }

// PaperName is what a type of paper is called on this case.
func (p casePage) PaperName(typ string) string {
	for _, key := range p.Opened.Case.LetterWords("type", typ) {
		if said := p.T(key); said != key {
			return said
		}
	}
	return typ
}

// PaperState is where a paper stands; what is handed over by a step of its own is not said to be sent.
func (p casePage) PaperState(one *casework.Paper) string {
	if one.State == casework.PaperSent && p.Opened.Case.Issues(one.Type) {
		return p.T("paper.state.issued")
	}
	return p.T("paper.state." + string(one.State))
}

// Issues reports whether the paper is handed over by a step of its own.
func (p draftPage) Issues() bool { return p.Opened.Case.Issues(p.Type) }

// Fixed reports whether the paper is signed, so that its words are as they are.
func (p draftPage) Fixed() bool { return p.Paper != nil && p.Paper.State == casework.PaperSigned }

// Voidable reports whether this person may take the signed paper back.
func (p draftPage) Voidable() bool { return p.Fixed() && p.mayVoid }

// Handed reports whether the draft lies with whoever signs it.
func (p draftPage) Handed() bool { return p.Paper != nil && p.Paper.State == casework.PaperHanded }

// Places are what a template may leave to be filled in.
func (draftPage) Places() []string { return casework.Places() }

// draftFor is the page of the paper of the type that is not sent yet; no type is the one that settles the case.
func (s *Server) draftFor(c *fiber.Ctx) (draftPage, error) {
	shown, err := s.caseFor(c, c.Params("ref"))
	if err != nil {
		return draftPage{}, err
	}
	it, ps, err := s.Desk.PapersOn(c.UserContext(), staffOf(c), it(shown).Ref)
	if err != nil {
		return draftPage{}, err
	}
	p := draftPage{casePage: shown, Type: c.FormValue("type"), Templates: shown.office.TemplatesFor(string(it.Kind)), Own: it.OwnFiles()}
	types := it.PaperTypes()
	if p.Type == "" && len(types) > 0 {
		p.Type = types[0]
	}
	if !slices.Contains(types, p.Type) {
		return p, fiber.ErrNotFound
	}
	p.Outcomes = it.Outcomes(p.Type)
	p.MaySign = s.Desk.MaySign(shown.office, staffOf(c), it, p.Type)
	p.MayHandIn = !it.Settles(p.Type) || slices.ContainsFunc(shown.Opened.Moves, func(m law.Move) bool { return m.Name == "propose" })
	for _, one := range ps {
		if one.Type == p.Type && !one.State.Done() {
			p.Paper, p.Said, p.V, p.Chosen, p.Remark = one, one.Said, one.V, one.Files, one.Said.Remark
		}
	}
	p.mayVoid = p.Paper != nil && s.Desk.MayVoid(shown.office, staffOf(c), it, p.Paper)
	if p.Paper == nil {
		p.Said = s.api.Begin(shown.office, shown.Opened, p.Type)
	}
	if it.State != law.Review && it.Settles(p.Type) {
		p.Remark = cmp.Or(shown.Opened.LastNote("sent_back"), p.Remark)
	}
	p.Title = p.PaperName(p.Type) + " · " + it.Ref
	return p, nil
}

// it is the case of a page.
func it(p casePage) *casework.Case { return p.Opened.Case }

// showsTyped puts what was typed in place of what is kept, with what is wrong with it.
func (p *draftPage) showsTyped(c *fiber.Ctx, problem error) error {
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key, p.Wrong, p.Move, p.Typed = f.Key, f.Fields, "paper", typedArgs(c)
	w := typedPaper(c)
	p.Said, p.V, p.Chosen = w.Said, w.V, w.Files
	return nil
}

// typedPaper is a paper as its form brings it.
func typedPaper(c *fiber.Ctx) casework.Written {
	v, _ := strconv.ParseInt(c.FormValue("v"), 10, 64) // not a number is a stale version
	w := casework.Written{Ref: c.Params("ref"), Type: c.FormValue("type"), V: v, Said: casework.Wording{
		Subject: c.FormValue("subject"), Text: c.FormValue("text"), Outcome: c.FormValue("outcome"),
	}}
	for _, id := range c.Request().PostArgs().PeekMulti("files") {
		w.Files = append(w.Files, string(id))
	}
	return w
}

func formRev(c *fiber.Ctx) int {
	rev, _ := strconv.Atoi(c.FormValue("rev")) // not a number is a stale revision
	return rev
}

func (s *Server) showDraft(c *fiber.Ctx) error {
	p, err := s.draftFor(c)
	if err != nil {
		return err
	}
	p.Saved = c.Query("saved") == "yes"
	return s.render(c, "staff/draft", p)
}

// Droppable reports whether this person may put the draft away.
func (p draftPage) Droppable() bool {
	return p.Paper != nil && (p.Paper.State == casework.PaperDraft || p.Handed() && p.MaySign && !p.Opened.Case.Settles(p.Type))
}

// draft keeps the draft, fills a template in, hands it in, or puts it away.
func (s *Server) draft(c *fiber.Ctx) error {
	w := typedPaper(c)
	switch c.FormValue("do") {
	case "autosave":
		return s.autosave(c, w)
	case "template":
		return s.fillDraft(c)
	case "submit":
		if _, err := s.Desk.HandIn(c.UserContext(), staffOf(c), formRev(c), w); err != nil {
			return s.draftAgain(c, "staff/draft", err)
		}
		return lead(c, "/staff/cases/"+w.Ref)
	case "drop":
		return s.dropDraft(c, w)
	default:
		if _, err := s.Desk.WritePaper(c.UserContext(), staffOf(c), w); err != nil {
			return s.draftAgain(c, "staff/draft", err)
		}
		if c.FormValue("do") == "approve" {
			return lead(c, "/staff/cases/"+w.Ref+"/approve?type="+url.QueryEscape(w.Type))
		}
		return lead(c, "/staff/cases/"+w.Ref+"/draft?saved=yes&type="+url.QueryEscape(w.Type))
	}
}

// dropDraft puts the draft away; the page of the case says so.
func (s *Server) dropDraft(c *fiber.Ctx, w casework.Written) error {
	p, err := s.draftFor(c)
	if err != nil {
		return err
	}
	if p.Paper == nil { // somebody else was first, or nothing was kept yet
		return lead(c, "/staff/cases/"+w.Ref)
	}
	if err := s.Desk.Drop(c.UserContext(), staffOf(c), w, p.Paper.Name); err != nil {
		return s.draftAgain(c, "staff/draft", err)
	}
	return lead(c, "/staff/cases/"+w.Ref)
}

// autosave answers the page's script with the version that is kept now.
func (s *Server) autosave(c *fiber.Ctx, w casework.Written) error {
	kept, err := s.Desk.WritePaper(c.UserContext(), staffOf(c), w)
	if err != nil {
		f := api.FaultOf(err)
		if f.Status >= http.StatusInternalServerError {
			return err
		}
		return c.Status(f.Status).JSON(fiber.Map{"says": s.words(lang(c)).T(f.Key)})
	}
	p := s.words(lang(c))
	return c.JSON(fiber.Map{"v": kept.V, "says": p.T("paper.kept_at", "time", kept.At.In(vietnam).Format("15:04"))})
}

// fillDraft puts a template after what was typed; nothing is kept yet.
func (s *Server) fillDraft(c *fiber.Ctx) error {
	p, err := s.draftFor(c)
	if err != nil {
		return err
	}
	text, err := s.Desk.FillTemplate(c.UserContext(), staffOf(c), c.Params("ref"), c.FormValue("template"))
	if err != nil {
		return s.draftAgain(c, "staff/draft", err)
	}
	if err := p.showsTyped(c, nil); err != nil {
		return err
	}
	if p.Said.Text != "" {
		text = p.Said.Text + "\n\n" + text
	}
	p.Said.Text = text
	return s.render(c, "staff/draft", p)
}

// draftAgain shows the page with all that was typed. Of a draft that somebody else changed meanwhile, both stand on it.
func (s *Server) draftAgain(c *fiber.Ctx, name string, problem error) error {
	p, err := s.draftFor(c)
	if err != nil {
		return err
	}
	if err := p.showsTyped(c, problem); err != nil {
		return err
	}
	if p.Paper != nil && p.Key == "error.draft_stale" {
		p.V = p.Paper.V // he sees the other's words beside his own, and decides
	}
	return s.render(c, name, p)
}

func (s *Server) showApprove(c *fiber.Ctx) error {
	p, err := s.approveFor(c)
	if err != nil {
		return err
	}
	return s.render(c, "staff/approve", p)
}

// approveFor is the page for who may sign.
func (s *Server) approveFor(c *fiber.Ctx) (draftPage, error) {
	p, err := s.draftFor(c)
	if err == nil && !p.MaySign {
		err = &casework.Error{Code: casework.Forbidden, Key: "error.move_forbidden"}
	}
	return p, err
}

// approve shows what would go out, lets it go out, or gives it back.
func (s *Server) approve(c *fiber.Ctx) error {
	w := typedPaper(c)
	f := casework.Final{Written: w, Rev: formRev(c), Seen: c.FormValue("seen")}
	switch c.FormValue("do") {
	case "return":
		return s.returnDraft(c, w)
	case "edit":
		return s.draftAgain(c, "staff/approve", nil)
	case "void":
		return s.voidLetter(c, w)
	case "send":
		if _, _, err := s.Desk.SignAndSend(c.UserContext(), staffOf(c), f); err != nil {
			return s.draftAgain(c, "staff/approve", err)
		}
		return lead(c, "/staff/cases/"+w.Ref)
	default:
		return s.preview(c, f)
	}
}

func (s *Server) preview(c *fiber.Ctx, f casework.Final) error {
	shown, would, seen, err := s.Desk.Preview(c.UserContext(), staffOf(c), f)
	if err != nil {
		return s.draftAgain(c, "staff/approve", err)
	}
	p, err := s.approveFor(c)
	if err != nil {
		return err
	}
	if err := p.showsTyped(c, nil); err != nil {
		return err
	}
	p.Letter, p.Seen, p.Said, p.Chosen = s.api.Letter(p.office, shown, would), seen, would.Said, would.Files
	return s.render(c, "staff/preview", p)
}

func (s *Server) returnDraft(c *fiber.Ctx, w casework.Written) error {
	who, reason := staffOf(c), c.FormValue("reason")
	p, err := s.approveFor(c)
	if err != nil {
		return err
	}
	if it(p.casePage).Settles(w.Type) {
		_, err = s.Desk.Move(c.UserContext(), who, casework.Order{Ref: w.Ref, Rev: formRev(c), Move: "send_back", Args: map[string]string{"reason": reason}})
	} else if p.Paper != nil {
		err = s.Desk.Return(c.UserContext(), who, w, p.Paper.Name, reason)
	}
	if err != nil {
		return s.draftAgain(c, "staff/approve", err)
	}
	return lead(c, "/staff/cases/"+w.Ref)
}

// voidLetter takes back what was signed and did not go out; the next draft, which begins with its words, is shown.
func (s *Server) voidLetter(c *fiber.Ctx, w casework.Written) error {
	p, err := s.approveFor(c)
	if err != nil {
		return err
	}
	if p.Paper == nil {
		return fiber.ErrNotFound
	}
	if _, err := s.Desk.Void(c.UserContext(), staffOf(c), w, p.Paper.Name, c.FormValue("reason")); err != nil {
		return s.draftAgain(c, "staff/approve", err)
	}
	return lead(c, "/staff/cases/"+w.Ref+"/draft?type="+url.QueryEscape(w.Type))
}

// showLetterFile hands out a paper.
func (s *Server) showLetterFile(c *fiber.Ctx) error { return s.api.LetterFile(c, staffOf(c)) }
