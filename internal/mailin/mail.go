// Package mailin reads messages as they come by mail (thư điện tử): of every kind and from every program, broken ones among them.
// It gives the words that a person wrote, without signature and quoted tail, and the files that came along, and tells a person's
// message from those of programs. It decides nothing about cases and keeps nothing.
package mailin

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/emersion/go-message/textproto"

	"tiepdan/pkg/vntext"
)

// Class is who wrote a message: a person, or a program that is never answered.
type Class uint8

// The classes. Only a Letter becomes a case or a part of one.
const (
	Letter    Class = iota
	Automatic       // a holiday notice, a read receipt, or what came with no return path
	Bounce          // a mail server could not, or could only late, deliver what we sent
	Bulk            // a list, a newsletter
	Loop            // our own message, or one that has been going round
)

// String names the class, as logs and counts do.
func (c Class) String() string {
	return [...]string{"letter", "automatic", "bounce", "bulk", "loop"}[c]
}

// File is a file that came along.
type File struct {
	Name string
	Type string // as the message says; nobody trusts it
	Body []byte
}

// Report is what a mail server says of a message that it was to deliver.
type Report struct {
	Failed   bool   // for good; else it goes on trying, or has delivered
	Status   string // such as 5.1.1; empty where it said none
	Original string // the Message-ID of what was to be delivered
}

// Mail is a message as it was read.
type Mail struct {
	ID      string // its Message-ID, without brackets; may be empty
	Key     string // the same for every copy of the message: a digest of the Message-ID and sender, else of the content
	Class   Class
	Name    string // the sender's, as he calls himself
	Address string // the sender's; empty where none can be read
	To      []string
	Replies []string // the Message-IDs it answers, the nearest first
	Subject string   // without Re: and Fwd:
	Text    string   // what was written, in NFC
	Phone   string   // as the signature says
	All     string   // all words of the message, those that were cut and the names of files among them
	Files   []File
	Report  *Report
	Checks  map[string]string // spf, dkim, dmarc → pass, fail …, as our own server found
}

// Own says what is ours.
type Own struct {
	Address string // our mailbox; messages from it are our own come back
}

func (o Own) domain() string {
	_, domain, _ := strings.Cut(o.Address, "@")
	return strings.ToLower(domain)
}

// The bounds of one message: what is deeper or in more parts was not made by a person's mail program.
const (
	maxDepth    = 16
	maxParts    = 300
	maxReceived = 40 // hops
	maxHeader   = 256 << 10
	maxID       = 250
)

// ErrTangled says that a message is nested beyond all reason.
var ErrTangled = errors.New("message is nested too deep or has too many parts")

// ErrEmpty says that a message holds no words and no files.
var ErrEmpty = errors.New("message is empty")

// Read reads a message. Whatever is broken in it is read as far as it can be: only one that is empty, or tangled on purpose, is
// an error.
func Read(raw []byte, own Own) (*Mail, error) {
	h, body := split(raw)
	m := &Mail{
		ID: bracketed(h.Get("Message-Id")), Subject: subject(decodeWords(h.Get("Subject"))), Replies: replies(h), To: recipients(h),
		Checks: checks(h, own),
	}
	m.Name, m.Address = sender(h)
	w := &walker{}
	if err := w.walk(h, body, 0); err != nil {
		return nil, err
	}
	m.Report, m.Files = w.report, w.attached()
	m.fill(w, isReply(h, m.Replies))
	m.Key = m.key(h, body)
	m.Class = classify(h, m, own)
	if m.Class == Letter && m.Text == "" && m.Subject == "" && len(m.Files) == 0 {
		return nil, ErrEmpty
	}
	return m, nil
}

// fill sorts the words into what was written, and all.
func (m *Mail) fill(w *walker, reply bool) {
	text, wrapped := w.text(), strings.TrimSpace(strings.Join(w.wrapped, "\n\n"))
	if text == "" {
		text = wrapped
	}
	all := make([]string, 0, 3+len(m.Files))
	all = append(all, m.Subject, vntext.NFC(text), vntext.NFC(wrapped))
	for _, f := range m.Files {
		all = append(all, f.Name)
	}
	m.All = strings.Join(all, "\n")
	written, signature := unsigned(text)
	if reply {
		written, signature = unsigned(unquoted(text))
	}
	m.Text, m.Phone = tidy(written), phoneIn(signature)
	if m.Text == "" && !reply { // nothing but a signature is what he wrote
		m.Text = tidy(text)
	}
}

// key is the same whenever the same message comes.
func (m *Mail) key(h textproto.Header, body []byte) string {
	sum := sha256.New()
	if m.ID != "" {
		sum.Write([]byte("id\x00" + m.ID + "\x00" + strings.ToLower(m.Address)))
	} else {
		sum.Write([]byte("content\x00" + strings.ToLower(m.Address) + "\x00" + h.Get("Date") + "\x00" + m.Subject + "\x00"))
		sum.Write(bytes.ReplaceAll(bytes.TrimSpace(body), []byte("\r\n"), []byte("\n")))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Digest is a digest of what was written and of the files: it tells two messages apart that claim the same Message-ID.
func (m *Mail) Digest() string {
	sum := sha256.New()
	for _, part := range []string{m.Subject, m.Text} {
		sum.Write([]byte(part + "\x00"))
	}
	for _, f := range m.Files {
		file := sha256.Sum256(f.Body)
		sum.Write(file[:])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// split parts the header from the body. A line of the header that is none is left out; a message without any header is all body.
func split(raw []byte) (textproto.Header, []byte) {
	raw = bytes.TrimLeft(raw, "\r\n")
	if bytes.HasPrefix(raw, []byte("From ")) { // as mailbox files begin a message
		if i := bytes.IndexByte(raw, '\n'); i >= 0 {
			raw = raw[i+1:]
		}
	}
	head, body := headEnd(raw)
	if len(head) > maxHeader {
		head = head[:maxHeader]
	}
	var clean bytes.Buffer
	kept := false
	for line := range bytes.Lines(head) {
		line = bytes.TrimRight(line, "\r\n")
		folded := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		if !folded {
			kept = fieldLine.Match(line)
		}
		if kept && len(bytes.TrimSpace(line)) > 0 {
			clean.Write(line)
			clean.WriteString("\r\n")
		}
	}
	clean.WriteString("\r\n")
	h, err := textproto.ReadHeader(bufio.NewReader(&clean))
	if err != nil || h.Len() == 0 {
		return textproto.Header{}, raw
	}
	return h, body
}

var fieldLine = regexp.MustCompile(`^[!-9;-~]+:`)

// headEnd finds the empty line.
func headEnd(raw []byte) (head, body []byte) {
	at := 0
	for line := range bytes.Lines(raw) {
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			return raw[:at], raw[at+len(line):]
		}
		at += len(line)
	}
	return raw, nil
}

// bracketed is an id without its angle brackets.
func bracketed(s string) string {
	if ids := idsIn(s); len(ids) > 0 {
		return ids[0]
	}
	s = vntext.Line(s)
	return s[:min(len(s), maxID)]
}

var anID = regexp.MustCompile(`<([^<>\s]+)>`)

func idsIn(s string) (out []string) {
	for _, m := range anID.FindAllStringSubmatch(s, 50) {
		if len(m[1]) <= maxID {
			out = append(out, m[1])
		}
	}
	return out
}

// replies are the messages that this one answers, the nearest first.
func replies(h textproto.Header) []string {
	out := idsIn(h.Get("In-Reply-To"))
	refs := idsIn(h.Get("References"))
	for _, id := range slices.Backward(refs) {
		out = append(out, id)
	}
	return out
}

// recipients are all addresses that the header names as such.
func recipients(h textproto.Header) (out []string) {
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc"} {
		for _, v := range h.Values(name) {
			out = append(out, addressesIn(v)...)
		}
	}
	return out
}

var anAddress = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9.-]+`)

func addressesIn(s string) []string { return anAddress.FindAllString(s, 100) }

// sender reads who wrote it: a name, if he gives one, and an address.
func sender(h textproto.Header) (name, address string) {
	raw := h.Get("From")
	if raw == "" {
		raw = h.Get("Sender")
	}
	if a, err := (&mail.AddressParser{WordDecoder: wordDecoder()}).ParseList(raw); err == nil && len(a) > 0 {
		name, address = a[0].Name, a[0].Address
	}
	if address == "" {
		address = anAddress.FindString(raw)
		name, _, _ = strings.Cut(raw, "<")
	}
	if strings.Contains(raw, "=?") { // words that are cut in the middle of a letter
		name, _, _ = strings.Cut(decodeWords(raw), "<")
	}
	name = strings.Trim(vntext.Line(strings.ToValidUTF8(name, "")), `"' `)
	if strings.EqualFold(name, address) || strings.Contains(name, "@") {
		name = ""
	}
	return plainName(name), strings.TrimRight(address, ".")
}

// plainName leaves out what no name has.
func plainName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>"\`, r) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 120 {
		s = string(r[:120])
	}
	return strings.TrimSpace(s)
}

var replyMark = regexp.MustCompile(`(?i)^\s*(re|fw|fwd|tl|trả lời|chuyển tiếp|aw|wg|sv|vs|antw)\s*(\[\d+\])?\s*:\s*`)

// subject leaves out the marks of answers and forwards.
func subject(s string) string {
	s = vntext.Line(s)
	for {
		rest := replyMark.ReplaceAllString(s, "")
		if rest == s {
			return s
		}
		s = rest
	}
}

var answerMark = regexp.MustCompile(`(?i)^\s*(re|tl|trả lời|aw|sv|antw)\s*(\[\d+\])?\s*:`)

// isReply reports whether the message answers another one: only then its quotes are no news.
func isReply(h textproto.Header, replies []string) bool {
	return len(replies) > 0 && !forwardMark.MatchString(decodeWords(h.Get("Subject"))) || answerMark.MatchString(decodeWords(h.Get("Subject")))
}

var forwardMark = regexp.MustCompile(`(?i)^\s*(fw|fwd|chuyển tiếp|wg)\s*:`)
