package web

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/rating"
	"tiepdan/internal/web/api"
)

// ratePage shows the five faces, and after the first tap the optional questions.
type ratePage struct {
	counterPage
	Visit   string
	Kept    string // says that the first tap was verified, and cannot be made up
	Score   int
	Given   bool // the first tap was kept; what follows amends it
	Done    bool
	Comment string
	Answers map[string]int
	Wrong   map[string]string
	Key     string
}

// Installs is off: the faces load no more than they must.
func (ratePage) Installs() bool { return false }

// Lean is off: the faces have styles of their own.
func (ratePage) Lean() bool { return false }

// Faces lists the scores, the best first.
func (ratePage) Faces() []int { return []int{5, 4, 3, 2, 1} }

// firstCriteria is how many questions are asked at once; the rest waits behind a line.
const firstCriteria = 4

// asked puts what people complain of most first.
func asked() []rating.Criterion {
	first := map[string]int{"attitude": 0, "time": 1, "visits": 2, "costs": 3}
	out := make([]rating.Criterion, firstCriteria)
	for _, k := range rating.Criteria() {
		if i, ok := first[k.ID]; ok {
			out[i] = k
		} else {
			out = append(out, k)
		}
	}
	return out
}

// Criteria are the questions asked at once.
func (ratePage) Criteria() []rating.Criterion { return asked()[:firstCriteria] }

// Others are the rest of the law's questions.
func (ratePage) Others() []rating.Criterion { return asked()[firstCriteria:] }

// Problem returns the message for a field, or "".
func (p ratePage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// question is one criterion on the page.
type question struct {
	Page  ratePage
	ID    string
	Given int
}

// Ask prepares a criterion for the page.
func (p ratePage) Ask(c rating.Criterion) question {
	return question{Page: p, ID: c.ID, Given: p.Answers[c.ID]}
}

// plainAnswers are the questions that have plain answers, and what each counts for.
var plainAnswers = map[string][]int{
	"costs":  {5, 1},    // nobody, somebody asked for more
	"visits": {5, 3, 1}, // once, twice, three times or more
}

// Plain are the answers of a question that has no scale; nil for one that has.
func (q question) Plain() []int { return plainAnswers[q.ID] }

// saddest is up to which score somebody is asked why.
const saddest = 2

// Sad reports whether the first question after the tap is why.
func (p ratePage) Sad() bool { return p.Score <= saddest }

func (s *Server) showRate(c *fiber.Ctx) error {
	if err := s.foresee(c, s.rating()); err != nil {
		return err
	}
	p, err := s.counterPage(c, "page.rate.title")
	if err != nil {
		return err
	}
	if p.Counter.ID == "" {
		return lead(c, "/rate")
	}
	if given, ok := s.rated(c, p.Counter.ID); ok {
		return s.render(c, "citizen/rate", ratePage{counterPage: p, Visit: given.Visit, Kept: given.Kept, Score: given.Score, Given: true, Done: given.Done})
	}
	return s.render(c, "citizen/rate", ratePage{counterPage: p, Visit: s.newVisit(p.Counter.ID)})
}

// thankedCookie carries a rating from the tap to the page that thanks for it: that page is opened by its address, so that the way back
// and a reload send nothing twice. It lasts as long as somebody may think about the questions.
const (
	thankedCookie = "thanked"
	ratedLasts    = 15 * time.Minute
)

// rated is what that page knows of the rating.
type rated struct {
	Counter, Visit, Kept string
	Score                int
	Done                 bool
}

// rated is the rating that this browser just gave at the counter, on the address that it was led to.
func (s *Server) rated(c *fiber.Ctx, counter string) (v rated, ok bool) {
	if c.Query("given") == "" {
		return v, false
	}
	held, ok := s.carriedIn(c, thankedCookie, c.Cookies(thankedCookie))
	return v, ok && json.Unmarshal([]byte(held.Code), &v) == nil && v.Counter == counter
}

// thank leads on to the page of the rating that was kept.
func (s *Server) thank(c *fiber.Ctx, p *ratePage, done bool) error {
	raw, err := json.Marshal(rated{Counter: p.Counter.ID, Visit: p.Visit, Kept: p.Kept, Score: p.Score, Done: done})
	if err != nil {
		return err
	}
	value, err := s.carry(c, thankedCookie, carried{Code: string(raw), Until: s.Now().Add(ratedLasts)})
	if err != nil {
		return err
	}
	s.setCookie(c, thankedCookie, value, time.Time{})
	return lead(c, "/q/"+p.Token+"/rate?given=1")
}

// typedRating is the page with what the form sent.
func (s *Server) typedRating(c *fiber.Ctx) (ratePage, error) {
	p, err := s.counterPage(c, "page.rate.title")
	if err != nil {
		return ratePage{}, err
	}
	page := ratePage{counterPage: p, Visit: c.FormValue("visit"), Kept: c.FormValue("kept"), Comment: c.FormValue("comment"), Answers: map[string]int{}}
	page.Score, _ = strconv.Atoi(c.FormValue("score")) // not a number is 0, which Record refuses
	page.Given = c.FormValue("more") != ""
	for _, k := range rating.Criteria() {
		if n, err := strconv.Atoi(c.FormValue("criteria." + k.ID)); err == nil {
			page.Answers[k.ID] = n
		}
	}
	return page, nil
}

// rateAgain shows a rating again that was not taken. One that no page of ours was opened for is the first tap of a visit of its
// own; one that was asked a question keeps all that was answered.
func (s *Server) rateAgain(c *fiber.Ctx, problem error) error {
	page, err := s.typedRating(c)
	if err != nil {
		return err
	}
	if page.Counter.ID == "" {
		return lead(c, "/rate")
	}
	f := api.FaultOf(problem)
	if f.Status == http.StatusTooManyRequests && page.Given {
		page.Key = f.Key
		c.Status(f.Status)
		return s.render(c, "citizen/rate", page)
	}
	page.Visit, page.Given, page.Wrong = s.newVisit(page.Counter.ID), false, map[string]string{"score": f.Key}
	c.Status(f.Status)
	return s.render(c, "citizen/rate", page)
}

func (s *Server) rate(c *fiber.Ctx) error {
	page, err := s.typedRating(c)
	if err != nil {
		return err
	}
	if page.Counter.ID == "" { // the office as a whole is not rated: which of its counters?
		return lead(c, "/rate")
	}
	if page.Visit == "" {
		return s.rateAgain(c, errForged)
	}
	if err := s.record(c, &page); err != nil {
		f := api.FaultOf(err)
		if f.Status != http.StatusUnprocessableEntity {
			return err
		}
		page.Wrong, page.Key = f.Fields, f.Key
		c.Status(f.Status)
		return s.render(c, "citizen/rate", page)
	}
	return s.thank(c, &page, page.Given)
}

// record keeps the first tap, or amends it with the answers. Whether it is verified is decided once, at the first tap.
func (s *Server) record(c *fiber.Ctx, p *ratePage) error {
	ballot := rating.Ballot{
		Visit: p.Visit, Counter: p.Counter.ID, Score: p.Score, Criteria: maps.Clone(p.Answers), Comment: p.Comment,
	}
	yes := s.mark("kept", p.Visit, p.Counter.ID)
	switch {
	case p.Given:
		ballot.Verified = hmac.Equal([]byte(p.Kept), []byte(yes))
	case !p.Counter.Online() && s.validBallot(c.UserContext(), ballot):
		ballot.Verified = s.mayCount(c, p.Visit, p.Counter.ID)
	}
	if _, err := s.Book.Record(c.UserContext(), ballot); err != nil {
		return err
	}
	p.Kept = ""
	if ballot.Verified {
		p.Kept = yes
	}
	return nil
}

// validBallot spares a device's count when the ballot cannot be kept anyway.
func (s *Server) validBallot(ctx context.Context, b rating.Ballot) bool {
	_, err := s.Book.Make(ctx, b)
	return err == nil
}
