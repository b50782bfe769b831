package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// quorumPage (nhóm giữ khóa danh tính) is where its persons bring their parts, prove them and choose passphrases, and where an
// administrator leads the dealing of new ones.
type quorumPage struct {
	page
	View  casework.QuorumView
	Admin bool
	Need  int
	Done  string // a translation key
	Key   string
	Wrong map[string]string
	At    string // which form went wrong
	names
}

// notHisPart says that the passphrase is not the one of the person's part.
const notHisPart = "error.quorum_passphrase"

// Problem returns the message for a field of the form, or "". Of the two passphrases of a change it is the present one that can be
// the wrong one.
func (p quorumPage) Problem(form, field string) string {
	if form == "passphrase" && p.View.Chosen {
		if old := p.Wrong["passphrase"] == notHisPart; old != (field == "was") {
			return ""
		}
		field = "passphrase"
	}
	if key, ok := p.Wrong[field]; ok && form == p.At {
		return p.T(key)
	}
	return ""
}

// Holds reports whether the person holds a part of the newest key.
func (p quorumPage) Holds(staff string) bool {
	return len(p.View.Keys) > 0 && slices.Contains(p.View.Keys[0].Staff, staff)
}

// Bringers are all who hold a part of any key.
func (p quorumPage) Bringers() []string {
	var out []string
	for _, k := range p.View.Keys {
		out = append(out, k.Staff...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *Server) showQuorum(c *fiber.Ctx) error {
	return s.quorumPage(c, quorumPage{Done: c.Query("done")}, nil)
}

// quorumDone are the words a change ends with.
var quorumDone = map[string]string{
	"part": "quorum.done.part", "passphrase": "quorum.done.passphrase", "prove": "quorum.done.prove", "deal": "quorum.done.deal",
}

func (s *Server) quorumPage(c *fiber.Ctx, p quorumPage, problem error) error {
	who := staffOf(c)
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	if p.View, err = s.Desk.ViewQuorum(c.UserContext(), who); err != nil {
		return err
	}
	p.page, p.names, p.Admin, p.Need = s.page(c, "page.quorum.title"), names{o, lang(c)}, who.Has(office.Admin), 2
	if len(p.View.Keys) > 0 {
		p.Need = p.View.Keys[0].Need
	}
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key, p.Wrong, p.Done = f.Key, f.Fields, quorumDone[p.Done]
	if problem != nil {
		p.Done = ""
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return s.render(c, "staff/quorum", p)
}

// quorum does what one of the page's forms asks for. Tries are counted for the person who types.
func (s *Server) quorum(c *fiber.Ctx) error {
	what, who := c.Params("what"), staffOf(c)
	if err := s.api.Guess.Ask(who); err != nil {
		return err
	}
	at := what
	var err error
	switch what {
	case "part":
		at = c.FormValue("access")
		_, err = s.Desk.BringPart(c.UserContext(), who, at, c.FormValue("passphrase"))
	case "passphrase":
		err = s.Desk.ChoosePassphrase(who, c.FormValue("was"), c.FormValue("passphrase"))
	case "prove":
		err = s.Desk.ProvePart(who, c.FormValue("passphrase"))
	case "deal":
		err = s.deal(c, who)
	default:
		return fiber.ErrNotFound
	}
	if err != nil {
		return s.quorumPage(c, quorumPage{At: at}, err)
	}
	return lead(c, "/staff/quorum?done="+what)
}

// deal reads the administrator's form: who gets a part, how many open, and the passphrases that those who hold parts now
// type into it.
func (s *Server) deal(c *fiber.Ctx, who office.Staff) error {
	need, _ := strconv.Atoi(c.FormValue("need")) // not a number is refused as too few
	r := casework.Renewal{Need: need, NewKey: c.FormValue("new_key") != "", Bring: map[string]string{}}
	c.Request().PostArgs().VisitAll(func(name, value []byte) {
		if string(name) == "staff" {
			r.Staff = append(r.Staff, string(value))
		}
		if staff, ok := strings.CutPrefix(string(name), bringField); ok && len(value) > 0 {
			r.Bring[staff] = string(value)
		}
	})
	return s.Desk.DealParts(c.UserContext(), who, r)
}

// bringField begins the names of the fields for passphrases of those who hold parts.
const bringField = "bring-"
