package limit

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Prover gives out questions and checks their answers, and keeps nothing but which of them were answered. A question is either
// a small search (Work: which number below Most has this SHA-256 after this salt?), for a script, or a sum (Sum), for a person.
// Each is signed, ends, belongs to one door and is good once.
type Prover struct {
	MAC   func(domain string, parts ...[]byte) [32]byte // keyed; all instances share the key
	Most  int                                           // the search is below this number; half of it on average
	Lasts time.Duration
	Now   func() time.Time

	mu     sync.Mutex
	since  time.Time
	used   [2]map[[saltSize]byte]struct{} // of this span and the one before
	opened time.Time                      // questions that were asked before it are not known any more
}

// Work is a search for a number n in [0, Most) such that SHA-256(Salt followed by n in decimal) is Hash, in hex. Its answer is
// Token, a dot, and n.
type Work struct {
	Token string `json:"token"`
	Salt  string `json:"salt"`
	Hash  string `json:"hash"`
	Most  int    `json:"max"`
}

// Sum is a question that a person answers: A plus B. Its answer is Token, a dot, and the sum.
type Sum struct {
	Token string
	A, B  int
}

const (
	saltSize = 9
	macSize  = 16
	maxTerm  = 10 // a sum has two terms from 1 to this
	maxUsed  = 100_000
)

// ErrUnproven says that a proof is missing, wrong, for another door, too old or used before.
var ErrUnproven = errors.New("not proven")

// Work asks a new question for a script.
func (p *Prover) Work(door string) (Work, error) {
	n, err := below(p.Most)
	if err != nil {
		return Work{}, err
	}
	salt := p.salt()
	sum := sha256.Sum256([]byte(salt + strconv.Itoa(n)))
	hash := hex.EncodeToString(sum[:])
	return Work{Token: "w." + salt + "." + hash + "." + p.mark(door, "w", salt, hash), Salt: salt, Hash: hash, Most: p.Most}, nil
}

// Sum asks a new question for a person.
func (p *Prover) Sum(door string) (Sum, error) {
	a, err := below(maxTerm)
	if err != nil {
		return Sum{}, err
	}
	b, err := below(maxTerm)
	if err != nil {
		return Sum{}, err
	}
	a, b = a+1, b+1
	salt := p.salt()
	token := "s." + salt + "." + p.mark(door, "asked", salt, "") + "." + p.mark(door, "s", salt, strconv.Itoa(a+b))
	return Sum{Token: token, A: a, B: b}, nil
}

// Check returns nil when the answer is right and was not given before, else ErrUnproven. A sum has one try.
func (p *Prover) Check(door, answer string) error {
	parts := strings.Split(answer, ".")
	if len(answer) > 256 || len(parts) < 2 {
		return ErrUnproven
	}
	salt, n := parts[1], strings.TrimSpace(parts[len(parts)-1])
	switch {
	case len(parts) == 5 && parts[0] == "w":
		sum := sha256.Sum256([]byte(salt + n))
		if parts[2] != hex.EncodeToString(sum[:]) || !p.marked(parts[3], door, "w", salt, parts[2]) {
			return ErrUnproven
		}
		return p.use(salt)
	case len(parts) == 5 && parts[0] == "s":
		if !p.marked(parts[2], door, "asked", salt, "") {
			return ErrUnproven // not ours: it must not use up a place
		}
		err := p.use(salt) // before looking: a sum that may be tried again is no question
		if !p.marked(parts[3], door, "s", salt, n) {
			return ErrUnproven
		}
		return err
	default:
		return ErrUnproven
	}
}

// salt is the question's number: when it was asked, and chance.
func (p *Prover) salt() string {
	chance := make([]byte, saltSize)
	rand.Read(chance)
	return strconv.FormatInt(p.Now().Unix(), 36) + "-" + base64.RawURLEncoding.EncodeToString(chance)
}

func (p *Prover) mark(door, kind, salt, what string) string {
	sum := p.MAC("limit-proof", []byte(door), []byte(kind), []byte(salt), []byte(what))
	return base64.RawURLEncoding.EncodeToString(sum[:macSize])
}

func (p *Prover) marked(mark, door, kind, salt, what string) bool {
	return hmac.Equal([]byte(mark), []byte(p.mark(door, kind, salt, what)))
}

// use takes a question's number once. When so many were used that they do not fit, all questions asked until now end: whoever
// holds one is asked again, and none passes twice.
func (p *Prover) use(salt string) error {
	at, chance, _ := strings.Cut(salt, "-")
	unix, err := strconv.ParseInt(at, 36, 64)
	raw, err2 := base64.RawURLEncoding.DecodeString(chance)
	if err != nil || err2 != nil || len(raw) != saltSize {
		return ErrUnproven
	}
	now, asked := p.Now(), time.Unix(unix, 0)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used[0] == nil || now.Sub(p.since) > p.Lasts {
		p.used[1], p.used[0], p.since = p.used[0], map[[saltSize]byte]struct{}{}, now
	}
	if age := now.Sub(asked); age > p.Lasts || age < -time.Minute || asked.Before(p.opened) {
		return ErrUnproven
	}
	key := [saltSize]byte(raw)
	for _, used := range p.used {
		if _, twice := used[key]; twice {
			return ErrUnproven
		}
	}
	if len(p.used[0]) >= maxUsed {
		p.used[0], p.used[1], p.opened = map[[saltSize]byte]struct{}{}, nil, now.Truncate(time.Second).Add(time.Second)
		return ErrUnproven
	}
	p.used[0][key] = struct{}{}
	return nil
}

func below(n int) (int, error) {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(max(n, 1))))
	if err != nil {
		return 0, err
	}
	return int(v.Int64()), nil
}

// Solve searches as a script does, for programs that use the API and for tests.
func (w Work) Solve() (answer string, found bool) {
	for n := range w.Most {
		sum := sha256.Sum256([]byte(w.Salt + strconv.Itoa(n)))
		if hex.EncodeToString(sum[:]) == w.Hash {
			return w.Token + "." + strconv.Itoa(n), true
		}
	}
	return "", false
}
