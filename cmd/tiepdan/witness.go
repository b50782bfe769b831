package main

import (
	"context"
	"os"

	"tiepdan/internal/app"
)

type witness struct {
	Addr   string   `default:"127.0.0.1:8090" help:"Address to listen on, host:port; put TLS in front."`
	Data   string   `help:"Folder of its key and of what it signed." required:""`
	Office []string `help:"An office whose roots are co-signed: NAME=KEY, once for each; KEY is what tiepdan keys public prints there." required:""`
}

// Run co-signs until it is told to stop.
func (w *witness) Run(ctx context.Context) error {
	return app.Witnessing{Addr: w.Addr, Data: w.Data, Offices: w.Office, Out: os.Stdout}.Run(ctx)
}
