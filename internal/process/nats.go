package process

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// NATS is a nats-server whose streams rest in a folder over Kill and Start.
type NATS struct {
	Proc

	URL, Dir string

	addr string
}

// NewNATS prepares the server built as bin, with its configuration and its streams in a folder. Every event reaches the disk before
// it is acknowledged.
func NewNATS(ctx context.Context, bin, dir string) (*NATS, error) {
	addr, err := FreeAddr(ctx)
	if err != nil {
		return nil, err
	}
	s := &NATS{URL: "nats://" + addr, Dir: filepath.Join(dir, "streams"), addr: addr}
	conf := filepath.Join(dir, "nats.conf")
	text := fmt.Sprintf("listen: %q\njetstream: {store_dir: %q, sync_interval: always}\n", addr, s.Dir)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return nil, err
	}
	s.Proc = Proc{Bin: bin, Args: []string{"-c", conf}}
	return s, nil
}

// Start runs the server and waits until it listens.
func (s *NATS) Start(ctx context.Context) error {
	return s.Proc.Start(ctx, func(ctx context.Context) bool { return Listens(ctx, s.addr) })
}
