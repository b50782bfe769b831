package testkit

import (
	"github.com/chromedp/cdproto/webauthn"
)

// Authenticator gives the browser a device that keeps passkeys and is always unlocked. Pages are to be opened at localhost: an address
// of numbers has no passkeys.
func Authenticator() BrowserOption {
	return func(b *browser) {
		b.actions = append(b.actions,
			send(webauthn.Enable, webauthn.EnableParams{}),
			send(webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
				Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
				HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
			}}))
	}
}
