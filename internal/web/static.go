package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/url"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
	"github.com/valyala/fasthttp"

	"tiepdan/internal/domain/office"
)

// file is a static file with its address, squeezed once when the program starts.
type file struct {
	body   []byte
	gzip   []byte // nil where it gains nothing
	brotli []byte
	kind   string
	name   string // as addressed: with its checksum
}

// bundles are the scripts that pages and the service worker load, each put together from small files: one request, and
// what page and worker share is written once.
var bundles = map[string][]string{
	"citizen.js": {"box.js", "work.js", "send.js", "photos.js", "draft.js", "track.js", "screens.js", "voice.js", "file.js", "waiting.js"},
	"kiosk.js":   {"box.js", "kiosk.js"},
	"worker.js":  {"box.js", "work.js", "send.js", "worker.js"},
	"scan.js":    {"codes.js", "scan.js"},
	"codes.js":   {"codes.js", "aloud.js"},
	"proof.js":   {"work.js", "proof.js"},
	"keep.js":    {"codes.js", "aloud.js", "keep.js"},
	"print.js":   {"print.js"},
	"paper.js":   {"paper.js", "live.js"},
	"staff.js":   {"staff.js", "live.js", "inbox.js", "passkey.js"},
	"door.js":    {"passkey.js"},
}

// loadFiles reads the static files and bundles and addresses them by checksum, so that browsers may keep them for ever.
func (s *Server) loadFiles() error {
	s.files = map[string]file{}
	err := fs.WalkDir(s.Assets, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Dir(name) != "static" {
			return err
		}
		body, err := fs.ReadFile(s.Assets, name)
		if err != nil {
			return err
		}
		return s.addFile(path.Base(name), body)
	})
	if err != nil {
		return err
	}
	for name, parts := range bundles {
		var whole bytes.Buffer
		for _, part := range parts {
			body, err := fs.ReadFile(s.Assets, "static/js/"+part)
			if err != nil {
				return fmt.Errorf("bundle %s: %w", name, err)
			}
			whole.Write(body)
		}
		if err := s.addFile(name, whole.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// kinds are the content types of static files: the machine's own table may say otherwise.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
	".jpg": "image/jpeg", ".webmanifest": "application/manifest+json",
}

// shorter takes out of scripts and styles what only those read who write them.
var shorter = func() *minify.M {
	m := minify.New()
	m.AddFunc(".js", js.Minify)
	m.AddFunc(".css", css.Minify)
	return m
}()

func (s *Server) addFile(base string, body []byte) error {
	f, err := newFile(base, body)
	if err == nil {
		s.files[base], s.files[f.name] = f, f
	}
	return err
}

// newFile squeezes a file and names it by its checksum.
func newFile(base string, body []byte) (file, error) {
	if short, err := shorter.Bytes(path.Ext(base), body); err == nil {
		body = short
	} else if !errors.Is(err, minify.ErrNotExist) {
		return file{}, fmt.Errorf("shorten %s: %w", base, err)
	}
	sum := sha256.Sum256(body)
	ext := path.Ext(base)
	f := file{body: body, kind: kinds[ext], name: strings.TrimSuffix(base, ext) + "." + hex.EncodeToString(sum[:5]) + ext}
	if f.kind == "" {
		f.kind = mime.TypeByExtension(ext)
	}
	if ext != ".png" && ext != ".jpg" {
		f.gzip = fasthttp.AppendGzipBytesLevel(nil, body, fasthttp.CompressBestCompression)
		f.brotli = fasthttp.AppendBrotliBytesLevel(nil, body, fasthttp.CompressBrotliBestCompression)
	}
	return f, nil
}

// link is the address of a static file; that of the styles is the office's own where it has a colour.
func (s *Server) link(name string) string {
	if d := s.dressed.Load(); d != nil && name == styles && d.styles.name != "" {
		return "/static/" + d.styles.name
	}
	return "/static/" + s.files[name].name
}

// icon is the mark as a data address: one request less on every first visit.
func (s *Server) icon() template.URL {
	return template.URL("data:image/svg+xml," + url.PathEscape(string(s.files["lotus.svg"].body))) //nolint:gosec // our own file
}

func (s *Server) showFile(c *fiber.Ctx) error {
	f, ok := s.files[c.Params("name")]
	if d := s.wear(c.UserContext()); !ok && c.Params("name") == d.styles.name {
		f, ok = d.styles, true
	} else if !ok {
		f, ok = d.file(c.Params("name"))
	}
	if !ok {
		return fiber.ErrNotFound
	}
	if c.Params("name") == f.name {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	return f.send(c)
}

// showWorker serves the service worker from the root, so that it may look after all pages. Its text changes with every
// file it keeps, which is how browsers notice a new version.
func (s *Server) showWorker(c *fiber.Ctx) error {
	f := s.files["worker.js"]
	s.wear(c.UserContext())
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set(fiber.HeaderContentType, f.kind)
	head := fmt.Sprintf("const SHELL = [%q, %q, %q, %q];\n", s.link(styles), s.link("more.css"), s.link("citizen.js"), s.link("kiosk.js"))
	return squeezed(c, append([]byte(head), f.body...))
}

// showManifest describes the page that a phone may install.
func (s *Server) showManifest(c *fiber.Ctx) error {
	l := lang(c)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	name, short, colour := s.Words.Say(l, "site.full_name", nil), s.Words.Say(l, "site.name", nil), "#0B5D5E"
	if d := s.wear(c.UserContext()); d.name.VI != "" {
		name, short = d.name.In(l), d.name.In(l)
	}
	if look, ok := office.LookOf(s.wear(c.UserContext()).colour); ok {
		colour = look.Light.Brand
	}
	return c.JSON(fiber.Map{
		"name": name, "short_name": short, "lang": l,
		"start_url": "/", "scope": "/", "display": "standalone", "background_color": "#FBFAF7", "theme_color": colour,
		"icons": []fiber.Map{
			{"src": s.link("lotus.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
			{"src": s.link("lotus-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
		},
	}, "application/manifest+json")
}

func (f file) send(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, f.kind)
	c.Vary(fiber.HeaderAcceptEncoding)
	switch {
	case f.brotli != nil && reads(c, "br"):
		c.Set(fiber.HeaderContentEncoding, "br")
		return c.Send(f.brotli)
	case f.gzip != nil && reads(c, "gzip"):
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(f.gzip)
	default:
		return c.Send(f.body)
	}
}

// The levels at which pages are squeezed while somebody waits: most of the gain at little cost.
const (
	pageBrotli = 5
	pageGzip   = 6
	worthwhile = 600 // bytes
)

// reads reports whether the caller asked for the encoding. One who names none, such as a plain HTTP client, gets plain text.
func reads(c *fiber.Ctx, encoding string) bool {
	return c.Get(fiber.HeaderAcceptEncoding) != "" && c.AcceptsEncodings(encoding) == encoding
}

// squeezed sends a body in the smallest form the browser reads.
func squeezed(c *fiber.Ctx, body []byte) error {
	c.Vary(fiber.HeaderAcceptEncoding)
	switch {
	case len(body) < worthwhile:
	case reads(c, "br"):
		c.Set(fiber.HeaderContentEncoding, "br")
		body = fasthttp.AppendBrotliBytesLevel(nil, body, pageBrotli)
	case reads(c, "gzip"):
		c.Set(fiber.HeaderContentEncoding, "gzip")
		body = fasthttp.AppendGzipBytesLevel(nil, body, pageGzip)
	}
	return c.Send(body)
}
