package app_test

import (
	"net/http"
	"testing"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// TestAClusterLosesOneServerAfterTheOther runs on the three event servers of the repository's own configuration and takes each
// away in its turn while cases are filed: all are acknowledged, and routed while it is away.
func TestAClusterLosesOneServerAfterTheOther(t *testing.T) {
	servers, addresses := testkit.NATSCluster(t, "../../deployments/nats/nats.conf")
	r := open(t, func(c *app.Config) { c.NATS, c.NATSCopies = addresses, len(servers) })
	n := 0
	file := func(when string) {
		t.Helper()
		codes := make([]string, 10)
		for i := range codes {
			got, err := fileKey(t, r.URL, n)
			if err != nil || got.Status != http.StatusCreated {
				t.Fatalf("case %d %s: %+v, %v", n, when, got, err)
			}
			codes[i], n = got.Code, n+1
		}
		for _, code := range codes {
			until(t, "routing "+when, func() bool { return statusAt(t, r.URL, code) == "assigned" })
		}
	}
	file("with all three")
	for _, s := range servers {
		s.Kill(t)
		file("with one away")
		s.Start(t)
		s.Healthy(t)
	}
	file("with all back")
	r.checkAll(t)
}
