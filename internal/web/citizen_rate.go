package web

import (
	"maps"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/rating"
	"tiepdan/internal/web/api"
)

// ratePage shows the five faces, and after the first tap the optional questions.
type ratePage struct {
	counterPage
	Visit    string
	Score    int
	Given    bool // the first tap was kept; what follows amends it
	Done     bool
	Comment  string
	Answers  map[string]int
	Criteria []rating.Criterion
	Wrong    map[string]string
}

// Faces lists the scores, the best first.
func (ratePage) Faces() []int { return []int{5, 4, 3, 2, 1} }

func (s *Server) showRate(c *fiber.Ctx) error {
	p, err := s.counterPage(c, "page.rate.title")
	if err != nil {
		return err
	}
	return s.render(c, "citizen/rate", ratePage{counterPage: p, Visit: token(), Criteria: rating.Criteria()})
}

func (s *Server) rate(c *fiber.Ctx) error {
	p, err := s.counterPage(c, "page.rate.title")
	if err != nil {
		return err
	}
	page := ratePage{counterPage: p, Visit: c.FormValue("visit"), Criteria: rating.Criteria(), Comment: c.FormValue("comment"), Answers: map[string]int{}}
	page.Score, _ = strconv.Atoi(c.FormValue("score")) // not a number is 0, which Record refuses
	for _, k := range page.Criteria {
		if n, err := strconv.Atoi(c.FormValue("criteria." + k.ID)); err == nil {
			page.Answers[k.ID] = n
		}
	}
	if forged(c) || page.Visit == "" {
		page.Visit = token()
		c.Status(http.StatusForbidden)
		page.Wrong = map[string]string{"score": "error.csrf"}
		return s.render(c, "citizen/rate", page)
	}
	_, err = s.Book.Record(c.UserContext(), rating.Ballot{
		Visit: page.Visit, Counter: p.Counter.ID, Score: page.Score, Criteria: maps.Clone(page.Answers), Comment: page.Comment, Verified: true,
	})
	if f := api.FaultOf(err); err != nil {
		if f.Status != http.StatusUnprocessableEntity {
			return err
		}
		page.Wrong = f.Fields
		c.Status(f.Status)
		return s.render(c, "citizen/rate", page)
	}
	page.Given, page.Done = true, c.FormValue("more") != ""
	return s.render(c, "citizen/rate", page)
}
