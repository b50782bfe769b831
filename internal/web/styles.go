package web

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// styled is the look of a page as it goes out within the page: a browser that comes for the first time has no file of ours and would
// wait for one more answer before it can paint. Whoever has been here before has the files.
type styled struct {
	text template.CSS
	hash string // by which the content security policy lets it through
}

// styledFor is the look of a page, lean or whole, in the office's colours.
func (s *Server) styledFor(lean bool) styled {
	parts := []file{s.worn()}
	if !lean {
		parts = append(parts, s.files["more.css"])
	}
	names, text := []string{}, []byte{}
	for _, f := range parts {
		names = append(names, f.name)
	}
	key := strings.Join(names, " ")
	if known, ok := s.within.Load(key); ok {
		return known.(styled)
	}
	for _, f := range parts {
		text = append(text, f.body...)
	}
	sum := sha256.Sum256(text)
	made := styled{template.CSS(text), base64.StdEncoding.EncodeToString(sum[:])} //nolint:gosec // our own files, and colours that were checked
	s.within.Store(key, made)
	return made
}

// worn is the file of every page's look, the office's own where it has a colour.
func (s *Server) worn() file {
	if d := s.dressed.Load(); d != nil && d.styles.name != "" {
		return d.styles
	}
	return s.files[styles]
}

// contentPolicy lets nothing run and nothing be loaded that is not ours; a page's own styles by their hash.
func contentPolicy(hash string) string {
	if hash != "" {
		hash = " 'sha256-" + hash + "'"
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'" + hash + "; img-src 'self' data: blob:; " +
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// allow lets the styles through that a page brings with it.
func allow(c *fiber.Ctx, data any) {
	p, ok := data.(interface {
		Lean() bool
		bring(lean bool) styled
	})
	if !ok {
		return
	}
	if brought := p.bring(p.Lean()); brought.hash != "" {
		c.Set("Content-Security-Policy", contentPolicy(brought.hash))
	}
}

// Brings is the look that the page brings with it, for its head.
func (p page) Brings(lean bool) template.CSS { return p.bring(lean).text }

// bring is the look that the page brings with it, or nothing.
func (p page) bring(lean bool) styled {
	if p.styled == nil || p.Staff != nil {
		return styled{}
	}
	return p.styled(lean)
}
