package web

import (
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/web/api"
)

// maxFiles is how many files one form brings.
const maxFiles = 5

// refusedFile is a file that was not kept, and why.
type refusedFile struct {
	Name string `json:"n"`
	Key  string `json:"k"`
}

// keepFiles keeps the files of a form one by one. The case is safe already, so a refused file refuses nothing else.
func (s *Server) keepFiles(c *fiber.Ctx, code string, evidence bool) []refusedFile {
	var refused []refusedFile
	for i, h := range files(c) {
		if i >= maxFiles {
			refused = append(refused, refusedFile{shortName(h.Filename), "error.files_many"})
			continue
		}
		if err := s.keepFile(c, code, h, evidence); err != nil {
			refused = append(refused, refusedFile{shortName(h.Filename), s.whyRefused(c, err)})
		}
	}
	return refused
}

func (s *Server) keepFile(c *fiber.Ctx, code string, h *multipart.FileHeader, evidence bool) error {
	if !s.hasRoom() {
		return errNoRoom
	}
	f, err := h.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = s.Attachments.Keep(c.UserContext(), code, api.Upload{Name: h.Filename, Body: f, Evidence: evidence})
	return err
}

func (s *Server) whyRefused(c *fiber.Ctx, err error) string {
	f := api.FaultOf(err)
	switch {
	case f.Status == http.StatusServiceUnavailable, f.Status == http.StatusInsufficientStorage:
		return f.Key // it can be sent again, or elsewhere: the key says
	case f.Status >= http.StatusInternalServerError:
		s.Log.ErrorContext(c.UserContext(), "attachment not kept", "error", err)
		return "error.file_again"
	}
	for _, key := range f.Fields {
		return key
	}
	return f.Key
}

// files are the files of the form; an empty choice counts as none.
func files(c *fiber.Ctx) []*multipart.FileHeader {
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		return nil
	}
	form, err := c.MultipartForm()
	if err != nil {
		return nil
	}
	var out []*multipart.FileHeader
	for _, h := range form.File["files"] {
		if h.Size > 0 {
			out = append(out, h)
		}
	}
	return out
}

func shortName(name string) string {
	r := []rune(name)
	return string(r[:min(len(r), 40)])
}

// refusedCookie carries the refused files to the next page.
const refusedCookie = "refused"

func (s *Server) tellRefused(c *fiber.Ctx, refused []refusedFile) {
	if len(refused) == 0 {
		s.setCookie(c, refusedCookie, "", time.Unix(0, 0))
		return
	}
	raw, err := json.Marshal(refused[:min(len(refused), 10)])
	if err == nil {
		s.setCookie(c, refusedCookie, base64.RawURLEncoding.EncodeToString(raw), s.Now().Add(10*time.Minute))
	}
}

// refusedFiles reads what tellRefused told. A cookie is the visitor's own to change: only known reasons are shown.
func (s *Server) refusedFiles(c *fiber.Ctx) []refusedFile {
	raw, err := base64.RawURLEncoding.DecodeString(c.Cookies(refusedCookie))
	if err != nil {
		return nil
	}
	var out []refusedFile
	if json.Unmarshal(raw, &out) != nil {
		return nil
	}
	for i, f := range out {
		if !strings.HasPrefix(f.Key, "error.") {
			out[i].Key = "error.file_again"
		}
	}
	return out
}

// addFilesAgain shows the receipt with the files that its form could not bring: nothing can fill a field for files anew.
func (s *Server) addFilesAgain(c *fiber.Ctx, problem error) error {
	if _, err := s.follow(c, c.FormValue("code")); err != nil {
		return problem
	}
	f := api.FaultOf(problem)
	var refused []refusedFile
	for _, h := range files(c) {
		refused = append(refused, refusedFile{shortName(h.Filename), "error.file_again"})
	}
	c.Status(f.Status)
	return s.receiptOf(c, receiptPage{Code: c.FormValue("code"), Refused: refused[:min(len(refused), maxFiles)]})
}

// addFiles attaches further files from the receipt, which is then shown once more.
func (s *Server) addFiles(c *fiber.Ctx) error {
	code := c.FormValue("code")
	if s.Attachments == nil {
		return lead(c, "/receipt")
	}
	if _, err := s.follow(c, code); err != nil {
		return s.wrongCode(c, code, err)
	}
	if err := s.setReceipt(c, code); err != nil {
		return err
	}
	s.tellRefused(c, s.keepFiles(c, code, c.FormValue("evidence") == "yes"))
	return lead(c, "/receipt#files")
}

// showStaffFile hands a file of a case to a member of staff.
func (s *Server) showStaffFile(c *fiber.Ctx) error { return s.handFile(c, false) }

// openOriginal hands out the original of a photo that is evidence; the opening stands in the history.
func (s *Server) openOriginal(c *fiber.Ctx) error {
	return s.handFile(c, true)
}

func (s *Server) handFile(c *fiber.Ctx, original bool) error {
	if s.Attachments == nil {
		return fiber.ErrNotFound
	}
	a, body, err := s.Attachments.OpenFor(c.UserContext(), staffOf(c), c.Params("ref"), c.Params("id"), original)
	if err != nil {
		return err
	}
	return api.Serve(c, a, body)
}
