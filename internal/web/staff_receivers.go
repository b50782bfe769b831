package web

import (
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/outlet"
	"tiepdan/internal/web/api"
)

const receiversPath = "/staff/admin/receivers"

func (s *Server) receiverRoutes(r fiber.Router) {
	if s.Outlet == nil {
		return
	}
	r.Get(receiversPath, s.signedIn(s.showReceivers))
	s.staffPost(r, receiversPath, s.addReceiver)
	r.Get(receiversPath+"/:id", s.signedIn(s.showReceiver))
	s.staffPost(r, receiversPath+"/:id/secret", s.renewReceiver)
	s.staffPost(r, receiversPath+"/:id/do/:order", s.orderReceiver)
	s.staffPost(r, receiversPath+"/:id/again/:event", s.deliverAgain)
}

// receiversPage (nơi nhận sự kiện) lists the programs of others that are told, and takes another one.
type receiversPage struct {
	page
	Receivers []*outlet.Receiver
	Name, URL string // as typed
	Wrong     map[string]string
}

// Problem returns the message for a field, or "".
func (p receiversPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

func (s *Server) showReceivers(c *fiber.Ctx) error { return s.receiversPage(c, nil) }

func (s *Server) receiversPage(c *fiber.Ctx, problem error) error {
	list, err := s.Outlet.List(c.UserContext(), staffOf(c))
	if err != nil {
		return err
	}
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p := receiversPage{page: s.page(c, "page.receivers.title"), Receivers: list, Wrong: f.Fields}
	if problem != nil {
		p.Name, p.URL = c.FormValue("name"), c.FormValue("url")
	}
	return s.render(c, "staff/receivers", p)
}

// receiverPage is one of them, with what went to it. The secret stands on it once, right after it was made.
type receiverPage struct {
	page
	Receiver   *outlet.Receiver
	Deliveries []*outlet.Delivery
	Pager      pager
	Secret     string
}

func (s *Server) addReceiver(c *fiber.Ctx) error {
	if first, err := s.firstTime(c); err != nil || !first {
		return errors.Join(err, lead(c, receiversPath))
	}
	r, secret, err := s.Outlet.Add(c.UserContext(), staffOf(c), c.FormValue("name"), c.FormValue("url"))
	if f := api.FaultOf(err); err != nil && f.Status != http.StatusUnprocessableEntity {
		return err
	}
	if err != nil {
		return s.receiversPage(c, err)
	}
	return s.receiverPage(c, r.ID, secret)
}

func (s *Server) showReceiver(c *fiber.Ctx) error { return s.receiverPage(c, c.Params("id"), "") }

func (s *Server) receiverPage(c *fiber.Ctx, id, secret string) error {
	r, ds, next, err := s.Outlet.Deliveries(c.UserContext(), staffOf(c), id, c.Query("cursor"))
	if err != nil {
		return err
	}
	p := receiverPage{page: s.page(c, "page.receiver.title"), Receiver: r, Deliveries: ds, Secret: secret}
	p.Pager = newPager(c, p.page, next)
	return s.render(c, "staff/receiver", p)
}

func (s *Server) renewReceiver(c *fiber.Ctx) error {
	if first, err := s.firstTime(c); err != nil || !first {
		return errors.Join(err, lead(c, receiversPath+"/"+c.Params("id")))
	}
	r, secret, err := s.Outlet.Renew(c.UserContext(), staffOf(c), c.Params("id"))
	if err != nil {
		return err
	}
	return s.receiverPage(c, r.ID, secret)
}

func (s *Server) orderReceiver(c *fiber.Ctx) error {
	if err := s.Outlet.Do(c.UserContext(), staffOf(c), c.Params("id"), c.Params("order")); err != nil {
		return err
	}
	return lead(c, receiversPath+"/"+c.Params("id"))
}

func (s *Server) deliverAgain(c *fiber.Ctx) error {
	if err := s.Outlet.Again(c.UserContext(), staffOf(c), c.Params("id"), c.Params("event")); err != nil {
		return err
	}
	return lead(c, receiversPath+"/"+c.Params("id"))
}
