// Package bus carries events over NATS JetStream: a server inside the process with its stream on disk, or a cluster
// elsewhere. The store is the truth and an event a hint: what the bus loses, a sweep publishes again, and what comes twice
// changes nothing.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
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
	URL         string // Embedded, or one or more nats:// and tls:// addresses with commas between
	Dir         string // where the embedded server keeps its stream
	Name        string // how this process calls itself
	Credentials string // a .creds file
	CA          string // PEM file of the authorities that may sign the servers' certificates
	Cert, Key   string // PEM files of this client's certificate
	Replicas    int    // copies of the stream on a cluster; 0 is 1
	Log         *slog.Logger
}

// Bus is a connection to the stream.
type Bus struct {
	cfg       Config
	server    *server.Server
	conn      *nats.Conn
	js        jetstream.JetStream
	stream    jetstream.Stream
	acks      *acks
	published atomic.Uint64
	failed    atomic.Uint64
	again     atomic.Uint64
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
	b := &Bus{cfg: cfg}
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

// serve starts the server without a port: only this process reaches it.
func (b *Bus) serve() (err error) {
	if err := os.MkdirAll(b.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("create folder of the stream: %w", err)
	}
	b.server, err = server.NewServer(&server.Options{
		ServerName: "tiepdan", DontListen: true, JetStream: true, StoreDir: b.cfg.Dir, NoSigs: true, NoLog: true,
		JetStreamMaxMemory: 32 << 20, JetStreamMaxStore: 8 << 30,
	})
	if err != nil {
		return fmt.Errorf("make NATS server: %w", err)
	}
	b.server.Start()
	if !b.server.ReadyForConnections(startWait) {
		return errors.New("embedded NATS server did not start in time")
	}
	return nil
}

func (b *Bus) address() string {
	if b.server != nil {
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
				b.cfg.Log.Warn("bus connection lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { b.cfg.Log.Info("bus connection is back") }),
	}
	if b.server != nil {
		return append(opts, nats.InProcessServer(b.server))
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

// Ready answers nil when the bus can be reached now.
func (b *Bus) Ready() error {
	if !b.conn.IsConnected() {
		return errors.New("bus is not connected: " + strings.ToLower(b.conn.Status().String()))
	}
	return nil
}

// Counts are what the bus did since it was opened.
type Counts struct{ Published, Failed, Again uint64 }

// Counts returns the figures for metrics.
func (b *Bus) Counts() Counts {
	return Counts{Published: b.published.Load(), Failed: b.failed.Load(), Again: b.again.Load()}
}

// Pending returns how many events wait for the consumer.
func (b *Bus) Pending(ctx context.Context, consumer string) (uint64, error) {
	c, err := b.stream.Consumer(ctx, consumer)
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
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
}
