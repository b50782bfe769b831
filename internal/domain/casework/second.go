package casework

import (
	"context"
	"crypto/subtle"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/vntext"
)

// A tracking code is a piece of paper, and paper is found. What it opens alone names nobody: who wrote a denunciation is told
// only to somebody who also knows a second thing (yếu tố thứ hai): the passphrase he may have set when he filed, or the last six
// digits of his ID number.

// The limits of a passphrase, in runes.
const (
	MinPassphrase = 8
	MaxPassphrase = 100
)

// The tries of the second thing. They are counted in the history of the case, so they hold over restarts and instances, and the
// sender sees them.
const (
	lastDigits   = 6
	mostWrong    = 5 // within wrongWithin
	wrongWithin  = 15 * time.Minute
	mostWrongDay = 20
)

// The quiet events of a reading of the sender's own data, by the second thing that opened it. Older readings say none.
const (
	ownShown         = "own_data_shown"
	ownShownByPhrase = "own_data_shown_phrase"
	ownShownByID     = "own_data_shown_id"
	ownShownByPhone  = "own_data_shown_phone"
	ownRefused       = "own_data_refused"
)

// ErrManyTries says that the second thing of this case was wrong too often; nothing is compared for a while.
var ErrManyTries = errors.New("too many wrong tries of the second thing")

// Phrases hashes what a person keeps in his head, slowly, so that a guess is dear.
type Phrases interface {
	Hash(ctx context.Context, phrase string) (string, error)
	// Is reports whether the phrase has this hash. An empty hash is that of nothing and costs the same time.
	Is(ctx context.Context, hash, phrase string) (bool, error)
}

// Mask hides the sender from whoever found the paper: it tells which fields are held. The initials of a name would name a
// denouncer to those who guess already.
func (c Contact) Mask(k law.Kind) Contact {
	name := hide(c.Name)
	if !k.Secret() {
		name = vntext.MaskName(c.Name)
	}
	return Contact{Name: name, Phone: hide(c.Phone), Email: hide(c.Email), Address: hide(c.Address), IDNumber: hide(c.IDNumber)}
}

func hide(s string) string {
	if s == "" {
		return ""
	}
	return "***"
}

// PhraseOpens reports whether a passphrase set with a letter of this kind will open anything: the sender of others is no secret,
// and one that is sealed to a quorum the server cannot show.
func (d *Desk) PhraseOpens(k law.Kind) bool { return k.Secret() && (d.Quorum == nil || !d.Quorum.On()) }

// PhraseSet reports whether the sender set a passphrase that opens his data to him.
func (d *Desk) PhraseSet(ctx context.Context, c *Case) (bool, error) {
	if !c.Guarded() || c.Erased() {
		return false, nil
	}
	sec, err := d.Cases.Secrets(ctx, c.senderID())
	return err == nil && len(sec.Second) > 0 && len(sec.Quorum) == 0, err
}

// cleanPhrase keeps a passphrase for kinds whose sender is secret.
func (f *Draft) cleanPhrase(p problems) {
	f.Passphrase = vntext.Line(f.Passphrase)
	if !f.Kind.Secret() {
		f.Passphrase = ""
	}
	n := vntext.Runes(f.Passphrase)
	p.add(n > 0 && (n < MinPassphrase || n > MaxPassphrase), "passphrase", "error.field.passphrase")
}

// sealPhrase keeps the hash of the passphrase, sealed: it stands in no fingerprint and no digest.
func (d *Desk) sealPhrase(ctx context.Context, c *Case, phrase string) ([]byte, error) {
	if phrase == "" {
		return nil, nil
	}
	hash, err := d.Phrases.Hash(ctx, phrase)
	if err != nil {
		return nil, err
	}
	return d.Vault.SealPersonal([]byte(hash), c.ID+"/second")
}

func (d *Desk) phraseHash(ctx context.Context, c *Case) (string, error) {
	if !c.Guarded() || c.Erased() {
		return "", nil
	}
	sec, err := d.Cases.Secrets(ctx, c.senderID())
	if err != nil || len(sec.Second) == 0 {
		return "", err
	}
	hash, err := d.Vault.OpenPersonal(sec.Second, sec.owner()+"/second")
	return string(hash), err
}

// knows says what the second thing opens the sender by: an event of those above. It takes the same time whatever was set and
// whatever is wrong.
func (d *Desk) knows(ctx context.Context, c *Case, who Contact, second string) (string, error) {
	hash, err := d.phraseHash(ctx, c)
	if err != nil {
		return "", err
	}
	is, err := d.Phrases.Is(ctx, hash, second)
	if err != nil {
		return "", err
	}
	phone := who.Phone
	if c.Guarded() {
		phone = ""
	}
	what := ownRefused
	for _, way := range []struct {
		fits bool
		what string
	}{{endsOn(phone, second), ownShownByPhone}, {endsOn(who.IDNumber, second), ownShownByID}, {is, ownShownByPhrase}} {
		if way.fits {
			what = way.what
		}
	}
	return what, nil
}

// endsOn reports whether these are the last six digits of the number. A number that was not given ends on nothing.
func endsOn(number, digits string) bool {
	tail, given := strings.Repeat("x", lastDigits), len(number) >= lastDigits
	if given {
		tail = number[len(number)-lastDigits:]
	}
	return subtle.ConstantTimeCompare([]byte(tail), []byte(digits)) == 1 && given
}

// triedOut reports whether the second thing was wrong too often of late.
func (c *Case) triedOut(now time.Time) bool {
	lately, today := 0, 0
	for _, e := range slices.Backward(c.History) {
		if now.Sub(e.At) > 24*time.Hour {
			break
		}
		if e.What != ownRefused {
			continue
		}
		today++
		if now.Sub(e.At) < wrongWithin {
			lately++
		}
	}
	return lately >= mostWrong || today >= mostWrongDay
}

// HoldWhole is Hold with the sender in full, for somebody who knows the second thing as well. The reading stands in the history
// before it is answered, and so does a wrong try; both name nobody and make no open form stale. Nothing typed is no try, and
// where only a quorum opens the sender nothing is compared: no second thing could show him.
func (d *Desk) HoldWhole(ctx context.Context, typed, second string) (Held, error) {
	c, l, who, err := d.byTwoThings(ctx, typed, second, nil)
	if err != nil {
		return Held{}, err
	}
	return d.held(c, l, who)
}

// byTwoThings opens the words and the sender of a case to somebody who has its code and knows the second thing; more goes into
// the entry that says so.
func (d *Desk) byTwoThings(ctx context.Context, typed, second string, more map[string]string) (c *Case, l Letter, who Contact, err error) {
	second = vntext.Line(second)
	if c, err = d.byCode(ctx, typed); err != nil {
		return nil, l, who, err
	}
	l, who, sealed, err := d.openHeld(ctx, c)
	switch {
	case err != nil:
		return nil, l, who, err
	case sealed:
		return nil, l, who, conflict("error.own_data_quorum")
	case second == "":
		return nil, l, who, problems{"second": "error.field.second_empty"}.err()
	case c.triedOut(d.now()):
		return nil, l, who, ErrManyTries
	}
	what, err := d.knows(ctx, c, who, second)
	if err != nil {
		return nil, l, who, err
	}
	if c, err = d.noteTry(ctx, typed, what, more); err != nil {
		return nil, l, who, err
	}
	return c, l, who, nil
}

// noteTry records what the second thing opened, with more of it; a wrong one is recorded and an error.
func (d *Desk) noteTry(ctx context.Context, typed, what string, more map[string]string) (*Case, error) {
	c, err := d.citizen(ctx, typed, func(c *Case) error {
		if c.triedOut(d.now()) { // many at once get no further than many in turn
			return ErrManyTries
		}
		data := map[string]string{"state": string(c.State)}
		maps.Copy(data, more)
		c.record(history.Entry{At: d.now(), Actor: history.ByCitizen, What: what, Data: data})
		return nil
	})
	if err == nil && what == ownRefused {
		err = problems{"second": "error.field.second"}.err()
	}
	return c, err
}

// proves checks the second thing and shows nothing. A wrong one is recorded and counts as one of HoldWhole's.
func (d *Desk) proves(ctx context.Context, typed, second string) error {
	if second = vntext.Line(second); second == "" {
		return problems{"second": "error.field.second_empty"}.err()
	}
	c, err := d.byCode(ctx, typed)
	if err != nil {
		return err
	}
	if c.triedOut(d.now()) {
		return ErrManyTries
	}
	_, who, _, err := d.openHeld(ctx, c)
	if err != nil {
		return err
	}
	what, err := d.knows(ctx, c, who, second)
	if err == nil && what == ownRefused {
		_, err = d.noteTry(ctx, typed, what, nil)
	}
	return err
}

// Opened is when the sender's data was shown in full to somebody who knew the second thing.
func (f Following) Opened() []time.Time {
	return f.Case.when(ownShown, ownShownByPhrase, ownShownByID, ownShownByPhone)
}

// Refused is when somebody had the code but not the second thing.
func (f Following) Refused() []time.Time { return f.Case.when(ownRefused) }

func (c *Case) when(whats ...string) []time.Time {
	var out []time.Time
	for i := range c.History {
		if slices.Contains(whats, c.History[i].What) {
			out = append(out, c.History[i].At)
		}
	}
	return out
}

// held puts together what is held of a case.
func (d *Desk) held(c *Case, l Letter, who Contact) (Held, error) {
	h := Held{Reference: c.Ref, Kind: c.Kind, MayErase: c.MayForget(), Letter: l, Contact: who, guarded: c.Guarded()}
	texts, err := d.talk(c)
	if err != nil {
		return h, err
	}
	for i, m := range c.Messages {
		h.Messages = append(h.Messages, HeldMessage{m.At.In(Vietnam), m.Citizen, texts[i]})
	}
	for _, a := range c.ShownFiles() {
		h.Files = append(h.Files, a.Name)
	}
	if c.Answer != nil {
		if h.Answer, err = d.unwords(c, c.Answer.Text, c.Answer.Sealed); err != nil {
			return h, err
		}
	}
	for i := range c.History {
		if ofForce(c.History[i]) {
			continue
		}
		h.Events = append(h.Events, HeldEvent{At: c.History[i].At.In(Vietnam), What: c.History[i].What})
	}
	if until, ok := c.KeptUntil(); ok {
		until = until.In(Vietnam)
		h.KeptUntil = &until
	}
	return h, nil
}
