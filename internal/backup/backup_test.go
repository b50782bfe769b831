package backup

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

const passphrase = "mật khẩu của bản sao lưu"

// written is a backup of two parts; change sees the writer before its end.
func written(t *testing.T, change func(*Writer)) ([]byte, Manifest) {
	t.Helper()
	var file bytes.Buffer
	w, err := newWriter(&file, quick(t), "v1", time.Date(2026, 11, 27, 1, 2, 3, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{"tiepdan.db": strings.Repeat("đơn", 100_000), "blobs/a/b": ""} {
		if err := w.Add(name, int64(len(body)), strings.NewReader(body)); err != nil {
			t.Fatal(err)
		}
	}
	change(w)
	m, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), m
}

// quick is a passphrase that costs no second to try.
func quick(t *testing.T) *age.ScryptRecipient {
	t.Helper()
	who, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	who.SetWorkFactor(8)
	return who
}

func nothing(*Writer) {}

// away reads a part and keeps nothing.
func away(_ string, part io.Reader) error {
	_, err := io.Copy(io.Discard, part)
	return err
}

func TestBackupReadsAsItWasWritten(t *testing.T) {
	file, m := written(t, nothing)
	got := map[string]int{}
	read, err := Read(bytes.NewReader(file), passphrase, func(name string, part io.Reader) error {
		raw, err := io.ReadAll(part)
		got[name] = len(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(m, read); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]int{"tiepdan.db": 500_000, "blobs/a/b": 0}, got); d != "" {
		t.Error(d)
	}
	if bytes.Contains(file, []byte("tiepdan")) {
		t.Error("names can be read without the passphrase")
	}
}

// TestWhatIsNotWholeIsRefused cuts, changes and forges.
func TestWhatIsNotWholeIsRefused(t *testing.T) {
	file, _ := written(t, nothing)
	changed := func(at int) []byte {
		b := bytes.Clone(file)
		b[at] ^= 1
		return b
	}
	forged, _ := written(t, func(w *Writer) { w.manifest.Parts[0].SHA256 = strings.Repeat("0", 64) })
	lacking, _ := written(t, func(w *Writer) {
		w.manifest.Parts = append(w.manifest.Parts, Part{Name: "keys.json"})
	})
	newer, _ := written(t, func(w *Writer) { w.manifest.Format = format + 1 })
	for name, x := range map[string]struct {
		file []byte
		pass string
		want error
	}{
		"another passphrase":  {file, passphrase + ".", ErrPassphrase},
		"no passphrase":       {file, "", ErrPassphrase},
		"cut by a byte":       {file[:len(file)-1], passphrase, ErrDamaged},
		"cut after a chunk":   {file[:len(file)-len(file)%(64<<10)], passphrase, ErrDamaged},
		"cut in its head":     {file[:100], passphrase, ErrForeign},
		"a byte changed":      {changed(len(file) / 2), passphrase, ErrDamaged},
		"the last changed":    {changed(len(file) - 1), passphrase, ErrDamaged},
		"something after it":  {append(bytes.Clone(file), 0), passphrase, ErrDamaged},
		"another digest":      {forged, passphrase, ErrDamaged},
		"a part is missing":   {lacking, passphrase, ErrDamaged},
		"of a newer program":  {newer, passphrase, ErrNewer},
		"a picture":           {[]byte("\x89PNG\r\n"), passphrase, ErrForeign},
		"nothing":             {nil, passphrase, ErrForeign},
		"another age file":    {other(t, []byte("thư")), passphrase, ErrForeign},
		"an age file of none": {other(t, nil), passphrase, ErrForeign},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Read(bytes.NewReader(x.file), x.pass, away); !errors.Is(err, x.want) {
				t.Errorf("%v, want %v", err, x.want)
			}
		})
	}
}

func other(t *testing.T, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, quick(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestReadingGoesOnToTheEnd: only there a stream is known to be whole, though the manifest came before.
func TestReadingGoesOnToTheEnd(t *testing.T) {
	var file bytes.Buffer
	w, err := newWriter(&file, quick(t), "v1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.tell(manifestName), w.tar.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.sealed.Write(make([]byte, 200_000)); err != nil {
		t.Fatal(err)
	}
	if err := w.sealed.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(file.Bytes()), passphrase, away); err != nil {
		t.Error(err)
	}
	if _, err := Read(bytes.NewReader(file.Bytes()[:file.Len()-1]), passphrase, away); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

// TestWhatTheKeeperSaysIsNotTheFilesFault: a full disk is no damaged backup.
func TestWhatTheKeeperSaysIsNotTheFilesFault(t *testing.T) {
	file, _ := written(t, nothing)
	full := errors.New("no space left on device")
	if _, err := Read(bytes.NewReader(file), passphrase, func(string, io.Reader) error { return full }); !errors.Is(err, full) || errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}
