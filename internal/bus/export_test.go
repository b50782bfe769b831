package bus

import (
	"log/slog"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
)

// JetStream lets a test do harm.
func (b *Bus) JetStream() jetstream.JetStream { return b.js }

// Embedded is the server inside the process.
func (b *Bus) Embedded() *server.Server { return b.server.Load() }

// NewWords is the log of an embedded server.
func NewWords(log *slog.Logger, now func() time.Time) server.Logger {
	return &words{log: log, now: now}
}

// AtOnce lets the embedded server write each event to the disk before it acknowledges it.
func (c Config) AtOnce() Config { c.atOnce = true; return c }
