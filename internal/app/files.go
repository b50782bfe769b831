package app

import (
	"context"

	"tiepdan/internal/attach"
	"tiepdan/internal/casework"
	"tiepdan/internal/web/api"
)

// files is the keeper of attachments as pages and the API know it.
type files struct{ *attach.Keeper }

func (f files) Keep(ctx context.Context, code string, u api.Upload) (casework.Attachment, error) {
	return f.Keeper.Keep(ctx, code, attach.Upload(u))
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
