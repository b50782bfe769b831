package api

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
)

// Upload is a file that a citizen attaches.
type Upload struct {
	Name     string
	Body     io.Reader
	Evidence bool // its original is kept, sealed
}

// Attachments keeps and opens the files of cases. A file that is refused is a *casework.Error that says why.
type Attachments interface {
	Keep(ctx context.Context, code string, u Upload) (casework.Attachment, error)
	Open(ctx context.Context, code, id string) (casework.Attachment, io.ReadCloser, error)
}

// Attach answers POST /cases/{code}/attachments with the multipart field file. It is registered by the server itself,
// because its body may be larger and slower than any other's.
func (a *API) Attach(c *fiber.Ctx) error { return a.slowed(a.attach)(c) }

func (a *API) attach(c *fiber.Ctx) error {
	if a.Attachments == nil {
		return fiber.ErrNotFound
	}
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		return &FaultError{Status: http.StatusUnsupportedMediaType, Key: "error.multipart"}
	}
	h, err := c.FormFile("file")
	if err != nil {
		return &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"file": "error.field.required"}}
	}
	f, err := h.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	kept, err := a.Attachments.Keep(c.UserContext(), c.Params("code"), Upload{Name: h.Filename, Body: f, Evidence: c.FormValue("evidence") == "yes"})
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(attachment{ID: kept.ID, Name: kept.Name, Type: kept.Type, Size: kept.Size})
}
