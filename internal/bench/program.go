package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// program is tiepdan running as a process of its own.
type program struct {
	addr string
	data string
	cmd  *exec.Cmd
	log  *os.File
	up   time.Duration // from start to ready
}

// build compiles the program once.
func build(ctx context.Context, dir string) (string, error) {
	bin := filepath.Join(dir, "tiepdan")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", bin, "./cmd/tiepdan")
	cmd.Stderr = os.Stderr
	return bin, cmd.Run()
}

// freeAddr is a loopback address where nobody listens yet.
func freeAddr(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// start runs the program on the data folder and waits until it is ready.
func start(ctx context.Context, bin, data string, env ...string) (*program, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	p := &program{addr: addr, data: data, cmd: exec.CommandContext(ctx, bin, "serve", "--addr", addr, "--data", data)}
	if p.log, err = os.Create(data + ".log"); err != nil {
		return nil, err
	}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.Env = append(append(os.Environ(), "TIEPDAN_LIMITS=1000000"), env...) // it measures the program, not its budget
	begun := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	for time.Since(begun) < time.Minute {
		if code, _, err := fasthttp.GetTimeout(nil, "http://"+addr+"/readyz", time.Second); err == nil && code == fasthttp.StatusOK {
			p.up = time.Since(begun)
			return p, nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.stop()
	return nil, fmt.Errorf("not ready after a minute; see %s.log", data)
}

// stop ends the program as an administrator would.
func (p *program) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // a process that ended already is what we want
	_ = p.cmd.Wait()
	_ = p.log.Close()
}

// memory returns the resident and the peak resident memory in MiB.
func (p *program) memory() (now, peak int) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		n, _ := strconv.Atoi(f[1]) // not a number is another line
		switch f[0] {
		case "VmRSS:":
			now = n / 1024
		case "VmHWM:":
			peak = n / 1024
		}
	}
	return now, peak
}
