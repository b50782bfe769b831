package web

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	"tiepdan/internal/domain/office"
)

// styles is the file of every page's look; an office's own colour goes into it, so that a first visit asks for no further one.
const styles = "tiepdan.css"

// dress is how an office's pages are made its own.
type dress struct {
	name   office.Name
	colour string
	styles file // a zero file while the colour is the service's own
	of     office.Settings
	portraits
}

// wear looks whether the office has changed how its pages look; when the office cannot be read they look as they last did.
func (s *Server) wear(ctx context.Context) *dress {
	worn := s.dressed.Load()
	if worn == nil {
		worn = &dress{}
	}
	o, err := s.Offices.Office(ctx)
	if err != nil {
		return worn
	}
	set := o.Settings()
	if worn.name == set.Name && worn.colour == set.Colour && worn.of.Mark == set.Mark && worn.of.Photo == set.Photo {
		return worn
	}
	d := &dress{name: set.Name, colour: set.Colour, of: set}
	if d.portraits, err = s.portraits(ctx, set); err != nil {
		s.Log.ErrorContext(ctx, "the office's pictures could not be read", "error", err)
		return worn
	}
	if look, ok := office.LookOf(set.Colour); ok {
		if d.styles, err = s.tinted(look); err != nil {
			s.Log.ErrorContext(ctx, "the office's colour could not be put into the pages", "error", err)
		}
	}
	s.dressed.Store(d)
	return d
}

// tinted is the styles with the look's colours after the service's own, before anything that uses them.
func (s *Server) tinted(l office.Look) (file, error) {
	raw, err := fs.ReadFile(s.Assets, "static/"+styles)
	if err != nil {
		return file{}, err
	}
	tones := func(where string, t office.Tones) string {
		return fmt.Sprintf(where+"{--brand:%s;--brand-ink:%s;--brand-soft:%s}", t.Brand, t.Ink, t.Soft)
	}
	head, rest, ok := strings.Cut(string(raw), "/* Base */")
	if !ok {
		return file{}, fmt.Errorf("%s has no place for a colour", styles)
	}
	return newFile(styles, []byte(head+tones(":root,:root[data-light=day]", l.Light)+"@media (prefers-color-scheme:dark){"+tones(":root", l.Dark)+"}"+tones(":root[data-light=night]", l.Dark)+rest))
}

// Site is what the pages call the office at their head.
func (p page) Site() string {
	if p.site != "" {
		return p.site
	}
	return p.T("site.name")
}

// Mark is the office's own mark, where it has one.
func (p page) Mark() shown { return p.worn.small }

// Photo is the photo of the office's house, where it has one.
func (p page) Photo() shown { return p.worn.photo }

// Own reports whether that is the office's own name.
func (p page) Own() bool { return p.site != "" }
