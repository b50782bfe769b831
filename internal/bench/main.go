// Command bench measures the real program over its own doors and prints figures. It starts tiepdan as a separate process
// on a temporary folder, loads it from 64 connections on the same machine, and compares side by side in one run.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"

	"github.com/alecthomas/kong"
)

type cli struct {
	Intake  intake  `cmd:"" help:"Durable intake over HTTP: a burst, then sustained with routing keeping up, and the engine's ceiling."`
	Long    long    `cmd:"" help:"Intake for two minutes in steps, with what a case costs the processor."`
	Route   route   `cmd:"" help:"From 201 to assigned on the head's board at a fixed rate."`
	Scale   scale   `cmd:"" help:"Board, case by code and rating with growing stores; start-up and memory at the largest."`
	Search  search  `cmd:"" help:"Searches of all sorts, and what citizens ask while four clerks search."`
	Fill    fillCmd `cmd:"" help:"Fill a folder with cases." hidden:""`
	Watch   watch   `cmd:"" help:"One pass of the deadline watch with nothing due and with 500 cases due, in a small store and a large one."`
	Mail    mail    `cmd:"" help:"Letters by mail, each durable before it is acknowledged."`
	Mailbox mailbox `cmd:"" help:"The same letters, lying in a mailbox that is read by IMAP."`
	Day     day     `cmd:"" help:"A mixed day, open loop: steady, ramp, spike and valley."`
	Verify  verify  `cmd:"" help:"What proving that nothing was rewritten costs."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var c cli
	k := kong.Parse(&c, kong.Name("bench"), kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))))
	k.FatalIfErrorf(k.Run())
}

// connections is how many clients load the program at once.
const connections = 64
