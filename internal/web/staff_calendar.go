package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/workday"
)

// dayForm is a change of the calendar as the form sends it: one day set, or a pair of swapped days, or one removed.
type dayForm struct {
	Date, Kind, Name, Source string
	Worked                   string // the day worked in exchange for a day off
	Confirmed, Remove        bool
}

func dayFormOf(c *fiber.Ctx) dayForm {
	return dayForm{
		Date: c.FormValue("date"), Kind: c.FormValue("kind"), Name: strings.TrimSpace(c.FormValue("name")),
		Source: strings.TrimSpace(c.FormValue("source")), Worked: c.FormValue("worked"),
		Confirmed: c.FormValue("confirmed") != "", Remove: c.FormValue("remove") != "",
	}
}

// Kinds are what a day may be.
func (dayForm) Kinds() []workday.Kind {
	return []workday.Kind{workday.Holiday, workday.Compensatory, workday.SwapOff, workday.SwapWork}
}

func (f dayForm) change() casework.CalendarChange {
	if f.Remove {
		return casework.CalendarChange{Remove: []string{f.Date}}
	}
	day := workday.Day{Date: f.Date, Kind: workday.Kind(f.Kind), Name: f.Name, Source: f.Source, Confirmed: f.Confirmed}
	ch := casework.CalendarChange{Set: []workday.Day{day}}
	if f.Worked != "" {
		day.Date, day.Kind = f.Worked, workday.SwapWork
		ch.Set = append(ch.Set, day)
	}
	return ch
}

// year is that of the form's day, where it is one.
func (f dayForm) year(now time.Time) int {
	if t, err := time.Parse(time.DateOnly, f.Date); err == nil {
		return t.Year()
	}
	return now.In(vietnam).Year()
}

// calendarPage is the table of a year and the form that changes it.
type calendarPage struct {
	page
	Year  casework.Year
	Form  dayForm
	Key   string
	Wrong map[string]string
	names
}

// Day writes a date of the table with its weekday.
func (p page) Day(date string) string {
	t, err := time.ParseInLocation(time.DateOnly, date, vietnam)
	if err != nil {
		return date
	}
	return p.T("weekday."+strconv.Itoa(int(t.Weekday()))) + ", " + p.Date(t)
}

// Problem returns the message for a field, or "".
func (p calendarPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Turn is the year so many years away.
func (p calendarPage) Turn(years int) int { return p.Year.Year + years }

func (s *Server) showCalendar(c *fiber.Ctx) error {
	year := s.Now().In(vietnam).Year()
	if text := c.Query("year"); text != "" {
		year, _ = strconv.Atoi(text) // no number is a year nobody can ask for
	}
	return s.calendarPage(c, year, dayForm{Date: c.Query("date")}, nil)
}

func (s *Server) calendarPage(c *fiber.Ctx, year int, form dayForm, problem error) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	y, err := s.Desk.CalendarYear(c.UserContext(), staffOf(c), year)
	if err != nil {
		return err
	}
	p := calendarPage{page: s.page(c, "page.calendar.title"), Year: y, Form: form, names: names{o, lang(c)}}
	f, err := formFault(c, problem)
	if err != nil || f.Status == http.StatusForbidden {
		return problem
	}
	p.Key, p.Wrong = f.Key, f.Fields
	for _, r := range y.Rows {
		if r.Date == form.Date && form.Kind == "" {
			p.Form = dayForm{Date: r.Date, Kind: string(r.Kind), Name: r.Name, Source: r.Source, Confirmed: r.Confirmed}
		}
	}
	return s.render(c, "staff/calendar", p)
}

// previewPage names the cases that a change of the calendar moves, and asks whether to make it.
type previewPage struct {
	page
	Form    dayForm
	Preview casework.Preview
}

// changeCalendar shows what a change would do; sent again with the preview's token it makes it.
func (s *Server) changeCalendar(c *fiber.Ctx) error {
	form, who := dayFormOf(c), staffOf(c)
	year := form.year(s.Now())
	if token := c.FormValue("token"); token != "" {
		if _, err := s.Desk.ApplyCalendar(c.UserContext(), who, form.change(), token); err != nil {
			return s.calendarPage(c, year, form, err)
		}
		return lead(c, "/staff/admin/calendar?year="+strconv.Itoa(year))
	}
	p, err := s.Desk.PreviewCalendar(c.UserContext(), who, form.change())
	if err != nil {
		return s.calendarPage(c, year, form, err)
	}
	return s.render(c, "staff/calendar_preview", previewPage{page: s.page(c, "page.calendar_preview.title"), Form: form, Preview: p})
}

// confirmPage lists what is not certain in the rules.
type confirmPage struct {
	page
	Items []casework.Unsure
	Key   string
	names
}

// Words writes keys of the catalogs, dates and plain words that stand beside each other; kinds stand in a row: "khiếu nại, tố cáo".
func (p confirmPage) Words(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		if t, err := time.ParseInLocation(time.DateOnly, w, vietnam); err == nil {
			words[i] = p.Date(t)
			continue
		}
		words[i] = p.T(w)
		if isKind(w) && i > 0 {
			words[i] = strings.ToLower(words[i])
		}
		if i+1 < len(words) && isKind(w) && isKind(words[i+1]) {
			words[i] += ","
		}
	}
	return strings.Join(words, " ")
}

// isKind reports whether a key names a kind of letter.
func isKind(key string) bool { return strings.HasPrefix(key, "kind.") }

// Announce leads to where a proposed day is entered once it has been announced: it then counts, so cases may move. Empty
// for a value that can be confirmed here.
func (confirmPage) Announce(u casework.Unsure) string {
	date, isDay := strings.CutPrefix(u.ID, "day/")
	if !isDay || !strings.Contains(u.Value.Value, "day.proposed") {
		return ""
	}
	return "/staff/admin/calendar?year=" + date[:4] + "&date=" + date + "#change"
}

func (s *Server) showToConfirm(c *fiber.Ctx) error { return s.confirmPage(c, nil) }

func (s *Server) confirmPage(c *fiber.Ctx, problem error) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	items, err := s.Desk.ToConfirm(c.UserContext(), staffOf(c))
	if err != nil {
		return err
	}
	p := confirmPage{page: s.page(c, "page.confirm.title"), Items: items, names: names{o, lang(c)}}
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key = cmp.Or(f.Fields["note"], f.Key)
	return s.render(c, "staff/confirm", p)
}

func (s *Server) confirm(c *fiber.Ctx) error {
	err := s.Desk.Confirm(c.UserContext(), staffOf(c), c.FormValue("id"), c.FormValue("value"), c.FormValue("note"))
	if err != nil {
		return s.confirmPage(c, err)
	}
	return lead(c, "/staff/admin/confirm")
}
