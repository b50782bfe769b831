package web

import (
	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/web/api"
)

// ownFilePage asks a denouncer for the second thing before it hands him a file that he has sent: the code is a piece of paper,
// and what is in the file may show who he is.
type ownFilePage struct {
	trackPage
	Action string
	Sealed bool // only a quorum of persons knows the sender, so nothing he types could be compared
}

// showAttachment serves a file of the citizen's own case: its type is the one found in its content, no browser may guess
// another, and nothing in it runs.
func (s *Server) showAttachment(c *fiber.Ctx) error {
	err := s.serveOwn(c, "")
	if err != nil && casework.CodeOf(err) == casework.Invalid { // nothing was typed yet
		return s.ownFilePage(c, nil)
	}
	return s.ownFileOr(c, err)
}

// openAttachment serves it to somebody who knows the second thing.
func (s *Server) openAttachment(c *fiber.Ctx) error {
	return s.ownFileOr(c, s.serveOwn(c, c.FormValue("second")))
}

func (s *Server) serveOwn(c *fiber.Ctx, second string) error {
	if s.Attachments == nil {
		return fiber.ErrNotFound
	}
	a, body, err := s.Attachments.Open(c.UserContext(), codeOf(c), c.Params("id"), second)
	if err != nil {
		return err
	}
	return api.Serve(c, a, body)
}

// ownFileOr shows the page again with what is wrong. A file that is not there stays so.
func (s *Server) ownFileOr(c *fiber.Ctx, err error) error {
	if err == nil || api.FaultOf(err).Status == fiber.StatusNotFound {
		return err
	}
	return s.ownFilePage(c, err)
}

func (s *Server) ownFilePage(c *fiber.Ctx, problem error) error {
	f, err := s.follow(c, codeOf(c))
	if err != nil {
		return s.wrongCode(c, "", err)
	}
	p := ownFilePage{trackPage: trackPage{page: s.page(c, "own_file.title"), Seen: &f}, Action: c.Path()}
	if p.Here, err = s.stay(c, codeOf(c)); err != nil {
		return err
	}
	fault, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Path = p.Here // the language switch cannot lead to where a form was sent
	p.Key, p.Wrong, p.Sealed = fault.Key, fault.Fields, problem != nil && casework.CodeOf(problem) == casework.Conflict
	return s.render(c, "citizen/own_file", p)
}
