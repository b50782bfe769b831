// Package process runs the real program, and the servers beside it, as processes of their own: for commands and tests that load,
// break and attack them.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Proc is one process that can be taken away and brought back. It is for one caller at a time.
type Proc struct {
	Bin  string
	Args []string
	Env  []string  // beside the environment of the caller
	Out  io.Writer // both outputs; nil throws them away

	cmd  *exec.Cmd
	gone chan struct{} // closed when the process has ended
}

const (
	lookEvery = 10 * time.Millisecond
	patience  = time.Minute // from the start until it is ready, on a busy machine too
)

// Begin starts the process and does not wait for it. It outlives ctx: only Kill and End take it away.
func (p *Proc) Begin(ctx context.Context) error {
	p.cmd = exec.CommandContext(context.WithoutCancel(ctx), p.Bin, p.Args...)
	p.cmd.Env = append(os.Environ(), p.Env...)
	p.cmd.Stdout, p.cmd.Stderr = p.Out, p.Out
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.Bin, err)
	}
	gone := make(chan struct{})
	p.gone = gone
	go func(cmd *exec.Cmd) {
		_ = cmd.Wait() // how it ended stands in its state
		close(gone)
	}(p.cmd)
	return nil
}

// Start starts the process and waits until ready says so. A process that ended before is an error.
func (p *Proc) Start(ctx context.Context, ready func(context.Context) bool) error {
	if err := p.Begin(ctx); err != nil {
		return err
	}
	return p.Await(ctx, ready)
}

// Await waits until ready says so, at most a minute.
func (p *Proc) Await(ctx context.Context, ready func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for !ready(ctx) {
		select {
		case <-tick.C:
		case <-p.gone:
			return fmt.Errorf("%s ended before it was ready: %s", p.Bin, p.cmd.ProcessState)
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", p.Bin, ctx.Err())
		}
	}
	return nil
}

// Gone is closed when the process has ended; it is nil before the first start.
func (p *Proc) Gone() <-chan struct{} { return p.gone }

// Pid is the number of the process, for whoever reads what the system knows of it.
func (p *Proc) Pid() int { return p.cmd.Process.Pid }

// ExitCode is how the process ended; -1 while it runs and after a kill.
func (p *Proc) ExitCode() int { return p.cmd.ProcessState.ExitCode() }

// Kill ends the process as a power cut would, with no time for anything, and waits until it is gone.
func (p *Proc) Kill() error { return p.end(syscall.SIGKILL) }

// End asks the process to end and waits until it has.
func (p *Proc) End() error { return p.end(syscall.SIGTERM) }

func (p *Proc) end(with syscall.Signal) error {
	if p.cmd == nil {
		return nil
	}
	if err := p.Signal(with); err != nil {
		return err
	}
	<-p.gone
	return nil
}

// Signal sends a signal; one to a process that has ended already is no error.
func (p *Proc) Signal(s syscall.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// FreeAddr is an address of this machine that nobody listens on.
func FreeAddr(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Listens reports whether somebody listens on an address.
func Listens(ctx context.Context, addr string) bool {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return false
	}
	_ = conn.Close() // only to see that somebody is there
	return true
}
