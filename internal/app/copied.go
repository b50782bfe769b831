package app

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"tiepdan/pkg/pace"
)

// copiedMeta names the mark of an installation that was restored and that nobody has yet confirmed to be the office's own; "" is none.
const copiedMeta = "copied"

// copied says of which moment a restored installation is, and where it was restored. It lies beside the documents, so every process on
// them finds it.
type copied struct {
	Of   time.Time `json:"of"`
	At   time.Time `json:"at"`
	Host string    `json:"host,omitempty"`
	To   string    `json:"to,omitempty"` // where its documents were moved to, see placeName
}

// errCopied says that a restored copy keeps to itself.
var errCopied = errors.New("this is a restored copy: it sends nothing, fetches no mail and makes no daily backups until `tiepdan confirm copy` says that it is the office's only one")

// markCopied notes that what was restored is a copy: that which it was made of may be at work still.
func (a *App) markCopied(ctx context.Context, of time.Time) error {
	return a.putCopied(ctx, copied{Of: of.UTC()})
}

func (a *App) putCopied(ctx context.Context, c copied) error {
	c.At = a.Now().UTC()
	c.Host, _ = os.Hostname() // without a name it is a copy as well
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return a.Store.PutMeta(ctx, copiedMeta, string(raw))
}

// markMoved notes that the documents went to another place. What was a copy already stays the copy that it was.
func (a *App) markMoved(ctx context.Context, to string) error {
	if err := a.checkCopied(ctx); errors.Is(err, errCopied) {
		return nil
	} else if err != nil {
		return err
	}
	return a.putCopied(ctx, copied{Of: a.Now().UTC(), To: to})
}

// arrived takes away the mark that a move to this very place put on the old one, and that came over because the move was cut off
// after it and given again.
func (a *App) arrived(ctx context.Context, here string) error {
	mark, _, err := a.Store.Meta(ctx, copiedMeta)
	var c copied
	if err != nil || json.Unmarshal([]byte(mark), &c) != nil || c.To != here {
		return err
	}
	return a.Store.PutMeta(ctx, copiedMeta, "")
}

// checkCopied returns errCopied as long as this installation is a copy that nobody confirmed. Two that send would tell everybody twice.
func (a *App) checkCopied(ctx context.Context) error {
	mark, _, err := a.Store.Meta(ctx, copiedMeta)
	if err == nil && mark != "" {
		err = errCopied
	}
	return err
}

// unlessCopied does nothing in a copy; elsewhere it does what is handed to it.
func (a *App) unlessCopied(do func(context.Context) (int, error)) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		if err := a.checkCopied(ctx); errors.Is(err, errCopied) {
			return 0, nil // the page of the service's state says so
		} else if err != nil {
			return 0, err
		}
		return do(ctx)
	}
}

// awaitConfirmed waits until this is no copy, and reports false when ctx ended first.
func (a *App) awaitConfirmed(ctx context.Context) bool {
	for range pace.FromNow(ctx, a.Config.Sweep) {
		if a.checkCopied(ctx) == nil {
			return true
		}
	}
	return false
}

// ConfirmCopy makes a restored copy the office's own: from now on it sends what waits.
func (a *App) ConfirmCopy(ctx context.Context) error {
	if err := a.checkCopied(ctx); !errors.Is(err, errCopied) {
		return errors.Join(err, errors.New("nothing is to be confirmed: this is no restored copy"))
	}
	if err := a.Store.PutMeta(ctx, copiedMeta, ""); err != nil {
		return err
	}
	a.Log.InfoContext(ctx, "a restored copy was confirmed to be the office's own: it sends, fetches mail and makes backups from now on")
	return nil
}
