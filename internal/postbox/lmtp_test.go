package postbox

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// TestAMessageIsReadWhole whatever its length, as it comes, and not at all when the line breaks.
func TestAMessageIsReadWhole(t *testing.T) {
	for _, n := range []int{0, 1, 8<<10 - 1, 8 << 10, 8<<10 + 1, 8<<10 + block, 3*block + 17} {
		want := bytes.Repeat([]byte("0123456789abcdefg"), n/17+1)[:n]
		for name, r := range map[string]io.Reader{"at once": bytes.NewReader(want), "by halves": iotest.HalfReader(bytes.NewReader(want)), "its end with its last byte": iotest.DataErrReader(bytes.NewReader(want))} {
			got, err := readWhole(r)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes %s: %d bytes, %v", n, name, len(got), err)
			}
		}
		broken := errors.New("the line broke")
		if got, err := readWhole(io.MultiReader(bytes.NewReader(want), iotest.ErrReader(broken))); !errors.Is(err, broken) || got != nil {
			t.Errorf("%d bytes and then an error: %d bytes, %v", n, len(got), err)
		}
	}
}
