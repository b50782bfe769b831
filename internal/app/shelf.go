package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"gocloud.dev/blob"

	"tiepdan/internal/domain/casework"
)

// shelf is where daily backups are kept.
type shelf interface {
	// names lists the daily backups, the oldest first; what else lies there is nobody's business.
	names(ctx context.Context) ([]string, error)
	open(ctx context.Context, name string) (io.ReadCloser, error)
	// put keeps what write writes under the name, all of it or nothing.
	put(ctx context.Context, name string, write func(io.Writer) error) error
	drop(ctx context.Context, name string) error
	close() error
}

func (b Backups) shelf(ctx context.Context) (shelf, error) {
	if b.bucket() {
		bucket, err := blob.OpenBucket(ctx, b.To)
		return &bucketShelf{bucket}, err
	}
	if info, err := os.Stat(b.To); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("there is no folder %s to keep backups in: is its disk mounted?", b.To)
	}
	return folderShelf(b.To), nil
}

// dailyName is what a daily backup is called: its minute in Vietnam.
var dailyName = regexp.MustCompile(`^tiepdan-(\d{4}-\d\d-\d\d)-\d{4}\.age$`)

func nameAt(at time.Time) string {
	return at.In(casework.Vietnam).Format("tiepdan-2006-01-02-1504.age")
}

// dayOf is the day of a daily backup, as the name says.
func dayOf(name string) (time.Time, bool) {
	m := dailyName.FindStringSubmatch(name)
	if m == nil {
		return time.Time{}, false
	}
	day, err := time.ParseInLocation(time.DateOnly, m[1], casework.Vietnam)
	return day, err == nil
}

type folderShelf string

func (f folderShelf) path(name string) string { return filepath.Join(string(f), name) }

func (f folderShelf) names(context.Context) ([]string, error) {
	inside, err := os.ReadDir(string(f))
	var out []string
	for _, e := range inside {
		if _, ok := dayOf(e.Name()); ok {
			out = append(out, e.Name())
		}
	}
	return out, err
}

func (f folderShelf) open(_ context.Context, name string) (io.ReadCloser, error) {
	return os.Open(f.path(name))
}

func (f folderShelf) put(_ context.Context, name string, write func(io.Writer) error) error {
	return writeWhole(f.path(name), write)
}

func (f folderShelf) drop(_ context.Context, name string) error { return os.Remove(f.path(name)) }

func (folderShelf) close() error { return nil }

type bucketShelf struct{ *blob.Bucket }

func (b *bucketShelf) names(ctx context.Context) (out []string, err error) {
	for it := b.List(nil); ; {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			slices.Sort(out)
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if _, ok := dayOf(o.Key); ok {
			out = append(out, o.Key)
		}
	}
}

func (b *bucketShelf) open(ctx context.Context, name string) (io.ReadCloser, error) {
	return b.NewReader(ctx, name, nil)
}

// put ends the upload when writing fails: a bucket shows an object only once all of it came.
func (b *bucketShelf) put(ctx context.Context, name string, write func(io.Writer) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := b.NewWriter(ctx, name, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true})
	if err != nil {
		return err
	}
	if err := write(w); err != nil {
		cancel()
		_ = w.Close() // says that it was cut off
		return err
	}
	return w.Close()
}

func (b *bucketShelf) drop(ctx context.Context, name string) error { return b.Delete(ctx, name) }

func (b *bucketShelf) close() error { return b.Close() }

// newest is the name of the last backup.
func newest(ctx context.Context, s shelf) (string, error) {
	names, err := s.names(ctx)
	if err != nil {
		return "", err
	}
	if len(names) == 0 {
		return "", errors.New("there is no backup yet")
	}
	return names[len(names)-1], nil
}
