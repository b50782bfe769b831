package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/pkg/localpath"
)

// lead answers that the browser goes on at a page of ours (303). It is the only redirect there is: whatever an address is
// made of, it stays within this service, and what cannot be made a clean one leads to the first page.
func lead(c *fiber.Ctx, address string) error {
	clean, ok := localpath.Clean(address)
	if !ok {
		clean = "/"
	}
	return c.Redirect(clean, http.StatusSeeOther) //nolint:forbidigo // the one place, after cleaning
}

// staffPage is the address if it is one of the staff's pages, else their first page, so that a sign-in leads nowhere else.
func staffPage(address string) string { return localpath.Within("/staff", address) }
