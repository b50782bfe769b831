package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"tiepdan/internal/app"
)

type backup struct {
	Write backupWrite `cmd:"" default:"withargs" help:"Write the backup into a file of your own."`
	Drill backupDrill `cmd:"" help:"Restore the newest daily backup, or a file, into a temporary folder, prove it, and remove it again."`
}

type backupWrite struct {
	Data string `env:"TIEPDAN_DATA"                                            help:"Data folder."`
	Out  string `help:"File to write, in a folder that exists." required:"" type:"path"`
}

// Run writes the backup.
func (b *backupWrite) Run(ctx context.Context) error {
	pass, err := backupPassphrase(os.Stderr)
	if err != nil {
		return err
	}
	m, err := app.Backup(ctx, b.Data, b.Out, pass)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "%s: %d parts, %d MB, as of %s\n", b.Out, len(m.Parts), m.Size()>>20, m.Made.Format("2006-01-02T15:04:05Z"))
	return err
}

type backupDrill struct {
	Data string `env:"TIEPDAN_DATA"                                                                          help:"Data folder."`
	From string `help:"The backup; the newest of TIEPDAN_BACKUP_TO when left out." type:"path"`
	In   string `help:"Folder that has room for what is restored; the system's temporary one when left out." type:"path"`
}

// Run drills, and prints what came back.
func (b *backupDrill) Run(ctx context.Context, log *slog.Logger) error {
	pass, err := backupPassphrase(os.Stderr)
	if err != nil {
		return err
	}
	d, err := app.Drill(ctx, app.Drilling{Data: b.Data, From: b.From, In: b.In, Passphrase: pass, Log: log, Progress: os.Stderr})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "%s: restored and proved in %.1f s, nothing is left of the drill\n"+
		"%d parts, %d MB, as of %s\n%d cases, %d entries, %d records, %d attachments, %d signed roots: %d broken\nheads of all histories: %s\nlast signed root: %s\n",
		d.Name, d.Took.Seconds(), len(d.Backup.Parts), d.Bytes>>20, d.Backup.Made.Format("2006-01-02T15:04:05Z"),
		d.Report.Cases, d.Report.Entries, d.Report.Records, d.Report.Files, d.Report.Roots, d.Report.Broken, d.Heads, d.Root)
	return err
}

type restore struct {
	From string `help:"The backup."                                              required:""        type:"path"`
	Data string `env:"TIEPDAN_DATA" help:"Folder to restore into: empty, or not there yet."`
}

// Run restores the backup and prints the proof that it is whole.
func (r *restore) Run(ctx context.Context, log *slog.Logger) error {
	pass, err := backupPassphrase(os.Stderr)
	if err != nil {
		return err
	}
	p, err := app.Restore(ctx, app.Restoring{From: r.From, Data: r.Data, Passphrase: pass, Log: log, Progress: os.Stderr})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(os.Stdout, "restored the backup of %s by version %s: %d parts, %d MB, all as they were written\n"+
		"verified: %d cases, %d entries, %d records, %d attachments, %d signed roots: %d broken\n"+
		"heads of all histories: %s\nlast signed root: %s\n",
		p.Backup.Made.Format("2006-01-02T15:04:05Z"), p.Backup.Program, len(p.Backup.Parts), p.Bytes>>20,
		p.Report.Cases, p.Report.Entries, p.Report.Records, p.Report.Files, p.Report.Roots, p.Report.Broken, p.Heads, p.Root); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(os.Stdout, "this folder is a copy now: its service sends no mail and no messages, fetches no mail and makes no daily backups. "+
		"If what the backup was made of is gone for good, say so with: tiepdan confirm copy"); err != nil {
		return err
	}
	away, err := app.Elsewhere(r.Data)
	if err == nil && len(away) > 0 {
		_, err = fmt.Fprintf(os.Stdout, "mind that these settings lead away from the restored folder; leave them out, or copy its files there: %s\n", strings.Join(away, ", "))
	}
	return err
}

// backupPassphrase comes from the environment, or is the first line of standard input.
func backupPassphrase(ask io.Writer) (string, error) {
	if p := app.BackupPassphrase(); p != "" {
		return p, nil
	}
	if _, err := fmt.Fprint(ask, "passphrase of the backup: "); err != nil {
		return "", err
	}
	return password()
}
