package postbox_test

import (
	"strings"
	"testing"

	"tiepdan/internal/postbox"
)

// TestMailboxesAreNamedInOneLine, and what is wrong with one is said without its password.
func TestMailboxesAreNamedInOneLine(t *testing.T) {
	m, err := postbox.ParseMailbox("imaps://gopy%40xa.example.vn:mat%2Fkhau@imap.example.vn/Don%20thu")
	if err != nil || m.Host != "imap.example.vn:993" || !m.TLS || m.User != "gopy@xa.example.vn" || m.Folder != "Don thu" {
		t.Errorf("%+v %v", m, err)
	}
	if m, err = postbox.ParseMailbox("imap://a:b@host:1143"); err != nil || m.Host != "host:1143" || m.TLS || m.Folder != "INBOX" {
		t.Errorf("%+v %v", m, err)
	}
	token := "imaps://a@host?client_id=c&client_secret=mat-khau&token_url="
	if _, err := postbox.ParseMailbox(token + "https://login.example/token"); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{
		"", "mail.example.vn", "http://a:mat-khau@host", "imaps://host", "imaps://a@host", "imaps://:mat-khau@host", "imaps://a:mat-khau@host:x y",
		token + "http://login.example/token", "imaps://a:mat-khau@host?client_id=c&token_url=https://x",
		"imaps://a@host?token_url=https://x",
	} {
		if _, err := postbox.ParseMailbox(wrong); err == nil || strings.Contains(err.Error(), "mat-khau") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
