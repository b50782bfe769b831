package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/paper"
	"tiepdan/internal/web/api"
)

// approvalsPage (chờ tôi duyệt) lists the drafts that wait for this person. Simple answers are shown whole, so that several can be let
// go at once.
type approvalsPage struct {
	page
	names
	Rows []approval
	Sent []string // references of what has just gone out
	Held []refusal
}

// approval is one draft that waits.
type approval struct {
	Case   *casework.Case
	Simple bool // an answer to feedback or praise
	Said   casework.Wording
	Asked  string // what the citizen wrote
	Letter paper.Letter
	V      int64
	Seen   string
	Key    string // why it cannot go out
}

// Sendable reports whether any draft of the page can be ticked: else there is nothing to send.
func (p approvalsPage) Sendable() bool {
	return slices.ContainsFunc(p.Rows, func(a approval) bool { return a.Seen != "" })
}

// refusal is a draft that did not go out, and why.
type refusal struct{ Ref, Key string }

// approvalsShown is how many are shown at once; the rest comes when these are done.
const approvalsShown = 30

func (s *Server) showApprovals(c *fiber.Ctx) error { return s.approvalsPage(c, approvalsPage{}) }

func (s *Server) approvalsPage(c *fiber.Ctx, p approvalsPage) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	who := staffOf(c)
	p.page, p.names = s.page(c, "page.approvals.title"), names{o, lang(c)}
	cs, _, err := s.Desk.List(c.UserContext(), who, casework.Wanted{State: string(law.Review), Limit: 100})
	if err != nil {
		return err
	}
	for _, it := range cs {
		if len(p.Rows) == approvalsShown || !o.May(who, office.Decide, it.File(), s.Now()) {
			continue
		}
		row, err := s.approval(c, o, it)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	return s.render(c, "staff/approvals", p)
}

// approval is the draft of a case as it would go out.
func (s *Server) approval(c *fiber.Ctx, o *office.Office, it *casework.Case) (approval, error) {
	row := approval{Case: it, Simple: it.Kind == law.Feedback || it.Kind == law.Praise}
	if !row.Simple {
		return row, nil
	}
	row.Asked = it.Body
	f, err := s.finalOf(c, it)
	if err != nil {
		return row, err
	}
	row.Said, row.V = f.Said, f.V
	shown, would, seen, err := s.Desk.Preview(c.UserContext(), staffOf(c), f)
	if err != nil {
		if row.Key = api.FaultOf(err).Key; row.Key == "error.invalid" { // nothing was typed here that could be marked
			row.Key = "approvals.unfinished"
		}
		return row, nil
	}
	row.Letter, row.Seen, row.Said = s.api.Letter(o, shown, would), seen, would.Said
	return row, nil
}

// finalOf is the draft that waits on a case, as it is kept.
func (s *Server) finalOf(c *fiber.Ctx, it *casework.Case) (casework.Final, error) {
	it, ps, err := s.Desk.PapersOn(c.UserContext(), staffOf(c), it.Ref)
	if err != nil {
		return casework.Final{}, err
	}
	f := casework.Final{Rev: it.Rev(), Unopened: true, Written: casework.Written{Ref: it.Ref, Type: it.PaperTypes()[0]}}
	for _, p := range ps {
		if p.Type == f.Type && !p.State.Done() {
			f.V, f.Said, f.Files = p.V, p.Said, p.Files
		}
	}
	return f, nil
}

// approveAll lets those go out that were ticked: each was shown whole, and none goes that has changed since. One that cannot go keeps
// no other from going.
func (s *Server) approveAll(c *fiber.Ctx) error {
	var p approvalsPage
	for _, ref := range c.Request().PostArgs().PeekMulti("ref") {
		ref := string(ref)
		if err := s.approveOne(c, ref); err != nil {
			p.Held = append(p.Held, refusal{ref, api.FaultOf(err).Key})
			continue
		}
		p.Sent = append(p.Sent, ref)
	}
	return s.approvalsPage(c, p)
}

func (s *Server) approveOne(c *fiber.Ctx, ref string) error {
	f, err := s.finalOf(c, &casework.Case{Ref: ref})
	if err != nil {
		return err
	}
	f.Seen = c.FormValue("seen-" + ref)
	if f.Rev, err = strconv.Atoi(c.FormValue("rev-" + ref)); err != nil { // as the case stood when it was shown
		return &casework.Error{Code: casework.Conflict, Key: "error.stale"}
	}
	_, _, err = s.Desk.SignAndSend(c.UserContext(), staffOf(c), f)
	return err
}
