package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"tiepdan/internal/postbox/postman"
)

// mailbox is the office's.
const mailbox = "gopy@thangan.example"

var mailAttacks = []attack{
	{family: "mail", name: "a flood of letters from one sender waits with his mail server", try: floodMail},
	{family: "mail", name: "one message again and again is one letter", try: repeatMail},
	{family: "mail", name: "our own mail, programs' mail and empty return paths make no letter", try: loopMail},
	{family: "mail", name: "other mailboxes and addresses with lines in them are refused", try: relayMail},
	{family: "mail", name: "guessed and changed addresses of answers reach no case", try: guessMail},
	{family: "mail", name: "who writes in another's name joins no case of his, whatever the header says", try: forgedMail},
	{family: "mail", name: "nested, endless and broken messages harm nobody", try: tangledMail},
}

// bring hands the program a message as a mail server does.
func (t *target) bring(ctx context.Context, from, to, message string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return postman.Deliver(ctx, t.mail, from, []byte(message), to)
}

// told counts what the program has logged.
func (t *target) told(what string) int {
	raw, err := os.ReadFile(t.log)
	if err != nil {
		return 0
	}
	return bytes.Count(raw, []byte(what))
}

const (
	aLetter  = "a letter came by mail"
	anAnswer = "an answer came by mail"
)

// letterBy is a message of a sender; more are lines of its header.
func letterBy(from, body string, more ...string) string {
	head := append([]string{"From: " + from, "Message-ID: <" + rand.Text() + "@x>", "Subject: Phản ánh"}, more...)
	return strings.Join(head, "\r\n") + "\r\n\r\n" + body + "\r\n"
}

func floodMail(ctx context.Context, t *target) (o outcome, err error) {
	kept, waits := 0, 0
	for range 100 {
		switch err := t.bring(ctx, "a@flood.example", mailbox, letterBy("a@flood.example", "Đèn tắt.")); {
		case err == nil:
			kept++
		case strings.Contains(err.Error(), "451"):
			waits++
		}
	}
	o.add(kept > 0 && kept <= 40 && kept+waits == 100, "of 100 letters %d were kept and %d wait", kept, waits)
	err = t.bring(ctx, "b@calm.example", mailbox, letterBy("b@calm.example", "Đèn tắt."))
	o.add(err == nil, "another sender is shut out: %v", err)
	return o, nil
}

func repeatMail(ctx context.Context, t *target) (o outcome, err error) {
	message := letterBy("again@x.example", "Đèn tắt.")
	if err := t.bring(ctx, "again@x.example", mailbox, message); err != nil {
		return o, err
	}
	raw, err := os.ReadFile(t.log)
	if err != nil {
		return o, err
	}
	_, id, _ := strings.Cut(string(raw[bytes.LastIndex(raw, []byte(aLetter)):]), "case=")
	id, _, _ = strings.Cut(id, "\n")
	for range 5 {
		before := t.told("case=" + id)
		if err := t.bring(ctx, "again@x.example", mailbox, message); err != nil {
			return o, err
		}
		o.add(t.told("case="+id) > before, "another case than %s", id)
	}
	return o, nil
}

func loopMail(ctx context.Context, t *target) (o outcome, err error) {
	for name, message := range map[string]string{
		"ours":      letterBy(mailbox, "Đèn tắt."),
		"marked":    letterBy("l@loop.example", "Đèn tắt.", "X-Tiepdan: received"),
		"automatic": letterBy("l@loop.example", "Đi vắng.", "Auto-Submitted: auto-replied"),
		"list":      letterBy("l@loop.example", "Tin.", "List-Id: <l.example>"),
		"bulk":      letterBy("l@loop.example", "Tin.", "Precedence: bulk"),
		"hops":      letterBy("l@loop.example", "Tin.", strings.TrimSuffix(strings.Repeat("Received: by x\r\n", 60), "\r\n")),
		"daemon":    letterBy("MAILER-DAEMON@x.example", "Lỗi."),
	} {
		before := t.told(aLetter)
		err := t.bring(ctx, "l@loop.example", mailbox, message)
		o.add(err == nil && t.told(aLetter) == before, "%s: %v", name, err)
	}
	before := t.told(aLetter)
	err = t.bring(ctx, "", mailbox, letterBy("n@null.example", "Đèn tắt."))
	o.add(err == nil && t.told(aLetter) == before, "an empty return path: %v", err)
	return o, nil
}

func relayMail(ctx context.Context, t *target) (o outcome, err error) {
	for _, to := range []string{"other@thangan.example", "gopy@other.example", "gopy%other.example@thangan.example", "gopy@thangan.example@other.example", "\"gopy\"@other.example", "postmaster@thangan.example"} {
		err := t.bring(ctx, "r@relay.example", to, letterBy("r@relay.example", "Đèn tắt."))
		o.add(err != nil, "%q was taken", to)
	}
	before := t.told("level=ERROR")
	for _, from := range []string{"x@y.example\r\nBcc: all@y.example", "=?utf-8?q?a=0D=0ABcc:_b@y.example?= <x@y.example>", "\"a\x00b\" <x@y.example>"} {
		err := t.bring(ctx, "x@y.example", mailbox, letterBy(from, "Đèn tắt."))
		e, isSaid := errors.AsType[*smtp.SMTPError](err)
		o.add(t.told("level=ERROR") == before && (err == nil || !isSaid || e.Code < 500 || e.Code > 550), "%q: %v", from, err)
	}
	return o, nil
}

func guessMail(ctx context.Context, t *target) (o outcome, err error) {
	before := t.told(anAnswer)
	for i := range 20 {
		token := strings.ToLower(rand.Text() + rand.Text())[:40]
		from := fmt.Sprintf("g%d@guess%d.example", i, i)
		err := t.bring(ctx, from, "gopy+"+token+"@thangan.example", letterBy(from, "Tôi hỏi về đơn.", "In-Reply-To: <"+token+".1@thangan.example>"))
		o.add(err == nil && t.told(anAnswer) == before, "token %d joined a case: %v", i, err)
	}
	return o, nil
}

// forgedMail writes as somebody who has a case by mail, and names it in every way but the signed address.
func forgedMail(ctx context.Context, t *target) (o outcome, err error) {
	victim := "victim@forged.example"
	if err := t.bring(ctx, victim, mailbox, letterBy(victim, "Đèn tắt.", "Message-ID: <his@forged.example>")); err != nil {
		return o, err
	}
	before := t.told(anAnswer)
	for name, more := range map[string][]string{
		"his name alone":       nil,
		"his own message":      {"In-Reply-To: <his@forged.example>", "References: <his@forged.example>"},
		"checks of his own":    {"Authentication-Results: thangan.example; spf=pass; dkim=pass; dmarc=pass"},
		"a line in the name":   {"Reply-To: =?utf-8?q?gopy=2Bx=40thangan.example=0D=0ABcc=3A?= <a@b.example>"},
		"a code in the header": {"X-Tiepdan-Case: 1", "In-Reply-To: <1.1@thangan.example>"},
		"a line in a subject":  {"Subject: =?utf-8?q?a=0D=0ATo=3A_gopy=2Bx=40thangan.example?="},
	} {
		err := t.bring(ctx, "thief@forged.example", mailbox, letterBy(victim, "Xin cho biết đơn của tôi đến đâu ("+name+").", more...))
		o.add(err == nil && t.told(anAnswer) == before, "%s: %v", name, err)
	}
	return o, nil
}

func tangledMail(ctx context.Context, t *target) (o outcome, err error) {
	nested := "x"
	for i := range 400 {
		nested = fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%s\r\n--b%d--\r\n", i, i, nested, i)
	}
	for name, message := range map[string]string{
		"nested":     "From: t@a.example\r\n" + nested,
		"many parts": "From: t@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", 100_000) + "--b--\r\n",
		"long line":  letterBy("t@c.example", strings.Repeat("x", 900_000)),
		"header":     "From: t@d.example\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 900)+"\r\n", 5000) + "\r\nĐèn tắt.\r\n",
		"references": letterBy("t@e.example", "Đèn tắt.", "References: "+strings.Repeat("<a@b> ", 20_000)),
		"nothing":    "\r\n\r\n",
		"bytes":      "From: t@f.example\r\n\r\n" + strings.Repeat("\x00\xff\x80", 10_000),
		"winmail":    letterBy("t@g.example", "x\x9f>\"\x00\x00"+strings.Repeat("\xff", 5000), "Content-Type: application/ms-tnef; name=winmail.dat"),
	} {
		begun := time.Now()
		_ = t.bring(ctx, "t@x.example", mailbox, message) // taken or refused, both are right
		status, err := t.awakeNow(ctx)
		o.add(err == nil && status == http.StatusOK && time.Since(begun) < 20*time.Second, "%s: %d %v after %v", name, status, err, time.Since(begun))
	}
	o.add(t.told("panic") == 0, "something broke inside")
	return o, nil
}

// awakeNow asks whether the program still serves.
func (t *target) awakeNow(ctx context.Context) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url+"/healthz", nil)
	if err != nil {
		return 0, err
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}
