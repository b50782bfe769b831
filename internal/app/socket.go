package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// StaffOrder is what an administrator on this machine asks for.
type StaffOrder struct {
	Do     string // keep, disable, enable, end-sessions, copy, or what ask.go names
	Staff  NewStaff
	Args   []string `json:",omitempty"`
	Beside bool     `json:",omitempty"` // others are served meanwhile
}

// socketName is the socket in the data folder over which a command reaches the running service.
const socketName = "admin.sock"

// socketTime bounds one order.
const socketTime = 30 * time.Second

// answerAdmins does what commands on this machine ask for until ctx ends. Who may open the socket is a matter of the data
// folder's rights: whoever can, could read the keys as well.
func (a *App) answerAdmins(ctx context.Context) {
	path := filepath.Join(a.Config.Data, socketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // left by a crash: the store is locked by us
		a.Log.WarnContext(ctx, "no socket for commands", "error", err)
		return
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		a.Log.WarnContext(ctx, "no socket for commands: tiepdan staff works only while the service rests", "error", err)
		return
	}
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		conn, err := l.Accept()
		if err != nil {
			return // closed
		}
		wg.Go(func() { a.answerAdmin(ctx, conn) })
	}
}

func (a *App) answerAdmin(running context.Context, conn net.Conn) {
	defer conn.Close()
	ctx, cancel := context.WithTimeout(running, socketTime)
	defer cancel()
	orderly := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer orderly()
	var order StaffOrder
	if err := json.NewDecoder(conn).Decode(&order); err != nil {
		return // nobody to tell
	}
	if order.Do == copyOrder && orderly() { // takes its own time
		a.lendCopy(running, conn)
		return
	}
	if asked(order) && orderly() {
		a.answer(running, conn, order)
		return
	}
	said := ""
	if err := a.Do(ctx, order); err != nil {
		said = err.Error()
	}
	_ = json.NewEncoder(conn).Encode(said) // whoever hung up does not want to know
}

// Do does what an administrator on this machine asks for.
func (a *App) Do(ctx context.Context, o StaffOrder) error {
	switch o.Do {
	case "keep":
		return a.KeepStaff(ctx, o.Staff)
	case "disable", "enable":
		return a.DisableStaff(ctx, o.Staff.Username, o.Do == "disable")
	case "end-sessions":
		return a.EndSessions(ctx, o.Staff.Username)
	}
	return fmt.Errorf("no order %s", o.Do)
}

// dialRunning connects to the service that runs on the data folder; without one there is no connection.
func dialRunning(ctx context.Context, cfg Config) (conn net.Conn, running bool, err error) {
	var d net.Dialer
	conn, err = d.DialContext(ctx, "unix", filepath.Join(cfg.Data, socketName))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, false, nil
	}
	return conn, err == nil, err
}

// AskRunning hands the order to the service that runs on the data folder; it reports false when there is none.
func AskRunning(ctx context.Context, data string, o StaffOrder) (running bool, err error) {
	cfg, err := FromEnv("", data, nil)
	if err != nil {
		return false, err
	}
	conn, running, err := dialRunning(ctx, cfg)
	if err != nil || !running {
		return false, err
	}
	defer conn.Close()
	if err := json.NewEncoder(conn).Encode(o); err != nil {
		return true, err
	}
	var said string
	if err := json.NewDecoder(conn).Decode(&said); err != nil {
		return true, fmt.Errorf("the service did not answer: %w", err)
	}
	if said != "" {
		return true, errors.New(said)
	}
	return true, nil
}
