package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/pkg/localpath"
)

// lead answers that the browser goes on at a page of ours (303). It is the only redirect there is but leadOff: whatever an address is
// made of, it stays within this service, and what cannot be made a clean one leads to the first page.
func lead(c *fiber.Ctx, address string) error {
	clean, ok := localpath.Clean(address)
	if !ok {
		clean = "/"
	}
	return c.Redirect(clean, http.StatusSeeOther) //nolint:forbidigo // the one place, after cleaning
}

// leadOff leads to the harmless page of another site that the installation chose. No request has a say in where that is.
func (s *Server) leadOff(c *fiber.Ctx) error {
	if s.Exit == "" {
		return lead(c, "/")
	}
	return c.Redirect(s.Exit, http.StatusSeeOther) //nolint:forbidigo // configured, nothing of the request is in it
}

// leadToProvider leads to where somebody says who he is: an address that the configured provider of single sign-on has told.
func leadToProvider(c *fiber.Ctx, address string) error {
	return c.Redirect(address, http.StatusSeeOther) //nolint:forbidigo // the provider's own, nothing that the request says leads anywhere
}

// staffPage is the address if it is one of the staff's pages, else their first page, so that a sign-in leads nowhere else.
func staffPage(address string) string { return localpath.Within("/staff", address) }
