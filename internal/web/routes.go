package web

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
)

// routes is the one list of everything that can be asked.
func (s *Server) routes() {
	r := s.app
	r.Use(recover.New(recover.Config{EnableStackTrace: true, StackTraceHandler: s.panicked}))
	r.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	r.Get("/readyz", s.ready)
	if s.Metric != nil {
		r.Get("/metrics", s.Metric)
	}
	r.Use(guard, s.deadline, s.language, plain)
	r.Get("/static/:name", s.showFile)
	r.Get("/openapi.yaml", s.showOpenAPI)
	r.Get("/sw.js", s.showWorker)
	r.Get("/manifest.webmanifest", s.showManifest)

	r.Post("/api/v1/cases/:code/attachments", s.upload, s.api.Attach)
	r.Get("/api/v1/results", s.resultsJSON)
	s.api.Routes(r.Group("/api/v1", small))

	// citizens
	r.Get("/", s.showHome)
	r.Post("/language", small, s.csrf, s.switchLanguage)
	r.Get("/q/:token", s.showCounter)
	r.Get("/q/:token/file", s.showForm)
	r.Post("/q/:token/file", s.upload, s.csrf, s.file)
	r.Get("/q/:token/rate", s.showRate)
	r.Post("/q/:token/rate", small, s.csrf, s.rate)
	r.Get("/k/:token", s.showKiosk)
	r.Post("/k/:token", small, s.rateKiosk)
	r.Get("/receipt", s.showReceipt)
	r.Post("/receipt/files", s.upload, s.csrf, s.addFiles)
	r.Get("/waiting", s.showWaiting)
	r.Get("/results", s.showResults)
	r.Get("/verify", s.showVerify)
	r.Post("/verify", small, s.showVerify)
	r.Get("/verify/roots", s.showRoots)
	s.trackRoutes(r)

	s.staffRoutes(r)
	r.Use(func(*fiber.Ctx) error { return fiber.ErrNotFound })
}

// trackRoutes are the pages of a case by its code.
func (s *Server) trackRoutes(r fiber.Router) {
	r.Get("/t", s.showTrack)
	r.Get("/t/:code", s.showTracked)
	r.Get("/t/:code/files/:id", s.showAttachment)
	r.Post("/t/:code/messages", s.upload, s.csrf, s.writeMessage)
	r.Post("/t/:code/satisfaction", small, s.csrf, s.rateAnswer)
	r.Get("/t/:code/withdraw", s.showWithdraw)
	r.Post("/t/:code/withdraw", small, s.csrf, s.withdraw)
	r.Get("/t/:code/appeal", s.showAppeal)
	r.Post("/t/:code/appeal", small, s.csrf, s.appeal)
	r.Get("/t/:code/data", s.downloadData)
	r.Post("/t/:code/erase", small, s.csrf, s.eraseData)
}

func (s *Server) staffRoutes(r fiber.Router) {
	r.Get("/staff/sign-in", s.showSignIn)
	r.Post("/staff/sign-in", small, s.csrf, s.signIn)
	r.Post("/staff/sign-out", small, s.csrf, s.signOut)
	r.Get("/staff", s.signedIn(s.showBoard))
	r.Get("/staff/admin/calendar", s.signedIn(s.showCalendar))
	r.Post("/staff/admin/calendar", small, s.csrf, s.signedIn(s.changeCalendar))
	r.Get("/staff/admin/confirm", s.signedIn(s.showToConfirm))
	r.Post("/staff/admin/confirm", small, s.csrf, s.signedIn(s.confirm))
	r.Get("/staff/notices", s.signedIn(s.showNotices))
	r.Post("/staff/notices/read", small, s.csrf, s.signedIn(s.readNotices))
	r.Get("/staff/cases", s.signedIn(s.showList))
	r.Get("/staff/cases/:ref", s.signedIn(s.showCase))
	r.Post("/staff/cases/:ref/moves/:move", small, s.csrf, s.signedIn(s.move))
	r.Post("/staff/cases/:ref/contact", small, s.csrf, s.signedIn(s.showContact))
	r.Get("/staff/cases/:ref/strip", s.signedIn(s.showStrip))
	r.Post("/staff/cases/:ref/strip", small, s.csrf, s.signedIn(s.strip))
	r.Post("/staff/cases/:ref/identity", small, s.csrf, s.signedIn(s.askIdentity))
	r.Get("/staff/accesses", s.signedIn(s.showAccesses))
	r.Post("/staff/accesses/:id/approve", small, s.csrf, s.signedIn(s.approveIdentity))
	r.Post("/staff/accesses/:id/show", small, s.csrf, s.signedIn(s.showIdentity))
	r.Get("/staff/cases/:ref/files/:id", s.signedIn(s.showStaffFile))
	r.Post("/staff/cases/:ref/files/:id/original", small, s.csrf, s.signedIn(s.openOriginal))
}
