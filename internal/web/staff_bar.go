package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
)

// barItem is one place in the bar of the staff's pages, with how much waits there; negative where nothing is counted.
type barItem struct {
	Key, Href string
	Label     string // a name that a person gave, in place of Key
	Count     int
	Current   bool
}

// bar is what stands in the bar, for whoever has one of the roles.
var bar = []struct {
	key, href, view string
	roles           []office.Role
}{
	{"bar.mine", "/staff/mine", casework.ViewDue, []office.Role{office.Officer, office.Head}},
	{"bar.inbox", "/staff/inbox", casework.ViewNew, []office.Role{office.Reception}},
	{"bar.board", "/staff/board", "", []office.Role{office.Head}},
	{"bar.list", "/staff/cases", "", []office.Role{office.Officer, office.Head, office.Reception, office.Inspector}},
	{"bar.ratings", ratingsPath, "", []office.Role{office.Officer, office.Head, office.Reception, office.Inspector}},
	{"bar.admin", "/staff/admin", "", []office.Role{office.Admin}},
}

// barOf is the bar for a person on a page. A count that fails is left out: the page itself says what is wrong.
func (s *Server) barOf(c *fiber.Ctx, who office.Staff) []barItem {
	var out []barItem
	for _, b := range bar {
		if !hasAny(who, b.roles) {
			continue
		}
		item := barItem{Key: b.key, Href: b.href, Count: -1, Current: isAt(c, b.href)}
		if b.view != "" {
			n, err := s.Desk.Count(c.UserContext(), who, casework.Wanted{View: b.view})
			if err != nil {
				s.Log.WarnContext(c.UserContext(), "bar not counted", "view", b.view, "error", err)
				n = -1
			}
			item.Count = n
		}
		out = append(out, item)
	}
	return append(out, s.savedBar(c, who)...)
}

// savedBar is the lists that the person keeps by name.
func (s *Server) savedBar(c *fiber.Ctx, who office.Staff) []barItem {
	var out []barItem
	for _, v := range who.Saved {
		w := api.Saved(v.Query)
		item := barItem{Label: v.Name, Href: "/staff/cases?" + api.Conditions(w).Encode(), Count: -1}
		item.Current = c.Path() == "/staff/cases" && api.WantedOf(c) == w
		n, err := s.Desk.Count(c.UserContext(), who, w)
		switch {
		case err == nil:
			item.Count = n
		case casework.CodeOf(err) != casework.Invalid: // what it asks for is gone, as the page says that it leads to
			s.Log.WarnContext(c.UserContext(), "saved list not counted", "error", err)
		}
		out = append(out, item)
	}
	return out
}

func hasAny(who office.Staff, roles []office.Role) bool { return slices.ContainsFunc(roles, who.Has) }

// isAt reports whether the page is the one that the item leads to, or one below it.
func isAt(c *fiber.Ctx, href string) bool {
	return c.Path() == href || href == "/staff/admin" && strings.HasPrefix(c.Path(), href)
}
