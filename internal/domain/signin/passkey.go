package signin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"tiepdan/internal/domain/office"
)

const (
	mostPasskeys   = 10 // that one person has at a time
	maxPasskeyName = 60 // characters
	maxAnswer      = 32 << 10
)

// Shown is a browser's answer to what it was asked about a passkey: the token that came with the question, and the answer as JSON.
type Shown struct{ Token, Credential string }

const askPlace = "passkey-ask"

func newPasskeyPlace(session string) string { return "passkey-new/" + session }

// AskPasskey asks whoever comes for a passkey of his, whosever it is. Nothing is kept of it.
func (d *Doors) AskPasskey() (Asked, error) {
	p, err := d.party(localhost)
	if err != nil {
		return Asked{}, err
	}
	options, ses, err := p.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Asked{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	return d.seal(ses, options.Response, askPlace, askLasts)
}

// BeginPasskey asks a person's browser to make a passkey. issuer is the service's name as his device lists it.
func (d *Doors) BeginPasskey(who office.Staff, session, issuer string) (Asked, error) {
	p, err := d.party(issuer)
	if err != nil {
		return Asked{}, err
	}
	has := webauthn.Credentials(owner{who}.WebAuthnCredentials()).CredentialDescriptors()
	options, ses, err := p.BeginRegistration(owner{who}, webauthn.WithExclusions(has))
	if err != nil {
		return Asked{}, fmt.Errorf("ask for a new passkey: %w", err)
	}
	return d.seal(ses, options.Response, newPasskeyPlace(session), enrolLasts)
}

// AddPasskey (thêm khóa đăng nhập) keeps a passkey that the person's device has made; other sessions of his end. It returns recovery
// codes where he had no second factor, and the token of the session that goes on.
func (d *Doors) AddPasskey(ctx context.Context, who office.Staff, name string, in In) (codes []string, next string, err error) {
	if !who.Vouched() {
		return nil, "", ErrPasskeyDoubt
	}
	k, err := d.made(ctx, who, in)
	if err != nil {
		return nil, "", err
	}
	k.Name = passkeyName(name, in)
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, "", err
	}
	if o.KnowsPasskey(k.ID) { // whose it is would be told by chance from then on
		return nil, "", ErrPasskey
	}
	many := false
	codes, err = d.factorOn(ctx, who, func(m *office.Staff) {
		if many = len(m.Passkeys) >= mostPasskeys || !m.Vouched(); !many {
			m.Passkeys = append(m.Passkeys, k)
		}
	})
	switch {
	case err != nil:
		return nil, "", err
	case many:
		return nil, "", ErrPasskeyMany
	}
	next, err = d.renew(ctx, who, PasskeyOn, in)
	return codes, next, err
}

// made reads the passkey that the person's device has made.
func (d *Doors) made(ctx context.Context, who office.Staff, in In) (office.Passkey, error) {
	var none office.Passkey
	ses, err := d.unseal(in.Passkey.Token, newPasskeyPlace(in.Session))
	if err != nil {
		return none, err
	}
	p, err := d.party(localhost)
	if err != nil {
		return none, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes([]byte(in.Passkey.Credential[:min(len(in.Passkey.Credential), maxAnswer)]))
	if err != nil {
		return none, ErrPasskey
	}
	c, err := p.CreateCredential(owner{who}, ses, answer)
	if err != nil || !c.Flags.UserVerified {
		return none, ErrPasskey
	}
	if err := d.answered(ctx, ses); err != nil {
		return none, err
	}
	c.Attestation = webauthn.CredentialAttestation{} // nobody asked who made the device
	public, err := json.Marshal(c)
	return office.Passkey{ID: passkeyID(c.ID), Public: public, Count: c.Authenticator.SignCount, MadeAt: d.Now()}, err
}

func passkeyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// passkeyName is what the person calls it, or what kind of device it was made on.
func passkeyName(name string, in In) string {
	runes := []rune(strings.TrimSpace(name))
	if len(runes) == 0 {
		runes = []rune(Device(in.Agent))
	}
	return string(runes[:min(len(runes), maxPasskeyName)])
}

// answered notes that a question is answered: an answer is good once.
func (d *Doors) answered(ctx context.Context, ses webauthn.SessionData) error {
	first, err := d.Factors.Spend(ctx, "passkey/"+ses.Challenge, d.Now().Add(enrolLasts))
	if err == nil && !first {
		err = ErrPasskeyOver
	}
	return err
}

// NamePasskey gives a passkey of the person another name.
func (d *Doors) NamePasskey(ctx context.Context, who office.Staff, id, name string) error {
	if strings.TrimSpace(name) == "" {
		return ErrTokenShape
	}
	if _, his := who.Passkey(id); !his {
		return ErrPasskey
	}
	return d.Factors.ChangeStaff(ctx, who.ID, func(m *office.Staff) {
		if i := slices.IndexFunc(m.Passkeys, func(k office.Passkey) bool { return k.ID == id }); i >= 0 {
			m.Passkeys[i].Name = passkeyName(name, In{})
		}
	})
}

// DropPasskey ends a passkey of the person. Where it was the last factor the recovery codes end, too; a role that demands one keeps the
// last.
func (d *Doors) DropPasskey(ctx context.Context, who office.Staff, id string, in In) (next string, err error) {
	if _, his := who.Passkey(id); !his {
		return "", ErrPasskey
	}
	return d.factorOff(ctx, who, PasskeyOff, in, func(m *office.Staff) {
		m.Passkeys = slices.DeleteFunc(slices.Clone(m.Passkeys), func(k office.Passkey) bool { return k.ID == id })
	})
}

// byPasskey lets in whoever shows a passkey that lets him in: it takes the place of name, password and second factor.
func (d *Doors) byPasskey(ctx context.Context, o *office.Office, in In) (string, office.Staff, error) {
	who, err := d.showsPasskey(ctx, o, in.Passkey)
	if err != nil {
		if errors.Is(err, ErrPasskey) {
			err = errors.Join(err, d.note(ctx, who.ID, in, ByPasskey, false))
		}
		return "", office.Staff{}, err
	}
	return d.welcome(ctx, who, in, ByPasskey)
}

// showsPasskey returns whose passkey was shown. With ErrPasskey it returns whose it would have been, if that is known.
func (d *Doors) showsPasskey(ctx context.Context, o *office.Office, shown Shown) (who office.Staff, err error) {
	ses, err := d.unseal(shown.Token, askPlace)
	if err != nil {
		return who, err
	}
	p, err := d.party(localhost)
	if err != nil {
		return who, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(shown.Credential[:min(len(shown.Credential), maxAnswer)]))
	if err != nil {
		return who, ErrPasskey
	}
	_, c, err := p.ValidatePasskeyLogin(func(raw, _ []byte) (webauthn.User, error) {
		var his bool
		if who, his = o.ByPasskey(passkeyID(raw)); !his {
			return nil, ErrPasskey
		}
		return owner{who}, nil
	}, ses, answer)
	if err != nil {
		return who, ErrPasskey
	}
	if err := d.answered(ctx, ses); err != nil {
		return who, err
	}
	if c.Authenticator.CloneWarning {
		return who, ErrPasskey
	}
	return who, d.usePasskey(ctx, who, passkeyID(c.ID), c.Authenticator.SignCount)
}

// usePasskey notes that a passkey was used: each time where it counts, which tells a copy of it, else once a day.
func (d *Doors) usePasskey(ctx context.Context, who office.Staff, id string, count uint32) error {
	today := d.Now().UTC().Truncate(24 * time.Hour)
	if k, _ := who.Passkey(id); count == 0 && k.UsedAt.Equal(today) {
		return nil
	}
	fits := false
	err := d.Factors.ChangeStaff(ctx, who.ID, func(m *office.Staff) {
		i := slices.IndexFunc(m.Passkeys, func(k office.Passkey) bool { return k.ID == id })
		if fits = i >= 0 && !m.Passkeys[i].Ended && (count == 0 || count > m.Passkeys[i].Count); fits {
			m.Passkeys[i].Count, m.Passkeys[i].UsedAt = count, today
		}
	})
	if err == nil && !fits {
		err = ErrPasskey
	}
	return err
}
