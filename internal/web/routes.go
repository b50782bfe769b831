package web

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
)

// routes is the one list of everything that can be asked.
func (s *Server) routes() {
	r := s.app
	r.Use(named, recover.New(recover.Config{EnableStackTrace: true, StackTraceHandler: s.panicked}))
	r.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	r.Get("/readyz", s.ready)
	if s.Metric != nil {
		r.Get("/metrics", s.mayMeasure, s.Metric)
	}
	r.Use(s.guard, s.shed, s.deadline, s.language, plain, legibleAddress)
	r.Get("/static/:name", s.showFile)
	r.Get("/openapi.yaml", s.showOpenAPI)
	r.Get("/sw.js", s.showWorker)
	r.Get("/manifest.webmanifest", s.showManifest)

	s.programRoutes(r)

	// citizens
	r.Get("/", s.showHome)
	s.post(r, "/language", form{read: small, do: s.switchLanguage})
	r.Get("/rate", s.showWhich)
	r.Get("/q/:token", s.showCounter)
	r.Get("/q/:token/file", s.showForm)
	s.post(r, "/q/:token/file", form{read: s.upload, do: s.file, again: s.fileForged, door: s.filing()})
	r.Get("/q/:token/rate", s.showRate)
	s.post(r, "/q/:token/rate", form{read: small, do: s.rate, again: s.rateAgain, door: s.rating()})
	r.Get("/k/:token", s.showKiosk)
	s.unbound(r, "/k/:token", s.rateKiosk)
	s.unbound(r, "/k/:token/enrol", s.enrolTablet)
	r.Get("/receipt", s.showReceipt)
	s.post(r, "/receipt/files", form{read: s.uploadTo(s.codeOfReceipt), do: s.addFiles, again: s.addFilesAgain, door: s.adding()})
	r.Get("/waiting", s.showWaiting)
	r.Get("/exit", s.exit)
	r.Get("/leave", s.showLeave)
	s.post(r, "/leave", form{read: small, do: s.leave, again: s.leaveAgain})
	r.Get("/left", s.showLeft)
	r.Get("/results", s.showResults)
	r.Get("/procedures", s.showProcedures)
	r.Get("/verify", s.showVerify)
	s.unbound(r, "/verify", s.showVerify)
	r.Get("/verify/roots", s.showRoots)
	s.trackRoutes(r)

	s.staffRoutes(r)
	r.Use(func(*fiber.Ctx) error { return fiber.ErrNotFound })
}

// programRoutes are for programs.
func (s *Server) programRoutes(r fiber.Router) {
	r.Post("/api/v1/cases/:code/attachments", s.uploadTo(codeInPath), legible, s.api.Attach)
	r.Post("/api/v1/staff/office/:kind/import", table, s.api.Import)
	r.Get("/api/v1/results", s.resultsJSON)
	s.api.Routes(r.Group("/api/v1", small))
	s.chatRoutes(r)
	r.Post("/hooks/:channel", small, s.takeHook)
	s.open311Routes(r.Group(open311Path, small))
}

// trackRoutes are the pages of a case by its code.
func (s *Server) trackRoutes(r fiber.Router) {
	r.Get("/t", s.showTrack)
	s.post(r, "/t", form{read: small, do: s.enterCode, again: s.enterAgain})
	r.Get("/t/h/:handle", s.ofCase, s.showTracked)
	r.Get("/t/h/:handle/files/:id", s.ofCase, s.showAttachment)
	s.post(r, "/t/h/:handle/files/:id", form{read: small, named: s.findCase, do: s.openAttachment, again: s.ownFilePage, door: s.writing()})
	s.post(r, "/t/h/:handle/messages", form{read: s.writeTo(s.codeInCookie), named: s.findCase, do: s.writeMessage, again: s.again, door: s.messaging()})
	s.post(r, "/t/h/:handle/satisfaction", form{read: small, named: s.findCase, do: s.rateAnswer, again: s.again, door: s.writing()})
	s.post(r, "/t/h/:handle/notice", form{read: small, named: s.findCase, do: s.chooseNotice, again: s.again, door: s.noticing()})
	r.Get("/t/h/:handle/withdraw", s.ofCase, s.showWithdraw)
	s.post(r, "/t/h/:handle/withdraw", form{read: small, named: s.findCase, do: s.withdraw, again: s.withdrawAgain, door: s.writing()})
	r.Get("/t/h/:handle/appeal", s.ofCase, s.showAppeal)
	s.post(r, "/t/h/:handle/appeal", form{read: small, named: s.findCase, do: s.appeal, again: s.appealAgain, door: s.appealing()})
	r.Get("/t/h/:handle/data", s.ofCase, s.showData)
	s.post(r, "/t/h/:handle/data", form{read: small, named: s.findCase, do: s.openData, again: s.dataAgain, door: s.writing()})
	r.Get("/t/h/:handle/erase", s.ofCase, s.showErase)
	s.post(r, "/t/h/:handle/erase", form{read: small, named: s.findCase, do: s.eraseData, again: s.eraseAgain, door: s.writing()})
	r.Get("/t/h/:handle/receipt", s.ofCase, s.showReceiptAgain)
	r.Get("/t/h/:handle/dialogue.ics", s.ofCase, s.showDialogue)
	r.Get("/t/:code", s.oldLink)
	r.Get("/t/:code/*", s.oldLink)
}

func (s *Server) staffRoutes(r fiber.Router) {
	r.Get("/setup", s.showSetup)
	s.post(r, "/setup", form{read: small, do: s.setUp})
	r.Get("/staff/sign-in", s.showSignIn)
	s.post(r, "/staff/sign-in", form{read: small, do: s.signIn, again: s.signInAgain})
	s.post(r, "/staff/sign-out", form{read: small, do: s.signOut})
	r.Get("/staff", s.signedIn(s.showFirst))
	r.Get("/staff/board", s.signedIn(s.showBoard))
	r.Get("/staff/mine", s.signedIn(s.showMine))
	r.Get(livePath, s.showLive)
	r.Get(inboxPath, s.signedIn(s.showInbox))
	r.Get("/staff/me", s.signedIn(s.showMe))
	r.Get("/staff/me/password", s.anybodySignedIn(s.showPassword))
	s.post(r, "/staff/me/password", form{read: small, do: s.anybodySignedIn(s.choosePassword)})
	s.adminRoutes(r)
	s.staffPost(r, "/staff/me/sign-out-everywhere", s.signOutEverywhere)
	s.factorRoutes(r)
	s.singleRoutes(r)
	s.tokenRoutes(r)
	s.reminderRoutes(r)
	r.Get("/staff/admin/health", s.signedIn(s.showHealth))
	r.Get("/staff/admin/calendar", s.signedIn(s.showCalendar))
	s.staffPost(r, "/staff/admin/calendar", s.changeCalendar)
	r.Get("/staff/admin/confirm", s.signedIn(s.showToConfirm))
	s.staffPost(r, "/staff/admin/confirm", s.confirm)
	r.Get("/staff/admin/tablets", s.signedIn(s.showTablets))
	s.staffPost(r, "/staff/admin/tablets", s.offerTablet)
	s.staffPost(r, "/staff/admin/tablets/:id/end", s.endTablet)
	s.receiverRoutes(r)
	r.Get("/staff/notices", s.signedIn(s.showNotices))
	s.staffPost(r, "/staff/notices/read", s.readNotices)
	r.Get(ratingsPath, s.signedIn(s.showRatings))
	s.staffPost(r, ratingsPath+"/:id/answer", s.answerRating)
	r.Get("/staff/new", s.signedIn(s.showNew))
	s.post(r, "/staff/new", form{read: s.upload, do: s.signedIn(s.takeIn)})
	s.caseRoutes(r)
	r.Get("/staff/quorum", s.signedIn(s.showQuorum))
	s.staffPost(r, "/staff/quorum/:what", s.quorum)
	r.Get("/staff/accesses", s.signedIn(s.showAccesses))
	s.staffPost(r, "/staff/accesses/:id/approve", s.approveIdentity)
	s.staffPost(r, "/staff/accesses/:id/show", s.showIdentity)
}

// caseRoutes are the pages of the cases.
func (s *Server) caseRoutes(r fiber.Router) {
	r.Get("/staff/cases", s.signedIn(s.showList))
	r.Get("/staff/cases.csv", s.signedIn(s.exportList("csv")))
	r.Get("/staff/cases.xlsx", s.signedIn(s.exportList("xlsx")))
	s.staffPost(r, "/staff/cases/assign", s.assignChosen)
	s.staffPost(r, "/staff/cases/saved", s.saveView)
	s.staffPost(r, "/staff/cases/saved/end", s.dropView)
	r.Get("/staff/cases/:ref", s.signedIn(s.showCase))
	s.staffPost(r, "/staff/cases/:ref/moves/:move", s.move)
	s.staffPost(r, "/staff/cases/:ref/lookers", s.look)
	s.staffPost(r, "/staff/cases/:ref/contact", s.showContact)
	r.Get("/staff/cases/:ref/strip", s.signedIn(s.showStrip))
	s.staffPost(r, "/staff/cases/:ref/strip", s.strip)
	s.paperRoutes(r)
	r.Get("/staff/cases/:ref/split", s.signedIn(s.showSplit))
	s.staffPost(r, "/staff/cases/:ref/split", s.split)
	s.staffPost(r, "/staff/cases/:ref/identity", s.askIdentity)
	r.Get("/staff/cases/:ref/files/:id", s.signedIn(s.showStaffFile))
	s.staffPost(r, "/staff/cases/:ref/files/:id/original", s.openOriginal)
}

// paperRoutes are the pages of what the office writes on a case.
func (s *Server) paperRoutes(r fiber.Router) {
	r.Get("/staff/cases/:ref/draft", s.signedIn(s.showDraft))
	s.staffPost(r, "/staff/cases/:ref/draft", s.draft)
	r.Get("/staff/cases/:ref/approve", s.signedIn(s.showApprove))
	s.staffPost(r, "/staff/cases/:ref/approve", s.approve)
	r.Get("/staff/cases/:ref/letters/:file", s.signedIn(s.showLetterFile))
	r.Get("/staff/approvals", s.signedIn(s.showApprovals))
	s.staffPost(r, "/staff/approvals", s.approveAll)
	s.post(r, "/staff/cases/:ref/files", form{read: s.upload, do: s.signedIn(s.addOwnFiles)})
}
