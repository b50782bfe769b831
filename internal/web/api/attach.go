package api

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// Upload is a file that a citizen attaches.
type Upload struct {
	Name     string
	Body     io.Reader
	Evidence bool // its original is kept, sealed
}

// Attachments keeps and opens the files of cases. A file that is refused is a *casework.Error that says why.
type Attachments interface {
	// Takes is nil when the case of the code is there and takes files.
	Takes(ctx context.Context, code string) error
	Keep(ctx context.Context, code string, u Upload) (casework.Attachment, error)
	// KeepFor keeps a file that a member of staff adds.
	KeepFor(ctx context.Context, who office.Staff, ref string, u Upload) (casework.Attachment, error)
	// Open opens a file of the citizen's own case; a denouncer's only with the second thing.
	Open(ctx context.Context, code, id, second string) (casework.Attachment, io.ReadCloser, error)
	// OpenFor opens a file for a member of staff, or the original of a photo that is evidence.
	OpenFor(ctx context.Context, who office.Staff, ref, id string, original bool) (casework.Attachment, io.ReadCloser, error)
}

// Serve hands out a file: its type is the one found in its content, no browser may guess another, and nothing in it runs.
func Serve(c *fiber.Ctx, a casework.Attachment, body io.ReadCloser) error {
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	Download(c, a.Name)
	c.Set(fiber.HeaderContentType, a.Type)
	return c.SendStream(body, int(a.Size))
}

// download hands a file of a case to a member of staff.
func (a *API) download(c *fiber.Ctx, who office.Staff) error { return a.hand(c, who, false) }

// original hands out the original of a photo that is evidence; the opening stands in the history.
func (a *API) original(c *fiber.Ctx, who office.Staff) error { return a.hand(c, who, true) }

func (a *API) hand(c *fiber.Ctx, who office.Staff, original bool) error {
	if a.Attachments == nil {
		return fiber.ErrNotFound
	}
	f, body, err := a.Attachments.OpenFor(c.UserContext(), who, c.Params("ref"), c.Params("id"), original)
	if err != nil {
		return err
	}
	return Serve(c, f, body)
}

// Attach answers POST /cases/{code}/attachments with the multipart field file. It is registered by the server itself,
// because its body may be larger and slower than any other's.
func (a *API) Attach(c *fiber.Ctx) error { return a.moves(DoorUpload, a.attach)(c) }

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
