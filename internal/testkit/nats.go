package testkit

import (
	"os"
	"path/filepath"
	"testing"
)

// NATS starts a nats-server process with JetStream on a free port and returns its address.
func NATS(tb testing.TB) string {
	tb.Helper()
	bin := built(tb, "nats-server", "github.com/nats-io/nats-server/v2")
	conf := filepath.Join(tb.TempDir(), "nats.conf")
	text := "listen: \"127.0.0.1:-1\"\njetstream: {store_dir: \"" + tb.TempDir() + "\"}\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	addr := process(tb, func(line string) string { return after(line, "Listening for client connections on ") }, bin, "-c", conf)
	return "nats://" + addr
}
