package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // the scheme s3://

	"tiepdan/internal/domain/casework"
)

// OpenBlobs opens file:FOLDER or a bucket such as s3://name?region=….
func OpenBlobs(ctx context.Context, where string) (*Blobs, error) {
	dir, isFolder := strings.CutPrefix(where, "file:")
	if !isFolder {
		bucket, err := blob.OpenBucket(ctx, where)
		if err != nil {
			return nil, fmt.Errorf("open attachments: %w", err)
		}
		return &Blobs{bucket: bucket}, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open attachments: %w", err)
	}
	bucket, err := fileblob.OpenBucket(dir, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite, DirFileMode: 0o700})
	if err != nil {
		return nil, fmt.Errorf("open attachments: %w", err)
	}
	return &Blobs{bucket: bucket, settle: func(key string) error { return settle(dir, key) }}, nil
}

// Each hands over everything that is kept, as it is sealed.
func (b *Blobs) Each(ctx context.Context, each func(key string, sealed []byte) error) error {
	it := b.bucket.List(nil)
	for {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		raw, err := b.Get(ctx, o.Key)
		if casework.CodeOf(err) == casework.NotFound {
			continue // removed meanwhile
		}
		if err == nil {
			err = each(o.Key, raw)
		}
		if err != nil {
			return err
		}
	}
}

// settle brings a written file and its folders to the disk: the library only renames it into place.
func settle(dir, key string) error {
	at := filepath.Join(dir, filepath.FromSlash(key))
	errs := []error{sync(at)}
	for up := filepath.Dir(at); ; up = filepath.Dir(up) {
		errs = append(errs, sync(up))
		if up == filepath.Clean(dir) || len(up) < len(filepath.Clean(dir)) {
			return errors.Join(errs...)
		}
	}
}

func sync(name string) error {
	f, err := os.Open(name) //nolint:gosec // a key the program made itself
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
