package web

import (
	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework/law"
)

// choosePage asks which kind of letter it is, each explained with an example, and helps who cannot tell.
type choosePage struct {
	counterPage
	Of    string // voice, letter or all: what was asked for on the counter's page
	Kinds []law.Kind
}

// groups are the kinds behind each action of the counter's page.
var groups = map[string][]law.Kind{
	"voice":  {law.Feedback, law.Praise},
	"letter": {law.Petition, law.Complaint, law.Denunciation},
	"all":    law.Kinds(),
}

func (s *Server) showChoose(c *fiber.Ctx) error {
	p, err := s.counterPage(c, "page.choose.all")
	if err != nil {
		return err
	}
	of := c.Query("of", "all")
	if groups[of] == nil {
		of = "all"
	}
	return s.render(c, "citizen/choose", choosePage{counterPage: p, Of: of, Kinds: groups[of]})
}
