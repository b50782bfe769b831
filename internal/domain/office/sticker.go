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

// online is the version of the tokens of an office's front door on the net: they open a counter's pages for whoever comes without its
// sticker, and say of nobody that he stood there.
const online = -1

// Online returns the token by which the front door leads to a counter; that of the counter without a name leads to the office as a whole.
func (s Stickers) Online(k Counter) string {
	k.Version = online
	return s.Token(k)
}

// Online reports whether somebody came to the counter through the front door on the net and not by its sticker.
func (k Counter) Online() bool { return k.Version == online }

// Place is where a budget counts what comes to the counter: by its sticker, and apart from that through the front door.
func (k Counter) Place() string {
	if k.Online() {
		return "web/" + k.ID
	}
	return k.ID
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
	if version == online {
		return s.readOnline(o, parts[0], parts[1])
	}
	k, ok := o.Counter(parts[1])
	if !ok || k.Unit != parts[0] || k.Version != version {
		return Counter{}, ErrRevoked
	}
	return k, nil
}

// readOnline is the counter that the front door leads to, or the office as a whole.
func (Stickers) readOnline(o *Office, unit, id string) (Counter, error) {
	if u, ok := o.Unit(unit); ok && id == "" {
		return Counter{Unit: u.ID, Name: o.House(u.ID).Name, Version: online}, nil
	}
	k, ok := o.Counter(id)
	if !ok || k.Unit != unit {
		return Counter{}, ErrRevoked
	}
	k.Version = online
	return k, nil
}
