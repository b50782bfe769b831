// Package postman hands messages to a post box as a mail server does, for tests, attacks and measurements.
package postman

import (
	"context"
	"net"

	"github.com/emersion/go-smtp"
)

// Deliver brings a message over LMTP to a unix socket, by the end of ctx, and returns what the post box answered: nil when it has it.
func Deliver(ctx context.Context, socket, from string, message []byte, to ...string) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return err
		}
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	if err := c.Mail(from, nil); err != nil {
		return err
	}
	for _, r := range to {
		if err := c.Rcpt(r, nil); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(message); err != nil {
		return err
	}
	_, err = w.CloseWithLMTPResponse()
	return err
}
