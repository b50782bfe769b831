package web

import (
	"encoding/json"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/web/api"
)

// MayErase reports whether the citizen may have his name and address erased.
func (p trackPage) MayErase() bool { return p.Seen.Case.MayForget() }

// dataPage shows what the office holds of a case: without who sent it until somebody knows a second thing.
type dataPage struct {
	trackPage
	Held casework.Held
}

// Script asks for the page anew when a browser held it in memory.
func (dataPage) Script() string { return "citizen.js" }

// Also prints the page.
func (dataPage) Also() string { return "print.js" }

// showData shows what the code alone opens; with ?as=file as a file.
func (s *Server) showData(c *fiber.Ctx) error { return s.dataPage(c, nil, nil) }

// dataAgain shows it again with the mistake of its form.
func (s *Server) dataAgain(c *fiber.Ctx, problem error) error { return s.dataPage(c, nil, problem) }

// openData shows everything to somebody who knows the second thing.
func (s *Server) openData(c *fiber.Ctx) error {
	h, err := s.Desk.HoldWhole(c.UserContext(), codeOf(c), c.FormValue("second"))
	if err != nil {
		return s.dataPage(c, nil, err)
	}
	return s.dataPage(c, &h, nil)
}

// dataPage renders what is held; held is what was opened, nil for what the code alone opens.
func (s *Server) dataPage(c *fiber.Ctx, held *casework.Held, problem error) error {
	f, err := s.follow(c, codeOf(c))
	if err != nil {
		return s.wrongCode(c, "", err)
	}
	p := dataPage{trackPage: trackPage{page: s.page(c, "data.title"), Seen: &f}}
	if p.Here, err = s.stay(c, codeOf(c)); err != nil {
		return err
	}
	fault, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key, p.Wrong = fault.Key, fault.Fields
	if held == nil {
		h, err := s.Desk.Hold(c.UserContext(), codeOf(c))
		if err != nil {
			return err
		}
		h = h.Mask()
		held = &h
	}
	p.Held = *held
	if c.FormValue("as", c.Query("as")) == "file" && problem == nil {
		return p.sendHeld(c)
	}
	return s.render(c, "citizen/data", p)
}

// sendHeld hands over what is held as a file, with what happened in words.
func (p dataPage) sendHeld(c *fiber.Ctx) error {
	h := p.Held
	for i, e := range h.Events {
		h.Events[i].Said = p.T("event." + e.What)
	}
	raw, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	api.Download(c, h.Reference+".json")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(raw)
}

// showErase asks once more, and says what erasing means.
func (s *Server) showErase(c *fiber.Ctx) error { return s.eraseAgain(c, nil) }

// eraseAgain shows it with the mistake of its form; a case whose sender cannot be erased has no such page.
func (s *Server) eraseAgain(c *fiber.Ctx, problem error) error {
	return s.aboutCase(c, "citizen/erase", problem)
}

// eraseData erases the citizen's name and address, once he said that he is sure: nobody brings them back.
func (s *Server) eraseData(c *fiber.Ctx) error {
	if c.FormValue("sure") != "yes" {
		return s.eraseAgain(c, &api.FaultError{
			Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"sure": "error.field.sure"},
		})
	}
	if _, err := s.Desk.Forget(c.UserContext(), codeOf(c)); err != nil {
		return s.again(c, err)
	}
	return s.done(c, "erased")
}
