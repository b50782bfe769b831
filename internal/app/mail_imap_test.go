package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/postbox"
	"tiepdan/internal/testkit"
)

// boxAt is the address of a mailbox as the setting takes it.
func boxAt(t *testing.T, d *testkit.Dovecot, user, more string) postbox.Mailbox {
	t.Helper()
	u := url.URL{Scheme: "imap", Host: d.IMAP, User: url.User(user), RawQuery: more}
	if more == "" {
		u.User = url.UserPassword(user, d.Password)
	}
	m, err := postbox.ParseMailbox(u.String())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// flagsIn are the flags of the messages in a mailbox, as somebody sees who looks into it.
func flagsIn(t *testing.T, d *testkit.Dovecot, user string) (out [][]imap.Flag) {
	t.Helper()
	c, err := imapclient.DialInsecure(d.IMAP, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(user, d.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	if data, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil || data.NumMessages == 0 {
		return nil
	}
	all := imap.SeqSet{}
	all.AddRange(1, 0)
	got, err := c.Fetch(all, &imap.FetchOptions{Flags: true}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range got {
		out = append(out, m.Flags)
	}
	return out
}

func seen(flags [][]imap.Flag) (n int) {
	for _, f := range flags {
		if slices.Contains(f, imap.FlagSeen) {
			n++
		}
	}
	return n
}

// TestMailboxesAreRead of Debian's own mail server, two at once: what lies there and what comes while the program listens; a message
// in both is one case; marked as read when it is durable; what cannot be taken stays for people. A server that was away is found again.
func TestMailboxesAreRead(t *testing.T) {
	d := testkit.NewDovecot(t, "")
	other := "tiepdan@thangan.example"
	for _, box := range []string{mailbox, other} {
		if err := deliver(t, d.LMTP, "vo.be@example.vn", sample(t, "plain-utf8"), box); err != nil {
			t.Fatal(err, d.Log())
		}
	}
	r := open(t, func(c *app.Config) {
		c.MailAddress, c.IMAP = mailbox, []postbox.Mailbox{boxAt(t, d, mailbox, ""), boxAt(t, d, other, "")}
	})
	until(t, "the mark of both copies", func() bool { return seen(flagsIn(t, d, mailbox))+seen(flagsIn(t, d, other)) == 2 })
	if n := len(mailCases(t, r)); n != 1 {
		t.Fatalf("one message in two mailboxes is %d cases", n)
	}
	if err := deliver(t, d.LMTP, "vo.be@example.vn", sample(t, "nested-inline-pictures"), mailbox); err != nil {
		t.Fatal(err)
	}
	until(t, "what came while it listened", func() bool { return seen(flagsIn(t, d, mailbox)) == 2 })
	if err := deliver(t, d.LMTP, "vo.be@example.vn", []byte("From: a@b.vn\r\n\r\n\r\n"), mailbox); err != nil {
		t.Fatal(err)
	}
	until(t, "the flag of what cannot be taken", func() bool {
		f := flagsIn(t, d, mailbox)
		return len(f) == 3 && slices.Contains(f[2], imap.FlagFlagged) && !slices.Contains(f[2], imap.FlagSeen)
	})
	d.Stop(t)
	until(t, "the log of the broken line", func() bool { return strings.Contains(r.Log.String(), "a mailbox cannot be read now") })
	d.Start(t)
	if err := deliver(t, d.LMTP, "vo.be@example.vn", sample(t, "windows-1258"), mailbox); err != nil {
		t.Fatal(err)
	}
	until(t, "what came after it was away", func() bool { return seen(flagsIn(t, d, mailbox)) == 3 })
	if n := len(mailCases(t, r)); n != 3 {
		t.Errorf("%d cases", n)
	}
	for _, secret := range []string{d.Password, "vo.be", "Võ Thị"} {
		if strings.Contains(r.Log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

// TestAMailIsUnreadUntilItIsDurable: while the database is away nothing is marked; afterwards it is taken, once.
func TestAMailIsUnreadUntilItIsDurable(t *testing.T) {
	d := testkit.NewDovecot(t, "")
	addr := testkit.FreeAddr(t)
	p := testkit.NewProgram(t, "TIEPDAN_MAIL_ADDRESS="+mailbox, "TIEPDAN_LMTP="+addr, "TIEPDAN_LIMITS=1000",
		"TIEPDAN_IMAP=imap://"+url.UserPassword(mailbox, d.Password).String()+"@"+d.IMAP)
	const mails = 40
	p.Start(t, "demo")
	for i := range mails {
		if err := deliver(t, d.LMTP, "be@example.vn", numbered(i), mailbox); err != nil {
			t.Fatal(err)
		}
		if i == mails/2 {
			until(t, "the first marks", func() bool { return seen(flagsIn(t, d, mailbox)) > 0 })
			p.Kill(t) // in the middle of its work
		}
	}
	before := seen(flagsIn(t, d, mailbox))
	p.Start(t, "serve")
	until(t, "all marks", func() bool { return seen(flagsIn(t, d, mailbox)) == mails })
	p.Kill(t)
	if before == mails {
		t.Error("it was not killed in the middle")
	}
	checkNumbered(t, p.Data, mails)
}

// TestAMailboxIsOpenedByToken: with a person's refresh token and with the program's own, each a new one when the old one is refused.
func TestAMailboxIsOpenedByToken(t *testing.T) {
	var asked atomic.Int64
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		answer := map[string]any{}
		switch {
		case q.URL.Path == "/info" && strings.HasPrefix(q.FormValue("access_token"), "good-"):
			answer["email"] = strings.TrimPrefix(q.FormValue("access_token"), "good-")
		case q.URL.Path == "/token" && (q.FormValue("refresh_token") == "r1" || q.FormValue("grant_type") == "client_credentials" && q.FormValue("scope") == "mail"):
			asked.Add(1)
			user := map[bool]string{true: mailbox, false: "chung@thangan.example"}[q.FormValue("refresh_token") != ""]
			answer["access_token"], answer["token_type"], answer["expires_in"] = "good-"+user, "Bearer", 3600
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}))
	defer provider.Close()
	d := testkit.NewDovecot(t, provider.URL+"/info")
	for i, box := range []string{mailbox, "chung@thangan.example"} {
		if err := deliver(t, d.LMTP, "vo.be@example.vn", numbered(i), box); err != nil {
			t.Fatal(err, d.Log())
		}
	}
	token := "token_url=" + url.QueryEscape(provider.URL+"/token") + "&client_id=c&client_secret=s"
	r := open(t, func(c *app.Config) {
		c.MailAddress, c.IMAP = mailbox, []postbox.Mailbox{boxAt(t, d, mailbox, token+"&refresh_token=r1"), boxAt(t, d, "chung@thangan.example", token+"&scope=mail")}
	})
	until(t, "both mailboxes", func() bool {
		return seen(flagsIn(t, d, mailbox))+seen(flagsIn(t, d, "chung@thangan.example")) == 2
	})
	if cs := mailCases(t, r); len(cs) != 2 || cs[0].Channel != casework.ByMail || asked.Load() != 2 {
		t.Errorf("%d cases, %d tokens", len(cs), asked.Load())
	}
}
