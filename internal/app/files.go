package app

import (
	"context"

	"tiepdan/internal/attach"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/store"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/pace"
)

// files is the keeper of attachments as pages and the API know it.
type files struct{ *attach.Keeper }

func (f files) Keep(ctx context.Context, code string, u api.Upload) (casework.Attachment, error) {
	return f.Keeper.Keep(ctx, code, attach.Upload(u))
}

// KeepFor keeps a file that a member of staff adds.
func (f files) KeepFor(ctx context.Context, who office.Staff, ref string, u api.Upload) (casework.Attachment, error) {
	return f.Keeper.KeepFor(ctx, who, ref, attach.Upload(u))
}

// portraits paints what an office shows of itself, and keeps it beside the office.
type portraits struct {
	*attach.Keeper
	*store.Store
}

// Takes is nil when the case of the code is there and takes files.
func (f files) Takes(ctx context.Context, code string) error {
	_, err := f.Desk.Attachable(ctx, code)
	return err
}

// hasRoom reports whether the disk of the data folder has more free than the floor below which no files are taken, so that
// letters and the work on them go on. Where nobody knows how much is free, there is room.
func (a *App) hasRoom() bool {
	free, known := freeBytes(a.Config.Data)
	return !known || free >= a.Config.FreeSpace
}

// openFiles opens the place of attachments and wires their keeper.
func (a *App) openFiles(ctx context.Context) (err error) {
	if a.blobs, err = attach.OpenBlobs(ctx, a.Config.Blobs); err != nil {
		return err
	}
	var scan func(ctx context.Context, raw []byte) error
	if a.Config.Clamd != "" {
		scan = attach.Clamd(a.Config.Clamd)
	}
	a.Files = attach.New(a.Desk, a.Keys, a.blobs, scan)
	return nil
}

// sweepFiles takes away, twice a day, what a crash left behind before a case named it.
func (a *App) sweepFiles(ctx context.Context) {
	for range pace.FromNow(ctx, attach.Patience/2) {
		if n, err := a.Files.Sweep(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "attachments not swept", "error", err)
		} else if n > 0 {
			a.Log.InfoContext(ctx, "attachments of no case removed", "files", n)
		}
	}
}
