package app

import (
	"context"
	"encoding/json"
	"errors"

	"tiepdan/internal/chat"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/postbox"
	"tiepdan/internal/store"
	"tiepdan/internal/worker"
	"tiepdan/pkg/outward"
)

// Chats are the accounts by which people write to the office.
func (a *App) wireChats() {
	a.Desk.Chats, a.Desk.ToldBy = a.Store, []casework.Way{}
	a.came = make(chan struct{}, 1)
	if a.Config.SMTP != "" {
		a.Desk.ToldBy = append(a.Desk.ToldBy, casework.WayMail)
	}
	a.speakers = map[casework.Way]worker.Speaker{}
	if z := a.Config.Zalo; z != nil {
		z.Client, z.Now, z.Tokens = chat.NewClient(), a.Now, tokens{a.Store, a.Keys}
		a.chats.Zalo = z
		a.speakers[casework.WayZalo] = zaloSpeaker{z}
	}
	if f := a.Config.Facebook; f != nil {
		f.Client, f.Now = chat.NewClient(), a.Now
		a.chats.Facebook = f
		a.speakers[casework.WayFacebook], a.speakers[casework.WayComment] = facebookSpeaker{f}, commentSpeaker{f}
	}
	if s := a.Config.SMS; s != nil {
		s.Client, s.Now = chat.NewClient(), a.Now
		a.speakers[casework.WaySMS] = smsSpeaker{s}
	}
	if n := a.Config.ZNS; n != nil {
		n.Zalo, n.Client, n.Now = a.chats.Zalo, chat.NewClient(), a.Now
		a.speakers[casework.WayZNS] = znsSpeaker{n}
	}
	if a.push != nil {
		a.speakers[casework.WayPush] = pushSpeaker{a.push}
	}
	for _, w := range casework.Ways() {
		if a.speakers[w] != nil {
			a.Desk.ToldBy = append(a.Desk.ToldBy, w)
		}
	}
	if len(a.Desk.ToldBy) > 0 {
		a.Desk.Outbox = a.Store
	}
	a.chats.Came = func() {
		select {
		case a.came <- struct{}{}:
		default:
		}
	}
}

// takeChats takes messages as they come, besides the sweep that finds what was left over.
func (a *App) takeChats(ctx context.Context, take func(context.Context) (int, error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.came:
		}
		if _, err := take(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "a message could not be taken yet and is tried again", "error", err)
		}
	}
}

// chatting is what takes messages in.
func (a *App) chatting() *postbox.Chats {
	guard := outward.Guard{Nets: a.Config.ChatNets}
	return &postbox.Chats{
		Desk: a.Desk, Files: a.Files, Fetch: guard.Client(postbox.FetchWithin), Room: a.hasRoom, Log: a.Log,
		Say: func(key string, args ...any) string { return a.Words.T("vi", key, args...) },
	}
}

// tokens keeps Zalo's tokens for all instances, sealed.
type tokens struct {
	store *store.Store
	vault casework.Vault
}

func (t tokens) Token(ctx context.Context) (out chat.Token, v int64, err error) {
	sealed, v, err := t.store.ChatToken(ctx, "zalo")
	if err != nil || v == 0 {
		return out, 0, err
	}
	raw, err := t.vault.OpenPersonal(sealed, "token/zalo")
	if err != nil {
		return out, 0, err
	}
	return out, v, json.Unmarshal(raw, &out)
}

func (t tokens) PutToken(ctx context.Context, tok chat.Token, over int64) error {
	raw, err := json.Marshal(tok)
	if err != nil {
		return err
	}
	sealed, err := t.vault.SealPersonal(raw, "token/zalo")
	if err != nil {
		return err
	}
	err = t.store.PutChatToken(ctx, "zalo", sealed, over)
	if errors.Is(err, casework.ErrStale) {
		return chat.ErrStale
	}
	return err
}

type zaloSpeaker struct{ *chat.Zalo }

func (z zaloSpeaker) Say(ctx context.Context, s worker.Spoken) error {
	return z.Send(ctx, s.To, s.Text)
}

type facebookSpeaker struct{ *chat.Facebook }

func (f facebookSpeaker) Say(ctx context.Context, s worker.Spoken) error {
	return f.Send(ctx, s.To, s.Text)
}

// commentSpeaker answers a comment: what holds the code goes to its writer alone.
type commentSpeaker struct{ *chat.Facebook }

func (f commentSpeaker) Say(ctx context.Context, s worker.Spoken) error {
	if s.Code {
		return f.SendPrivately(ctx, s.To, s.Text)
	}
	return f.Comment(ctx, s.To, s.Text)
}

type smsSpeaker struct{ *chat.SMS }

func (g smsSpeaker) Say(ctx context.Context, s worker.Spoken) error {
	return g.Send(ctx, s.ID, s.To, s.Text)
}

type znsSpeaker struct{ *chat.ZNS }

func (z znsSpeaker) Say(ctx context.Context, s worker.Spoken) error {
	return z.Send(ctx, chat.Noted{ID: s.ID, To: s.To, Template: s.Template, Values: s.Values})
}

// hasTemplate reports whether a notice by Zalo has a template of that name.
func (a *App) hasTemplate(name string) bool {
	return a.Config.ZNS != nil && a.Config.ZNS.Templates[name] != ""
}
