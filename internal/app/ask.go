package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"

	"tiepdan/internal/domain/audit"
)

// The orders that answer with more than a word, and take their own time.
const (
	askVerify = "verify" // Args: the digest of a root that must be there, or ""
	askQR     = "qr"     // Args: counter, address, file name
	askEnrol  = "enrol"  // Args: counter, address
	askRevoke = "revoke" // Args: tablet
	askCopy   = "confirm-copy"
	askClock  = "confirm-clock"
	manyArgs  = 3 // of any of them
)

// reply is a line of an answer: progress as often as there is some, then Done with what it came to.
type reply struct {
	Progress string          `json:"progress,omitempty"`
	Done     bool            `json:"done,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Error    string          `json:"error,omitempty"`
}

// asked reports whether an order is one of those.
func asked(o StaffOrder) bool {
	switch o.Do {
	case askVerify, askQR, askEnrol, askRevoke, askCopy, askClock:
		return true
	}
	return false
}

// held is a context that ends when a command hangs up, or when it took too long; then the line is closed.
func held(ctx context.Context, conn net.Conn) (_ context.Context, release func()) {
	ctx, cancel := context.WithTimeout(ctx, copyTime)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = io.Copy(io.Discard, conn) // until he hangs up
		cancel()
	})
	return ctx, func() {
		cancel()
		wg.Wait()
		stop()
	}
}

// answer carries out an order for a command, and stops when that hangs up or ctx ends.
func (a *App) answer(ctx context.Context, conn net.Conn, o StaffOrder) {
	ctx, release := held(ctx, conn)
	defer release()
	say := json.NewEncoder(conn)
	last := reply{Done: true}
	got, err := a.carryOut(ctx, o, progress{say})
	if err == nil {
		last.Result, err = json.Marshal(got)
	}
	if err != nil {
		last.Error = err.Error()
	}
	_ = say.Encode(last) // whoever hung up does not want to know
	_ = conn.Close()
}

// progress sends what is written as lines of an answer.
type progress struct{ to *json.Encoder }

func (p progress) Write(line []byte) (int, error) {
	return len(line), p.to.Encode(reply{Progress: string(line)})
}

func (a *App) carryOut(ctx context.Context, o StaffOrder, tell io.Writer) (any, error) {
	var arg [manyArgs]string
	copy(arg[:], o.Args)
	switch o.Do {
	case askVerify:
		if err := a.hasRoot(ctx, arg[0]); err != nil {
			return nil, err
		}
		return a.verify(ctx, tell, o.Beside)
	case askQR:
		return a.QRPicture(ctx, arg[0], arg[1], arg[2])
	case askEnrol:
		return a.EnrolTablet(ctx, arg[0], arg[1])
	case askRevoke:
		return nil, a.Book.Revoke(ctx, arg[0])
	case askCopy:
		return nil, a.ConfirmCopy(ctx)
	case askClock:
		return nil, a.ConfirmClock(ctx)
	}
	return nil, fmt.Errorf("no order %s", o.Do)
}

// hasRoot looks for the root whose digest somebody kept.
func (a *App) hasRoot(ctx context.Context, known string) error {
	if known == "" {
		return nil
	}
	roots, err := a.Store.Roots(ctx)
	if err != nil {
		return err
	}
	for _, r := range roots {
		if hex.EncodeToString(r.Sum()) == strings.ToLower(known) {
			return nil
		}
	}
	return fmt.Errorf("the store has no root %s: it is another store, or its roots were made anew", known)
}

// Asking is a command on a data folder, whether the service runs on it or not.
type Asking struct {
	Data     string
	Log      *slog.Logger
	Progress io.Writer
}

// Verify checks every case's history and document, the ledger, the attachments and the signed roots. A root somebody kept must be among
// them; "" asks for none.
func (q Asking) Verify(ctx context.Context, known string) (r audit.Report, err error) {
	return r, q.ask(ctx, &r, askVerify, known)
}

// QR draws a counter's sticker for a file with that name.
func (q Asking) QR(ctx context.Context, counter, address, file string) (picture []byte, err error) {
	return picture, q.ask(ctx, &picture, askQR, counter, address, file)
}

// Enrol is the address that makes a device the tablet of a counter, once.
func (q Asking) Enrol(ctx context.Context, counter, address string) (to string, err error) {
	return to, q.ask(ctx, &to, askEnrol, counter, address)
}

// Revoke ends a tablet.
func (q Asking) Revoke(ctx context.Context, tablet string) error {
	return q.ask(ctx, nil, askRevoke, tablet)
}

// Confirm says that a restored copy is the office's own ("copy"), or that the clock is right now ("clock").
func (q Asking) Confirm(ctx context.Context, what string) error {
	return q.ask(ctx, nil, "confirm-"+what)
}

// ask hands an order to the service that runs on the folder, or carries it out when none does.
func (q Asking) ask(ctx context.Context, into any, do string, args ...string) error {
	cfg, err := FromEnv("", q.Data, nil)
	if err != nil {
		return err
	}
	o := StaffOrder{Do: do, Args: args}
	conn, running, err := dialRunning(ctx, cfg)
	if err != nil {
		return err
	}
	if running {
		defer conn.Close()
		defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
		o.Beside = true
		return q.hear(conn, into, o)
	}
	if err := cfg.there(); err != nil {
		return err
	}
	a, err := Open(ctx, cfg, q.Log)
	if err != nil {
		return err
	}
	got, err := a.carryOut(ctx, o, q.Progress)
	if err = errors.Join(err, a.Close()); err != nil || into == nil {
		return err
	}
	return again(got, into)
}

// again hands a result over as the socket would.
func again(got, into any) error {
	raw, err := json.Marshal(got)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// hear sends the order and reads the answer to its end.
func (q Asking) hear(conn net.Conn, into any, o StaffOrder) error {
	if err := json.NewEncoder(conn).Encode(o); err != nil {
		return err
	}
	for in := json.NewDecoder(conn); ; {
		var r reply
		if err := in.Decode(&r); err != nil {
			return fmt.Errorf("the service ended before it had answered: try again, also while it rests: %w", err)
		}
		if !r.Done {
			if _, err := io.WriteString(q.Progress, r.Progress); err != nil {
				return err
			}
			continue
		}
		if r.Error != "" {
			return errors.New(r.Error)
		}
		if into == nil {
			return nil
		}
		return json.Unmarshal(r.Result, into)
	}
}
