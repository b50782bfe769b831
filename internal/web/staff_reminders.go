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

// Mutes reports whether nothing of the group is mailed.
func (p remindersPage) Mutes(group string) bool { return slices.Contains(p.Chosen.Mute, group) }

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
	chosen.Hush = unticked(c, "call")
	if c.FormValue("hour") != "" { // the form had the choices of mail
		chosen.Mute = unticked(c, "mail")
	} else {
		chosen.Mute = staffOf(c).Reminders.Mute
	}
	chosen.Hour, _ = strconv.Atoi(c.FormValue("hour")) // nothing chosen is no mail
	if err := s.Register.ChooseReminders(c.UserContext(), staffOf(c), chosen); err != nil {
		return s.remindersPage(c, chosen, err)
	}
	return lead(c, remindersPath+"?done=1")
}

// unticked lists the groups that may be left out and whose box was left empty.
func unticked(c *fiber.Ctx, field string) []string {
	var out []string
	ticked := c.Request().PostArgs().PeekMulti(field)
	for _, g := range casework.MayHush() {
		if !slices.ContainsFunc(ticked, func(v []byte) bool { return string(v) == g }) {
			out = append(out, g)
		}
	}
	return out
}
