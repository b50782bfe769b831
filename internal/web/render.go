package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"path"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/office"
)

// page is what every page shares; a page's own type embeds it. Templates write {{.T "key"}}.
type page struct {
	Lang   string
	Title  string
	Path   string // for the language switch
	CSRF   string
	Staff  *office.Staff
	Now    time.Time
	words  func(key string, args map[string]string) string
	date   func(at time.Time) string
	linked func(name string) string
}

// T translates a key; further arguments are pairs of placeholder and value.
func (p page) T(key string, args ...any) string {
	var m map[string]string
	for i := 0; i+1 < len(args); i += 2 {
		if m == nil {
			m = map[string]string{}
		}
		m[fmt.Sprint(args[i])] = fmt.Sprint(args[i+1])
	}
	return p.words(key, m)
}

// Date writes the day of a moment in Vietnam.
func (p page) Date(at time.Time) string { return p.date(at) }

// Time writes day and time of a moment in Vietnam.
func (p page) Time(at time.Time) string { return at.In(vietnam).Format("15:04") + " " + p.date(at) }

// File returns the address of a static file with its checksum.
func (p page) File(name string) string { return p.linked(name) }

var vietnam = time.FixedZone("+07", 7*60*60)

func (s *Server) page(c *fiber.Ctx, titleKey string) page {
	l := lang(c)
	p := page{
		Lang: l, Path: c.OriginalURL(), CSRF: s.csrfToken(c), Now: s.Now(), linked: s.link,
		words: func(key string, args map[string]string) string { return s.Words.Say(l, key, args) },
		date:  func(at time.Time) string { return s.Words.Date(l, at) },
	}
	p.Title = p.T(titleKey)
	if who, ok := c.Locals("staff").(office.Staff); ok {
		p.Staff = &who
	}
	return p
}

// loadPages parses every page together with the shared layout of its audience.
func (s *Server) loadPages() error {
	s.pages = map[string]*template.Template{}
	return fs.WalkDir(s.Assets, "templates", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".html") || strings.HasPrefix(path.Base(name), "_") {
			return err
		}
		t, err := template.New(path.Base(name)).ParseFS(s.Assets, "templates/shared/_*.html", name)
		if err != nil {
			return fmt.Errorf("parse template %s: %w", name, err)
		}
		key := strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")
		s.pages[key] = t
		return nil
	})
}

// render writes a page. It is rendered whole before anything is sent, so a failing template cannot leave half a page.
func (s *Server) render(c *fiber.Ctx, name string, data any) error {
	t, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("no template %s", name)
	}
	var buf bytes.Buffer
	if err := t.Execute(&buf, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, lang(c))
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(buf.Bytes())
}

// file is a static file with its address.
type file struct {
	body []byte
	kind string
	name string // as addressed: with its checksum
}

// loadFiles reads the static files and addresses them by checksum, so that browsers may keep them for ever.
func (s *Server) loadFiles() error {
	s.files = map[string]file{}
	return fs.WalkDir(s.Assets, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(s.Assets, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		base := path.Base(name)
		ext := path.Ext(base)
		f := file{body: body, kind: mime.TypeByExtension(ext), name: strings.TrimSuffix(base, ext) + "." + hex.EncodeToString(sum[:5]) + ext}
		s.files[base], s.files[f.name] = f, f
		return nil
	})
}

func (s *Server) link(name string) string { return "/static/" + s.files[name].name }

func (s *Server) showFile(c *fiber.Ctx) error {
	f, ok := s.files[c.Params("name")]
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, f.kind)
	if c.Params("name") == f.name {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	return c.Send(f.body)
}
