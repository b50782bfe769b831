// Package dovecot runs Debian's mail server for tests and measurements: mailboxes over IMAP, filled over LMTP or on the disk.
package dovecot

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Server is a mail server on this machine.
type Server struct {
	IMAP     string // host:port, without encryption
	LMTP     string // path of the socket
	Password string // of every mailbox

	dir      string
	uid, gid int // who keeps mail
	cmd      *exec.Cmd
}

// program is where Debian has it.
const program = "/usr/sbin/dovecot"

// ErrMissing says that it is not installed.
var ErrMissing = errors.New("dovecot is not installed (Debian's dovecot-imapd and dovecot-lmtpd)")

// New prepares a server that listens on a loopback address once it is started; Remove takes away what it keeps. Where tokeninfo is
// not empty, tokens open mailboxes too: it is asked whose a token is.
func New(imap, tokeninfo string) (*Server, error) {
	if _, err := os.Stat(program); err != nil {
		return nil, ErrMissing
	}
	dir, err := os.MkdirTemp("", "dove") // a socket's path must be short
	if err != nil {
		return nil, err
	}
	s := &Server{IMAP: imap, LMTP: filepath.Join(dir, "lmtp"), Password: "mat-khau", dir: dir}
	if err := s.configure(tokeninfo); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	return s, nil
}

// Remove deletes the mail and everything else that a stopped server kept.
func (s *Server) Remove() error { return os.RemoveAll(s.dir) }

// conf takes the folder, the port, the uid and gid that keep mail, who runs it, the password, and how tokens are checked.
const conf = `base_dir = %[1]s/run
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

func (s *Server) configure(tokeninfo string) error {
	_, port, err := net.SplitHostPort(s.IMAP)
	if err != nil {
		return err
	}
	login := os.Getenv("USER")
	if s.uid, s.gid = os.Getuid(), os.Getgid(); s.uid == 0 { // it refuses to keep mail as root
		s.uid, s.gid, login = 65534, 65534, "nobody"
		if err := os.Chmod(s.dir, 0o755); err != nil {
			return err
		}
	}
	if err := s.folder("mail"); err != nil {
		return err
	}
	tokens := ""
	if tokeninfo != "" {
		if err := s.write("oauth2", "tokeninfo_url = "+tokeninfo+"?access_token=\nusername_attribute = email\n"); err != nil {
			return err
		}
		tokens = "passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = " + filepath.Join(s.dir, "oauth2") + "\n}\n"
	}
	return s.write("conf", fmt.Sprintf(conf, s.dir, port, s.uid, s.gid, login, s.Password, tokens))
}

// folder makes a folder of whoever keeps mail.
func (s *Server) folder(path string) error {
	path = filepath.Join(s.dir, path)
	return errors.Join(os.MkdirAll(path, 0o700), os.Chown(path, s.uid, s.gid))
}

func (s *Server) write(name, text string) error {
	return os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644)
}

// Fill lays messages into a mailbox that nobody has used yet, the first the oldest, as if they had come long ago.
func (s *Server) Fill(user string, messages iter.Seq[[]byte]) error {
	box := filepath.Join("mail", user)
	for _, f := range []string{"", "tmp", "cur", "new"} {
		if err := s.folder(filepath.Join(box, f)); err != nil {
			return err
		}
	}
	n := 0
	for m := range messages {
		n++
		path := filepath.Join(s.dir, box, "new", fmt.Sprintf("%d.M%dP1.filled", 1_700_000_000+n, n))
		if err := errors.Join(os.WriteFile(path, m, 0o600), os.Chown(path, s.uid, s.gid)); err != nil {
			return err
		}
	}
	return nil
}

// Start runs the server and returns when it listens.
func (s *Server) Start(ctx context.Context) error {
	s.cmd = exec.CommandContext(context.WithoutCancel(ctx), program, "-F", "-c", filepath.Join(s.dir, "conf"))
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		return err
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		if conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.IMAP); err == nil {
			_ = conn.Close() // only to see that somebody listens
			return nil
		}
		select {
		case <-tick.C:
		case <-deadline:
			return errors.Join(errors.New("dovecot does not listen: "+s.Log()), s.Stop())
		}
	}
}

// Stop ends a server that runs in order, so that its children end with it.
func (s *Server) Stop() error {
	if s.cmd == nil || s.cmd.ProcessState != nil {
		return nil
	}
	err := s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait() // it was told to end
	return err
}

// Log is what the server wrote.
func (s *Server) Log() string {
	raw, _ := os.ReadFile(filepath.Join(s.dir, "log")) // for a look at a failure
	return string(raw)
}
