package testkit

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Clamd starts Debian's clamd with a database of its own that knows the EICAR test file and nothing else, and returns its
// address as TIEPDAN_CLAMD takes it.
func Clamd(tb testing.TB) string {
	tb.Helper()
	bin := "/usr/sbin/clamd"
	if _, err := os.Stat(bin); err != nil {
		Missing(tb, "clamd is not installed (Debian's clamav-daemon)")
	}
	dir, err := os.MkdirTemp("", "clamd") //nolint:usetesting // a socket's path must be short
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) }) // a folder in /tmp
	socket := filepath.Join(dir, "sock")
	// 44d88612fea8a8f36de82e1278abb02f is the MD5 of the 68 bytes of the test file; the extended signature finds it inside others.
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	write("test.hdb", "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n")
	write("test.ndb", "Eicar-Test:0:*:45494341522d5354414e444152442d414e544956495255532d544553542d46494c45\n")
	write("clamd.conf", "DatabaseDirectory "+dir+"\nLocalSocket "+socket+"\nForeground yes\nStreamMaxLength 30M\nUser "+user()+"\n")
	cmd := exec.CommandContext(context.WithoutCancel(tb.Context()), bin, "-c", filepath.Join(dir, "clamd.conf"))
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = cmd.Process.Kill() // it ends with the test
		_ = cmd.Wait()
	})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(60 * time.Second)
	for {
		if conn, err := (&net.Dialer{}).DialContext(tb.Context(), "unix", socket); err == nil {
			_ = conn.Close() // only to see that somebody listens
			return "unix:" + socket
		}
		select {
		case <-tick.C:
		case <-deadline:
			tb.Fatal("clamd does not listen")
		}
	}
}

func user() string {
	if os.Getuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}
