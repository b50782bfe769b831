package web

import (
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/chat"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/web/api"
)

// Chats are the accounts by which people write to the office; nil where there is none.
type Chats struct {
	Zalo     *chat.Zalo
	Facebook *chat.Facebook
	Came     func() // messages came: they are taken soon; nil tells nobody
}

func (s *Server) chatRoutes(r fiber.Router) {
	if s.Chats.Zalo != nil {
		r.Post("/hooks/zalo", small, s.takeZalo)
	}
	if s.Chats.Facebook != nil {
		r.Get("/hooks/facebook", s.shakeFacebook)
		r.Post("/hooks/facebook", small, s.takeFacebook)
	}
}

// takeZalo takes what Zalo tells; it is answered once the message is durable, well within the two seconds that Zalo waits.
func (s *Server) takeZalo(c *fiber.Ctx) error {
	ms, err := s.Chats.Zalo.Read(c.Get(chat.ZaloSignature), c.BodyRaw())
	return s.arrive(c, "zalo", ms, err)
}

func (s *Server) takeFacebook(c *fiber.Ctx) error {
	ms, err := s.Chats.Facebook.Read(c.Get(chat.FacebookSignature), c.BodyRaw())
	return s.arrive(c, "facebook", ms, err)
}

// shakeFacebook proves to Facebook that the address is ours.
func (s *Server) shakeFacebook(c *fiber.Ctx) error {
	said, ok := s.Chats.Facebook.Handshake(c.Query("hub.mode"), c.Query("hub.verify_token"), c.Query("hub.challenge"))
	if !ok || len(said) > 200 {
		return &api.FaultError{Status: http.StatusForbidden, Key: "error.signature"}
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.SendString(said)
}

func (s *Server) arrive(c *fiber.Ctx, provider string, ms []chat.Message, err error) error {
	if errors.Is(err, chat.ErrForged) || errors.Is(err, chat.ErrOld) {
		return &api.FaultError{Status: http.StatusForbidden, Key: "error.signature"}
	}
	if err != nil {
		return err
	}
	said := make([]casework.Said, 0, len(ms))
	for _, m := range ms {
		one := casework.Said{Channel: provider, ID: m.ID, From: m.From, Who: m.Who, Name: m.Name, Text: m.Text, At: m.At}
		if m.Public {
			one.Channel = casework.ByComment
		}
		for _, f := range m.Files {
			one.Files = append(one.Files, casework.SaidFile{URL: f.URL, Name: f.Name})
		}
		said = append(said, one)
	}
	if err := s.Desk.Arrive(c.UserContext(), said...); err != nil {
		return err
	}
	if s.Chats.Came != nil && len(said) > 0 {
		s.Chats.Came()
	}
	return c.SendString("ok\n")
}
