// Package bus carries events over NATS JetStream: a server inside the process with its stream on disk, or a cluster
// elsewhere. The store is the truth and an event a hint: what the bus loses, a sweep publishes again, and what comes twice
// changes nothing.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Embedded is the URL that starts a server inside the process.
const Embedded = "embedded"

// Config says which bus to open.
type Config struct {
	URL         string   // Embedded, or one or more nats:// and tls:// addresses with commas between
	Dir         string   // where the embedded server keeps its stream
	Name        string   // how this process calls itself
	Credentials string   // a .creds file
	CA          string   // PEM file of the authorities that may sign the servers' certificates
	Cert, Key   string   // PEM files of this client's certificate
	Told        []string // which events of cases are handed to the teller
	Noticed     []string // and which to the notifier
	Replicas    int      // copies of the stream on a cluster; 0 is 1
	Log         *slog.Logger
	Now         func() time.Time

	atOnce bool // the embedded server writes each event to the disk before it acknowledges it: to measure what that would cost
}

// Bus is a connection to the stream.
type Bus struct {
	cfg       Config
	server    atomic.Pointer[server.Server] // the embedded one; another after each restart
	conn      *nats.Conn
	js        jetstream.JetStream
	acks      *acks
	published atomic.Uint64
	failed    atomic.Uint64
	again     atomic.Uint64
	good      atomic.Int64 // when the stream last took an event, in nanoseconds

	ask      chan struct{} // somebody met trouble: the bus is to be looked after now
	mending  sync.Mutex
	restarts time.Time // when the embedded server was last started, guarded by mending
	renewing sync.Mutex
	renewed  chan struct{} // closed when stream or consumers were made anew
}

// The bounds of a connection.
const (
	startWait   = 10 * time.Second
	ackWait     = 5 * time.Second
	maxInFlight = 8192
)

// Open connects, starting the embedded server first where it is asked for, and makes the stream and its consumers what the
// tables say.
func Open(ctx context.Context, cfg Config) (*Bus, error) {
	b := &Bus{cfg: cfg, ask: make(chan struct{}, 1), renewed: make(chan struct{})}
	if err := b.open(ctx); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

func (b *Bus) open(ctx context.Context) (err error) {
	if b.cfg.URL == Embedded {
		if err := b.serve(); err != nil {
			return err
		}
	}
	if b.conn, err = nats.Connect(b.address(), b.options()...); err != nil {
		return fmt.Errorf("connect to NATS: %w", err)
	}
	if b.js, err = jetstream.New(b.conn, jetstream.WithPublishAsyncMaxPending(maxInFlight), jetstream.WithPublishAsyncTimeout(ackWait)); err != nil {
		return fmt.Errorf("open JetStream: %w", err)
	}
	if err := b.declare(ctx); err != nil {
		return err
	}
	b.acks = newAcks(maxInFlight)
	return nil
}

// SyncWithin is how soon an event that the embedded server acknowledged is on the disk. Writing each one at once would cost most
// of its speed (BenchmarkPublish prints the ratio); so whoever notes that events are announced waits longer than this.
const SyncWithin = 2 * time.Second

// serve starts the server without a port: only this process reaches it.
func (b *Bus) serve() error {
	if err := os.MkdirAll(b.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("create folder of the stream: %w", err)
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "tiepdan", DontListen: true, JetStream: true, StoreDir: b.cfg.Dir, NoSigs: true,
		JetStreamMaxMemory: 32 << 20, JetStreamMaxStore: 8 << 30, SyncAlways: b.cfg.atOnce, SyncInterval: SyncWithin,
	})
	if err != nil {
		return fmt.Errorf("make NATS server: %w", err)
	}
	s.SetLogger(&words{log: b.cfg.Log, now: b.cfg.Now}, false, false)
	s.Start()
	b.server.Store(s)
	if !s.ReadyForConnections(startWait) || !s.JetStreamEnabled() {
		return errors.New("embedded event store did not start: see the lines of the log before this one, and whether the disk has room")
	}
	return nil
}

// InProcessConn connects to the embedded server that runs now.
func (b *Bus) InProcessConn() (net.Conn, error) { return b.server.Load().InProcessConn() }

func (b *Bus) address() string {
	if b.cfg.URL == Embedded {
		return nats.DefaultURL
	}
	return b.cfg.URL
}

func (b *Bus) options() []nats.Option {
	opts := []nats.Option{
		nats.Name(b.cfg.Name), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second), nats.ReconnectJitter(500*time.Millisecond, time.Second),
		nats.ReconnectBufSize(-1), nats.Timeout(ackWait),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.cfg.Log.Warn("connection to the event store (NATS) lost: cases are kept, and are announced and routed when it is back; look whether nats-server runs", "error", err)
				b.Wake()
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) {
			b.cfg.Log.Info("connection to the event store (NATS) is back")
			b.Wake()
		}),
	}
	if b.cfg.URL == Embedded {
		return append(opts, nats.InProcessServer(b))
	}
	if b.cfg.Credentials != "" {
		opts = append(opts, nats.UserCredentials(b.cfg.Credentials))
	}
	if b.cfg.CA != "" {
		opts = append(opts, nats.RootCAs(b.cfg.CA))
	}
	if b.cfg.Cert != "" {
		opts = append(opts, nats.ClientCert(b.cfg.Cert, b.cfg.Key))
	}
	return opts
}

// Counts are what the bus did since it was opened.
type Counts struct{ Published, Failed, Again uint64 }

// Counts returns the figures for metrics.
func (b *Bus) Counts() Counts {
	return Counts{Published: b.published.Load(), Failed: b.failed.Load(), Again: b.again.Load()}
}

// Pending returns how many events wait for the consumer.
func (b *Bus) Pending(ctx context.Context, consumer string) (uint64, error) {
	c, err := b.js.Consumer(ctx, streamName, consumer)
	if err != nil {
		return 0, fmt.Errorf("look up consumer %s: %w", consumer, err)
	}
	return c.CachedInfo().NumPending + uint64(max(c.CachedInfo().NumAckPending, 0)), nil
}

// Close waits for the acknowledgements under way, and ends the connection and the embedded server.
func (b *Bus) Close() {
	if b.acks != nil {
		b.acks.close()
	}
	if b.conn != nil {
		b.conn.Close()
	}
	b.mending.Lock()
	defer b.mending.Unlock()
	if s := b.server.Load(); s != nil {
		s.Shutdown()
		s.WaitForShutdown()
	}
}
