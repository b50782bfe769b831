package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// letter is a paper on a case, as programs see it.
type letter struct {
	ID       string     `json:"id"`
	Type     string     `json:"type"`
	State    string     `json:"state"`
	Number   int        `json:"number,omitempty"`
	Symbol   string     `json:"symbol,omitempty"`
	Subject  string     `json:"subject"`
	Text     string     `json:"text"`
	Outcome  string     `json:"outcome,omitempty"`
	Remark   string     `json:"remark,omitempty"`
	Signer   string     `json:"signer,omitempty"`
	SignedAt *time.Time `json:"signed_at,omitempty"`
	SentAt   *time.Time `json:"sent_at,omitempty"`
	Version  int64      `json:"version"`
}

func letterOf(p *casework.Paper) letter {
	text := p.Said.Text // with its places, to be written on
	if p.SignedAt != nil {
		text = p.Said.Open()
	}
	return letter{
		ID: p.Name, Type: p.Type, State: string(p.State), Number: p.Number, Symbol: p.Symbol, Subject: p.Said.Subject, Text: text, Outcome: p.Said.Outcome,
		Remark: p.Said.Remark, Signer: p.Signer, SignedAt: p.SignedAt, SentAt: p.SentAt, Version: p.V,
	}
}

// letterRoutes are the calls of a paper's life.
func (a *API) letterRoutes(r fiber.Router) {
	r.Get("/staff/cases/:ref/letters", a.reads(a.letters))
	r.Post("/staff/cases/:ref/letters", a.writes(a.newLetter))
	r.Get("/staff/cases/:ref/letters/:file", a.reads(a.LetterFile))
	r.Put("/staff/cases/:ref/letters/:id", a.writes(a.writeLetter))
	r.Post("/staff/cases/:ref/letters/:id/submit", a.writes(a.submitLetter))
	r.Post("/staff/cases/:ref/letters/:id/drop", a.writes(a.dropLetter))
	r.Post("/staff/cases/:ref/letters/:id/sign", a.staff(a.signLetter))
	r.Post("/staff/cases/:ref/letters/:id/send", a.staff(a.sendLetter))
	r.Post("/staff/cases/:ref/letters/:id/void", a.staff(a.voidLetter))
}

func (a *API) letters(c *fiber.Ctx, who office.Staff) error {
	it, ps, err := a.Desk.PapersOn(c.UserContext(), who, c.Params("ref"))
	if err != nil {
		return err
	}
	items := make([]letter, 0, len(ps))
	for _, p := range ps {
		items = append(items, letterOf(p))
	}
	return c.JSON(fiber.Map{"items": items, "types": it.PaperTypes()})
}

// typedLetter is what a call brings of a paper's words.
type typedLetter struct {
	Type    string `json:"type"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	Outcome string `json:"outcome"`
}

// newLetter begins a paper with the text that the table has for its type, or with the caller's own. Where one of the type is not sent
// yet, it is that one, and nothing is written.
func (a *API) newLetter(c *fiber.Ctx, who office.Staff) error {
	var in typedLetter
	if err := read(c, &in); err != nil {
		return err
	}
	ref := c.Params("ref")
	o, v, err := a.openedFor(c.UserContext(), who, ref)
	if err != nil {
		return err
	}
	_, ps, err := a.Desk.PapersOn(c.UserContext(), who, ref)
	if err != nil {
		return err
	}
	for _, p := range ps {
		if p.Type == in.Type && !p.State.Done() {
			return a.oneLetter(c, http.StatusOK, p)
		}
	}
	said := casework.Wording{Subject: in.Subject, Text: in.Text, Outcome: in.Outcome}
	if begun := a.Begin(o, v, in.Type); in.Text == "" {
		said.Text = begun.Text
		if in.Subject == "" {
			said.Subject = begun.Subject
		}
	}
	p, err := a.Desk.WritePaper(c.UserContext(), who, casework.Written{Ref: ref, Type: in.Type, Said: said})
	if err != nil {
		return err
	}
	return a.oneLetter(c, http.StatusCreated, p)
}

func (a *API) oneLetter(c *fiber.Ctx, status int, p *casework.Paper) error {
	c.Set(fiber.HeaderETag, etag(int(p.V)))
	return c.Status(status).JSON(letterOf(p))
}

// seenLetter is the paper of the address; a caller that says which version he saw gets no other.
func (a *API) seenLetter(c *fiber.Ctx, who office.Staff) (*casework.Case, *casework.Paper, error) {
	it, p, err := a.Desk.Paper(c.UserContext(), who, c.Params("ref"), c.Params("id"))
	if err != nil {
		return nil, nil, err
	}
	if c.Get(fiber.HeaderIfMatch) == "" {
		return it, p, nil
	}
	v, err := revision(c)
	if err == nil && int64(v) != p.V {
		err = &FaultError{Status: http.StatusConflict, Key: "error.draft_stale"}
	}
	return it, p, err
}

// writeLetter changes the words of a paper; it names the version that was seen.
func (a *API) writeLetter(c *fiber.Ctx, who office.Staff) error {
	if _, err := revision(c); err != nil {
		return err
	}
	var in typedLetter
	if err := read(c, &in); err != nil {
		return err
	}
	_, p, err := a.seenLetter(c, who)
	if err != nil {
		return err
	}
	p, err = a.Desk.WritePaper(c.UserContext(), who, casework.Written{
		Ref: c.Params("ref"), Type: p.Type, V: p.V, Said: casework.Wording{Subject: in.Subject, Text: in.Text, Outcome: in.Outcome}, Files: p.Files,
	})
	if err != nil {
		return err
	}
	return a.oneLetter(c, http.StatusOK, p)
}

// writtenNow is the paper as it stands.
func writtenNow(ref string, p *casework.Paper) casework.Written {
	return casework.Written{Ref: ref, Type: p.Type, V: p.V, Said: p.Said, Files: p.Files}
}

func (a *API) submitLetter(c *fiber.Ctx, who office.Staff) error {
	it, p, err := a.seenLetter(c, who)
	if err != nil {
		return err
	}
	if err := over(p); err != nil {
		return err
	}
	if p.State == casework.PaperDraft {
		if _, err := a.Desk.HandIn(c.UserContext(), who, it.Rev(), writtenNow(it.Ref, p)); err != nil {
			return err
		}
	}
	return a.letterNow(c, who, p.Name)
}

// over answers who goes on with a paper that was voided, or with a draft that was dropped.
func over(p *casework.Paper) error {
	switch p.State {
	case casework.PaperVoid:
		return &FaultError{Status: http.StatusConflict, Key: "error.paper_void"}
	case casework.PaperDropped:
		return &FaultError{Status: http.StatusConflict, Key: "error.paper_dropped"}
	default:
		return nil
	}
}

// dropLetter puts a draft away that nobody will sign, and answers with it.
func (a *API) dropLetter(c *fiber.Ctx, who office.Staff) error {
	it, p, err := a.seenLetter(c, who)
	if err != nil {
		return err
	}
	if err := a.Desk.Drop(c.UserContext(), who, writtenNow(it.Ref, p), p.Name); err != nil {
		return err
	}
	return a.letterNow(c, who, p.Name)
}

// signLetter signs the words as they are kept: a program that read them has seen them.
func (a *API) signLetter(c *fiber.Ctx, who office.Staff) error {
	it, p, err := a.seenLetter(c, who)
	if err != nil {
		return err
	}
	if err := over(p); err != nil {
		return err
	}
	if !p.State.Done() {
		f := casework.Final{Written: writtenNow(it.Ref, p), Rev: it.Rev()}
		if _, _, f.Seen, err = a.Desk.Preview(c.UserContext(), who, f); err != nil {
			return err
		}
		if _, _, err := a.Desk.Sign(c.UserContext(), who, f); err != nil {
			return err
		}
	}
	return a.letterNow(c, who, p.Name)
}

func (a *API) sendLetter(c *fiber.Ctx, who office.Staff) error {
	it, p, err := a.seenLetter(c, who)
	if err != nil {
		return err
	}
	if _, p, err = a.Desk.Send(c.UserContext(), who, it.Ref, it.Rev(), p.Name); err != nil {
		return err
	}
	return a.oneLetter(c, http.StatusOK, p)
}

// voidLetter takes a signed letter back that did not go out, and answers with the draft that begins with its words.
func (a *API) voidLetter(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	it, p, err := a.seenLetter(c, who)
	if err != nil {
		return err
	}
	next, err := a.Desk.Void(c.UserContext(), who, writtenNow(it.Ref, p), p.Name, in.Reason)
	if err != nil {
		return err
	}
	return a.oneLetter(c, http.StatusOK, next)
}

// letterNow answers with the paper as it is after the call.
func (a *API) letterNow(c *fiber.Ctx, who office.Staff, name string) error {
	_, p, err := a.Desk.Paper(c.UserContext(), who, c.Params("ref"), name)
	if err != nil {
		return err
	}
	return a.oneLetter(c, http.StatusOK, p)
}

// LetterFile hands out the paper as a file for printing, or one to be worked on; for pages and programs alike.
func (a *API) LetterFile(c *fiber.Ctx, who office.Staff) error {
	name, ending, _ := strings.Cut(c.Params("file"), ".")
	if ending != "pdf" && ending != "docx" {
		return fiber.ErrNotFound
	}
	reads := a.Desk.ReadPaper
	if sessionOf(c).Token() { // a program is shown nobody
		reads = a.Desk.Paper
	}
	it, p, err := reads(c.UserContext(), who, c.Params("ref"), name)
	if err != nil {
		return err
	}
	if sessionOf(c).Token() {
		p = p.Nameless(it)
	}
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	draw, mime := a.Letter(o, it, p).PDF, "application/pdf"
	if ending == "docx" {
		draw, mime = a.Letter(o, it, p).Docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	}
	raw, err := draw()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	Download(c, it.Ref+"-"+p.Name+"."+ending)
	c.Set(fiber.HeaderContentType, mime)
	return c.Send(raw)
}
