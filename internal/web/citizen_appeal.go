package web

import (
	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
)

// MayAppeal reports whether the law offers a further complaint or denunciation now.
func (p trackPage) MayAppeal() bool { return casework.MayAppeal(p.Seen.Case, p.Now) }

// AppealIsLate reports whether a second complaint would come after its time now.
func (p trackPage) AppealIsLate() bool { return casework.AppealIsLate(p.Seen.Case, p.Now) }

// showAppeal is the form for a second complaint (khiếu nại lần hai) or a further denunciation (tố cáo tiếp).
func (s *Server) showAppeal(c *fiber.Ctx) error {
	return s.aboutCase(c, "citizen/appeal", nil)
}

func (s *Server) appealAgain(c *fiber.Ctx, problem error) error {
	return s.aboutCase(c, "citizen/appeal", problem)
}

func (s *Server) appeal(c *fiber.Ctx) error {
	filed, err := s.Desk.Appeal(c.UserContext(), codeOf(c), casework.Draft{
		Subject: c.FormValue("subject"), Body: c.FormValue("text"), Channel: "web",
	})
	if err != nil {
		return s.aboutCase(c, "citizen/appeal", err)
	}
	if err := s.setReceipt(c, filed.Code.String()); err != nil {
		return err
	}
	return lead(c, "/receipt")
}
