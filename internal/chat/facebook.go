package chat

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tiepdan/pkg/outward"
)

// Facebook is a page.
type Facebook struct {
	Page   string // its id
	Secret string // the application's, which signs what comes in
	Verify string // the word by which the address is proved to be ours when it is entered
	Token  string // the page's access token
	API    string // https://graph.facebook.com/v23.0
	Client *outward.Client
	Now    func() time.Time
}

// FacebookAPI is where Facebook is spoken to.
const FacebookAPI = "https://graph.facebook.com/v23.0"

// FacebookSignature is the header that messages are signed in.
const FacebookSignature = "X-Hub-Signature-256"

// Handshake is the answer that proves the address to be ours; false where whoever asks does not know the word.
func (f *Facebook) Handshake(mode, word, challenge string) (string, bool) {
	if mode != "subscribe" || f.Verify == "" || !same(word, f.Verify) {
		return "", false
	}
	return challenge, true
}

type facebookEvents struct {
	Object string `json:"object"`
	Entry  []struct {
		ID        text               `json:"id"`
		Time      int64              `json:"time"`
		Messaging []facebookMessage  `json:"messaging"`
		Changes   []facebookFeedPart `json:"changes"`
	} `json:"entry"`
}

type facebookMessage struct {
	Sender struct {
		ID text `json:"id"`
	} `json:"sender"`
	Time    int64 `json:"timestamp"`
	Message *struct {
		ID          string `json:"mid"`
		Text        string `json:"text"`
		Echo        bool   `json:"is_echo"`
		Attachments []struct {
			Type    string `json:"type"`
			Payload struct {
				URL string `json:"url"`
			} `json:"payload"`
		} `json:"attachments"`
	} `json:"message"`
}

type facebookFeedPart struct {
	Field string `json:"field"`
	Value struct {
		Item    string `json:"item"`
		Verb    string `json:"verb"`
		Comment text   `json:"comment_id"`
		Text    string `json:"message"`
		Photo   string `json:"photo"`
		Created int64  `json:"created_time"`
		From    struct {
			ID   text   `json:"id"`
			Name string `json:"name"`
		} `json:"from"`
	} `json:"value"`
}

// Read proves that Facebook sent the body, and reads the messages and comments in it. What the page itself says is none.
func (f *Facebook) Read(signature string, body []byte) (out []Message, err error) {
	given, sha := strings.CutPrefix(signature, "sha256=")
	mac := hmac.New(sha256.New, []byte(f.Secret))
	mac.Write(body)
	if f.Secret == "" || !sha || !same(strings.ToLower(given), hex.EncodeToString(mac.Sum(nil))) {
		return nil, ErrForged
	}
	var e facebookEvents
	if json.Unmarshal(body, &e) != nil || e.Object != "page" {
		return nil, ErrForged
	}
	for _, entry := range e.Entry {
		if string(entry.ID) != f.Page {
			return nil, ErrForged
		}
		out = append(out, f.said(entry.Messaging, entry.Changes)...)
	}
	for _, m := range out {
		if !fresh(m.At, f.Now()) {
			return nil, ErrOld
		}
	}
	return out, nil
}

// said are the messages and comments of people.
func (f *Facebook) said(messages []facebookMessage, parts []facebookFeedPart) (out []Message) {
	for _, m := range messages {
		if got, ok := f.message(m); ok {
			out = append(out, got)
		}
	}
	for _, part := range parts {
		if got, ok := f.comment(part); ok {
			out = append(out, got)
		}
	}
	return out
}

func (f *Facebook) message(m facebookMessage) (Message, bool) {
	if m.Message == nil || m.Message.Echo || m.Message.ID == "" || m.Sender.ID == "" || string(m.Sender.ID) == f.Page {
		return Message{}, false
	}
	out := Message{ID: m.Message.ID, From: string(m.Sender.ID), Who: string(m.Sender.ID), Text: m.Message.Text, At: time.UnixMilli(m.Time)}
	for _, a := range m.Message.Attachments {
		if a.Payload.URL != "" && a.Type != "fallback" && a.Type != "template" {
			out.Files = append(out.Files, File{URL: a.Payload.URL})
		}
	}
	return out, strings.TrimSpace(out.Text) != "" || len(out.Files) > 0
}

func (f *Facebook) comment(part facebookFeedPart) (Message, bool) {
	v := part.Value
	if part.Field != "feed" || v.Item != "comment" || v.Verb != "add" || v.Comment == "" || v.From.ID == "" || string(v.From.ID) == f.Page || strings.TrimSpace(v.Text) == "" {
		return Message{}, false
	}
	out := Message{
		ID: string(v.Comment), From: string(v.Comment), Who: string(v.From.ID), Name: v.From.Name, Text: v.Text, At: time.Unix(v.Created, 0), Public: true,
	}
	if v.Photo != "" {
		out.Files = append(out.Files, File{URL: v.Photo})
	}
	return out, true
}

// facebookAnswer is what Facebook answers.
type facebookAnswer struct {
	Error *struct {
		Code    int `json:"code"`
		Subcode int `json:"error_subcode"`
	} `json:"error"`
}

// Send says something to a person who wrote to the page.
func (f *Facebook) Send(ctx context.Context, to, said string) error {
	return f.post(ctx, f.Page+"/messages", map[string]any{
		"recipient": map[string]string{"id": to}, "messaging_type": "RESPONSE", "message": map[string]string{"text": clip(said)},
	})
}

// SendPrivately says something to whoever wrote a comment, so that nobody else reads it: once for each comment.
func (f *Facebook) SendPrivately(ctx context.Context, comment, said string) error {
	return f.post(ctx, f.Page+"/messages", map[string]any{"recipient": map[string]string{"comment_id": comment}, "message": map[string]string{"text": clip(said)}})
}

// Comment says something below a comment, where everybody reads it.
func (f *Facebook) Comment(ctx context.Context, comment, said string) error {
	return f.post(ctx, url.PathEscape(comment)+"/comments", map[string]any{"message": clip(said)})
}

func (f *Facebook) post(ctx context.Context, path string, what map[string]any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	var a facebookAnswer
	status, err := call(ctx, f.Client, outward.Request{
		URL: f.API + "/" + path + "?access_token=" + url.QueryEscape(f.Token), Body: body, Header: http.Header{"Content-Type": {"application/json"}},
	}, &a)
	switch {
	case err != nil:
		return err
	case a.Error == nil && status < http.StatusBadRequest:
		return nil
	case a.Error == nil:
		return fmt.Errorf("Facebook answers %d", status)
	}
	switch c := a.Error; {
	case c.Code == 10 && (c.Subcode == 2018278 || c.Subcode == 2018065), c.Code == 10900: // outside the window, or answered already
		return &RefusedError{Window}
	case c.Code == 551, c.Code == 200, c.Code == 10903:
		return &RefusedError{Blocked}
	case c.Code == 100:
		return &RefusedError{Gone}
	default: // 190 is a token that is not good any more: the setting must be renewed, and what waits goes out then
		return fmt.Errorf("Facebook answers error %d/%d", c.Code, c.Subcode)
	}
}
