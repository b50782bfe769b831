package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"tiepdan/internal/app"
)

type doctor struct {
	Addr    string `env:"TIEPDAN_ADDR"                                                 help:"Address of the service, host:port."`
	Data    string `env:"TIEPDAN_DATA" help:"Data folder."`
	Service bool   `help:"Ask the running service only, as a container's health check does."`
}

var errIll = errors.New("something is wrong")

// Run prints what is well and what is not, with what to do, and fails when something is not.
func (d *doctor) Run(ctx context.Context) error {
	addr := d.Addr
	if addr == "" {
		addr = ":8080"
	}
	var found []app.Finding
	if d.Service {
		found = app.Service(ctx, addr)
	} else {
		found = app.Doctor(ctx, addr, d.Data)
	}
	var err error
	for _, f := range found {
		line := "ok    " + f.Name
		if f.Wrong != "" {
			line = "WRONG " + f.Name + ": " + f.Wrong + "\n      do: " + f.Do
		}
		if f.Wrong != "" && (!d.Service || !f.Aside) { // no container is started anew for a mail server that is away
			err = errIll
		}
		if _, e := fmt.Fprintln(os.Stdout, line); e != nil {
			return e
		}
	}
	return err
}
