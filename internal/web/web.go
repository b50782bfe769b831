// Package web serves the citizens' and the staff's pages and mounts the JSON API. Handlers bind, call the desk once, and
// render or redirect; what an error means is decided in one place.
package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/outlet"
	"tiepdan/internal/single"
	"tiepdan/internal/web/api"
	"tiepdan/internal/web/live"
	"tiepdan/pkg/webpush"
	"tiepdan/pkg/workday"
)

// Config is what the pages need from the program.
type Config struct {
	Desk     *casework.Desk
	Register api.Register
	Book     *rating.Book
	Doors    *signin.Doors
	Stickers office.Stickers
	Offices  interface {
		Office(ctx context.Context) (*office.Office, error)
	}
	Words Words
	// Push tells browsers; nil where none are told.
	Push   *webpush.Sender
	Langs  func(acceptLanguage, chosen string) string
	Assets fs.FS
	// Attachments keeps files; nil shows no place to choose one.
	Attachments api.Attachments
	// Room reports whether the disk has room for more files; nil says yes. Letters go on without.
	Room func() bool
	// Uploads is told when an upload begins (1) and ends (-1); nil tells nobody.
	Uploads func(change int64)
	// Signer proves receipts, so that anybody can check them later.
	Signer  Signer
	Roots   func(context.Context) ([]*audit.Root, error) // the signed roots of the days; nil hides them
	Hours   func() workday.Hours                         // when counters are open; nil means the usual hours
	Setup   Setup                                        // the first start; nil has none
	Live    *live.Hub                                    // tells open pages what changes; nil tells nothing
	Looks   func(live.Look)                              // passes on who looks at a case; set where Live is
	KeyFile string                                       // where the keys lie, for whoever is told to copy them
	MAC     func(domain string, parts ...[]byte) [32]byte
	Ready   func(ctx context.Context) []Check // what the service needs, and whether it works
	// Metric serves /metrics to whoever shows MetricToken, or without one to programs on this machine; nil serves none.
	Metric      fiber.Handler
	MetricToken string
	// Observe is told of each answer: the route by its pattern, never by what stood in its place; nil tells nobody.
	Observe func(Answer)
	Log     *slog.Logger
	Now     func() time.Time
	// BaseURL is where citizens reach the service; empty means the listener's own address.
	BaseURL string
	// Hooks are the channels by which programs of others bring letters, with the secret of each.
	Hooks map[string]string
	// Chats are the accounts by which people write.
	Chats Chats
	// Outlet tells programs of others what happens.
	Outlet *outlet.Outlet
	// Portraits keeps what the office shows of itself; nil takes none.
	Portraits Portraits
	// Open311 are the programs that may bring letters by Open311, with the key of each.
	Open311    map[string]string
	MailsStaff bool // staff can be reminded by mail
	// Exit is the page of another site that the quick exit leads to; empty means our own first page.
	Exit string
	// Single is the province's provider of single sign-on; nil where there is none.
	Single *single.Provider
	// Proxies are the addresses and networks whose X-Forwarded-* headers are believed.
	Proxies []string
	Limits  float64       // how many communes this installation serves: so many times the usual budgets; 0 means one
	Timeout time.Duration // per request
	Crowd   int           // how many requests are worked on at once; 0 is 128
	Ending  time.Duration // how long the end waits for requests under way; 0 is 8 s
	Secure  bool          // cookies only over TLS
}

// Words are the catalogs of all languages, see i18n.Bundle.
type Words interface {
	api.Words
	Langs() []string
	Lacks(lang, key string) bool
	Whole(lang string) bool
}

// Server is the web role.
type Server struct {
	Config
	partial map[string]bool // the languages that fall back for a part
	within  sync.Map        // styled, by the names of its files
	app     *fiber.App
	api     *api.API
	pages   map[string]*template.Template
	files   map[string]file
	intake  *intake
	under   atomic.Int64           // requests worked on, see shed
	own     atomic.Pointer[string] // the listener's address
	dressed atomic.Pointer[dress]

	published published
}

// The limits of one request. A filing form may carry five pictures; everything else is small.
const (
	maxBody      = 34 << 20
	maxForm      = 256 << 10
	readTimeout  = 30 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 75 * time.Second

	// ending is how long the end waits for requests that are under way, unless Config says otherwise: less than the ten seconds after
	// which container engines kill.
	ending = 8 * time.Second
)

// New builds the server: templates parsed, assets addressed, routes registered.
func New(cfg Config) (*Server, error) {
	s := &Server{Config: cfg, intake: newIntake(), partial: partial(cfg.Words)}
	if s.Hours == nil {
		s.Hours = workday.UsualHours
	}
	if err := s.loadFiles(); err != nil {
		return nil, err
	}
	if err := s.loadPages(); err != nil {
		return nil, err
	}
	gate, err := s.openGate(cfg.Limits)
	if err != nil {
		return nil, err
	}
	guess, err := api.NewGuess(cfg.Now)
	if err != nil {
		return nil, err
	}
	s.api = &api.API{
		Desk: cfg.Desk, Register: cfg.Register, Book: cfg.Book, Doors: cfg.Doors, Stickers: cfg.Stickers, Offices: cfg.Offices, Words: cfg.Words, Attachments: cfg.Attachments, Push: cfg.Push,
		BaseURL: s.base, Mark: s.markPicture, Gate: gate, Guess: guess, Log: cfg.Log, Now: cfg.Now,
		TabletPath: func(k office.Counter, until time.Time) string { return TabletPath(cfg.MAC, k, until) },
	}
	s.app = fiber.New(fiber.Config{
		AppName: "tiepdan", Immutable: true, DisableStartupMessage: true, ErrorHandler: s.fail,
		BodyLimit: maxBody, StreamRequestBody: true, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, ReadBufferSize: 16 << 10, DisablePreParseMultipartForm: true,
		EnableTrustedProxyCheck: true, TrustedProxies: cfg.Proxies,
	})
	s.routes()
	s.app.Server().Handler = s.edge(s.app.Handler())
	s.app.Server().HeaderReceived = lasting
	return s, nil
}

// Serve answers requests on the listener until ctx ends; then it takes no new ones, finishes what it accepted and returns.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	s.listensOn(l.Addr())
	done := make(chan error, 1)
	go func() { done <- s.app.Listener(lines{l}) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	if s.Live != nil { // a stream ends by no other means
		s.Live.Close()
	}
	wait := cmp.Or(s.Ending, ending)
	s.Log.InfoContext(ctx, "ending: requests under way are finished first", "for_at_most", wait.String())
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait)
	defer cancel()
	err := s.app.ShutdownWithContext(end)
	if errors.Is(err, context.DeadlineExceeded) { // nothing of them was acknowledged
		s.Log.WarnContext(ctx, "requests that were not whole by then are cut off", "after", wait.String())
		err = nil
	}
	// Told to end before it began, the server would begin all the same: without its listener it cannot.
	_ = l.Close() // closed already when it had begun
	if ended := <-done; !errors.Is(ended, net.ErrClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// App is the Fiber application, for tests that need no network.
func (s *Server) App() *fiber.App { return s.app }

// base is the address citizens use, without a slash at the end: the configured one, else that of the listener. What a
// request says of its host is never believed, for a stranger could put his own address into a receipt.
func (s *Server) base(*fiber.Ctx) string {
	if s.BaseURL != "" {
		return strings.TrimRight(s.BaseURL, "/")
	}
	if own := s.own.Load(); own != nil {
		return *own
	}
	return "http://localhost"
}

// listensOn remembers the address of the listener; one that listens everywhere is known as localhost.
func (s *Server) listensOn(a net.Addr) {
	own := "http://" + a.String()
	if t, ok := a.(*net.TCPAddr); ok && t.IP.IsUnspecified() {
		own = "http://localhost:" + strconv.Itoa(t.Port)
	}
	s.own.Store(&own)
}

// deadline gives every request an end, which the desk, the store and the engine all obey.
func (s *Server) deadline(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), s.Timeout)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// guard sets the headers every answer carries. No page runs a script that is not a file of ours; nothing is framed but by
// ourselves; a tracking code in an address never leaves as a referrer.
func (s *Server) guard(c *fiber.Ctx) error {
	h := &c.Response().Header
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", noSenses)
	h.Set("Content-Security-Policy", contentPolicy(""))
	return c.Next()
}

// What pages may use of a phone: where it is, when somebody presses for it. A form that takes a voice may listen as well, and the page
// that reads a receipt's code may look.
const (
	noSenses = "camera=(), microphone=(), geolocation=(self)"
	hearing  = "camera=(), microphone=(self), geolocation=(self)"
	seeing   = "camera=(self), microphone=(), geolocation=(self)"
)

// listens lets the page that is answered use the microphone.
func (*Server) listens(c *fiber.Ctx, may bool) {
	if may {
		c.Set("Permissions-Policy", hearing)
	}
}

// small refuses bodies that no small form or JSON call needs, before they are read.
func small(c *fiber.Ctx) error { return within(c, maxForm) }

// table is small for the tables of the office, which may be larger.
func table(c *fiber.Ctx) error { return within(c, register.MostTable+maxForm) }

func within(c *fiber.Ctx, most int) error {
	if n := c.Request().Header.ContentLength(); n > most {
		return refuse(c)
	}
	if stream := c.Context().RequestBodyStream(); stream != nil && c.Request().Header.ContentLength() < 0 {
		body, err := io.ReadAll(io.LimitReader(stream, int64(most)+1))
		if err != nil {
			return fiber.ErrBadRequest
		}
		if len(body) > most {
			return refuse(c)
		}
		c.Request().SetBody(body)
	}
	return c.Next()
}

// plain refuses compressed bodies: a few kilobytes of them open into gigabytes.
func plain(c *fiber.Ctx) error {
	if e := c.Get(fiber.HeaderContentEncoding); e != "" && e != "identity" {
		_ = refuse(c) // the status is another
		return &api.FaultError{Status: fiber.StatusUnsupportedMediaType, Key: "error.encoding"}
	}
	return c.Next()
}

// refuse answers 413 and hangs up. What the caller still sends is thrown away first, within bounds, or he would see a broken
// connection instead of the reason.
func refuse(c *fiber.Ctx) error {
	if stream := c.Context().RequestBodyStream(); stream != nil {
		_, _ = io.CopyN(io.Discard, stream, maxBody) // whatever it is, it is not wanted
	}
	c.Context().SetConnectionClose()
	return fiber.ErrRequestEntityTooLarge
}

// language chooses the request's language: the visitor's switch first, then his browser's wish.
func (s *Server) language(c *fiber.Ctx) error {
	c.Locals("lang", s.Langs(c.Get(fiber.HeaderAcceptLanguage), c.Cookies(langCookie)))
	return c.Next()
}

const langCookie = "lang"

func lang(c *fiber.Ctx) string {
	l, _ := c.Locals("lang").(string)
	return l
}

func token() string { return rand.Text() }

// showOpenAPI serves the contract.
func (s *Server) showOpenAPI(c *fiber.Ctx) error {
	body, err := fs.ReadFile(s.Assets, "static/openapi.yaml")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/yaml")
	return c.Send(body)
}
