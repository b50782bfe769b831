// Package single (đăng nhập một lần) asks a province's OpenID provider who somebody is. It knows no staff: it brings back which account
// it was, and how the provider had made sure of it.
package single

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tiepdan/pkg/pace"
)

// Config is how this service is known to the provider.
type Config struct {
	Issuer, Client, Secret string
	Name                   string   // what staff call it
	Factor                 []string // the values of amr, or of acr, that say it asked for a second factor; none is believed without
}

// Account is somebody at the provider: who it is says the pair of issuer and subject alone, which no two people ever share. A mail
// address is not asked for, for it may become another's.
type Account struct {
	Issuer  string
	Subject string
	Name    string // as he is shown which account it is
	Factor  bool   // the provider asked him for a second factor
	// AuthAt is when he last showed the provider who he is; zero where it does not say.
	AuthAt time.Time
}

// What is wrong.
var (
	ErrAway    = errors.New("the provider of single sign-on does not answer")
	ErrRefused = errors.New("the provider of single sign-on, or what came back from it, does not say who it is")
)

// Provider is a provider, asked what it can do when first needed, so that one that is away keeps nothing else from working.
type Provider struct {
	Config
	Back   func() string // the address it leads back to
	Client *http.Client
	Now    func() time.Time

	mu     sync.Mutex
	found  atomic.Pointer[oidc.Provider]
	again  time.Time    // when one that did not answer is asked once more
	asking atomic.Int32 // how many questions it has not answered yet
	said   pace.Seldom  // that it is away
}

// atOnce bounds the questions that it has not answered yet: one that is slow holds up no more of this service than that.
const atOnce = 16

// ask lets a question through and returns how it ends, or nil where the provider is too slow to take one more.
func (p *Provider) ask() (end func()) {
	if p.asking.Add(1) > atOnce {
		p.asking.Add(-1)
		return nil
	}
	return func() { p.asking.Add(-1) }
}

// News reports whether it is to be said that the provider is away: once, and again an hour later.
func (p *Provider) News() bool { return p.said.Due(p.Now(), time.Hour) }

// within bounds all that is asked of the provider for one person.
const within = 8 * time.Second

// rest is how long one that did not answer is left alone: else everybody who comes waits for it in turn.
const rest = 5 * time.Second

// NewClient asks providers over the network.
func NewClient() *http.Client { return &http.Client{Timeout: within} }

// Trip is what must be remembered while somebody is at the provider.
type Trip struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

func (p *Provider) context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.Client)
}

// discover asks the provider for its addresses, once it answers.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	if found := p.found.Load(); found != nil {
		return found, nil
	}
	end := p.ask()
	if end == nil {
		return nil, ErrAway
	}
	defer end()
	p.mu.Lock()
	defer p.mu.Unlock()
	if found := p.found.Load(); found != nil {
		return found, nil
	}
	if p.Now().Before(p.again) {
		return nil, ErrAway
	}
	// The keys are fetched later, when this request is long over.
	found, err := oidc.NewProvider(p.context(context.WithoutCancel(ctx)), p.Issuer)
	if err != nil {
		p.again = p.Now().Add(rest)
		return nil, errors.Join(ErrAway, err)
	}
	p.found.Store(found)
	return found, nil
}

func (p *Provider) asks(found *oidc.Provider) *oauth2.Config {
	at := found.Endpoint()
	at.AuthStyle = p.style(found) // else each code is tried twice
	return &oauth2.Config{ClientID: p.Config.Client, ClientSecret: p.Secret, Endpoint: at, RedirectURL: p.Back(), Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

// style is how this service shows its secret: in the header, which is what a provider takes that says nothing of it.
func (p *Provider) style(found *oidc.Provider) oauth2.AuthStyle {
	var takes struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if p.Secret == "" || found.Claims(&takes) == nil && len(takes.Methods) > 0 && !slices.Contains(takes.Methods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// Begin returns the address where somebody says who he is. Anew asks the provider to have him show it now, be he signed in there or not:
// whether it did tells AuthAt alone.
func (p *Provider) Begin(ctx context.Context, random func() string, anew bool) (address string, t Trip, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", t, err
	}
	t = Trip{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier()}
	asked := []oauth2.AuthCodeOption{oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)}
	if anew {
		asked = append(asked, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return p.asks(found).AuthCodeURL(t.State, asked...), t, nil
}

// Answer is what came back from the provider in an address.
type Answer struct{ State, Code, Issuer string }

// Fits reports whether the answer is that of the trip: its state is the one that he was sent with.
func (p *Provider) Fits(t Trip, a Answer) bool {
	return t.State != "" && subtle.ConstantTimeCompare([]byte(t.State), []byte(a.State)) == 1 && a.Code != "" && (a.Issuer == "" || a.Issuer == p.Issuer)
}

// Finish reads who came back with an answer that Fits. The code is good with the verifier of the same trip alone, the token must be
// signed by the provider for this service, and bear the nonce.
func (p *Provider) Finish(ctx context.Context, t Trip, a Answer) (Account, error) {
	var none Account
	if !p.Fits(t, a) {
		return none, ErrRefused
	}
	found, err := p.discover(ctx)
	if err != nil {
		return none, err
	}
	end := p.ask()
	if end == nil {
		return none, ErrAway
	}
	defer end()
	ctx, cancel := context.WithTimeout(p.context(ctx), within)
	defer cancel()
	got, err := p.asks(found).Exchange(ctx, a.Code, oauth2.VerifierOption(t.Verifier))
	if _, refused := errors.AsType[*oauth2.RetrieveError](err); refused {
		return none, ErrRefused // what it says of that may name somebody
	}
	if err != nil {
		return none, errors.Join(ErrAway, err)
	}
	raw, _ := got.Extra("id_token").(string)
	token, err := found.VerifierContext(context.WithoutCancel(ctx), &oidc.Config{ClientID: p.Config.Client}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(t.Nonce)) == 0 || token.Subject == "" {
		return none, ErrRefused
	}
	return p.account(ctx, found, token, got)
}

// account reads what the token says. The name is for showing alone, so some providers tell it only where it is asked for.
func (p *Provider) account(ctx context.Context, found *oidc.Provider, token *oidc.IDToken, got *oauth2.Token) (Account, error) {
	var says struct {
		named

		AMR several `json:"amr"`
		ACR string  `json:"acr"`
		For string  `json:"azp"`
		At  int64   `json:"auth_time"`
	}
	if err := token.Claims(&says); err != nil {
		return Account{}, fmt.Errorf("what the provider says: %w", errors.Join(ErrRefused, err))
	}
	if says.For != p.Config.Client && (says.For != "" || len(token.Audience) > 1) { // made for another, who showed it here
		return Account{}, ErrRefused
	}
	if says.Name+says.Username == "" {
		if info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(got)); err == nil && info.Subject == token.Subject {
			_ = info.Claims(&says.named) // else he is shown the subject
		}
	}
	a := Account{Issuer: token.Issuer, Subject: token.Subject, Name: strings.TrimSpace(says.Name + " " + says.Username)}
	if says.At > 0 {
		a.AuthAt = time.Unix(says.At, 0)
	}
	a.Factor = slices.ContainsFunc(append(says.AMR, says.ACR), func(v string) bool { return v != "" && slices.Contains(p.Factor, v) })
	return a, nil
}

// several is a list, or its only value.
type several []string

// UnmarshalJSON takes both.
func (s *several) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*s = several{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(s))
}

type named struct {
	Name     string `json:"name"`
	Username string `json:"preferred_username"`
}

// Leaves returns the address where somebody signs out at the provider; "" where it has none, or was not asked yet: anybody may open the
// page that shows it, so nothing is asked for it.
func (p *Provider) Leaves() string {
	var has struct {
		End string `json:"end_session_endpoint"`
	}
	if found := p.found.Load(); found == nil || found.Claims(&has) != nil {
		return ""
	}
	return has.End
}
