package testkit

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Dovecot is Debian's mail server on this machine: mailboxes over IMAP, filled over LMTP.
type Dovecot struct {
	IMAP     string // host:port, without encryption
	LMTP     string // path of the socket
	Password string // of every mailbox

	dir, bin string
	cmd      *exec.Cmd
}

// NewDovecot starts a mail server. Where tokeninfo is not empty, tokens open mailboxes too: it is asked whose a token is.
func NewDovecot(tb testing.TB, tokeninfo string) *Dovecot {
	tb.Helper()
	d := &Dovecot{bin: "/usr/sbin/dovecot", IMAP: FreeAddr(tb), Password: "mat-khau"}
	if _, err := os.Stat(d.bin); err != nil {
		Missing(tb, "dovecot is not installed (Debian's dovecot-imapd and dovecot-lmtpd)")
	}
	var err error
	if d.dir, err = os.MkdirTemp("", "dove"); err != nil { //nolint:usetesting // a socket's path must be short
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(d.dir) }) // a folder in /tmp
	d.LMTP = filepath.Join(d.dir, "lmtp")
	d.configure(tb, tokeninfo)
	d.Start(tb)
	tb.Cleanup(func() { d.Stop(tb) })
	return d
}

// dovecotConf takes the folder, the port, the uid and gid that keep mail, who runs it, the password, and how tokens are checked.
const dovecotConf = `base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
default_login_user = %[5]s
default_internal_user = %[5]s
default_internal_group =
first_valid_uid = 1
mail_location = maildir:%[1]s/mail/%%u
mail_uid = %[3]d
mail_gid = %[4]d
mailbox_list_index = no
%[7]spassdb {
  driver = static
  mechanisms = plain login
  args = password=%[6]s
}
userdb {
  driver = static
  args = uid=%[3]d gid=%[4]d home=%[1]s/mail/%%u allow_all_users=yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = %[2]s
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service lmtp {
  unix_listener %[1]s/lmtp {
    mode = 0666
  }
}
protocol lmtp {
  recipient_delimiter = +
}
lmtp_save_to_detail_mailbox = no
`

func (d *Dovecot) configure(tb testing.TB, tokeninfo string) {
	tb.Helper()
	_, port, err := net.SplitHostPort(d.IMAP)
	if err != nil {
		tb.Fatal(err)
	}
	uid, gid, login := os.Getuid(), os.Getgid(), user()
	if uid == 0 { // it refuses to keep mail as root
		uid, gid, login = 65534, 65534, "nobody"
		for _, err := range []error{os.Chmod(d.dir, 0o755), os.Mkdir(filepath.Join(d.dir, "mail"), 0o777), os.Chmod(filepath.Join(d.dir, "mail"), 0o777)} {
			if err != nil {
				tb.Fatal(err)
			}
		}
	}
	tokens := ""
	if tokeninfo != "" {
		write(tb, filepath.Join(d.dir, "oauth2"), "tokeninfo_url = "+tokeninfo+"?access_token=\nusername_attribute = email\n")
		tokens = "passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = " + filepath.Join(d.dir, "oauth2") + "\n}\n"
	}
	write(tb, filepath.Join(d.dir, "conf"), fmt.Sprintf(dovecotConf, d.dir, port, uid, gid, login, d.Password, tokens))
}

func write(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		tb.Fatal(err)
	}
}

// Start runs the server and waits until it listens.
func (d *Dovecot) Start(tb testing.TB) {
	tb.Helper()
	d.cmd = exec.CommandContext(context.WithoutCancel(tb.Context()), d.bin, "-F", "-c", filepath.Join(d.dir, "conf"))
	d.cmd.Stderr = os.Stderr
	if err := d.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		if conn, err := (&net.Dialer{}).DialContext(tb.Context(), "tcp", d.IMAP); err == nil {
			_ = conn.Close() // only to see that somebody listens
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			log, _ := os.ReadFile(filepath.Join(d.dir, "log"))
			tb.Fatalf("dovecot does not listen: %s", log)
		}
	}
}

// Stop ends the server in order, so that its children end with it.
func (d *Dovecot) Stop(tb testing.TB) {
	tb.Helper()
	if d.cmd.ProcessState != nil {
		return
	}
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		tb.Error(err)
	}
	_ = d.cmd.Wait() // it was told to end
}

// Log is what the server wrote.
func (d *Dovecot) Log() string {
	raw, _ := os.ReadFile(filepath.Join(d.dir, "log")) // for a look at a failure
	return string(raw)
}
