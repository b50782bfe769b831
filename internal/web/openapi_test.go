package web

import (
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tiepdan/assets"
)

var (
	pathLine   = regexp.MustCompile(`^  (/\S+):`)
	methodLine = regexp.MustCompile(`^    (get|post|put|delete):`)
	inlined    = regexp.MustCompile(`\{(get|post|put|delete): \{`)
	parameter  = regexp.MustCompile(`:[a-z]+|\{[a-z]+\}`)
)

// written lists the calls of the contract: method and path, with every parameter as {}.
func written(t *testing.T) []string {
	t.Helper()
	raw, err := fs.ReadFile(assets.Files, "static/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	at := ""
	for line := range strings.SplitSeq(string(raw), "\n") {
		if m := pathLine.FindStringSubmatch(line); m != nil {
			at = parameter.ReplaceAllString(m[1], "{}")
		}
		for _, form := range []*regexp.Regexp{methodLine, inlined} {
			if m := form.FindStringSubmatch(line); m != nil && at != "" {
				out = append(out, strings.ToUpper(m[1])+" "+at)
			}
		}
	}
	return out
}

func TestTheContractNamesEveryCallAndNoOther(t *testing.T) {
	contract := written(t)
	var served []string
	for _, r := range newStand(t).App().GetRoutes(true) {
		if r.Method == http.MethodHead {
			continue
		}
		call := r.Method + " " + parameter.ReplaceAllString(r.Path, "{}")
		served = append(served, call)
		if strings.HasPrefix(r.Path, "/api/") && !slices.Contains(contract, call) {
			t.Errorf("%s stands nowhere in the contract", call)
		}
	}
	if len(contract) < 45 {
		t.Errorf("only %d calls were found in the contract", len(contract))
	}
	for _, call := range contract {
		if !slices.Contains(served, call) && call != "GET /metrics" {
			t.Errorf("the contract promises %s, which nothing answers", call)
		}
	}
}

// TestTheContractTellsWhatAStrangerMeets: the answers and names that a program has to know to get through.
func TestTheContractTellsWhatAStrangerMeets(t *testing.T) {
	raw, err := fs.ReadFile(assets.Files, "static/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"X-Proof", "odd_days", "'408'", "'503'", "'507'", "Retry-After", "Tiepdan-Ticket", "Idempotency-Key", "X-Kiosk-Verified"} {
		if !strings.Contains(string(raw), name) {
			t.Errorf("%s stands nowhere in the contract", name)
		}
	}
}
