package app

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"tiepdan/internal/chat"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/worker"
	"tiepdan/pkg/outward"
	"tiepdan/pkg/webpush"
)

// pushWithin is how long a push service may take to answer: browsers choose it, and others wait meanwhile.
const pushWithin = 5 * time.Second

// wirePush makes ready to tell browsers.
func (a *App) wirePush(ctx context.Context) error {
	if a.Config.PushContact == "" {
		return nil
	}
	raw, err := a.pushKey(ctx)
	if err != nil {
		return err
	}
	key, err := webpush.ReadKey(raw)
	if err != nil {
		return err
	}
	guard := outward.Guard{Nets: a.Config.ChatNets}
	a.push = &webpush.Sender{Key: key, Contact: a.Config.PushContact, Guard: guard, Client: guard.Client(pushWithin), Now: a.Now}
	return nil
}

// pushKeyName is what the key is kept as, and what it is sealed for.
const pushKeyName = "push"

// pushKey is the key that browsers know the office by: made once, sealed, and one for all processes. Whoever loses it loses all
// subscriptions, so it lies in the database and goes into the backup with it.
func (a *App) pushKey(ctx context.Context) ([]byte, error) {
	for {
		sealed, v, err := a.Store.ChatToken(ctx, pushKeyName)
		if err != nil {
			return nil, err
		}
		if v > 0 {
			return a.Keys.OpenPersonal(sealed, "token/"+pushKeyName)
		}
		raw, err := webpush.NewKey()
		if err != nil {
			return nil, err
		}
		if sealed, err = a.Keys.SealPersonal(raw, "token/"+pushKeyName); err != nil {
			return nil, err
		}
		// Where another process was first, its key is read at the next turn.
		if err := a.Store.PutChatToken(ctx, pushKeyName, sealed, 0); err != nil && !errors.Is(err, casework.ErrStale) {
			return nil, err
		}
	}
}

// What a push service keeps for a phone that is off, and how long each message is, so that its length says nothing.
const (
	pushWaits = 3 * 24 * time.Hour
	pushSize  = 512
)

type pushSpeaker struct{ *webpush.Sender }

// Provider is the host of the push service that a browser chose.
func (p pushSpeaker) Provider(to string) string {
	sub, err := p.Read(to)
	if err != nil {
		return ""
	}
	return sub.Host()
}

// Say tells a browser that there is something to read, and by which of its own names: where that stands only the browser knows.
func (p pushSpeaker) Say(ctx context.Context, s worker.Spoken) error {
	sub, err := p.Read(s.To)
	if err != nil {
		return &chat.RefusedError{Status: chat.Gone}
	}
	text, err := json.Marshal(map[string]string{"name": sub.Name, "text": s.Text})
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(s.ID))
	err = p.Send(ctx, sub, webpush.Message{Text: text, Topic: base64.RawURLEncoding.EncodeToString(sum[:24]), For: pushWaits, Size: pushSize})
	if errors.Is(err, webpush.ErrGone) {
		return &chat.RefusedError{Status: chat.Gone}
	}
	return err
}
