package web

import (
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// mayMeasure lets through who may read the figures: with a token whoever shows it, without one only a program on this
// machine that speaks for nobody else. To all others there is no such page.
func (s *Server) mayMeasure(c *fiber.Ctx) error {
	if s.MetricToken != "" {
		shown, _ := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
		if subtle.ConstantTimeCompare([]byte(shown), []byte(s.MetricToken)) == 1 {
			return c.Next()
		}
		return fiber.ErrNotFound
	}
	forwarded := c.Get(fiber.HeaderXForwardedFor) + c.Get("Forwarded") + c.Get("X-Real-IP")
	if forwarded != "" || !c.Context().RemoteIP().IsLoopback() {
		return fiber.ErrNotFound
	}
	return c.Next()
}

// Answer is one answer as the figures know it: nothing in it names a person, a case or an address.
type Answer struct {
	Method string
	Route  string // the pattern, as "/q/:token/file"; empty where no route was found
	Status int
	Took   time.Duration // until the answer was handed to the connection; a stream's ends when it begins
}

// routeKey is where a request keeps the pattern of its route.
const routeKey = "route"

// named notes by which route a request was answered.
func named(c *fiber.Ctx) error {
	err := c.Next()
	if r := c.Route(); r.Path != "/" || c.Path() == "/" { // what no route answers ends at the root's
		c.Locals(routeKey, r.Path)
	}
	return err
}

func (s *Server) observe(ctx *fasthttp.RequestCtx) {
	if s.Observe == nil {
		return
	}
	route, _ := ctx.UserValue(routeKey).(string)
	method := string(ctx.Method())
	if !slices.Contains(fiber.DefaultMethods, method) {
		method = "other"
	}
	s.Observe(Answer{Method: method, Route: route, Status: ctx.Response.StatusCode(), Took: time.Since(ctx.Time())})
}
