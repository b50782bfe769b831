package testkit

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	run "tiepdan/internal/process"
)

// NATSCluster starts the three servers of the repository's own cluster configuration, each a process at an address of its own,
// and returns them with the address list that a client is given.
func NATSCluster(tb testing.TB, config string) (servers []*Server, addresses string) {
	tb.Helper()
	raw, err := os.ReadFile(config)
	if err != nil {
		tb.Fatal(err)
	}
	bin := built(tb, "nats-server", "github.com/nats-io/nats-server/v2")
	var routes, urls []string
	for range 3 {
		n, err := run.NewNATS(tb.Context(), bin, tb.TempDir())
		if err != nil {
			tb.Fatal(err)
		}
		s := &Server{NATS: *n, health: FreeAddr(tb)}
		addr, route := strings.TrimPrefix(s.URL, "nats://"), FreeAddr(tb)
		s.URL = "nats://tiepdan:secret@" + addr
		text := strings.NewReplacer("0.0.0.0:4222", addr, "127.0.0.1:8222", s.health, "0.0.0.0:6222", route, "/data", s.Dir).Replace(string(raw))
		if err := os.WriteFile(s.Args[1], []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
		routes, urls, servers = append(routes, "nats://route:secret@"+route), append(urls, s.URL), append(servers, s)
	}
	for i, s := range servers {
		s.Args = append(s.Args, "--name", fmt.Sprintf("nats%d", i+1), "--routes", strings.Join(routes, ","))
		s.Env = []string{"NATS_PASSWORD=secret", "NATS_EVENTS_PASSWORD=heard"}
		s.Start(tb)
		tb.Cleanup(func() { s.Kill(tb) })
	}
	for _, s := range servers {
		s.Healthy(tb)
	}
	return servers, strings.Join(urls, ",")
}

// Healthy waits until a server of a cluster says that its streams are where the others are.
func (s *Server) Healthy(tb testing.TB) {
	tb.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(2 * time.Minute)
	for !s.answers(tb.Context()) {
		select {
		case <-tick.C:
		case <-deadline:
			tb.Fatal("a server of the cluster does not become healthy")
		}
	}
}

func (s *Server) answers(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.health+"/healthz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, resp.Body) // only the status says it
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}
