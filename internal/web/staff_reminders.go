package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

const remindersPath = "/staff/me/reminders"

func (s *Server) reminderRoutes(r fiber.Router) {
	r.Get(remindersPath, s.signedIn(s.showReminders))
	s.staffPost(r, remindersPath, s.chooseReminders)
}

// remindersPage (cách nhận nhắc việc) is where a person chooses how he is told.
type remindersPage struct {
	page
	Groups []string // that he may hush
	Always []string // that always call him
	Hours  []int
	Chosen office.Reminders
	Mails  bool   // mail is set up
	To     string // masked; empty where he has no address
	Done   bool
	Key    string
}

// Hushes reports whether the group is hushed.
func (p remindersPage) Hushes(group string) bool { return slices.Contains(p.Chosen.Hush, group) }

func (s *Server) showReminders(c *fiber.Ctx) error {
	return s.remindersPage(c, staffOf(c).Reminders, nil)
}

func (s *Server) remindersPage(c *fiber.Ctx, chosen office.Reminders, problem error) error {
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p := remindersPage{
		page: s.page(c, "page.reminders.title"), Groups: casework.MayHush(), Hours: office.ReminderHours, Chosen: chosen, Mails: s.MailsStaff,
		To: vntext.MaskEmail(staffOf(c).Email), Done: c.Query("done") != "", Key: f.Key,
	}
	p.Always = slices.DeleteFunc(casework.NoticeGroups(), func(g string) bool { return slices.Contains(p.Groups, g) })
	return s.render(c, "staff/reminders", p)
}

func (s *Server) chooseReminders(c *fiber.Ctx) error {
	var chosen office.Reminders
	called := c.Request().PostArgs().PeekMulti("call")
	for _, g := range casework.MayHush() {
		if !slices.ContainsFunc(called, func(v []byte) bool { return string(v) == g }) {
			chosen.Hush = append(chosen.Hush, g)
		}
	}
	chosen.Hour, _ = strconv.Atoi(c.FormValue("hour")) // nothing chosen is no mail
	if err := s.Register.ChooseReminders(c.UserContext(), staffOf(c), chosen); err != nil {
		return s.remindersPage(c, chosen, err)
	}
	return lead(c, remindersPath+"?done=1")
}
