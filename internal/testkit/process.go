package testkit

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// built returns the path of a program under .ci/bin, building it first when it is not there. Several test packages may
// come at once: a lock lets one of them build.
func built(tb testing.TB, name string, build ...string) string {
	tb.Helper()
	root := Root(tb)
	bin := filepath.Join(root, ".ci", "bin", name)
	if err := os.MkdirAll(filepath.Dir(bin), 0o755); err != nil {
		tb.Fatal(err)
	}
	lock, err := os.OpenFile(bin+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		tb.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(bin); err == nil {
		return bin
	}
	cmd := exec.CommandContext(tb.Context(), "go", append([]string{"build", "-o", bin}, build...)...)
	cmd.Dir = root
	if len(build) > 1 {
		cmd.Dir, cmd.Args = filepath.Join(root, build[0]), append([]string{"go", "build", "-o", bin}, build[1:]...)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		Missing(tb, name+" could not be built: "+string(out))
	}
	return bin
}

// process starts a program that ends with the test, and returns the first line of its output that found accepts, as
// found returns it.
func process(tb testing.TB, found func(line string) string, bin string, args ...string) string {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		cancel()
		tb.Fatal(err)
	}
	got := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			if v := found(lines.Text()); v != "" {
				select {
				case got <- v:
				default:
				}
			}
		}
	}()
	tb.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was told to end
		_ = w.Close()
	})
	select {
	case v := <-got:
		return v
	case <-time.After(30 * time.Second):
		tb.Fatalf("%s did not start in time", filepath.Base(bin))
		return ""
	}
}

func after(line, mark string) string {
	_, rest, ok := strings.Cut(line, mark)
	if !ok {
		return ""
	}
	return strings.TrimSpace(rest)
}
