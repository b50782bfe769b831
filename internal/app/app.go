package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/attach"
	"tiepdan/internal/bus"
	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/outlet"
	"tiepdan/internal/seal"
	"tiepdan/internal/store"
	"tiepdan/internal/web"
	"tiepdan/internal/web/live"
	"tiepdan/internal/worker"
	"tiepdan/pkg/i18n"
	"tiepdan/pkg/phrase"
	"tiepdan/pkg/webpush"
	"tiepdan/pkg/workday"
)

// App is the program as a value: tests start the real thing on port 0.
type App struct {
	Config   Config
	Store    *store.Store
	Keys     *seal.Keys
	Quorum   *seal.Quorum
	Bus      *bus.Bus
	Desk     *casework.Desk
	Outlet   *outlet.Outlet
	Register *register.Register
	Book     *rating.Book
	Doors    *signin.Doors
	Stickers office.Stickers
	Words    *i18n.Bundle
	Files    *attach.Keeper
	Uploads  atomic.Int64 // under way
	Log      *slog.Logger
	Now      func() time.Time
	Out      io.Writer // where the address of the first start is printed

	first *setup
	live  *live.Hub
	hours atomic.Pointer[workday.Hours]
	blobs *attach.Blobs
	marks *marker

	officeTold officeTold
	tended     tended
	missed     missed
	health     health
	once       sync.Once
	closed     error

	counting sync.Once
	figures  *figures

	chats    web.Chats
	came     chan struct{} // messages came
	speakers map[casework.Way]worker.Speaker
	push     *webpush.Sender // nil where no browsers are told

	mailBase atomic.Pointer[string] // where links in mail lead
}

// Open opens everything the configuration names; nothing is served or worked on yet.
func Open(ctx context.Context, cfg Config, log *slog.Logger) (*App, error) {
	a := &App{Config: cfg, Out: os.Stdout, Log: log, Now: time.Now, tended: tended{wake: make(chan struct{}, 1)}}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) (err error) {
	if a.Words, err = i18n.LoadAll(assets.Files, "locales", "vi", "en"); err != nil {
		return err
	}
	if err := a.keepPrivate(); err != nil {
		return err
	}
	if err := a.openStore(ctx); err != nil {
		return err
	}
	if err := errors.Join(a.openKeys(ctx), a.openQuorum(ctx)); err != nil {
		return err
	}
	a.Store.Ledger = &audit.Ledger{Pages: a.Store, MAC: a.Keys.MAC, Now: a.Now}
	if err := errors.Join(a.Store.BeginLedger(ctx), a.Store.SeekSenders(ctx, (&casework.Desk{Vault: a.Keys}).SeekSender), a.Store.Place(ctx), a.seedCalendar(ctx)); err != nil {
		return err
	}
	if a.Bus, err = bus.Open(ctx, bus.Config{
		URL: a.Config.NATS, Dir: cmp.Or(a.Config.busDir, filepath.Join(a.Config.Data, "nats")), Name: "tiepdan", Told: outlet.Steps(), Noticed: casework.NoticedEvents(), Credentials: a.Config.NATSCreds,
		CA: a.Config.NATSCA, Cert: a.Config.NATSCert, Key: a.Config.NATSKey, Replicas: a.Config.NATSCopies, Log: a.Log, Now: a.Now,
	}); err != nil {
		return err
	}
	if err := a.wirePush(ctx); err != nil {
		return err
	}
	a.wire()
	if err := errors.Join(a.seedCategories(ctx), a.openHours(ctx), a.Register.Mend(ctx)); err != nil {
		return err
	}
	return a.openFiles(ctx)
}

func (a *App) openStore(ctx context.Context) error {
	err := a.Config.hasBoth()
	if err != nil {
		return err
	}
	if a.Store, err = a.openDocuments(ctx, a.Config.Store); err != nil {
		return err
	}
	if half, err := a.Store.Unfinished(ctx); err != nil || half && !a.Config.moving {
		return cmp.Or(err, errUnfinished)
	}
	return a.Store.CheckForm(ctx)
}

// wire hands everybody what he needs.
func (a *App) wire() {
	a.Stickers = office.Stickers{MAC: a.Keys.MAC}
	a.first = &setup{app: a}
	a.live = live.New(&live.Hub{Cases: a.Store, Offices: a.Store, Log: a.Log, Now: a.Now})
	a.Desk = &casework.Desk{
		Cases: a.Store, Vault: a.Keys, Quorum: quorum{a.Quorum, a.noteQuorum}, Offices: a.Store, Phrases: seal.NewPhrases(), Accesses: a.Store, Papers: a.Store, Notices: toldLive{a.Store, a}, Calendar: a.calendar, Days: a.Store, Now: a.Now, Log: a.Log,
		Terms: casework.Terms{FeedbackDays: a.Config.FeedbackDay, PetitionDays: a.Config.PetitionDay, Ladder: a.Config.Ladder},
	}
	a.wireChats()
	a.wireOutlet()
	a.marks = &marker{desk: a.Desk, now: a.Now, log: a.Log}
	a.Desk.Announce = &relay{bus: a.Bus, store: a.Store, marks: a.marks, log: a.Log}
	a.Book = &rating.Book{Ratings: a.Store, Tallies: a.Store, Tablets: a.Store, Voices: a.Store, Offices: a.Store, MAC: a.Keys.MAC, Recorded: a.recorded, Now: a.Now}
	a.Register = &register.Register{Offices: a.Store, Store: a.Store, Hash: phrase.Hash, HashOnce: phrase.HashRandom, Matches: phrase.Matches, Now: a.Now, Orphaned: a.Desk.Orphaned}
	a.Doors = &signin.Doors{
		Sessions: endedLive{a.Store, a}, Offices: a.Store, Journal: a.Store, Factors: a.Store, Vault: a.Keys, MAC: a.Keys.MAC, Now: a.Now,
		Lasts: a.Config.Session, Idle: a.Config.Idle, Address: a.linkBase,
	}
}

func (a *App) recorded(r *rating.Rating) {
	// Each amendment is an event of its own, also one that says again what was said before the last.
	a.Bus.Announce([]bus.Event{{
		ID: "rating/" + r.ID + "/" + rand.Text(), Subject: bus.RatingSubject + "recorded", About: r.ID, Time: r.At,
		Data: map[string]string{"counter": r.Counter, "day": r.Day},
	}}, func(err error) {
		if err != nil {
			a.missed.add(rating.Key{Counter: r.Counter, Day: r.Day})
		}
	})
}

// Run listens on the configured address and runs the roles until ctx ends.
func (a *App) Run(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", a.Config.Addr)
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w", err), a.Close())
	}
	return a.RunOn(ctx, l)
}

// RunOn runs the roles of this process with an open listener until ctx ends, and closes everything.
func (a *App) RunOn(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	// Pages end first, then the workers, then what both use.
	work, rest := context.WithCancel(context.WithoutCancel(ctx))
	defer rest()
	var wg sync.WaitGroup
	end := func(err error) error {
		stop()
		rest()
		wg.Wait()
		return errors.Join(err, a.Close())
	}
	removeCopies(a.Config.Data) // before anything here makes one
	wg.Go(func() { a.marks.run(work) })
	wg.Go(func() {
		a.Store.KeepOutbox(work, func(err error) {
			a.Log.WarnContext(work, "how far events are announced could not be kept; after a crash some are announced again, which does no harm", "error", err)
		})
	})
	wg.Go(func() { a.tendBus(work) })
	wg.Go(func() { a.lookAround(work) })
	wg.Go(func() { a.countMissed(work) })
	wg.Go(func() { a.followKeys(work) })
	wg.Go(func() {
		a.Store.Ledger.Run(work, ledgerEvery, a.warnHourly(work, "the chain of entries could not be written on"))
	})
	wg.Go(func() { a.answerAdmins(work) })
	wg.Go(func() { a.live.Run(work) })
	wg.Go(func() { a.followLive(work) })
	errs := make(chan error, 1)
	a.mailBase.Store(&a.addresses(l.Addr())[0])
	if a.Config.Has("worker") {
		wg.Go(func() { a.work(work) })
	} else {
		wg.Go(func() { a.Worker().RunOwed(work) })
	}
	if err := a.receiveMail(ctx, &wg); err != nil {
		return end(err)
	}
	measured, err := a.serveMetrics(ctx, &wg)
	if err != nil {
		return end(err)
	}
	defer measured()
	a.warnOfNoAddress(ctx, l.Addr())
	wg.Go(func() { a.beginSetup(work, l.Addr()) }) // a database that is silent keeps nobody waiting
	go func() { errs <- a.serve(ctx, l) }()
	a.Log.InfoContext(ctx, "tiepdan is up", "addr", l.Addr().String(), "roles", strings.Join(a.Config.Roles, ","))
	return a.ended(ctx, end(<-errs))
}

// ended tells the log that all is closed.
func (a *App) ended(ctx context.Context, err error) error {
	a.Log.InfoContext(ctx, "tiepdan has ended", "error", err)
	return err
}

// ledgerEvery is how long a new case waits for its line in the ledger.
const ledgerEvery = 500 * time.Millisecond

// serve answers requests; a worker without pages still answers health and metrics.
func (a *App) serve(ctx context.Context, l net.Listener) error {
	s, err := a.Web()
	if err != nil {
		return err
	}
	return s.Serve(ctx, l)
}

// Web builds the server.
func (a *App) Web() (*web.Server, error) {
	pages, err := fs.Sub(assets.Files, ".")
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{
		Push: a.push,
		Desk: a.Desk, Register: a.Register, Book: a.Book, Doors: a.Doors, Stickers: a.Stickers, Offices: a.Store, Words: a.Words, Langs: a.Words.Choose,
		Assets: pages, Attachments: files{a.Files}, Room: a.hasRoom, Uploads: func(n int64) { a.Uploads.Add(n) }, Signer: a.Keys, Roots: a.Store.Roots, MAC: a.Keys.MAC, Ready: a.ready, Metric: a.metric(), Observe: a.counted().observe, MetricToken: a.Config.MetricToken, Log: a.Log, Now: a.Now, BaseURL: a.Config.BaseURL, Exit: a.Config.Exit, Single: a.single(),
		Portraits: portraits{a.Files, a.Store},
		Live:      a.live, Looks: a.looks, Hooks: a.Config.Hooks, Outlet: a.Outlet, Chats: a.chats, Open311: a.Config.Open311, Hours: a.Hours, Setup: a.first, KeyFile: a.Config.Keys, Proxies: a.Config.Proxies, Limits: a.Config.Limits, Timeout: a.Config.Timeout, MailsStaff: a.Config.SMTP != "", Secure: strings.HasPrefix(a.Config.BaseURL, "https://"),
	})
}

// Worker builds the sweeps and the watch.
func (a *App) Worker() *worker.Worker {
	also := map[string]func(context.Context) (int, error){"events for others": a.Outlet.Deliver, "messages of people": a.chatting().Take, "old messages": a.Desk.DropChats, "notices about no case": a.tellOffice}
	for _, what := range []string{"events for others", "messages of people"} {
		also[what] = a.unlessCopied(also[what])
	}
	mail := a.mail()
	if mail != nil {
		r := &worker.Reminders{Desk: a.Desk, Offices: a.Store, Once: a.Store, Mail: mail, Workday: func(t time.Time) bool { return a.Store.Calendar().IsWorkday(t) }, Now: a.Now}
		also["reminders by mail"] = a.unlessCopied(r.Send)
	}
	return &worker.Worker{
		Desk: a.Desk, Store: a.Store, Bus: &relay{bus: a.Bus, store: a.Store, marks: a.marks, log: a.Log}, Now: a.Now, Log: a.Log,
		Every: a.Config.Sweep, Patient: 2 * a.Config.Sweep, Wake: a.tended.wake,
		Mail: mail, Tell: &worker.Tell{Speakers: a.speakers, Words: a.Words, BaseURL: a.linkBase, Templates: a.hasTemplate},
		Also: also, Quiet: a.unlessCopied,
	}
}

// work runs the worker role until ctx ends.
func (a *App) work(ctx context.Context) {
	w := a.Worker()
	var wg sync.WaitGroup
	wg.Go(func() { w.Run(ctx) })
	wg.Go(func() { a.sweepFiles(ctx) })
	wg.Go(func() { a.sweepSignIns(ctx) })
	wg.Go(func() { a.recount(ctx) })
	wg.Go(func() { a.takeChats(ctx, a.chatting().Take) })
	wg.Go(func() { a.sealDays(ctx) })
	wg.Go(func() { a.backUpDaily(ctx) })
	wg.Go(func() { a.bringRoots(ctx) })
	for name, handle := range map[string]func(context.Context, []bus.Event) []error{bus.Router: a.route, bus.Sealer: a.seal, bus.Notifier: a.notify, bus.Tallier: a.count, bus.Teller: a.tellOthers} {
		wg.Go(func() { a.Bus.Consume(ctx, name, handle) })
	}
	wg.Wait()
}

// route hands received cases to the desk. A case that is not there cannot come by waiting.
func (a *App) route(ctx context.Context, events []bus.Event) []error {
	ids := make([]string, 0, len(events))
	for _, e := range events {
		ids = append(ids, e.About)
	}
	errs := a.Desk.RouteReceived(ctx, ids...)
	for i, err := range errs {
		if err != nil && casework.CodeOf(err) == casework.NotFound {
			errs[i] = bus.Hopeless(err)
		}
	}
	return errs
}

// closeLedger writes what the ledger was told last, and that it ends here in order.
func (a *App) closeLedger() error {
	if a.Store.Ledger == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin) // the program's own context is over
	defer cancel()
	return a.Store.Ledger.Close(ctx)
}

const closeWithin = 10 * time.Second

// seal ends what splits and corrected kinds began, should the process that began it have stopped: promised parts are filed, and
// nothing that was sealed stays in the database's index and files. Both may be done any number of times.
func (a *App) seal(ctx context.Context, events []bus.Event) []error {
	errs := make([]error, len(events))
	for i, e := range events {
		if errs[i] = a.Desk.Fulfil(ctx, e.About); errs[i] != nil && casework.CodeOf(errs[i]) == casework.NotFound {
			errs[i] = bus.Hopeless(errs[i])
		}
	}
	if err := a.Store.Purge(ctx); err != nil {
		for i := range errs {
			errs[i] = cmp.Or(errs[i], err)
		}
	}
	return errs
}

// Close ends everything; it may be called more than once.
func (a *App) Close() error {
	a.once.Do(func() {
		if a.Bus != nil {
			a.Bus.Close()
		}
		if a.Store != nil {
			a.closed = errors.Join(a.closeLedger(), a.Store.Close())
		}
		if a.blobs != nil {
			a.closed = errors.Join(a.closed, a.blobs.Close())
		}
	})
	return a.closed
}
