// Package single (đăng nhập một lần) asks a province's OpenID provider who somebody is. It knows no staff: it brings back which account
// it was, and how the provider had made sure of it.
package single

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
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

	mu    sync.Mutex
	found *oidc.Provider
	again time.Time // when one that did not answer is asked once more
}

// within bounds each question to the provider.
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
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
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
	p.found = found
	return found, nil
}

func (p *Provider) asks(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.Config.Client, ClientSecret: p.Secret, Endpoint: found.Endpoint(), RedirectURL: p.Back(), Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

// Begin returns the address where somebody says who he is.
func (p *Provider) Begin(ctx context.Context, random func() string) (address string, t Trip, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", t, err
	}
	t = Trip{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier()}
	return p.asks(found).AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)), t, nil
}

// Answer is what came back from the provider in an address.
type Answer struct{ State, Code, Issuer string }

// Finish reads who came back. The state must be the one that he was sent with, the code is good with the verifier of the same trip
// alone, the token must be signed by the provider for this service, and bear the nonce.
func (p *Provider) Finish(ctx context.Context, t Trip, a Answer) (Account, error) {
	var none Account
	if t.State == "" || subtle.ConstantTimeCompare([]byte(t.State), []byte(a.State)) == 0 || a.Code == "" || a.Issuer != "" && a.Issuer != p.Issuer {
		return none, ErrRefused
	}
	found, err := p.discover(ctx)
	if err != nil {
		return none, err
	}
	ctx = p.context(ctx)
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
	return p.account(ctx, token, got)
}

// account reads what the token says. The name is for showing alone, so some providers tell it only where it is asked for.
func (p *Provider) account(ctx context.Context, token *oidc.IDToken, got *oauth2.Token) (Account, error) {
	var says struct {
		named

		AMR []string `json:"amr"`
		ACR string   `json:"acr"`
	}
	if err := token.Claims(&says); err != nil {
		return Account{}, fmt.Errorf("what the provider says: %w", errors.Join(ErrRefused, err))
	}
	if says.Name+says.Username == "" {
		if info, err := p.found.UserInfo(ctx, oauth2.StaticTokenSource(got)); err == nil && info.Subject == token.Subject {
			_ = info.Claims(&says.named) // else he is shown the subject
		}
	}
	a := Account{Issuer: token.Issuer, Subject: token.Subject, Name: strings.TrimSpace(says.Name + " " + says.Username)}
	a.Factor = slices.ContainsFunc(append(says.AMR, says.ACR), func(v string) bool { return v != "" && slices.Contains(p.Factor, v) })
	return a, nil
}

type named struct {
	Name     string `json:"name"`
	Username string `json:"preferred_username"`
}

// Leaves returns the address where somebody signs out at the provider, or "" where it has none.
func (p *Provider) Leaves(ctx context.Context) (address string, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	var has struct {
		End string `json:"end_session_endpoint"`
	}
	if err := found.Claims(&has); err != nil {
		return "", errors.Join(ErrAway, err)
	}
	return has.End, nil
}
