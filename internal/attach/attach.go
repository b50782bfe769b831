// Package attach keeps the files of cases (tệp đính kèm): it looks at what they are by their content, takes out what they tell
// besides it (who wrote them, when and where) and what could run, and keeps the bytes sealed in a folder or a bucket.
package attach

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Desk is what the keeper asks of the cases.
type Desk interface {
	Attachable(ctx context.Context, code string) (*casework.Case, error)
	AttachableBy(ctx context.Context, who office.Staff, ref string) (*casework.Case, error)
	AttachBy(ctx context.Context, who office.Staff, ref string, a casework.Attachment) (casework.Attachment, error)
	Attach(ctx context.Context, code string, a casework.Attachment) (casework.Attachment, error)
	AttachableTo(ctx context.Context, id string) (*casework.Case, error)
	AttachTo(ctx context.Context, id string, a casework.Attachment) (casework.Attachment, error)
	FileByCode(ctx context.Context, code, id, second string) (*casework.Case, casework.Attachment, error)
	FileFor(ctx context.Context, who office.Staff, ref, id string, original bool) (*casework.Case, casework.Attachment, error)
}

// Cases says which files their cases name.
type Cases interface {
	Many(ctx context.Context, ids []string) ([]*casework.Case, error)
}

// Vault seals and opens; the place binds sealed bytes to their file.
type Vault interface {
	SealPersonal(plain []byte, place string) ([]byte, error)
	OpenPersonal(sealed []byte, place string) ([]byte, error)
	SealIdentity(plain []byte, place string) ([]byte, error)
	OpenIdentity(sealed []byte, place string) ([]byte, error)
	MAC(domain string, parts ...[]byte) [32]byte
}

// Upload is a file as it comes.
type Upload struct {
	Name     string
	Body     io.Reader
	Evidence bool // the original is kept too, sealed
}

// Keeper keeps and opens files. Scan may be nil: then nobody looks for viruses.
type Keeper struct {
	Desk  Desk
	Vault Vault
	Blobs *Blobs
	Cases Cases
	Now   func() time.Time
	Scan  func(ctx context.Context, raw []byte) error // errors are *casework.Error

	queues queues
}

// New makes a keeper of the desk's files.
func New(desk *casework.Desk, vault Vault, blobs *Blobs, scan func(ctx context.Context, raw []byte) error) *Keeper {
	return &Keeper{Desk: desk, Vault: vault, Blobs: blobs, Cases: desk.Cases, Now: desk.Now, Scan: scan, queues: newQueues()}
}

// Keep checks, cleans, seals and keeps a file of the case with the code, and returns it once it is durable. A file that is
// refused is a *casework.Error with the reason under the field "file".
func (k *Keeper) Keep(ctx context.Context, code string, u Upload) (casework.Attachment, error) {
	c, err := k.Desk.Attachable(ctx, code)
	if err != nil {
		return casework.Attachment{}, err
	}
	return k.keep(ctx, c, u, "attachment", func(a casework.Attachment) (casework.Attachment, error) { return k.Desk.Attach(ctx, code, a) })
}

// KeepIn is Keep for the case with the id.
func (k *Keeper) KeepIn(ctx context.Context, id string, u Upload) (casework.Attachment, error) {
	c, err := k.Desk.AttachableTo(ctx, id)
	if err != nil {
		return casework.Attachment{}, err
	}
	return k.keep(ctx, c, u, "attachment", func(a casework.Attachment) (casework.Attachment, error) { return k.Desk.AttachTo(ctx, id, a) })
}

// KeepFor is Keep of a file that a member of staff adds to a case.
func (k *Keeper) KeepFor(ctx context.Context, who office.Staff, ref string, u Upload) (casework.Attachment, error) {
	c, err := k.Desk.AttachableBy(ctx, who, ref)
	if err != nil {
		return casework.Attachment{}, err
	}
	return k.keep(ctx, c, u, "attachment of staff", func(a casework.Attachment) (casework.Attachment, error) {
		return k.Desk.AttachBy(ctx, who, ref, a)
	})
}

// keep keeps the bytes before the case names them. The domain keeps the two sides apart: the same file of both is two files.
func (k *Keeper) keep(ctx context.Context, c *casework.Case, u Upload, domain string, nameIt func(casework.Attachment) (casework.Attachment, error)) (casework.Attachment, error) {
	raw, err := io.ReadAll(io.LimitReader(u.Body, casework.MaxFile+1))
	if err != nil {
		return casework.Attachment{}, fmt.Errorf("read upload: %w", err)
	}
	clean, kind, err := k.clean(ctx, raw)
	if err != nil {
		return casework.Attachment{}, err
	}
	mac := k.Vault.MAC(domain, []byte(c.ID), raw)
	id := ids.EncodeToString(mac[:10])
	a := casework.Attachment{ID: id, Key: c.ID + "/" + id, Name: called(u.Name, kind, c, id), Type: kind.mime, Size: int64(len(clean)), SHA256: k.digest(c, clean)}
	if err := k.put(ctx, c, a.Key, clean); err != nil {
		return casework.Attachment{}, err
	}
	if u.Evidence && !bytes.Equal(clean, raw) {
		a.Original = a.Key + "-original"
		if err := k.put(ctx, c, a.Original, raw); err != nil {
			return casework.Attachment{}, err
		}
	}
	kept, err := nameIt(a)
	if code := casework.CodeOf(err); code == casework.Invalid || code == casework.Conflict { // else it may be named after all: Sweep decides
		err = errors.Join(err, k.Delete(context.WithoutCancel(ctx), a.Key, a.Original))
	}
	return kept, err
}

// digest is what the history knows a file by: its SHA-256, or for a denunciation a keyed hash, or somebody who has the file
// could confirm that it was sent.
func (k *Keeper) digest(c *casework.Case, raw []byte) []byte {
	sum := sha256.Sum256(raw)
	if c.Guarded() {
		sum = k.Vault.MAC("attachment-digest", []byte(c.ID), sum[:])
	}
	return sum[:]
}

// clean looks at the file and returns what is kept of it.
func (k *Keeper) clean(ctx context.Context, raw []byte) ([]byte, kind, error) {
	switch {
	case len(raw) == 0:
		return nil, kind{}, refused("error.file_empty")
	case len(raw) > casework.MaxFile:
		return nil, kind{}, refused("error.file_large")
	}
	if k.Scan != nil {
		if err := k.Scan(ctx, raw); err != nil {
			return nil, kind{}, err
		}
	}
	found, ok := kindOf(raw)
	if !ok {
		return nil, kind{}, refused("error.file_type")
	}
	if err := found.check(raw); err != nil {
		return nil, kind{}, err
	}
	clean, err := k.bare(ctx, found, raw)
	if err == nil && len(clean) > casework.MaxFile {
		err = refused("error.file_large")
	}
	return clean, found, err
}

// bare returns the file without what it tells besides its content.
func (k *Keeper) bare(ctx context.Context, of kind, raw []byte) ([]byte, error) {
	if of.decode != nil {
		return of.repaint(ctx, raw, k.queues)
	}
	done, err := k.queues.document(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return of.strip(ctx, raw)
}

func (k *Keeper) put(ctx context.Context, c *casework.Case, key string, plain []byte) error {
	seal := k.Vault.SealPersonal
	if c.Guarded() {
		seal = k.Vault.SealIdentity
	}
	sealed, err := seal(plain, "file/"+key)
	if err != nil {
		return fmt.Errorf("seal file: %w", err)
	}
	return k.Blobs.Put(ctx, key, sealed)
}

// Open opens a file of the citizen's own case; a denouncer's only with the second thing.
func (k *Keeper) Open(ctx context.Context, code, id, second string) (casework.Attachment, io.ReadCloser, error) {
	_, a, err := k.Desk.FileByCode(ctx, code, id, second)
	if err != nil {
		return a, nil, err
	}
	return k.open(ctx, a, a.Key)
}

// OpenFor opens a file for a member of staff, or the original of a photo that is evidence.
func (k *Keeper) OpenFor(ctx context.Context, who office.Staff, ref, id string, original bool) (casework.Attachment, io.ReadCloser, error) {
	_, a, err := k.Desk.FileFor(ctx, who, ref, id, original)
	if err != nil {
		return a, nil, err
	}
	key := a.Key
	if original {
		key = a.Original
	}
	return k.open(ctx, a, key)
}

// unseal opens sealed bytes. Which of the two keys sealed them depends on what the case was when they came: one that turned out
// to be a denunciation later has files from before.
func (k *Keeper) unseal(sealed []byte, key string) (plain []byte, ok bool) {
	plain, err := k.Vault.OpenPersonal(sealed, "file/"+key)
	if err != nil {
		plain, err = k.Vault.OpenIdentity(sealed, "file/"+key)
	}
	return plain, err == nil
}

// open reads, unseals and hands out a file.
func (k *Keeper) open(ctx context.Context, a casework.Attachment, key string) (casework.Attachment, io.ReadCloser, error) {
	sealed, err := k.Blobs.Get(ctx, key)
	if err != nil {
		return a, nil, err
	}
	plain, ok := k.unseal(sealed, key)
	if !ok {
		return a, nil, fmt.Errorf("open file %s: no key opens it at its place", key)
	}
	if key == a.Original {
		a.Type = "application/octet-stream"
		if found, ok := kindOf(plain); ok {
			a.Type, a.Name = found.source, strings.TrimSuffix(a.Name, path.Ext(a.Name))+found.sourceExt()
		}
	}
	a.Size = int64(len(plain))
	return a, io.NopCloser(bytes.NewReader(plain)), nil
}

// Delete removes files for good; one that is gone already is no mistake.
func (k *Keeper) Delete(ctx context.Context, keys ...string) error {
	var errs []error
	for _, key := range keys {
		if key != "" {
			errs = append(errs, k.Blobs.Delete(ctx, key))
		}
	}
	return errors.Join(errs...)
}

// maxName bounds a file's name, in runes, without what follows the last dot.
const maxName = 80

// called is how the file is shown: the citizen's own name for it without anything a path or a screen could trip over, and the
// ending that its content deserves. A denunciation's files are numbered, for a name may tell who sent it.
func called(given string, of kind, c *casework.Case, id string) string {
	if c.Guarded() {
		return casework.PlainFileName(id, of.ext)
	}
	given = vntext.Line(path.Base(strings.ReplaceAll(given, `\`, "/")))
	given = strings.TrimSuffix(given, path.Ext(given))
	given = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"/\|?*`, r) || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, given)
	given = strings.Trim(given, ". ")
	if r := []rune(given); len(r) > maxName {
		given = string(r[:maxName])
	}
	if given == "" {
		given = "tep-" + id[:6]
	}
	return given + of.ext
}

func refused(key string) error {
	return &casework.Error{Code: casework.Invalid, Key: "error.invalid", Fields: map[string]string{"file": key}}
}

var ids = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Blobs is where the sealed bytes lie.
type Blobs struct {
	bucket *blob.Bucket
	settle func(key string) error // makes a written blob durable
}

// Put keeps bytes under the key and returns when they are durable.
func (b *Blobs) Put(ctx context.Context, key string, raw []byte) error {
	if err := b.bucket.WriteAll(ctx, key, raw, &blob.WriterOptions{ContentType: "application/octet-stream"}); err != nil {
		return fmt.Errorf("keep file %s: %w", key, err)
	}
	if b.settle == nil {
		return nil
	}
	return b.settle(key)
}

// Get reads what was put.
func (b *Blobs) Get(ctx context.Context, key string) ([]byte, error) {
	raw, err := b.bucket.ReadAll(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, &casework.Error{Code: casework.NotFound, Key: "error.not_found"}
	}
	if err != nil {
		return nil, fmt.Errorf("read file %s: %w", key, err)
	}
	return raw, nil
}

// Delete removes a blob.
func (b *Blobs) Delete(ctx context.Context, key string) error {
	if err := b.bucket.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("delete file %s: %w", key, err)
	}
	return nil
}

// Close ends the connection to the bucket.
func (b *Blobs) Close() error { return b.bucket.Close() }
