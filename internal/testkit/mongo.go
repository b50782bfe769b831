package testkit

import (
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
)

// Mongo returns the address of a database of the test's own on a MongoDB server: the one that TEST_MONGODB_URI names, else
// a FerretDB that it starts. Where neither can be had, the test skips on a laptop and fails on CI.
func Mongo(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv("TEST_MONGODB_URI")
	if server == "" {
		bin := built(tb, "ferretdb", ".ci/mongo", "./ferretdb")
		server = process(tb, func(line string) string {
			if strings.HasPrefix(line, "mongodb://") {
				return line
			}
			return ""
		}, bin, "-dir", tb.TempDir()+"/")
	}
	u, err := url.Parse(server)
	if err != nil {
		tb.Fatal(err)
	}
	u.Path = "/tiepdan_" + strings.ToLower(rand.Text()[:12])
	return u.String()
}
