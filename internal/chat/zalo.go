package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/pkg/outward"
)

// Zalo is an Official Account.
type Zalo struct {
	App       string // the id of the application that the account is linked to
	Account   string // the id of the account
	Secret    string // the account's own, which signs what comes in
	AppSecret string // the application's, which renews tokens
	Refresh   string // the first token to renew by; what comes after it is kept by Tokens
	API       string // https://openapi.zalo.me
	OAuth     string // https://oauth.zaloapp.com
	Tokens    Tokens
	Client    *outward.Client
	Now       func() time.Time
}

// The addresses of Zalo.
const (
	ZaloAPI   = "https://openapi.zalo.me"
	ZaloOAuth = "https://oauth.zaloapp.com"
)

// ZaloSignature is the header that a message is signed in.
const ZaloSignature = "X-ZEvent-Signature"

type zaloEvent struct {
	App    text `json:"app_id"`
	Name   string
	Event  string `json:"event_name"`
	Time   text   `json:"timestamp"`
	Sender struct {
		ID text `json:"id"`
	} `json:"sender"`
	Recipient struct {
		ID text `json:"id"`
	} `json:"recipient"`
	Message struct {
		ID          text   `json:"msg_id"`
		Text        string `json:"text"`
		Attachments []struct {
			Type    string `json:"type"`
			Payload struct {
				URL  string `json:"url"`
				Name string `json:"name"`
			} `json:"payload"`
		} `json:"attachments"`
	} `json:"message"`
}

// zaloFiles are the kinds of attachments that are fetched; stickers and places are not.
var zaloFiles = []string{"image", "file", "video", "audio"}

// Read proves that Zalo sent the body, and reads the message in it: none where it tells of something else.
func (z *Zalo) Read(signature string, body []byte) ([]Message, error) {
	var e zaloEvent
	if json.Unmarshal(body, &e) != nil {
		return nil, ErrForged
	}
	sum := sha256.New()
	sum.Write([]byte(z.App))
	sum.Write(body)
	sum.Write([]byte(string(e.Time) + z.Secret))
	given := strings.TrimPrefix(strings.ToLower(signature), "mac=")
	if z.Secret == "" || !same(given, hex.EncodeToString(sum.Sum(nil))) || string(e.App) != z.App || z.Account != "" && string(e.Recipient.ID) != z.Account && !strings.HasPrefix(e.Event, "oa_") {
		return nil, ErrForged
	}
	ms, err := strconv.ParseInt(string(e.Time), 10, 64)
	at := time.UnixMilli(ms)
	if err != nil || !fresh(at, z.Now()) {
		return nil, ErrOld
	}
	if !strings.HasPrefix(e.Event, "user_send_") || e.Sender.ID == "" || e.Message.ID == "" {
		return nil, nil
	}
	m := Message{ID: string(e.Message.ID), From: string(e.Sender.ID), Who: string(e.Sender.ID), Text: e.Message.Text, At: at}
	for _, a := range e.Message.Attachments {
		if slices.Contains(zaloFiles, a.Type) && a.Payload.URL != "" {
			m.Files = append(m.Files, File{a.Payload.URL, a.Payload.Name})
		}
	}
	if strings.TrimSpace(m.Text) == "" && len(m.Files) == 0 {
		return nil, nil
	}
	return []Message{m}, nil
}

// zaloAnswer is what Zalo answers, with status 200 also where it refuses.
type zaloAnswer struct {
	Error   int    `json:"error"`
	Message string `json:"message"`
}

// The errors of Zalo that are told apart.
var (
	zaloToken   = []int{-216, -124, -155}       // the access token is not, or no longer, good
	zaloWindow  = []int{-230, -231, -232}       // the person has not written for too long
	zaloBlocked = []int{-213, -217, -221, -227} // does not follow, has blocked the account, or it may not write to him
	zaloGone    = []int{-201, -204, -210, -223, -305}
)

// Send says something to a person who wrote.
func (z *Zalo) Send(ctx context.Context, to, said string) error {
	body, err := json.Marshal(map[string]any{"recipient": map[string]string{"user_id": to}, "message": map[string]string{"text": clip(said)}})
	if err != nil {
		return err
	}
	for try := range 2 {
		access, err := z.access(ctx, try > 0)
		if err != nil {
			return err
		}
		var a zaloAnswer
		_, err = call(ctx, z.Client, outward.Request{URL: z.API + "/v3.0/oa/message/cs", Body: body, Header: http.Header{
			"Content-Type": {"application/json"}, "Access_token": {access},
		}}, &a)
		switch {
		case err != nil:
			return err
		case a.Error == 0:
			return nil
		case slices.Contains(zaloToken, a.Error):
			continue
		case slices.Contains(zaloWindow, a.Error):
			return &RefusedError{Window}
		case slices.Contains(zaloBlocked, a.Error):
			return &RefusedError{Blocked}
		case slices.Contains(zaloGone, a.Error):
			return &RefusedError{Gone}
		}
		return errors.New("Zalo answers error " + strconv.Itoa(a.Error))
	}
	return errors.New("Zalo takes no token that was just renewed")
}

// renewed is what Zalo answers to a renewal. Times are texts.
type renewed struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Expires text   `json:"expires_in"`
	Error   text   `json:"error"`
}

// renew exchanges a token, which is good for one time only, for a pair of new ones.
func (z *Zalo) renew(ctx context.Context, refresh string) (Token, error) {
	form := url.Values{"refresh_token": {refresh}, "app_id": {z.App}, "grant_type": {"refresh_token"}}
	var r renewed
	_, err := call(ctx, z.Client, outward.Request{URL: z.OAuth + "/v4/oa/access_token", Body: []byte(form.Encode()), Header: http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Secret_key": {z.AppSecret},
	}}, &r)
	if err != nil {
		return Token{}, err
	}
	if r.Access == "" || r.Refresh == "" {
		return Token{}, ErrRenewal
	}
	lasts, err := strconv.Atoi(string(r.Expires))
	if err != nil || lasts <= 0 {
		lasts = 3600
	}
	return Token{Access: r.Access, Refresh: r.Refresh, Until: z.Now().Add(time.Duration(lasts) * time.Second)}, nil
}
