package app_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/postbox"
	"tiepdan/internal/postbox/postman"
)

const mailbox = "gopy@thangan.example"

// byLMTP opens the program with a socket where mail is brought to.
func byLMTP(t *testing.T, change func(*app.Config)) (*running, string) {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	r := open(t, func(c *app.Config) {
		c.MailAddress, c.LMTP = mailbox, "unix:"+socket
		if change != nil {
			change(c)
		}
	})
	until(t, "the socket", func() bool {
		conn, err := net.Dial("unix", socket)
		return err == nil && conn.Close() == nil
	})
	return r, socket
}

// deliver brings a message as a mail server does, and returns its answer.
func deliver(t *testing.T, socket, from string, raw []byte, to ...string) error {
	t.Helper()
	return postman.Deliver(t.Context(), socket, from, raw, to...)
}

func code(err error) int {
	if e, ok := errors.AsType[*smtp.SMTPError](err); ok {
		return e.Code
	}
	return 0
}

// sample is a message of the collection that the reader of mail is tested with.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("../mailin/testdata/" + name + ".eml")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}

// mailCases are the cases that came by mail.
func mailCases(t *testing.T, r *running) (out []*casework.Case) {
	t.Helper()
	if err := r.Store.EachCase(t.Context(), func(c *casework.Case) error {
		if c.Channel == casework.ByMail {
			out = append(out, c.Clone())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestMailBecomesACase over LMTP, on both engines: acknowledged when it is durable, one however often it is brought, read in whatever
// character set, with its files; answers join it, and what programs send leaves no trace.
func TestMailBecomesACase(t *testing.T) {
	for name, change := range map[string]func(*app.Config){"sqlite": nil, "mongodb": func(c *app.Config) { mongoServer(t, c) }} {
		t.Run(name, func(t *testing.T) { mailJourney(t, change) })
	}
}

func mailJourney(t *testing.T, change func(*app.Config)) {
	t.Helper()
	r, socket := byLMTP(t, change)
	from := "vo.be@example.vn"
	for range 3 {
		if err := deliver(t, socket, from, sample(t, "windows-1258"), mailbox, "gopy+x@thangan.example"); err != nil {
			t.Fatal(err)
		}
	}
	cs := mailCases(t, r)
	if len(cs) != 1 || !strings.Contains(cs[0].Body, "Đèn đường ở thôn Ba đã tắt ba tuần nay") || cs[0].Kind != law.Feedback || cs[0].Anonymous {
		t.Fatalf("%d cases: %+v", len(cs), cs)
	}
	id := cs[0].ID
	until(t, "triage", func() bool { return mailCases(t, r)[0].State == law.Triage })
	ours := "<" + r.Desk.MailToken(id) + ".3@thangan.example>"
	answers := map[string]string{
		"reply-gmail":      "gopy+" + strings.ToUpper(r.Desk.MailToken(id)) + "@thangan.example",
		"reply-gmail-html": mailbox,
	}
	for name, to := range answers {
		raw := bytes.ReplaceAll(sample(t, name), []byte("<our1@thangan.example>"), []byte(ours))
		if name == "reply-gmail" {
			raw = sample(t, name)
		}
		for range 2 {
			if err := deliver(t, socket, from, raw, to); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range []string{"auto-reply", "list", "loop-own", "read-receipt", "newsletter", "bounce-no-report"} {
		if err := deliver(t, socket, "", sample(t, name), mailbox); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := deliver(t, socket, "", sample(t, "plain-qp"), mailbox); err != nil {
		t.Errorf("a letter without a return path: %v", err)
	}
	if err := deliver(t, socket, "", sample(t, "bounce-failed"), "gopy+"+r.Desk.MailToken(id)+"@thangan.example"); err != nil {
		t.Error(err)
	}
	if cs = mailCases(t, r); len(cs) != 1 || len(cs[0].Messages) != 2 || cs[0].Messages[0].Text != "Đoạn gần cầu máng ạ." {
		t.Fatalf("%d cases, messages %+v", len(cs), cs[0].Messages)
	}
	if e := cs[0].History[len(cs[0].History)-1]; e.What != "mail_returned" || e.Data["status"] != "5.1.1" {
		t.Errorf("the returned mail: %+v", e)
	}
	for _, secret := range []string{"vo.be", "Võ Thị", "thôn Ba", r.Desk.MailToken(id)} {
		if strings.Contains(r.Log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

// TestMailBringsItsFiles cleaned as those of a form are, once however often it is brought; what cannot be kept is named to the clerk.
func TestMailBringsItsFiles(t *testing.T) {
	r, socket := byLMTP(t, nil)
	photo, err := os.ReadFile("../attach/testdata/photo.webp")
	if err != nil {
		t.Fatal(err)
	}
	told := bytes.Replace(sample(t, "winmail"), []byte("Gửi từ Outlook."), []byte("Tôi phản ánh ổ gà trước nhà."), 1)
	raw := bytes.Replace(told, []byte("--mx--"), []byte("--mx\r\nContent-Type: image/webp\r\nContent-Transfer-Encoding: base64\r\n"+
		"Content-Disposition: attachment; filename*=UTF-8''%E1%BB%95%20g%C3%A0.webp\r\n\r\n"+base64.StdEncoding.EncodeToString(photo)+"\r\n--mx--"), 1)
	for range 2 {
		if err := deliver(t, socket, "vo.be@example.vn", raw, mailbox); err != nil {
			t.Fatal(err)
		}
	}
	c := mailCases(t, r)[0]
	if len(c.Attachments) != 1 || !strings.HasPrefix(c.Attachments[0].Name, "ổ gà.") {
		t.Fatalf("files: %+v", c.Attachments)
	}
	var noted []string
	for _, e := range c.History {
		if e.What == "mail_checked" {
			noted = append(noted, e.Note)
		}
	}
	if len(noted) != 1 || !strings.HasPrefix(noted[0], "winmail.dat: ") || strings.Contains(noted[0], "error.") {
		t.Errorf("the clerk reads %q", noted)
	}
}

// TestMailThatDenouncesIsSealed from its first byte, also where it answers about something else.
func TestMailThatDenouncesIsSealed(t *testing.T) {
	r, socket := byLMTP(t, nil)
	if err := deliver(t, socket, "vo.be@example.vn", sample(t, "plain-utf8"), mailbox); err != nil {
		t.Fatal(err)
	}
	first := mailCases(t, r)[0]
	reply := bytes.ReplaceAll(sample(t, "reply-outlook"), []byte("Tôi bổ sung"), []byte("Tôi tố cáo ông trưởng thôn"))
	for raw, to := range map[string]string{
		string(sample(t, "denunciation-file-name")): mailbox, string(sample(t, "only-files")): mailbox, string(reply): "gopy+" + r.Desk.MailToken(first.ID) + "@thangan.example",
	} {
		if err := deliver(t, socket, "vo.be@example.vn", []byte(raw), to); err != nil {
			t.Fatal(err)
		}
	}
	sealed := 0
	for _, c := range mailCases(t, r) {
		if c.ID == first.ID {
			if len(c.Messages) > 0 {
				t.Error("words that denounce lie open")
			}
			continue
		}
		if sealed++; c.Kind != law.Denunciation || c.Subject+c.Body+c.Masked != "" || len(c.Contact) > 0 {
			t.Errorf("not sealed: %+v", c)
		}
	}
	if sealed != 3 {
		t.Errorf("%d denunciations", sealed)
	}
}

// TestMailIsRefusedInOrder: foreign mailboxes and broken letters for good, floods for now.
func TestMailIsRefusedInOrder(t *testing.T) {
	r, socket := byLMTP(t, func(c *app.Config) { c.Limits = 0.5 })
	for _, to := range []string{"other@thangan.example", "gopy@other.example", "gopyx@thangan.example"} {
		if err := deliver(t, socket, "a@b.vn", sample(t, "plain-utf8"), to); code(err) != 550 {
			t.Errorf("%s: %v", to, err)
		}
	}
	if err := deliver(t, socket, "a@b.vn", []byte("From: a@b.vn\r\n\r\n\r\n"), mailbox); !strings.Contains(err.Error(), "554") {
		t.Errorf("an empty letter: %v", err)
	}
	long := []byte("From: a@b.vn\r\nMessage-ID: <l@x>\r\n\r\n" + strings.Repeat("Chữ ", 60_000))
	if err := deliver(t, socket, "a@b.vn", long, mailbox); err == nil || !strings.Contains(err.Error(), "554") {
		t.Errorf("a letter without end: %v", err)
	}
	if err := deliver(t, socket, "a@b.vn", bytes.Repeat([]byte("x\r\n"), postbox.MaxSize/3+1000), mailbox); err == nil || !strings.Contains(err.Error(), "552") {
		t.Errorf("a letter too large: %v", err)
	}
	kept, waits := 0, 0
	for i := range 12 {
		raw := bytes.ReplaceAll(sample(t, "plain-utf8"), []byte("a1@mail"), []byte{'n', byte('a' + i), '@'})
		switch err := deliver(t, socket, "a@b.vn", raw, mailbox); {
		case err == nil:
			kept++
		case strings.Contains(err.Error(), "451"):
			waits++
		default:
			t.Error(err)
		}
	}
	if kept == 0 || waits == 0 || kept+waits != 12 || len(mailCases(t, r)) != kept {
		t.Errorf("of 12 letters of one sender %d were kept, %d wait, %d cases", kept, waits, len(mailCases(t, r)))
	}
}
