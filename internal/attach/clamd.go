package attach

import (
	"bufio"
	"context"
	"encoding/binary"
	"net"
	"strings"
	"time"

	"tiepdan/internal/domain/casework"
)

// scanTime bounds one look at a file.
const scanTime = 30 * time.Second

// Clamd returns a scan that asks clamd at unix:PATH or tcp:HOST:PORT. A file is taken only after clamd said that it is
// clean: when clamd cannot be asked, the citizen is told to try again later.
func Clamd(where string) func(ctx context.Context, raw []byte) error {
	network, addr, _ := strings.Cut(where, ":")
	return func(ctx context.Context, raw []byte) error {
		ctx, cancel := context.WithTimeout(ctx, scanTime)
		defer cancel()
		said, err := instream(ctx, network, addr, raw)
		switch {
		case err != nil:
			return &casework.Error{Code: casework.Unavailable, Key: "error.file_scan"}
		case strings.HasSuffix(said, "FOUND"):
			return refused("error.file_virus")
		case strings.HasSuffix(said, "OK"):
			return nil
		default:
			return &casework.Error{Code: casework.Unavailable, Key: "error.file_scan"}
		}
	}
}

// instream speaks clamd's INSTREAM: chunks with their length before them, an empty one at the end.
func instream(ctx context.Context, network, addr string, raw []byte) (string, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if at, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(at); err != nil {
			return "", err
		}
	}
	w := bufio.NewWriter(conn)
	_, _ = w.WriteString("zINSTREAM\x00") // a bufio.Writer keeps its error for Flush
	for len(raw) > 0 {
		n := min(len(raw), 1<<20)
		_ = binary.Write(w, binary.BigEndian, uint32(n))
		_, _ = w.Write(raw[:n])
		raw = raw[n:]
	}
	_ = binary.Write(w, binary.BigEndian, uint32(0))
	if err := w.Flush(); err != nil {
		return "", err
	}
	said, err := bufio.NewReader(conn).ReadString(0)
	return strings.TrimRight(said, "\x00\n"), err
}
