package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
)

// update311 is a change of what Open311 tells of a letter, in the words citizens are told.
type update311 struct {
	ID          string `xml:"update_id" json:"update_id"`
	Request     string `xml:"service_request_id" json:"service_request_id"`
	Status      string `xml:"status" json:"status"`
	Description string `xml:"description" json:"description"`
	Updated     string `xml:"updated_datetime" json:"updated_datetime"`
}

// listUpdates tells what changed in a time.
func (s *Server) listUpdates(c *fiber.Ctx) error {
	from, to, err := s.window(c)
	if err != nil {
		return err
	}
	// A letter that changed in that time may have changed again since.
	cs, err := s.Desk.ShownSince(c.UserContext(), from, s.Now().Add(time.Minute), func(*casework.Case) bool { return true })
	if err != nil {
		return err
	}
	var out []update311
	for _, x := range cs {
		for _, p := range x.Published()[1:] { // the first is that it came
			if p.At.Before(from) || !p.At.Before(to) {
				continue
			}
			out = append(out, update311{
				ID: x.Ref + "-" + strconv.Itoa(p.Seq), Request: x.Ref, Status: strings.ToUpper(opens(p.Ended)),
				Description: s.Words.Say(lang(c), "status."+string(p.Status), nil), Updated: w3c(p.At),
			})
		}
	}
	return tell311(c, http.StatusOK, "service_request_updates", "request_update", out)
}

// takeUpdate keeps what the sender of a letter told the program further.
func (s *Server) takeUpdate(c *fiber.Ctx) error {
	program, f, err := s.bring(c)
	if err != nil {
		return err
	}
	if f.get("service_request_id") == "" {
		return wrong311("service_request_id", "error.field.required")
	}
	sent := casework.Sent{Program: program, Content: "update\n" + f.content(), Named: f.get("update_id") != ""}
	if err := s.Desk.SayOpen311(c.UserContext(), sent, f.get("service_request_id"), f.get("description")); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(program + "\n" + sent.Content))
	return tell311(c, http.StatusOK, "service_request_updates", "request_update", []struct {
		ID string `xml:"update_id" json:"update_id"`
	}{{hex.EncodeToString(sum[:8])}})
}
