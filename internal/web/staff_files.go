package web

import (
	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/web/api"
)

// addOwnFiles keeps the office's own files with the case. One that is refused refuses nothing else.
func (s *Server) addOwnFiles(c *fiber.Ctx) error {
	ref := c.Params("ref")
	if s.Attachments == nil {
		return fiber.ErrNotFound
	}
	if _, err := s.Desk.AttachableBy(c.UserContext(), staffOf(c), ref); err != nil {
		return err
	}
	var refused []refusedFile
	for i, h := range files(c) {
		if i >= maxFiles {
			refused = append(refused, refusedFile{shortName(h.Filename), "error.files_many"})
			continue
		}
		if !s.hasRoom() {
			refused = append(refused, refusedFile{shortName(h.Filename), errNoRoom.Key})
			continue
		}
		f, err := h.Open()
		if err != nil {
			return err
		}
		_, err = s.Attachments.KeepFor(c.UserContext(), staffOf(c), ref, api.Upload{Name: h.Filename, Body: f})
		_ = f.Close() // it was only read
		if err != nil {
			refused = append(refused, refusedFile{shortName(h.Filename), s.whyRefused(c, err)})
		}
	}
	s.tellRefused(c, refused)
	return lead(c, "/staff/cases/"+ref+"?files=added#files")
}
