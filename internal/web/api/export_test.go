package api

import (
	"bufio"
	"bytes"
	"log/slog"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
)

type deadlines []time.Time

func (d *deadlines) SetWriteDeadline(t time.Time) error {
	*d = append(*d, t)
	return nil
}

// TestATableThatBreaksOffDoesNotEndAsAWholeOneDoes: neither the program nor the reader takes the part for the whole.
func TestATableThatBreaksOffDoesNotEndAsAWholeOneDoes(t *testing.T) {
	var conn deadlines
	var log, out bytes.Buffer
	x := exporting{API: &API{Log: slog.New(slog.NewTextHandler(&log, nil))}, as: "csv", list: &casework.Export{}, ctx: t.Context(), conn: &conn} // which has nothing to read from
	x.run(bufio.NewWriter(&out))
	if len(conn) == 0 || conn[len(conn)-1].Year() > 1970 || log.Len() == 0 {
		t.Errorf("the connection may write until %v, the log says %q", conn, log.String())
	}
}
