package signin

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"tiepdan/internal/domain/office"
)

// What is wrong with a passkey.
var (
	ErrPasskey      = errors.New("the passkey lets nobody in")
	ErrPasskeyOver  = errors.New("too long since the passkey was asked for, or it has answered already")
	ErrPasskeyMany  = errors.New("the person has as many passkeys as one may have")
	ErrPasskeyDoubt = errors.New("nobody has confirmed the person's standing, so no passkey may be added")
	ErrNoPasskeys   = errors.New("the address of the service is none that passkeys work at")
)

// party is the service as passkeys know it: by the name in the address where people reach it, and by that address alone. Browsers
// make passkeys for names over TLS; for a machine's own, http://localhost will do, which is what an address such as 127.0.0.1 is taken
// for.
func (d *Doors) party(name string) (*webauthn.WebAuthn, error) {
	if d.Address == nil {
		return nil, ErrNoPasskeys
	}
	u, err := url.Parse(d.Address())
	if err != nil {
		return nil, ErrNoPasskeys
	}
	host, origin := u.Hostname(), u.Scheme+"://"+u.Host
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && !ip.IsLoopback(), host == "":
		return nil, ErrNoPasskeys
	case err == nil:
		host, origin = localhost, u.Scheme+"://"+localhost
		if u.Port() != "" {
			origin += ":" + u.Port()
		}
	}
	if u.Scheme != "https" && host != localhost {
		return nil, ErrNoPasskeys
	}
	yes := true
	return webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: name, RPOrigins: []string{origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &yes, UserVerification: protocol.VerificationRequired,
		},
		// Some password managers tell what nobody asked; it decides nothing here.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
}

const localhost = "localhost"

// HasPasskeys reports whether passkeys work at the address of the service.
func (d *Doors) HasPasskeys() bool {
	_, err := d.party(localhost)
	return err == nil
}

// Asked is what a browser is asked about a passkey, as it takes it (PublicKeyCredentialCreationOptionsJSON or …RequestOptionsJSON),
// and the token to bring back with its answer.
type Asked struct {
	Options json.RawMessage
	Token   string
}

// askLasts is how long one may take over using a passkey.
const askLasts = 5 * time.Minute

type sealedAsk struct {
	Session webauthn.SessionData `json:"session"`
	Until   time.Time            `json:"until"`
}

// seal keeps the question with whom it is asked, so that strangers who ask for many cost no room. That it is answered once is kept in
// the store: see answered.
func (d *Doors) seal(ses *webauthn.SessionData, options any, place string, lasts time.Duration) (Asked, error) {
	raw, err := json.Marshal(sealedAsk{*ses, d.Now().Add(lasts)})
	if err != nil {
		return Asked{}, fmt.Errorf("passkey question: %w", err)
	}
	sealed, err := d.Vault.SealPersonal(raw, place)
	if err != nil {
		return Asked{}, err
	}
	asked, err := json.Marshal(options)
	if err != nil {
		return Asked{}, fmt.Errorf("passkey question: %w", err)
	}
	return Asked{asked, base64.RawURLEncoding.EncodeToString(sealed)}, nil
}

// unseal reads the question that the token is for.
func (d *Doors) unseal(token, place string) (webauthn.SessionData, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return webauthn.SessionData{}, ErrPasskeyOver
	}
	raw, err := d.Vault.OpenPersonal(sealed, place)
	if err != nil {
		return webauthn.SessionData{}, ErrPasskeyOver
	}
	var a sealedAsk
	if json.Unmarshal(raw, &a) != nil || !d.Now().Before(a.Until) {
		return webauthn.SessionData{}, ErrPasskeyOver
	}
	return a.Session, nil
}

// owner is a person as go-webauthn knows one.
type owner struct{ office.Staff }

// WebAuthnID is what the device keeps beside the passkey.
func (o owner) WebAuthnID() []byte { return []byte(o.ID) }

// WebAuthnName is the username.
func (o owner) WebAuthnName() string { return o.Username }

// WebAuthnDisplayName is the person's name.
func (o owner) WebAuthnDisplayName() string { return o.Name }

// WebAuthnCredentials lists those that let him in.
func (o owner) WebAuthnCredentials() []webauthn.Credential {
	var out []webauthn.Credential
	for _, k := range o.Passkeys {
		var c webauthn.Credential
		if !k.Ended && json.Unmarshal(k.Public, &c) == nil {
			c.Authenticator.SignCount = k.Count
			out = append(out, c)
		}
	}
	return out
}
