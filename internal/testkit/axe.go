package testkit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Violation is a rule of WCAG 2.2 A or AA that a page breaks, and where.
type Violation struct {
	ID     string // axe's name of the rule, such as "color-contrast"
	Impact string // minor, moderate, serious or critical
	Help   string // the rule in one sentence
	Nodes  []struct {
		HTML           string // the element's opening
		FailureSummary string // what would mend it
	}
}

// String is the violation as a test reports it: the rule, then each place.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s", n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n    "))
	}
	return b.String()
}

// axeRun asks for the rules of WCAG 2.2 A and AA; target-size is off unless named.
const axeRun = `axe.run(document, {
	runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
	rules: {"target-size": {enabled: true}},
	resultTypes: ["violations"],
}).then(r => r.violations)`

// Axe fails the test for each rule of WCAG 2.2 A and AA that the open page breaks in its present state.
func Axe(tb testing.TB, ctx context.Context) {
	tb.Helper()
	for _, v := range Violations(tb, ctx) {
		tb.Errorf("axe: %s", v)
	}
}

// Violations are the rules that axe-core finds broken on the open page. The script comes in beside the page's
// own, so its content security policy stays in force.
func Violations(tb testing.TB, ctx context.Context) []Violation {
	tb.Helper()
	script, err := os.ReadFile(filepath.Join(Root(tb), ".ci/node_modules/axe-core/axe.min.js"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		Missing(tb, "axe-core")
	case err != nil:
		tb.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](string(script))); err != nil {
		tb.Fatalf("load axe: %v", err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]Violation](axeRun, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.Fatalf("run axe: %v", err)
	}
	return found
}
