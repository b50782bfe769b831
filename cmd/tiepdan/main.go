// Command tiepdan receives what citizens tell their one-stop shop, and keeps the law's clocks until they have an answer.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	_ "time/tzdata" // the machine may have no time zones

	"github.com/alecthomas/kong"
)

// cli lists the commands; each stands in a file of its own.
type cli struct {
	Serve   serve   `cmd:"" help:"Serve citizens and staff."`
	Demo    demo    `cmd:"" help:"Serve a believable commune with 300 cases, to look around."`
	Setup   setup   `cmd:"" help:"Make the office out of a file."`
	Staff   staff   `cmd:"" help:"Change who may sign in, beside the running service too."`
	QR      qr      `cmd:"" name:"qr" help:"Write a counter's QR code as a picture, beside the running service too."`
	Kiosk   kiosk   `cmd:"" help:"Enrol and end the tablets that citizens rate on, beside the running service too."`
	Keys    keys    `cmd:"" help:"Rotate and name the keys that seal."`
	Backup  backup  `cmd:"" help:"Write everything into one encrypted file, beside the running service too."`
	Restore restore `cmd:"" help:"Bring a backup back into a new folder, and prove that it is whole."`
	Move    move    `cmd:"" help:"Carry all documents from SQLite to MongoDB or back while the service rests, and prove that they are the same."`
	Confirm confirm `cmd:"" help:"Say that a restored copy is the office's own, or that the clock is right, beside the running service too."`
	Verify  verify  `cmd:"" help:"Prove that no history was rewritten, beside the running service too."`
	Witness witness `cmd:"" help:"Co-sign the daily roots of other offices, so that a rewritten register is seen."`
	Doctor  doctor  `cmd:"" help:"Say what is well with an installation and its service, and what is not."`
	Version version `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	limitMemory(os.Getenv, cgroupLimits...)
	private()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	var c cli
	k := kong.Parse(&c, kong.Name("tiepdan"), kong.UsageOnError(), kong.Description("Tiếp dân: the service that receives citizens."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(log))
	k.FatalIfErrorf(k.Run())
}
