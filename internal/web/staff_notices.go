package web

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// noticesPage (nhắc việc) is what the watch told this person, the newest first.
type noticesPage struct {
	page
	names
	Notices []*casework.Notice
	Pager   pager
	Until   string // the newest notice shown: only what was seen is marked as read
}

// About names the counter or the colleague that a notice about no case is about.
func (p noticesPage) About(n *casework.Notice) string {
	if k, ok := p.office.Counter(n.Of); n.Step == casework.LowRated && ok {
		return k.Name.In(p.lang)
	}
	return p.Person(n.Of)
}

// Says is what happened.
func (p noticesPage) Says(n *casework.Notice) string {
	switch {
	case n.Ref != "":
		return p.T("notice." + n.Step)
	case n.Due != nil:
		return p.T("notice."+n.Step, "who", p.About(n), "until", p.Date(n.Due.Add(-time.Second)))
	default:
		return p.T("notice."+n.Step, "who", p.About(n))
	}
}

// Where is the page that a notice leads to; none where the person may open nothing.
func (noticesPage) Where(n *casework.Notice) string {
	at := "/staff/cases/" + n.Ref
	switch {
	case n.Step == casework.AskedSecond:
		return "/staff/accesses"
	case n.Step == casework.LowRated:
		return ratingsPath + "?" + url.Values{"counter": {n.Of}}.Encode()
	case n.Ref == "" || !n.Opens:
		return ""
	case n.Step == casework.Mentioned || n.Step == casework.Replied:
		return at + "#talk"
	case n.Step == casework.HandedIn:
		return at + "/approve"
	default:
		return at
	}
}

func (s *Server) showNotices(c *fiber.Ctx) error {
	ns, next, err := s.Desk.NoticesOf(c.UserContext(), staffOf(c), false, c.Query("cursor"))
	if err != nil {
		return err
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := noticesPage{page: s.page(c, "page.notices.title"), names: names{o, lang(c)}, Notices: ns}
	p.Pager = newPager(c, p.page, next)
	if len(ns) > 0 {
		p.Until = ns[0].At.UTC().Format(time.RFC3339Nano)
	}
	return s.render(c, "staff/notices", p)
}

// readNotices marks what the page showed, and what is older.
func (s *Server) readNotices(c *fiber.Ctx) error {
	if until, err := time.Parse(time.RFC3339Nano, c.FormValue("until")); err == nil {
		if _, err := s.Desk.ReadNotices(c.UserContext(), staffOf(c), until); err != nil {
			return err
		}
	}
	return lead(c, "/staff/notices")
}

// unread is the number beside the bell; a page is shown without it rather than not at all.
func (s *Server) unread(c *fiber.Ctx, who office.Staff) int64 {
	n, err := s.Desk.Unread(c.UserContext(), who)
	if err != nil {
		s.Log.WarnContext(c.UserContext(), "notices not counted", "error", err)
	}
	return n
}
