package web

import "github.com/gofiber/fiber/v2"

// switchLanguage keeps the visitor's choice and returns to the page he came from.
func (s *Server) switchLanguage(c *fiber.Ctx) error {
	l := c.FormValue("lang")
	if l == "vi" || l == "en" {
		s.setCookie(c, langCookie, l, s.Now().AddDate(1, 0, 0))
	}
	return lead(c, c.FormValue("back"))
}
