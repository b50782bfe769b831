package caseworktest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// Vault keeps its own rules rather than secrets: what was sealed opens at the same place only.
type Vault struct{}

// MAC is a keyed hash with a key for each domain.
func (Vault) MAC(domain string, parts ...[]byte) [32]byte {
	h := hmac.New(sha256.New, []byte("test/"+domain))
	for _, p := range parts {
		h.Write([]byte{byte(len(p) >> 8), byte(len(p))}) //nolint:gosec // lengths in tests are small
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

const tagLength = 16

func (v Vault) seal(key, place string, plain []byte) []byte {
	tag := v.MAC(key, []byte(place), plain)
	return append(tag[:tagLength], veil(plain)...)
}

func (v Vault) open(key, place string, sealed []byte) ([]byte, error) {
	if len(sealed) < tagLength {
		return nil, errors.New("nothing sealed")
	}
	plain := veil(sealed[tagLength:])
	tag := v.MAC(key, []byte(place), plain)
	if !hmac.Equal(tag[:tagLength], sealed[:tagLength]) {
		return nil, errors.New("sealed with another key or for another place")
	}
	return plain, nil
}

// veil makes plain text unreadable, and readable again.
func veil(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] ^ 0xa5
	}
	return out
}

// SealPersonal seals with the personal key.
func (v Vault) SealPersonal(plain []byte, place string) ([]byte, error) {
	return v.seal("personal", place, plain), nil
}

// OpenPersonal opens what SealPersonal sealed.
func (v Vault) OpenPersonal(sealed []byte, place string) ([]byte, error) {
	return v.open("personal", place, sealed)
}

// SealIdentity seals with the identity key.
func (v Vault) SealIdentity(plain []byte, place string) ([]byte, error) {
	return v.seal("identity", place, plain), nil
}

// OpenIdentity opens what SealIdentity sealed.
func (v Vault) OpenIdentity(sealed []byte, place string) ([]byte, error) {
	return v.open("identity", place, sealed)
}

// Phrases hashes at once.
type Phrases struct{}

// Hash is a keyed hash.
func (Phrases) Hash(_ context.Context, phrase string) (string, error) {
	sum := Vault{}.MAC("phrase", []byte(phrase))
	return string(sum[:]), nil
}

// Is compares hashes.
func (p Phrases) Is(ctx context.Context, hash, phrase string) (bool, error) {
	got, err := p.Hash(ctx, phrase)
	return got == hash, err
}

// Heard notes what was announced.
type Heard struct {
	mu    sync.Mutex
	cases []*casework.Case
}

// Announce notes the cases.
func (h *Heard) Announce(cs ...*casework.Case) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cases = append(h.cases, cs...)
}

// Times is how often a case was announced.
func (h *Heard) Times() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.cases)
}

// Week counts every day as the calendar does and only Monday to Friday as working days.
type Week struct{}

// Days counts calendar days.
func (Week) Days(from time.Time, n int) (due, target time.Time) {
	due = from.AddDate(0, 0, n)
	return due, due
}

// Workdays counts Mondays to Fridays.
func (Week) Workdays(from time.Time, n int) (due, target time.Time) {
	for due = from; n > 0; {
		due = due.AddDate(0, 0, 1)
		if due.Weekday() != time.Saturday && due.Weekday() != time.Sunday {
			n--
		}
	}
	return due, due
}

// Fixed is an office that does not change.
type Fixed struct{ O *office.Office }

// Office returns it.
func (f Fixed) Office(context.Context) (*office.Office, error) { return f.O, nil }

// Start is a Monday at eight in Việt Nam, after the law of July 2026 took effect.
var Start = time.Date(2026, 8, 3, 1, 0, 0, 0, time.UTC)

// Desk is a desk in memory with what stands behind it.
type Desk struct {
	*casework.Desk
	Kept   *Cases
	Heard  *Heard
	Papers *Papers
	Clock  time.Time // the desk's present; tests move it
}

// New opens a desk for the commune.
func New() *Desk {
	d := &Desk{Kept: &Cases{}, Heard: &Heard{}, Papers: &Papers{}, Clock: Start}
	d.Desk = &casework.Desk{
		Cases: d.Kept, Accesses: &Accesses{}, Papers: d.Papers, Vault: Vault{}, Phrases: Phrases{}, Offices: Fixed{office.New(Commune())}, Announce: d.Heard,
		Calendar: func() casework.Calendar { return Week{} }, Now: func() time.Time { return d.Clock },
		Log: slog.New(slog.DiscardHandler),
	}
	return d
}

// Commune is a small office: a People's Committee under the city's and over two units, a counter, one of each role, a rule for roads, and one that
// brings denunciations to whoever may decide them. Complaints about anything else wait in triage.
func Commune() office.Content {
	person := func(id, name, unit string, roles ...office.Role) office.Staff {
		return office.Staff{ID: id, Username: id, Name: name, Unit: unit, Roles: roles}
	}
	return office.Content{
		Units: []office.Unit{
			{ID: "city", Name: office.Name{VI: "Ủy ban nhân dân thành phố"}, Authority: true, Head: "mayor", Level: office.Province},
			{ID: "ubnd", Parent: "city", Name: office.Name{VI: "Ủy ban nhân dân"}, Authority: true, Head: "chair", Level: office.Commune},
			{ID: "roads", Parent: "ubnd", Name: office.Name{VI: "Phòng Kinh tế"}, Head: "roadhead"},
			{ID: "centre", Parent: "ubnd", Name: office.Name{VI: "Trung tâm Phục vụ hành chính công"}, Head: "centrehead"},
		},
		Staff: []office.Staff{
			person("mayor", "Bùi Văn Phố", "city", office.Head),
			person("chair", "Nguyễn Văn Chủ", "ubnd", office.Head), person("roadhead", "Trần Thị Đường", "roads", office.Head),
			person("centrehead", "Lê Văn Cửa", "centre", office.Head), person("officer", "Phạm Thị Việc", "roads", office.Officer),
			person("reception", "Võ Thị Tiếp", "centre", office.Reception), person("inspector", "Hồ Văn Tra", "ubnd", office.Inspector),
			person("admin", "Đỗ Văn Máy", "centre", office.Admin),
		},
		Counters: []office.Counter{{ID: "c1", Unit: "centre", Name: office.Name{VI: "Quầy 1"}, Version: 1}},
		Rules:    []office.Rule{{ID: "r1", Category: "roads", Unit: "roads"}, {ID: "r2", Kind: "denunciation", Category: "roads", Unit: "ubnd"}},
	}
}
