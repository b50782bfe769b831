package testkit

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// browserLimit ends a browser whose page never gets where its test waits for, before `go test` ends them all.
const browserLimit = 5 * time.Minute

// BrowserOption says what is special about the browser of a test, see Browser.
type BrowserOption func(*browser)

// browser is what the options of one browser add up to.
type browser struct {
	actions []chromedp.Action[chromedp.Void]
	media   []*emulation.MediaFeature
	network network.Conditions
	flags   []string                      // of Chromium, without the dashes
	workers map[target.ID]context.Context // the service workers that were cut off
	console console
}

// browserKey finds the browser in the context that Browser returns.
type browserKey struct{}

// Phone is a cheap Android phone: 360 × 740, two device pixels to one, touch.
func Phone() BrowserOption { return handheld(360, 740) }

// Narrow is the narrowest screen that pages must work on, 320 px wide: also what 400 % zoom leaves of a desktop.
func Narrow() BrowserOption { return handheld(320, 568) }

// Desktop is the screen at a counter, 1280 × 800. A browser without any size is one.
func Desktop() BrowserOption {
	return func(b *browser) { b.actions = append(b.actions, chromedp.EmulateViewport(1280, 800)) }
}

func handheld(width, height int64) BrowserOption {
	return func(b *browser) {
		b.actions = append(b.actions, chromedp.EmulateViewport(width, height,
			chromedp.EmulateScale(2), chromedp.EmulatePortrait, chromedp.EmulateMobile, chromedp.EmulateTouch))
	}
}

// WithoutJavaScript lets no script of the page run; the test's own evaluations still do, but not what waits for
// a promise, so not Axe.
func WithoutJavaScript() BrowserOption {
	return func(b *browser) {
		b.actions = append(b.actions, send(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	}
}

// Language is what the person set the phone to, sent as Accept-Language: a tag such as "en". Without it: "vi".
func Language(tag string) BrowserOption {
	return func(b *browser) {
		b.actions = append(b.actions, send(network.SetExtraHTTPHeaders,
			network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": tag}}))
	}
}

// Dark prefers dark colours, as phones do at night.
func Dark() BrowserOption { return media("prefers-color-scheme", "dark") }

// ForcedColours puts all pages into the few colours that somebody chose for his whole machine.
func ForcedColours() BrowserOption { return media("forced-colors", "active") }

// LargeText is what somebody chose who reads letters of twice the usual size.
func LargeText() BrowserOption {
	return func(b *browser) {
		twice := int64(32)
		b.actions = append(b.actions, send(page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: twice}}))
	}
}

// ReducedMotion asks pages to keep still.
func ReducedMotion() BrowserOption { return media("prefers-reduced-motion", "reduce") }

func media(feature, value string) BrowserOption {
	return func(b *browser) {
		b.media = append(b.media, &emulation.MediaFeature{Name: feature, Value: value})
	}
}

// SlowNetwork is the edge of a cell: 400 kbit/s either way and 400 ms until the first byte, for what pages ask
// for themselves.
func SlowNetwork() BrowserOption {
	return func(b *browser) {
		const bytesPerSecond = 400_000 / 8
		b.network = network.Conditions{Latency: 400, DownloadThroughput: bytesPerSecond, UploadThroughput: bytesPerSecond}
	}
}

// Microphone is one that beeps, and its owner lets every page hear it.
func Microphone() BrowserOption {
	return func(b *browser) {
		b.flags = append(b.flags, "use-fake-device-for-media-stream", "use-fake-ui-for-media-stream")
	}
}

// At is where the phone is, to so many metres, and its owner tells every page.
func At(lat, lng, accuracy float64) BrowserOption {
	return func(b *browser) {
		b.actions = append(b.actions,
			send(cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
				Permission: &cdpbrowser.PermissionDescriptor{Name: "geolocation"}, Setting: cdpbrowser.PermissionSettingGranted,
			}),
			send(emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{Latitude: &lat, Longitude: &lng, Accuracy: &accuracy}))
	}
}

// AllowConsole accepts console errors that contain text: what the test provokes on purpose.
func AllowConsole(text string) BrowserOption {
	return func(b *browser) { b.console.allowed = append(b.console.allowed, text) }
}

// Browser starts a headless Chromium with a fresh profile and returns the context for chromedp.Do and
// chromedp.Run. It ends with the test, and fails it for every error that a page wrote to the console: uncaught
// exceptions, resources that did not load, what the content security policy stopped. The status of a page itself
// is the test's to check. Without Chromium see Missing.
func Browser(tb testing.TB, opts ...BrowserOption) context.Context {
	tb.Helper()
	b := &browser{workers: map[target.ID]context.Context{}, network: network.Conditions{DownloadThroughput: -1, UploadThroughput: -1}}
	for _, opt := range append([]BrowserOption{Desktop(), Language("vi")}, opts...) {
		opt(b)
	}
	ctx := start(tb, b.flags)
	if err := chromedp.Listen(ctx, b.console.hear); err != nil {
		tb.Fatalf("start chromium: %v", err)
	}
	b.actions = append(b.actions,
		send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: b.media}),
		send(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Ho_Chi_Minh"}),
		connect(b.network))
	if err := chromedp.Do(ctx, b.actions...); err != nil {
		tb.Fatalf("set up chromium: %v", err)
	}
	tb.Cleanup(func() { b.console.check(tb, ctx) })
	return context.WithValue(ctx, browserKey{}, b)
}

// start runs Chromium until the test ends. The context outlives tb.Context, which ends before the cleanups do.
func start(tb testing.TB, flags []string) context.Context {
	tb.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		Missing(tb, "chromium")
	}
	limited, cancelLimit := context.WithTimeout(context.WithoutCancel(tb.Context()), browserLimit)
	special := make([]chromedp.ExecAllocatorOption, 0, len(flags))
	for _, f := range flags {
		special = append(special, chromedp.Flag(f, true))
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(limited, slices.Concat(chromedp.DefaultExecAllocatorOptions[:], special, []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // containers and root have none; the pages are our own
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "vi"),
	})...)
	ctx, _ := chromedp.NewContext(alloc)
	tb.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil { // asks Chromium to go, so that it leaves no files in /tmp
			tb.Logf("close chromium: %v", err)
		}
		cancelAlloc()
		cancelLimit()
	})
	return ctx
}

// Open goes to a page and waits until it has loaded.
func Open(tb testing.TB, ctx context.Context, url string) {
	tb.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		tb.Fatalf("open %s: %v", url, err)
	}
}

// Screenshot writes the whole page, also what lies below the fold, as a PNG.
func Screenshot(tb testing.TB, ctx context.Context, path string) {
	tb.Helper()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		tb.Fatalf("screenshot %s: %v", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o600); err != nil {
		tb.Fatal(err)
	}
}

// send is one command of the protocol whose answer nobody needs.
func send[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}
