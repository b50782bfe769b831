package office

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
)

// The reasons why a sticker is refused.
var (
	ErrForged  = errors.New("not a sticker of this service")
	ErrRevoked = errors.New("sticker is no longer in use")
)

// Stickers signs and reads the tokens in the counters' QR codes. A token names unit, counter and version in the clear and
// carries a keyed hash of the three, so nobody can make one for another counter, and a new version revokes the old ones.
type Stickers struct {
	MAC func(domain string, parts ...[]byte) [32]byte
}

// Token returns the token of the counter's present sticker.
func (s Stickers) Token(k Counter) string {
	return strings.Join([]string{k.Unit, k.ID, strconv.Itoa(k.Version), s.sign(k.Unit, k.ID, k.Version)}, ".")
}

func (s Stickers) sign(unit, counter string, version int) string {
	sum := s.MAC("sticker", []byte(unit), []byte(counter), []byte(strconv.Itoa(version)))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Read returns the counter of a genuine, present token; else ErrForged or ErrRevoked. The signature is checked before
// anything is looked up, so a stranger learns nothing of which counters exist.
func (s Stickers) Read(o *Office, token string) (Counter, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 4 || len(token) > 200 {
		return Counter{}, ErrForged
	}
	version, err := strconv.Atoi(parts[2])
	if err != nil || !hmac.Equal([]byte(parts[3]), []byte(s.sign(parts[0], parts[1], version))) {
		return Counter{}, ErrForged
	}
	k, ok := o.Counter(parts[1])
	if !ok || k.Unit != parts[0] || k.Version != version {
		return Counter{}, ErrRevoked
	}
	return k, nil
}
