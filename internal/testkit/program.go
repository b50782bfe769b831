package testkit

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Program is the real program as a process of its own, on one data folder and one address through all its starts.
type Program struct {
	URL, Data string
	Env       []string

	bin, addr string
	test, run string // of the tests' own binary, see SelfProgram
	cmd       *exec.Cmd
	log       *os.File
}

// NewProgram compiles the program; Start runs it.
func NewProgram(tb testing.TB, env ...string) *Program {
	tb.Helper()
	dir := tb.TempDir()
	p := &Program{Data: filepath.Join(dir, "data"), Env: env, bin: filepath.Join(dir, "tiepdan"), addr: FreeAddr(tb)}
	p.URL = "http://" + p.addr
	cmd := exec.CommandContext(tb.Context(), "go", "build", "-o", p.bin, "./cmd/tiepdan")
	cmd.Dir = Root(tb)
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("build: %v\n%s", err, out)
	}
	p.keepLog(tb, dir)
	return p
}

// SelfProgram is the tests' own binary as the program: Start sets the variable run to what it is given, and has the test of that name
// serve at TIEPDAN_ADDR with TIEPDAN_DATA. So a test can kill the program and give it another clock.
func SelfProgram(tb testing.TB, test, run string, env ...string) *Program {
	tb.Helper()
	dir := tb.TempDir()
	p := &Program{Data: filepath.Join(dir, "data"), Env: env, bin: os.Args[0], test: test, run: run, addr: FreeAddr(tb)}
	p.URL = "http://" + p.addr
	p.keepLog(tb, dir)
	return p
}

// keepLog keeps what the program says, and shows the end of it where the test fails.
func (p *Program) keepLog(tb testing.TB, dir string) {
	tb.Helper()
	var err error
	if p.log, err = os.Create(filepath.Join(dir, "log")); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		p.Kill(tb)
		if err := p.log.Close(); err != nil {
			tb.Error(err)
		}
		if raw, err := os.ReadFile(p.log.Name()); err == nil && tb.Failed() {
			tb.Logf("the program said:\n%s", raw[max(0, len(raw)-4000):])
		}
	})
}

// FreeAddr is an address of this machine that nobody listens on.
func FreeAddr(tb testing.TB) string {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Start runs a command of the program, serve or demo, and waits until it is ready.
func (p *Program) Start(tb testing.TB, command string) {
	tb.Helper()
	p.cmd = exec.CommandContext(context.WithoutCancel(tb.Context()), p.bin, command, "--addr", p.addr, "--data", p.Data)
	p.cmd.Env = append(os.Environ(), p.Env...)
	if p.test != "" {
		p.cmd = exec.CommandContext(context.WithoutCancel(tb.Context()), p.bin, "-test.run=^"+p.test+"$")
		p.cmd.Env = append(os.Environ(), append(p.Env, p.run+"="+command, "TIEPDAN_ADDR="+p.addr, "TIEPDAN_DATA="+p.Data)...)
	}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for {
		req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, p.URL+"/readyz", nil)
		if err != nil {
			tb.Fatal(err)
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close() // nothing of it is wanted
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-deadline:
			tb.Fatal("the program was not ready within a minute")
		}
	}
}

// Kill ends the program as a power cut would: with no time for anything.
func (p *Program) Kill(tb testing.TB) {
	tb.Helper()
	if p.cmd == nil || p.cmd.ProcessState != nil {
		return
	}
	if err := p.cmd.Process.Kill(); err != nil {
		tb.Error(err)
	}
	_ = p.cmd.Wait() // it was killed
}

// Run runs a command of the program on the data folder and returns what it printed.
func (p *Program) Run(tb testing.TB, args ...string) (string, error) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), p.bin, append(args, "--data", p.Data)...)
	cmd.Env = append(os.Environ(), p.Env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Server is a nats-server process that can be taken away and brought back at the same address.
type Server struct {
	URL string

	bin, conf, dir string
	args, env      []string
	cmd            *exec.Cmd
	addr, health   string
}

// NATSServer starts a nats-server with JetStream that keeps its streams over Kill and Start.
func NATSServer(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{bin: built(tb, "nats-server", "github.com/nats-io/nats-server/v2"), addr: FreeAddr(tb), dir: tb.TempDir()}
	s.URL = "nats://" + s.addr
	s.conf = filepath.Join(tb.TempDir(), "nats.conf")
	text := "listen: \"" + s.addr + "\"\njetstream: {store_dir: \"" + s.dir + "\", sync_interval: always}\n"
	if err := os.WriteFile(s.conf, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	s.Start(tb)
	tb.Cleanup(func() { s.Kill(tb) })
	return s
}

// Wipe takes away all that a killed server kept.
func (s *Server) Wipe(tb testing.TB) {
	tb.Helper()
	if err := os.RemoveAll(s.dir); err != nil {
		tb.Fatal(err)
	}
}

// Start runs the server and waits until it listens.
func (s *Server) Start(tb testing.TB) {
	tb.Helper()
	s.cmd = exec.CommandContext(context.WithoutCancel(tb.Context()), s.bin, append([]string{"-c", s.conf}, s.args...)...)
	s.cmd.Env = append(os.Environ(), s.env...)
	if err := s.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		if conn, err := (&net.Dialer{}).DialContext(tb.Context(), "tcp", s.addr); err == nil {
			_ = conn.Close() // only to see that somebody listens
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			tb.Fatal("nats-server does not listen")
		}
	}
}

// Kill takes the server away at once.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	if s.cmd.ProcessState != nil {
		return
	}
	if err := s.cmd.Process.Kill(); err != nil {
		tb.Error(err)
	}
	_ = s.cmd.Wait() // it was killed
}
