package process

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
)

// Program is tiepdan as a process of its own, on one data folder and one address through all its starts.
type Program struct {
	Proc

	URL, Data string
	Log       string // the file with all that it said

	addr string
	log  *os.File
}

// Build compiles a package of this module, or one that it requires, into a folder.
func Build(ctx context.Context, dir, name, pkg string) (bin string, err error) {
	bin = filepath.Join(dir, name)
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", bin, pkg).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	return bin, nil
}

// NewProgram is the program built as bin, with its log beside its data folder. Close ends it.
func NewProgram(ctx context.Context, bin, data string, env ...string) (*Program, error) {
	addr, err := FreeAddr(ctx)
	if err != nil {
		return nil, err
	}
	p := &Program{URL: "http://" + addr, Data: data, Log: data + ".log", addr: addr}
	if p.log, err = os.Create(p.Log); err != nil {
		return nil, err
	}
	p.Proc = Proc{Bin: bin, Env: env, Out: p.log}
	return p, nil
}

// Begin runs a command of the program, serve or demo, and does not wait for it.
func (p *Program) Begin(ctx context.Context, command string) error {
	p.Args = []string{command, "--addr", p.addr, "--data", p.Data}
	return p.Proc.Begin(ctx)
}

// Start is Begin, and waits until the program is ready.
func (p *Program) Start(ctx context.Context, command string) error {
	if err := p.Begin(ctx, command); err != nil {
		return err
	}
	return p.Await(ctx, p.Ready)
}

// Ready reports whether the program says that all works.
func (p *Program) Ready(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}

// Run runs a command of the program on the data folder and returns what it printed.
func (p *Program) Run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, p.Bin, append(args, "--data", p.Data)...)
	cmd.Env = append(os.Environ(), p.Env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Close kills the program and ends its log.
func (p *Program) Close() error { return errors.Join(p.Kill(), p.log.Close()) }
