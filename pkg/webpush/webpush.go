// Package webpush tells browsers something through their push services: RFC 8030 (the request), RFC 8291 with RFC 8188 (what is sent
// is sealed for the browser alone) and RFC 8292 (who sends). It needs no account with any of the services.
package webpush

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tiepdan/pkg/outward"
)

// Subscription is what a browser gives to be told by. Name is what the browser itself knows it as.
type Subscription struct {
	Endpoint string `json:"endpoint"`
	P256dh   string `json:"p256dh"`
	Auth     string `json:"auth"`
	Name     string `json:"name"`
}

// The errors of this package.
var (
	ErrSubscription = errors.New("not a subscription that can be told by")
	ErrGone         = errors.New("the push service knows the subscription no longer")
	ErrLong         = errors.New("more than a push service must take")
)

// The sizes of RFC 8291 and RFC 8188.
const (
	keyBytes  = 65
	authBytes = 16
	saltBytes = 16
	record    = 4096
	maxName   = 40
	maxSealed = 2048 // of what is said, with its padding: well below what each service takes
)

var plain = base64.RawURLEncoding

// Sender tells browsers.
type Sender struct {
	Key     *ecdsa.PrivateKey // the office's own, on P-256
	Contact string            // mailto: or https:, for the services' people
	Guard   outward.Guard
	Client  *outward.Client
	Now     func() time.Time
}

// NewKey makes a key, as it is kept.
func NewKey() ([]byte, error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make push key: %w", err)
	}
	return x509.MarshalPKCS8PrivateKey(k)
}

// ReadKey reads a kept key.
func ReadKey(raw []byte) (*ecdsa.PrivateKey, error) {
	k, err := x509.ParsePKCS8PrivateKey(raw)
	if err != nil {
		return nil, fmt.Errorf("read push key: %w", err)
	}
	own, ok := k.(*ecdsa.PrivateKey)
	if !ok || own.Curve != elliptic.P256() {
		return nil, errors.New("push key is not one of P-256")
	}
	return own, nil
}

// Public is the key that browsers subscribe with.
func (s *Sender) Public() (string, error) {
	k, err := s.Key.PublicKey.Bytes()
	if err != nil {
		return "", fmt.Errorf("encode push key: %w", err)
	}
	return plain.EncodeToString(k), nil
}

// Read reads a subscription as a browser gave it, and refuses what no browser gives and what leads inside.
func (s *Sender) Read(raw string) (Subscription, error) {
	var sub Subscription
	if json.Unmarshal([]byte(raw), &sub) != nil || len(sub.Name) > maxName || s.Guard.CheckNamed(sub.Endpoint) != nil {
		return Subscription{}, ErrSubscription
	}
	if _, _, err := sub.keys(); err != nil {
		return Subscription{}, err
	}
	return sub, nil
}

// Host is where its push service stands.
func (sub Subscription) Host() string {
	u, err := url.Parse(sub.Endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}

func (sub Subscription) keys() (*ecdh.PublicKey, []byte, error) {
	p, err1 := plain.DecodeString(strings.TrimRight(sub.P256dh, "="))
	auth, err2 := plain.DecodeString(strings.TrimRight(sub.Auth, "="))
	if err1 != nil || err2 != nil || len(p) != keyBytes || len(auth) != authBytes {
		return nil, nil, ErrSubscription
	}
	key, err := ecdh.P256().NewPublicKey(p)
	if err != nil {
		return nil, nil, ErrSubscription
	}
	return key, auth, nil
}

// Message is what is told.
type Message struct {
	Text  []byte
	Topic string        // up to 32 letters of base64url; of several with one topic the last waits for a browser that is away
	For   time.Duration // how long it waits for one
	Size  int           // all are made this long before they are sealed, so that their length says nothing
}

// Send hands the message to the push service. ErrGone says that nobody is there any more.
func (s *Sender) Send(ctx context.Context, sub Subscription, m Message) error {
	if err := s.Guard.Check(sub.Endpoint); err != nil {
		return ErrGone
	}
	if len(m.Text) > maxSealed {
		return ErrLong
	}
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("make key of a message: %w", err)
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	body, err := sub.seal(m.Text, max(0, m.Size-len(m.Text)), own, salt)
	if err != nil {
		return err
	}
	token, err := s.token(sub.Endpoint)
	if err != nil {
		return err
	}
	h := http.Header{
		"Content-Encoding": {"aes128gcm"}, "Content-Type": {"application/octet-stream"}, "Ttl": {strconv.Itoa(int(m.For.Seconds()))}, "Urgency": {"normal"}, "Authorization": {token},
	}
	if m.Topic != "" {
		h.Set("Topic", m.Topic)
	}
	a, err := s.Client.Do(ctx, outward.Request{URL: sub.Endpoint, Header: h, Body: body})
	switch {
	case errors.Is(err, outward.ErrInside), errors.Is(err, outward.ErrAddress):
		return ErrGone // no browser is told there
	case err != nil:
		return fmt.Errorf("reach push service: %w", err)
	case a.Status == http.StatusNotFound || a.Status == http.StatusGone:
		return ErrGone
	case a.Status < http.StatusOK || a.Status >= http.StatusMultipleChoices:
		return fmt.Errorf("push service answers %d", a.Status)
	}
	return nil
}

// seal is RFC 8291: one record of RFC 8188, with the key of the message as its key id.
func (sub Subscription) seal(text []byte, pad int, own *ecdh.PrivateKey, salt []byte) ([]byte, error) {
	theirs, auth, err := sub.keys()
	if err != nil {
		return nil, err
	}
	secret, err := own.ECDH(theirs)
	if err != nil {
		return nil, fmt.Errorf("agree on a key: %w", err)
	}
	ours := own.PublicKey().Bytes()
	ikm, err := hkdf.Key(sha256.New, secret, auth, "WebPush: info\x00"+string(theirs.Bytes())+string(ours), sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	key, err1 := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, err2 := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	out := append([]byte{}, salt...)
	out = binary.BigEndian.AppendUint32(out, record)
	out = append(append(out, keyBytes), ours...)
	last := append(append([]byte{}, text...), 2) // the last record's mark; zeros after it are padding
	return gcm.Seal(out, nonce, append(last, make([]byte, pad)...), nil), nil
}

// lasts is how long a token is good: RFC 8292 lets it be a day at most.
const lasts = 12 * time.Hour

// token says who sends (VAPID), for this service alone.
func (s *Sender) token(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", ErrSubscription
	}
	claims, err := json.Marshal(map[string]any{"aud": u.Scheme + "://" + u.Host, "exp": s.Now().Add(lasts).Unix(), "sub": s.Contact})
	if err != nil {
		return "", fmt.Errorf("encode claims: %w", err)
	}
	said := plain.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + plain.EncodeToString(claims)
	sum := sha256.Sum256([]byte(said))
	a, b, err := ecdsa.Sign(rand.Reader, s.Key, sum[:])
	if err != nil {
		return "", fmt.Errorf("sign claims: %w", err)
	}
	sig := make([]byte, 64)
	a.FillBytes(sig[:32])
	b.FillBytes(sig[32:])
	key, err := s.Public()
	if err != nil {
		return "", err
	}
	return "vapid t=" + said + "." + plain.EncodeToString(sig) + ", k=" + key, nil
}
