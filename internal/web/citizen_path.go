package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/web/api"
)

// ToDo reports whether the case waits for its sender: for papers, an answer, his coming.
func (p trackPage) ToDo() bool {
	return p.Said().Withdrawal() != "" || p.Said().Sign() != "" || p.Asked() != "" || p.Dialogue() != nil
}

// Dialogue is the day that the sender is invited for, while it is to come; nil otherwise.
func (p trackPage) Dialogue() *time.Time {
	if p.Seen.Case.State != law.Dialogue {
		return nil
	}
	if on, ok := p.Seen.Case.DialogueOn(); ok && on.AddDate(0, 0, 1).After(p.Now) {
		return &on
	}
	return nil
}

// Stage names a step of the case's way by what it is called for its kind.
func (p trackPage) Stage(name string) string { return p.T(p.Seen.Case.StageKey(name)) }

// Favours reports whether an outcome gives the sender what he asked for; what does not is said without praise.
func (trackPage) Favours(outcome string) bool {
	return slices.Contains([]string{"upheld", "partly_upheld", "substantiated", "partly", "resolved", "cancel_or_amend_first"}, outcome)
}

// OwnWords reports whether the page may repeat what was sent. A denunciation's words stand on the page of what is held alone: whoever
// looks over a shoulder at this one does not read them.
func (p trackPage) OwnWords() bool {
	c := p.Seen.Case
	return !c.Kind.Secret() && c.Body != ""
}

// showDialogue hands over the day of the dialogue for the citizen's own calendar. It says nothing of what the case is about.
func (s *Server) showDialogue(c *fiber.Ctx) error {
	f, err := s.follow(c, codeOf(c))
	if err != nil {
		return s.wrongCode(c, "", err)
	}
	p := trackPage{page: s.page(c, "page.track.title"), Seen: &f}
	on := p.Dialogue()
	if on == nil {
		return fiber.ErrNotFound
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	u, _ := o.Unit(f.Unit)
	lines := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tiepdan//EN", "BEGIN:VEVENT", "UID:" + f.Case.Ref + "-dialogue@tiepdan", "SEQUENCE:" + strconv.Itoa(f.Case.Rev()),
		"DTSTAMP:" + s.Now().UTC().Format(calendarTime), calendarStart(*on, f.Case.DialogueHour()),
		"SUMMARY:" + calendarText(p.T("track.dialogue.title")), "LOCATION:" + calendarText(u.Name.In(p.Lang)),
		"DESCRIPTION:" + calendarText(p.T("track.dialogue.bring", "ref", f.Case.Ref)), "END:VEVENT", "END:VCALENDAR", "",
	}
	c.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	api.Download(c, f.Case.Ref+".ics")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendString(strings.Join(lines, "\r\n"))
}

// calendarTime is how a calendar file writes a moment.
const calendarTime = "20060102T150405Z"

// calendarStart is when the dialogue begins: at its hour, or on its day where none was said.
func calendarStart(on time.Time, hour string) string {
	if at, err := time.ParseInLocation(time.DateOnly+" 15:04", on.Format(time.DateOnly)+" "+hour, casework.Vietnam); err == nil {
		return "DTSTART:" + at.UTC().Format(calendarTime)
	}
	return "DTSTART;VALUE=DATE:" + on.Format("20060102")
}

// calendarText escapes a text for a calendar file (RFC 5545, 3.3.11).
func calendarText(text string) string {
	return strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\n", "\\n").Replace(text)
}
