package web

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/trackcode"
)

// page is what every page shares; a page's own type embeds it. Templates write {{.T "key"}}.
type page struct {
	Lang     string
	Title    string
	Path     string // for the language switch
	CSRF     string
	Staff    *office.Staff
	Now      time.Time
	Unread   int64         // notices of the member of staff
	Bar      []barItem     // where he may go
	Gone     string        // the reference of the case that a move has just taken out of his sight
	Stale    bool          // it is a while since the person proved who he is: some forms ask for it
	Again    string        // what was wrong with that
	Unlocks  bool          // a passkey does as well
	ProvesAt string        // and so does the provider of single sign-on, by the name that staff call it
	Lost     bool          // a form that lay in the sign-in page was another's, or too old
	Question *api.Question // what the form on the page asks before it is sent, when very many are sending; nil asks nothing
	Tongues  []tongue      // the languages to choose from, but this one
	words    func(key string, args map[string]string) string
	marks    *bool
	styled   func(lean bool) styled // of a browser's first page; nil where it has been here before
	date     func(at time.Time) string
	linked   func(name string) string
	icon     template.URL
	site     string // the office's own name for its pages
	worn     portraits
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

// ISO is a day as date fields hold it.
func (page) ISO(at time.Time) string { return at.In(vietnam).Format(time.DateOnly) }

// Time writes day and time of a moment in Vietnam.
func (p page) Time(at time.Time) string { return at.In(vietnam).Format("15:04") + " " + p.date(at) }

// Size writes the size of a file.
func (page) Size(n int64) string {
	const kb = 1 << 10
	if n < kb*kb {
		return strconv.FormatInt(max(1, n/kb), 10) + " KB"
	}
	return strconv.FormatInt(n/(kb*kb), 10) + "," + strconv.FormatInt(n%(kb*kb)*10/(kb*kb), 10) + " MB"
}

// mistake is one field's message.
type mistake struct{ Field, Key string }

// fieldOrder is how fields follow each other on the forms; all others come after, by name.
var fieldOrder = []string{
	"kind", "subject", "body", "about", "accused.unit", "contested", "when", "location.address", "location", "category", "files", "anonymous",
	"contact.name", "contact.address", "contact.id_number", "contact.phone", "contact.email", "tell", "knowing", "passphrase",
}

// InOrder lists mistakes as the eye meets their fields.
func (page) InOrder(wrong map[string]string) []mistake {
	place := func(m mistake) int {
		if i := slices.Index(fieldOrder, m.Field); i >= 0 {
			return i
		}
		return len(fieldOrder)
	}
	out := make([]mistake, 0, len(wrong))
	for field, key := range wrong {
		out = append(out, mistake{field, key})
	}
	slices.SortFunc(out, func(a, b mistake) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Field, b.Field))
	})
	return out
}

// File returns the address of a static file with its checksum.
func (p page) File(name string) string { return p.linked(name) }

// Icon is the mark beside the page's title.
func (p page) Icon() template.URL { return p.icon }

// Sum is the question in words.
func (p page) Sum() string {
	number := func(n int) string { return p.T("number." + strconv.Itoa(n)) }
	return p.T("proof.sum", "a", number(p.Question.Sum.A), "b", number(p.Question.Sum.B))
}

// Script names the script a page loads, or "". Pages of the staff load theirs; others with one hide this method behind their own.
func (p page) Script() string {
	if p.Staff != nil {
		return "staff.js"
	}
	return ""
}

// Also names a second script of the page, or "".
func (page) Also() string { return "" }

// OnDesk reports whether the page looks as those of the staff do.
func (p page) OnDesk() bool { return p.Staff != nil }

// Lean reports whether the page does with the first file of styles alone: a form's first load is bound to a budget.
func (page) Lean() bool { return false }

// Finds reports whether the bar shows a field to search by.
func (page) Finds() bool { return true }

// Exits reports whether the page shows the way out that leaves nothing behind.
func (page) Exits() bool { return false }

// Private reports whether the page may not be shown to whoever presses Back.
func (page) Private() bool { return false }

// Installs reports whether a phone may put this page on its home screen.
func (page) Installs() bool { return false }

var vietnam = time.FixedZone("+07", 7*60*60)

func (s *Server) page(c *fiber.Ctx, titleKey string) page {
	worn := s.wear(c.UserContext())
	p := s.words(lang(c))
	p.site, p.worn = worn.name.In(p.Lang), worn.portraits
	if c.Cookies(visitorCookie) == "" {
		p.styled = s.styledFor
	}
	p.Path, p.CSRF = c.OriginalURL(), s.csrfToken(c)
	p.Title, p.Question = p.T(titleKey), questionOf(c)
	if who, ok := c.Locals("staff").(office.Staff); ok {
		p.Staff, p.Unread, p.Bar = &who, s.unread(c, who), s.barOf(c, who)
		p.Gone, _ = trackcode.ParseReference(c.Query("gone")) // anything else says nothing
		p.Lost = c.Query("lost") == "yes"
		p.Stale = !s.Doors.Fresh(sessionOf(c))
		p.Again, _ = c.Locals(againKey).(string)
		if p.Stale && s.Single != nil && who.Link.Subject != "" && who.Link.Issuer == s.Single.Issuer {
			p.ProvesAt = s.Single.Name
		}
		p.Unlocks = p.Stale && who.Unlocks() && s.Doors.HasPasskeys()
	}
	return p
}

// words is a page in a language that knows no visitor yet.
func (s *Server) words(l string) page {
	p := page{
		Lang: l, Now: s.Now(), linked: s.link, icon: s.icon(), Tongues: s.tongues(l),
		words: func(key string, args map[string]string) string { return s.Words.Say(l, key, args) },
		date:  func(at time.Time) string { return s.Words.Date(l, at) },
	}
	if s.partial[l] {
		p.marks = new(bool)
		p.words = s.falling(l, p.marks)
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
	body, err := filled(t, data)
	if err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, lang(c))
	c.Set(fiber.HeaderCacheControl, "no-store")
	allow(c, data)
	if p, ok := data.(interface{ Private() bool }); ok {
		s.turn(c, p.Private())
	}
	return squeezed(c, body)
}

// filled is a page's template with what it says.
func filled(t *template.Template, data any) ([]byte, error) {
	var buf bytes.Buffer
	p, ok := data.(interface{ marking() *bool })
	if !ok || p.marking() == nil {
		err := t.Execute(&buf, data)
		return buf.Bytes(), err
	}
	*p.marking() = true
	defer func() { *p.marking() = false }()
	err := t.Execute(&buf, data)
	return fallen(buf.Bytes()), err
}
