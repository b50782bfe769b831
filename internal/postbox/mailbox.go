package postbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Mailbox (hộp thư) is a mailbox on a server of mail that messages are fetched from.
type Mailbox struct {
	Host   string // with the port
	TLS    bool   // from the first byte; else the line is encrypted before anything is said, but on this machine
	User   string
	Folder string

	password string
	tokens   func(context.Context) oauth2.TokenSource // nil where a password opens it
}

// ParseMailbox reads imaps://user:password@host[:port][/folder], or imap:// for a server that encrypts the line on demand. Instead
// of the password may stand ?token_url=…&client_id=…&client_secret=…, with &refresh_token=… where the mailbox is a person's, and
// &scope=… where the provider asks for one.
func ParseMailbox(address string) (Mailbox, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User.Username() == "" || u.Scheme != "imap" && u.Scheme != "imaps" {
		return Mailbox{}, errors.New("must be imaps://user:password@host or imap://user:password@host") // err would say the password
	}
	m := Mailbox{TLS: u.Scheme == "imaps", User: u.User.Username(), Folder: strings.Trim(u.Path, "/")}
	m.password, _ = u.User.Password()
	port := u.Port()
	if port == "" {
		port = map[string]string{"imap": "143", "imaps": "993"}[u.Scheme]
	}
	m.Host = net.JoinHostPort(u.Hostname(), port)
	if m.Folder == "" {
		m.Folder = "INBOX"
	}
	if err := m.oauth(u.Query()); err != nil {
		return Mailbox{}, err
	}
	if (m.password == "") == (m.tokens == nil) {
		return Mailbox{}, errors.New("must have either a password or a token_url")
	}
	return m, nil
}

func (m *Mailbox) oauth(q url.Values) error {
	at := q.Get("token_url")
	if at == "" {
		return nil
	}
	if u, err := url.Parse(at); err != nil || u.Scheme != "https" && !loopback(u.Hostname()) || q.Get("client_id") == "" {
		return errors.New("must have a token_url that begins with https:// and a client_id")
	}
	refresh, scopes := q.Get("refresh_token"), strings.Fields(q.Get("scope"))
	if refresh == "" {
		cc := &clientcredentials.Config{ClientID: q.Get("client_id"), ClientSecret: q.Get("client_secret"), TokenURL: at, Scopes: scopes}
		m.tokens = cc.TokenSource
		return nil
	}
	of := &oauth2.Config{ClientID: q.Get("client_id"), ClientSecret: q.Get("client_secret"), Endpoint: oauth2.Endpoint{TokenURL: at}, Scopes: scopes}
	m.tokens = func(ctx context.Context) oauth2.TokenSource {
		return of.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh})
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// dialWithin bounds how long a server may take to answer at all.
const dialWithin = 30 * time.Second

// open connects, signs in and selects the folder. told is called whenever the server tells of new messages.
func (m Mailbox) open(ctx context.Context, token oauth2.TokenSource, told func()) (*imapclient.Client, error) {
	o := &imapclient.Options{
		Dialer:                &net.Dialer{Timeout: dialWithin, KeepAlive: time.Minute},
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: func(*imapclient.UnilateralDataMailbox) { told() }},
	}
	host, _, _ := net.SplitHostPort(m.Host)
	dial := imapclient.DialStartTLS
	switch {
	case m.TLS:
		dial = imapclient.DialTLS
	case loopback(host):
		dial = imapclient.DialInsecure
	}
	c, err := dial(m.Host, o)
	if err != nil {
		return nil, fmt.Errorf("reach mailbox: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	if err := m.signIn(c, token); err != nil {
		stop()
		return nil, errors.Join(err, c.Close())
	}
	if _, err := c.Select(m.Folder, nil).Wait(); err != nil {
		stop()
		return nil, errors.Join(fmt.Errorf("open folder: %w", err), c.Close())
	}
	return c, nil
}

func (m Mailbox) signIn(c *imapclient.Client, token oauth2.TokenSource) error {
	if token == nil {
		if err := c.Login(m.User, m.password).Wait(); err != nil {
			return errors.New("the mailbox does not take the password")
		}
		return nil
	}
	t, err := token.Token()
	if err != nil {
		return errors.New("no token for the mailbox: the provider gave none") // what it said may hold the secret
	}
	var how sasl.Client = &xoauth2{m.User, t.AccessToken}
	if caps := c.Caps(); caps.Has(imap.AuthCap(sasl.OAuthBearer)) && !caps.Has(imap.AuthCap("XOAUTH2")) {
		how = sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: m.User, Token: t.AccessToken})
	}
	if err := c.Authenticate(how); err != nil {
		return errors.New("the mailbox does not take the token")
	}
	return nil
}

// xoauth2 signs in with a token as large providers had it before the standard did.
type xoauth2 struct{ user, token string }

// Start says everything at once.
func (x *xoauth2) Start() (mech string, ir []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers an error with nothing, after which the server refuses.
func (*xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }
