package testkit

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	run "tiepdan/internal/process"
)

// Program is the real program as a process of its own, on one data folder and one address through all its starts.
type Program struct {
	*run.Program

	test, run string // of the tests' own binary, see SelfProgram
}

// NewProgram compiles the program; Start runs it.
func NewProgram(tb testing.TB, env ...string) *Program {
	tb.Helper()
	dir := tb.TempDir()
	bin, err := run.Build(tb.Context(), dir, "tiepdan", "tiepdan/cmd/tiepdan")
	if err != nil {
		tb.Fatal(err)
	}
	return kept(tb, bin, filepath.Join(dir, "data"), env)
}

// SelfProgram is the tests' own binary as the program: Start sets the variable run to what it is given, and has the test of that name
// serve at TIEPDAN_ADDR with TIEPDAN_DATA. So a test can kill the program and give it another clock.
func SelfProgram(tb testing.TB, test, run string, env ...string) *Program {
	tb.Helper()
	p := kept(tb, os.Args[0], filepath.Join(tb.TempDir(), "data"), env)
	p.test, p.run = test, run
	return p
}

// kept is a program whose log is shown where the test fails.
func kept(tb testing.TB, bin, data string, env []string) *Program {
	tb.Helper()
	p, err := run.NewProgram(tb.Context(), bin, data, env...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := p.Close(); err != nil {
			tb.Error(err)
		}
		if raw, err := os.ReadFile(p.Log); err == nil && tb.Failed() {
			tb.Logf("the program said:\n%s", raw[max(0, len(raw)-4000):])
		}
	})
	return &Program{Program: p}
}

// FreeAddr is an address of this machine that nobody listens on.
func FreeAddr(tb testing.TB) string {
	tb.Helper()
	addr, err := run.FreeAddr(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return addr
}

// Start runs a command of the program, serve or demo, and waits until it is ready.
func (p *Program) Start(tb testing.TB, command string) {
	tb.Helper()
	if p.test == "" {
		if err := p.Program.Start(tb.Context(), command); err != nil {
			tb.Fatal(err)
		}
		return
	}
	proc := &p.Proc
	proc.Args = []string{"-test.run=^" + p.test + "$"}
	given := proc.Env
	proc.Env = append(slices.Clip(given), p.run+"="+command, "TIEPDAN_ADDR="+strings.TrimPrefix(p.URL, "http://"), "TIEPDAN_DATA="+p.Data)
	err := proc.Start(tb.Context(), p.Ready)
	if proc.Env = given; err != nil {
		tb.Fatal(err)
	}
}

// Kill ends the program as a power cut would: with no time for anything.
func (p *Program) Kill(tb testing.TB) {
	tb.Helper()
	if err := p.Program.Kill(); err != nil {
		tb.Error(err)
	}
}

// Run runs a command of the program on the data folder and returns what it printed.
func (p *Program) Run(tb testing.TB, args ...string) (string, error) {
	tb.Helper()
	return p.Program.Run(tb.Context(), args...)
}

// Server is a nats-server process that can be taken away and brought back at the same address.
type Server struct {
	run.NATS

	health string // where one of a cluster says how it is
}

// NATSServer starts a nats-server with JetStream that keeps its streams over Kill and Start.
func NATSServer(tb testing.TB) *Server {
	tb.Helper()
	n, err := run.NewNATS(tb.Context(), built(tb, "nats-server", "github.com/nats-io/nats-server/v2"), tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{NATS: *n}
	s.Start(tb)
	tb.Cleanup(func() { s.Kill(tb) })
	return s
}

// Wipe takes away all that a killed server kept.
func (s *Server) Wipe(tb testing.TB) {
	tb.Helper()
	if err := os.RemoveAll(s.Dir); err != nil {
		tb.Fatal(err)
	}
}

// Start runs the server and waits until it listens.
func (s *Server) Start(tb testing.TB) {
	tb.Helper()
	if err := s.NATS.Start(context.WithoutCancel(tb.Context())); err != nil {
		tb.Fatal(err)
	}
}

// Kill takes the server away at once.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	if err := s.NATS.Kill(); err != nil {
		tb.Error(err)
	}
}
