// Package api is the JSON API: what other programs rely on. Every mistake is an RFC 9457 problem in the reader's language.
package api

import (
	"context"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/domain/signin"
	"tiepdan/pkg/webpush"
)

// API answers under /api/v1.
type API struct {
	Desk     *casework.Desk
	Register Register
	Book     *rating.Book
	Doors    *signin.Doors
	Stickers office.Stickers
	Offices  interface {
		Office(ctx context.Context) (*office.Office, error)
	}
	Words       Words
	Attachments Attachments                  // nil keeps none
	BaseURL     func(c *fiber.Ctx) string    // where citizens reach the service, without a slash at the end
	Mark        func(context.Context) []byte // the office's mark as posters print it, a PNG; nil where it has none
	TabletPath  func(k office.Counter, until time.Time) string
	Push        *webpush.Sender // tells browsers; nil where none are told
	Gate        *Gate           // the budget of what strangers may do
	Guess       *Guess          // how often passphrases of a quorum may be tried
	Log         *slog.Logger
	Now         func() time.Time
}

// Words translates keys; an unknown key comes back as it is.
type Words interface {
	Say(lang, key string, args map[string]string) string
	Date(lang string, at time.Time) string
}

// sessionRoutes are how staff come in and go.
func (a *API) sessionRoutes(r fiber.Router) {
	r.Post("/staff/sessions", a.signIn)
	r.Get("/staff/passkeys/challenge", a.askPasskey)
	r.Delete("/staff/sessions", a.anyStaff(a.signOut))
	r.Delete("/staff/sessions/all", a.anyStaff(a.signOutEverywhere))
}

// Routes registers every call of the API.
func (a *API) Routes(r fiber.Router) {
	r.Post("/cases", a.limited(DoorFile, a.submit))
	r.Get("/cases/:code", a.byCode(a.follow))
	r.Post("/cases/:code/messages", a.movesBy(messageDoor, a.message))
	r.Post("/cases/:code/satisfaction", a.moves(DoorWrite, a.satisfaction))
	r.Post("/cases/:code/notice", a.moves(DoorNotice, a.notice))
	r.Post("/cases/:code/withdraw", a.moves(DoorWrite, a.withdraw))
	r.Post("/cases/:code/appeal", a.moves(DoorFile, a.appeal))
	r.Get("/cases/:code/data", a.byCode(a.held))
	r.Post("/cases/:code/data", a.moves(DoorWrite, a.heldWhole))
	r.Post("/cases/:code/erase", a.moves(DoorWrite, a.forget))
	r.Post("/ratings", a.limited(DoorRate, a.rate))
	r.Get("/counters/:token", a.counter)

	a.sessionRoutes(r)
	r.Get("/staff/calendar", a.readsOffice(a.calendar))
	r.Post("/staff/calendar", a.writesOffice(a.changeCalendar))
	r.Get("/staff/to-confirm", a.staff(a.toConfirm))
	r.Post("/staff/to-confirm", a.staff(a.confirm))
	r.Get("/staff/tablets", a.readsOffice(a.tablets))
	r.Post("/staff/tablets", a.staff(a.offerTablet))
	r.Delete("/staff/tablets/:id", a.staff(a.endTablet))
	r.Get("/staff/notices", a.reads(a.notices))
	r.Post("/staff/notices/read", a.writes(a.readNotices))
	r.Get("/staff/board", a.reads(a.board))
	r.Get("/staff/views/:view", a.reads(a.view))
	r.Get("/staff/cases", a.reads(a.list))
	r.Get("/staff/cases.csv", a.reads(a.exportCases("csv")))
	r.Get("/staff/cases.xlsx", a.reads(a.exportCases("xlsx")))
	r.Post("/staff/cases", a.writes(a.takeIn))
	r.Post("/staff/cases/assign", a.writes(a.assignMany))
	r.Get("/staff/cases/:ref", a.reads(a.open))
	r.Post("/staff/cases/:ref/moves/:move", a.writes(a.move))
	a.letterRoutes(r)
	a.accessRoutes(r)
	a.officeRoutes(r)
	r.Get("/staff/cases/:ref/attachments/:id", a.reads(a.download))
	r.Post("/staff/cases/:ref/attachments/:id/original", a.staff(a.original))
	r.Get("/staff/counters/posters.pdf", a.staff(a.Posters))
	r.Get("/staff/counters/:id/qr.png", a.staff(a.qrPNG))
	r.Get("/staff/counters/:id/qr.svg", a.staff(a.qrSVG))
}

// lang is the request's language, chosen by middleware.
func lang(c *fiber.Ctx) string {
	if l, ok := c.Locals("lang").(string); ok {
		return l
	}
	return "vi"
}
