package postbox

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/attach"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/outward"
	"tiepdan/pkg/vntext"
)

// ChatDesk is what messages ask of the cases.
type ChatDesk interface {
	Arrivals(ctx context.Context, limit int) ([]*casework.Arrival, error)
	ClaimArrival(ctx context.Context, a *casework.Arrival) (casework.Said, error)
	Taken(ctx context.Context, a *casework.Arrival) error
	TakeSaid(ctx context.Context, s casework.Said, kind law.Kind, words [2]string) (casework.Heard, error)
	NoteMail(ctx context.Context, id, key string, k casework.Checked) error
	Receipt(ctx context.Context, filed casework.Filed, r casework.Reach, refused int) error
}

// Chats brings the messages that came by Zalo and Facebook into cases. Its fields are set once, by the program.
type Chats struct {
	Desk  ChatDesk
	Files Files
	Fetch *outward.Client // gets files from where the provider keeps them
	Say   func(key string, args ...any) string
	Room  func() bool // whether files may be kept; nil says yes
	Log   *slog.Logger
}

const (
	chatBatch  = 50
	fileTries  = 5 // after which a file that cannot be fetched is told as one that could not be kept
	fewWords   = 8 // a comment of fewer is no letter
	maxFetched = casework.MaxFile
)

// FetchWithin is how long a provider may take to hand a file over.
const FetchWithin = time.Minute

// Take takes what has come, in the order it came, and returns how many messages.
func (b *Chats) Take(ctx context.Context) (taken int, err error) {
	due, err := b.Desk.Arrivals(ctx, chatBatch)
	for _, a := range due {
		switch e := b.take(ctx, a); {
		case e == nil:
			taken++
		case !errors.Is(e, casework.ErrStale): // else somebody else has it
			err = errors.Join(err, e)
		}
	}
	return taken, err
}

func (b *Chats) take(ctx context.Context, a *casework.Arrival) error {
	s, err := b.Desk.ClaimArrival(ctx, a)
	if err != nil {
		return err
	}
	if s.Of() != "" {
		return b.fetchFor(ctx, a, s)
	}
	kind := chatKind(s)
	if s.Channel == casework.ByComment && !kind.Secret() && len(strings.Fields(s.Text)) < fewWords {
		b.Log.InfoContext(ctx, "a short comment was left aside", "message", a.ID)
		return b.Desk.Taken(ctx, a)
	}
	subject := clip(firstLine(s.Text), 80)
	if subject == "" {
		subject = b.Say("mail.no_subject")
	}
	text := s
	if vntext.Runes(s.Text) > casework.MaxMessage {
		text.Text = clip(s.Text, casework.MaxMessage)
	}
	h, err := b.Desk.TakeSaid(ctx, text, kind, [2]string{subject, b.Say("mail.only_files")})
	if casework.CodeOf(err) == casework.Invalid { // it will never be a case
		b.Log.WarnContext(ctx, "a message cannot be taken as a letter and was left aside", "message", a.ID, "error", err)
		return b.Desk.Taken(ctx, a)
	}
	if err != nil {
		return err
	}
	refused, err := b.files(ctx, h.Case.ID, s, a.Tries)
	if err != nil {
		return err
	}
	if h.Began {
		if err := b.Desk.Receipt(ctx, h.Filed, casework.Reach{Way: casework.Way(s.Channel), To: s.From}, refused); err != nil {
			return err
		}
	}
	b.Log.InfoContext(ctx, "a message came", "channel", s.Channel, "case", h.Case.ID)
	return b.Desk.Taken(ctx, a)
}

// fetchFor fetches files that lie elsewhere for a case that is there.
func (b *Chats) fetchFor(ctx context.Context, a *casework.Arrival, s casework.Said) error {
	_, err := b.files(ctx, s.Of(), s, a.Tries)
	if code := casework.CodeOf(err); err != nil && (code == casework.NotFound || code == casework.Conflict) { // it was erased meanwhile
		b.Log.WarnContext(ctx, "files came for a case that takes none", "message", a.ID)
		err = nil
	}
	if err != nil {
		return err
	}
	return b.Desk.Taken(ctx, a)
}

// chatKind is the kind of a message until a clerk has read it.
func chatKind(s casework.Said) law.Kind {
	pictures := 0
	words := []string{s.Text}
	for _, f := range s.Files {
		words = append(words, f.Name)
		if f.Name == "" || isPicture(f.Name) {
			pictures++
		}
	}
	all := strings.Join(words, "\n")
	return casework.LetterKind(all, all, pictures, len(s.Files)-pictures)
}

func isPicture(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".webp", ".heic":
		return true
	}
	return false
}

// files fetches what the message brought and keeps it. It returns how many could not be kept; only what may go better later is an error.
func (b *Chats) files(ctx context.Context, id string, s casework.Said, tries int) (refused int, err error) {
	var lines []string
	for i, f := range s.Files {
		name := f.Name
		if name == "" {
			name = b.Say("chat.file", "n", i+1)
		}
		why, err := b.keepOne(ctx, id, f.URL, name)
		if err != nil && tries < fileTries {
			return 0, err
		}
		if err != nil {
			why = "error.file_fetch"
		}
		if why != "" {
			lines = append(lines, clip(name, 80)+": "+b.Say(why))
		}
	}
	return len(lines), b.Desk.NoteMail(ctx, id, s.Channel+"/"+s.ID, casework.Checked{Refused: strings.Join(lines, "\n")})
}

// keepOne answers why a file is refused for good, or an error where it may go better later.
func (b *Chats) keepOne(ctx context.Context, id, url, name string) (why string, err error) {
	if b.Room != nil && !b.Room() {
		return "", &casework.Error{Code: casework.Full, Key: "error.full"}
	}
	a, err := b.Fetch.Do(ctx, outward.Request{Method: http.MethodGet, URL: url, Most: maxFetched})
	switch {
	case errors.Is(err, outward.ErrLong):
		return "error.file_large", nil
	case errors.Is(err, outward.ErrInside), errors.Is(err, outward.ErrAddress):
		return "error.file_fetch", nil
	case err != nil:
		return "", err
	case a.Status != http.StatusOK:
		return "", errors.New("provider answers " + strconv.Itoa(a.Status) + " for a file")
	}
	_, err = b.Files.KeepIn(ctx, id, attach.Upload{Name: name, Body: bytes.NewReader(a.Body)})
	if key, final := reason(err); final {
		return key, nil
	}
	return "", err
}
