package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// splitPage (tách đơn) is a mixed letter beside its parts: the clerk marks which passage goes to which.
type splitPage struct {
	page
	Case  *casework.Case
	Whole casework.Letter
	Parts []law.Kind
	Key   string
	Wrong map[string]string
	Typed map[string]string
}

// Problem returns the message for a field, or "".
func (p splitPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Value returns what was typed into a field of a part.
func (p splitPage) Value(kind law.Kind, field string) string {
	return p.Typed[string(kind)+"_"+field]
}

// Chosen reports whether the letter is to have a part of this kind.
func (p splitPage) Chosen(kind law.Kind) bool {
	return slices.Contains(strings.Split(p.Typed["kinds"], ","), string(kind))
}

func (s *Server) showSplit(c *fiber.Ctx) error { return s.splitPage(c, nil, nil) }

func (s *Server) splitPage(c *fiber.Ctx, typed map[string]string, problem error) error {
	v, err := s.Desk.ToSplit(c.UserContext(), staffOf(c), c.Params("ref"))
	if err != nil {
		return err
	}
	p := splitPage{page: s.page(c, "page.split.title"), Case: v.Case, Whole: v.Letter, Parts: law.SplitInto(), Typed: typed}
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key, p.Wrong = f.Key, f.Fields
	return s.render(c, "staff/split", p)
}

// split makes the split from its page; a mistake brings the page back with what was typed.
func (s *Server) split(c *fiber.Ctx) error {
	rev, _ := strconv.Atoi(c.FormValue("rev")) // not a number is a stale revision
	args, ref := typedArgs(c), c.Params("ref")
	after, err := s.Desk.Move(c.UserContext(), staffOf(c), casework.Order{Ref: ref, Rev: rev, Move: "split", Args: args})
	if err != nil {
		return s.splitPage(c, args, err)
	}
	return s.moved(c, after)
}

// typedArgs are the values of a move's form; several of one name are joined by commas.
func typedArgs(c *fiber.Ctx) map[string]string {
	args := map[string]string{}
	c.Request().PostArgs().VisitAll(func(key, value []byte) {
		if k := string(key); k != "csrf" && k != "rev" && k != "next" && len(value) > 0 {
			args[k] = strings.TrimPrefix(args[k]+","+string(value), ",")
		}
	})
	return args
}
