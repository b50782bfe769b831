package testkit

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Offline cuts the page and its service worker off, as a lift or a mountain road does.
func Offline(tb testing.TB, ctx context.Context) {
	tb.Helper()
	reconnect(tb, ctx, func(*browser) network.Conditions { return network.Conditions{Offline: true} })
}

// Online gives the network back as slow or fast as the options of the browser made it.
func Online(tb testing.TB, ctx context.Context) {
	tb.Helper()
	reconnect(tb, ctx, func(b *browser) network.Conditions { return b.network })
}

func reconnect(tb testing.TB, ctx context.Context, to func(*browser) network.Conditions) {
	tb.Helper()
	b, ok := ctx.Value(browserKey{}).(*browser)
	if !ok {
		tb.Fatal("this wants the context of Browser")
	}
	c := to(b)
	if err := b.connectWorkers(ctx, c); err != nil {
		tb.Fatalf("set the network of service workers: %v", err)
	}
	if err := chromedp.Do(ctx, connect(c)); err != nil {
		tb.Fatalf("set the network: %v", err)
	}
}

// connectWorkers does for each service worker what connect does for the page. A worker stays attached until the
// browser ends, because its conditions end with the session that set them.
func (b *browser) connectWorkers(ctx context.Context, c network.Conditions) error {
	targets, err := chromedp.Targets(ctx)
	if err != nil {
		return fmt.Errorf("list: %w", err)
	}
	for _, t := range targets {
		if t.Type != "service_worker" {
			continue
		}
		if b.workers[t.TargetID] == nil {
			b.workers[t.TargetID], _ = chromedp.NewContext(ctx, chromedp.WithTargetID(t.TargetID))
		}
		if err := chromedp.Do(b.workers[t.TargetID], limit(c)); err != nil {
			return fmt.Errorf("%s: %w", t.URL, err)
		}
	}
	return nil
}

// connect sets what requests of the page meet and what its navigator.onLine says.
func connect(c network.Conditions) chromedp.Action[chromedp.Void] {
	return chromedp.Steps(limit(c), send(network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: c.Offline, Latency: c.Latency,
		DownloadThroughput: c.DownloadThroughput, UploadThroughput: c.UploadThroughput,
	}))
}

func limit(c network.Conditions) chromedp.Action[chromedp.Void] {
	return send(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{&c},
	})
}
