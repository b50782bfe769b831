package testkit

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// console gathers the errors that pages write, until check reports them.
type console struct {
	allowed []string

	mu     sync.Mutex
	pages  map[network.RequestID]bool // requests for whole pages, whose status the test itself checks
	errors map[string]int             // how often each was written
}

// hear takes in one event; it runs on the goroutine that reads from the browser.
func (c *console) hear(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.Type == network.ResourceTypeDocument {
			c.page(e.RequestID)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			c.note(text(e.Args...))
		}
	case *runtime.EventExceptionThrown:
		c.note(e.ExceptionDetails.Text + " " + text(e.ExceptionDetails.Exception))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && !c.pages[e.Entry.NetworkRequestID] {
			c.note(e.Entry.Text + " " + e.Entry.URL)
		}
	}
}

func (c *console) page(id network.RequestID) {
	if c.pages == nil {
		c.pages = map[network.RequestID]bool{}
	}
	c.pages[id] = true
}

func (c *console) note(message string) {
	if slices.ContainsFunc(c.allowed, func(a string) bool { return strings.Contains(message, a) }) {
		return
	}
	if c.errors == nil {
		c.errors = map[string]int{}
	}
	c.errors[message]++
}

// check fails the test for what was heard. The browser answers commands after the events before them, so one
// command brings in all that the pages wrote until now.
func (c *console) check(tb testing.TB, ctx context.Context) {
	tb.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[int]("1")); err != nil {
		tb.Errorf("the browser ended before its test: %v", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, message := range slices.Sorted(maps.Keys(c.errors)) {
		tb.Errorf("console, %d×: %s", c.errors[message], message)
	}
}

// text is what the arguments of console.error or an exception say.
func text(args ...*runtime.RemoteObject) string {
	var words []string
	for _, arg := range args {
		switch {
		case arg == nil:
		case arg.Description != "":
			words = append(words, arg.Description)
		default:
			words = append(words, strings.Trim(string(arg.Value), `"`))
		}
	}
	return strings.Join(words, " ")
}
