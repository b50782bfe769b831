package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// noticesPage (nhắc việc) is what the watch told this person, the newest first.
type noticesPage struct {
	page
	Notices []*casework.Notice
	Pager   pager
	Until   string // the newest notice shown: only what was seen is marked as read
}

func (s *Server) showNotices(c *fiber.Ctx) error {
	ns, next, err := s.Desk.NoticesOf(c.UserContext(), staffOf(c), false, c.Query("cursor"))
	if err != nil {
		return err
	}
	p := noticesPage{page: s.page(c, "page.notices.title"), Notices: ns}
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
