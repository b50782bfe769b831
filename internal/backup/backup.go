// Package backup writes and reads the file of a backup (bản sao lưu): a tar of parts inside one age stream that a passphrase
// opens, so that `age -d FILE | tar x` reads it too. The first part says what the file is, the last lists all others with
// their digests. Of a file that was cut or changed, nothing is vouched for.
package backup

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"filippo.io/age"
)

// The reasons why a file is refused.
var (
	ErrPassphrase = errors.New("the passphrase does not open this backup")
	ErrForeign    = errors.New("this is no backup of tiepdan")
	ErrDamaged    = errors.New("the backup is cut or was changed: use another copy of it")
	ErrNewer      = errors.New("the backup was made by a newer version of the program: use that version")
)

// format is the version of what stands in the file; programs read it and those before.
const format = 1

// The parts that the file has of itself.
const (
	headName     = "tiepdan-backup.json"
	manifestName = "manifest.json"
)

// Manifest says what is in a backup.
type Manifest struct {
	Format  int       `json:"format"`
	Made    time.Time `json:"made"`
	Program string    `json:"program"` // its version
	Parts   []Part    `json:"parts,omitempty"`
}

// Part is a file of a backup.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Size is that of all parts together.
func (m Manifest) Size() (n int64) {
	for _, p := range m.Parts {
		n += p.Size
	}
	return n
}

// Writer writes a backup part by part.
type Writer struct {
	sealed   io.WriteCloser
	tar      *tar.Writer
	manifest Manifest
}

// NewWriter begins a backup of that time by that version of the program.
func NewWriter(to io.Writer, passphrase, program string, made time.Time) (*Writer, error) {
	who, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("begin backup: %w", err)
	}
	return newWriter(to, who, program, made)
}

func newWriter(to io.Writer, who age.Recipient, program string, made time.Time) (*Writer, error) {
	sealed, err := age.Encrypt(to, who)
	if err != nil {
		return nil, fmt.Errorf("begin backup: %w", err)
	}
	w := &Writer{sealed: sealed, tar: tar.NewWriter(sealed), manifest: Manifest{Format: format, Made: made.UTC(), Program: program}}
	return w, w.tell(headName)
}

// tell adds what the manifest says so far.
func (w *Writer) tell(name string) error {
	raw, err := json.MarshalIndent(w.manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	_, err = w.put(name, int64(len(raw)), bytes.NewReader(raw))
	return err
}

// Add adds a part of that size.
func (w *Writer) Add(name string, size int64, from io.Reader) error {
	sum, err := w.put(name, size, from)
	if err == nil {
		w.manifest.Parts = append(w.manifest.Parts, Part{Name: name, Size: size, SHA256: sum})
	}
	return err
}

func (w *Writer) put(name string, size int64, from io.Reader) (sum string, err error) {
	h := sha256.New()
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: w.manifest.Made, Format: tar.FormatPAX}); err != nil {
		return "", fmt.Errorf("add %s to the backup: %w", name, err)
	}
	if _, err := io.CopyN(w.tar, io.TeeReader(from, h), size); err != nil {
		return "", fmt.Errorf("add %s to the backup: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Close ends the backup with its manifest, and returns that.
func (w *Writer) Close() (Manifest, error) {
	if err := w.tell(manifestName); err != nil {
		return Manifest{}, err
	}
	if err := errors.Join(w.tar.Close(), w.sealed.Close()); err != nil {
		return Manifest{}, fmt.Errorf("end backup: %w", err)
	}
	return w.manifest, nil
}

// source remembers whether reading failed, so that this is told apart from what the keeper of a part says.
type source struct {
	io.Reader

	failed bool
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.failed = s.failed || err != nil && !errors.Is(err, io.EOF)
	return n, err //nolint:wrapcheck // a reader's
}

// Read hands every part to keep, and returns the manifest once the file was read to its end and all of it is as it was
// written. Until then nothing that was kept may be used.
func Read(from io.Reader, passphrase string, keep func(name string, from io.Reader) error) (Manifest, error) {
	who, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return Manifest{}, ErrPassphrase
	}
	plain, err := age.Decrypt(from, who)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return Manifest{}, ErrPassphrase
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("%w, or its beginning is damaged: %w", ErrForeign, err)
	}
	s := &source{Reader: plain}
	m, err := read(s, keep)
	if s.failed {
		return Manifest{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return m, err
}

func read(s *source, keep func(string, io.Reader) error) (Manifest, error) {
	in := tar.NewReader(s)
	if _, err := manifest(in, headName); err != nil {
		return Manifest{}, err
	}
	var parts []Part
	for {
		h, err := in.Next()
		if err != nil {
			return Manifest{}, fmt.Errorf("%w: it ends without its manifest: %w", ErrDamaged, err)
		}
		if h.Name == manifestName {
			return last(s, in, parts)
		}
		sum := sha256.New()
		if err := keep(h.Name, io.TeeReader(in, sum)); err != nil {
			return Manifest{}, err
		}
		parts = append(parts, Part{Name: h.Name, Size: h.Size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	}
}

// manifest reads what the file says of itself.
func manifest(in *tar.Reader, name string) (m Manifest, err error) {
	if name != "" {
		if h, err := in.Next(); err != nil || h.Name != name {
			return m, errors.Join(ErrForeign, err)
		}
	}
	if err := json.NewDecoder(in).Decode(&m); err != nil {
		return m, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if m.Format > format {
		return m, ErrNewer
	}
	return m, nil
}

// last compares what was read with the manifest, and reads on to the end: only there the stream is known to be whole.
func last(s *source, in *tar.Reader, parts []Part) (Manifest, error) {
	m, err := manifest(in, "")
	if err != nil {
		return m, err
	}
	if _, err := io.Copy(io.Discard, s); err != nil {
		return m, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if !slices.Equal(m.Parts, parts) {
		return m, fmt.Errorf("%w: its parts are not those of its manifest", ErrDamaged)
	}
	return m, nil
}
