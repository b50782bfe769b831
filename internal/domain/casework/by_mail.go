package casework

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/vntext"
)

// ByMail is the channel of letters that came by mail (thư điện tử). Nobody chose a kind for them: they lie in triage until a clerk
// has read them, but for what says that it denounces.
const ByMail = "mail"

// Mailed is a letter as it came by mail.
type Mailed struct {
	Draft  Draft    // its Key is the message's own
	Tell   bool     // its sender is told by mail what becomes of it, unless it denounces
	Rest   []string // what a letter has no room for, in messages' lengths
	Digest string   // of the words and files: two letters under one key are told apart by it
}

// denounces are words by which somebody says that he denounces (tố cáo, tố giác).
var denounces = [][]string{{"to", "cao"}, {"to", "giac"}, {"don", "to"}}

// denouncesAbroad are the same in other languages, by their beginnings.
var denouncesAbroad = []string{"denounc", "denunciat", "whistleblow", "whistle-blow"}

// MailKind is what a letter is until a clerk has read it: a denunciation where any of its words may say so, written with marks or
// without, else feedback. What is sealed without need is opened again; what was read by the wrong people is not.
func MailKind(words ...string) law.Kind {
	for _, text := range words {
		folded := vntext.Fold(text)
		if slices.ContainsFunc(denouncesAbroad, func(w string) bool { return strings.Contains(folded, w) }) {
			return law.Denunciation
		}
		if says(text, denounces) {
			return law.Denunciation
		}
	}
	return law.Feedback
}

func wordsOf(text string) []string {
	return strings.FieldsFunc(vntext.NFC(text), func(r rune) bool { return !isLetter(r) })
}

// says reports whether one of the phrases stands in a text.
func says(text string, phrases [][]string) bool {
	said := wordsOf(text)
	for i := range said {
		if slices.ContainsFunc(phrases, func(w []string) bool { return saysAt(said[i:], w) }) {
			return true
		}
	}
	return false
}

func isLetter(r rune) bool {
	return vntext.Fold(string(r)) != "" && !strings.ContainsRune(notLetters, r) && r > ' '
}

const notLetters = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~–—…“”‘’«»|0123456789"

// marked are the syllables as they are written with their marks; another mark is another word.
var marked = map[string][]string{
	"to": {"to", "tố"}, "cao": {"cao", "cáo"}, "giac": {"giac", "giác"}, "don": {"don", "đơn"},
	"phan": {"phan", "phản"}, "anh": {"anh", "ánh"}, "kien": {"kien", "kiến"}, "nghi": {"nghi", "nghị"},
	"khieu": {"khieu", "khiếu"}, "nai": {"nai", "nại"}, "gop": {"gop", "góp"}, "y": {"y", "ý"},
}

// opens are words by which somebody says that he files something else (phản ánh, kiến nghị, khiếu nại, góp ý).
var opens = [][]string{{"phan", "anh"}, {"kien", "nghi"}, {"khieu", "nai"}, {"gop", "y"}, {"feedback"}, {"petition"}, {"complaint"}}

// tellingWords is how many words beside a picture say what it shows.
const tellingWords = 8

// LetterKind is MailKind for a letter with files. What stands in a scan, a document or a recording is read by nobody here, and may
// denounce: such a letter is sealed until somebody who may see sealed letters has read it, unless its own words name another kind
// or, beside pictures alone, tell what it is about.
func LetterKind(all, own string, pictures, documents int) law.Kind {
	k := MailKind(all)
	if k.Secret() || pictures+documents == 0 || says(own, opens) || documents == 0 && len(wordsOf(own)) >= tellingWords {
		return k
	}
	return law.Denunciation
}

func saysAt(said, want []string) bool {
	if len(said) < len(want) {
		return false
	}
	plain := 0
	for i, w := range want {
		word := strings.ToLower(said[i])
		if word != w && !slices.Contains(marked[w], word) {
			return false
		}
		if word == w {
			plain++
		}
	}
	return plain == 0 || plain == len(want) // either all with their marks or all without
}

// FileMail keeps a letter that came by mail: durable when it returns, and one case however often the message comes. Another letter
// under the same key is a case of its own, for whoever sends under a foreign message's name must not keep that one out.
func (d *Desk) FileMail(ctx context.Context, m Mailed) (Filed, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Filed{}, err
	}
	f := m.Draft
	f.Channel = ByMail
	if err := f.all(o).err(); err != nil {
		return Filed{}, err
	}
	f.Key = inside + "mail/" + m.Draft.Key
	if m.Tell && d.Tells(WayMail) && !f.Kind.Secret() { // a denouncer is not written to unasked
		f.Tell = Reach{WayMail, f.Contact.Email}
	}
	filed, err := d.file(ctx, o, f)
	if e, ok := errors.AsType[*Error](err); ok && e.Key == "error.key_reused" {
		f.Key += "/" + m.Digest
		filed, err = d.file(ctx, o, f)
	}
	for i, text := range m.Rest {
		if err != nil {
			return filed, err
		}
		_, err = d.SayByMail(ctx, filed.Case.ID, f.Key+"/"+strconv.Itoa(i), text)
	}
	return filed, err
}

// SayByMail adds what a sender wrote to his case by mail, once for each key.
func (d *Desk) SayByMail(ctx context.Context, id, key, text string) (*Case, error) {
	text, err := message(text, true)
	if err != nil {
		return nil, err
	}
	return d.byMail(ctx, id, key, func(c *Case) error {
		if !c.TakesWords() {
			return conflict("error.case_closed")
		}
		return d.say(c, text)
	})
}

// byMail changes a case once for each key: the entry that tells of it names the key by a keyed hash.
func (d *Desk) byMail(ctx context.Context, id, key string, f func(c *Case) error) (*Case, error) {
	sum := d.Vault.MAC("case-mail", []byte(id), []byte(key))
	once := hex.EncodeToString(sum[:8])
	var was *Case
	c, err := d.change(ctx, func() (*Case, error) { return d.Cases.Get(ctx, id) }, func(c *Case) error {
		if slices.ContainsFunc(c.History, func(e history.Entry) bool { return e.Data["mail"] == once }) {
			was = c
			return errKept
		}
		if err := f(c); err != nil {
			return err
		}
		c.History[len(c.History)-1].Data["mail"] = once
		return nil
	})
	if errors.Is(err, errKept) {
		return was, nil
	}
	return c, err
}

// Events of mail.
const (
	mailChecked  = "mail_checked"  // what our own server found of the sender, and which files could not be kept
	mailReturned = "mail_returned" // what we sent did not reach him
	pushReturned = "push_returned" // nor by his browser
)

// Checked is what is known of a message besides its words.
type Checked struct {
	Results map[string]string // spf, dkim, dmarc, as our own server found; see mailResults
	Refused string            // which files could not be kept and why, in words; empty for none
}

// mailChecks are the checks that are kept, in the order pages show them; mailResults what each may have found.
var (
	mailChecks  = []string{"spf", "dkim", "dmarc"}
	mailResults = []string{"pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror", "unknown"}
)

// MailChecks lists the checks in the order pages show them.
func MailChecks() []string { return slices.Clone(mailChecks) }

// MailResults lists what a check may have found.
func MailResults() []string { return slices.Clone(mailResults) }

// NoteMail keeps for the clerk what is known of a message, once for each key.
func (d *Desk) NoteMail(ctx context.Context, id, key string, k Checked) error {
	data := map[string]string{}
	for _, check := range mailChecks {
		if found := k.Results[check]; slices.Contains(mailResults, found) {
			data[check] = found
		}
	}
	if len(data) == 0 && k.Refused == "" {
		return nil
	}
	_, err := d.byMail(ctx, id, key+"/checked", func(c *Case) error {
		data["state"] = string(c.State)
		e := history.Entry{At: d.now(), Actor: history.BySystem, What: mailChecked, Data: data}
		if err := d.veil(c, &e, k.Refused); err != nil {
			return err
		}
		c.record(e)
		return nil
	})
	return err
}

// maxReturned bounds how many returned mails one case tells of.
const maxReturned = 10

// Returned notes that mail to the sender of a case did not reach him, once for each key. status is the mail servers' own, such as
// 5.1.1, and may be empty.
func (d *Desk) Returned(ctx context.Context, id, key, status string) error {
	return d.unreached(ctx, id, key, history.Entry{What: mailReturned, Data: map[string]string{"status": status}})
}

// unreached keeps an entry that says that a notice did not reach the sender, once for each key.
func (d *Desk) unreached(ctx context.Context, id, key string, e history.Entry) error {
	status := e.Data["status"]
	_, err := d.byMail(ctx, id, key+"/returned", func(c *Case) error {
		n := 0
		for _, e := range c.History {
			if e.What == mailReturned || e.What == pushReturned {
				n++
			}
		}
		if n >= maxReturned || c.Erased() {
			return errKept
		}
		if strings.HasPrefix(status, "5") || status == "gone" || status == "blocked" { // no more goes to where none arrives
			c.Reach = nil
		}
		c.record(history.Entry{At: d.now(), Actor: history.BySystem, What: e.What, Data: compact(map[string]string{"state": string(c.State), "status": status})})
		return nil
	})
	return err
}

// macLength is how many bytes of a keyed hash make a mail token hard to guess.
const macLength = 10

// MailToken is what stands after the plus sign of the address that answers of a case come to: it names the case, is signed, and
// opens nothing. It holds small letters and digits alone, for some mail servers know no other.
func (d *Desk) MailToken(id string) string {
	sum := d.Vault.MAC("case-mail-token", []byte(id))
	return id + ids.EncodeToString(sum[:macLength])
}

// ByMailToken finds the case that a token names; a token that is not ours is NotFound.
func (d *Desk) ByMailToken(ctx context.Context, token string) (*Case, error) {
	token = strings.ToLower(token)
	n := len(token) - ids.EncodedLen(macLength)
	if n <= 0 || d.MailToken(token[:n]) != token {
		return nil, notFound()
	}
	return d.Cases.Get(ctx, token[:n])
}

// AttachTo adds a file to the case with the id, as Attach does by its code.
func (d *Desk) AttachTo(ctx context.Context, id string, a Attachment) (Attachment, error) {
	return d.attach(ctx, func() (*Case, error) { return d.Cases.Get(ctx, id) }, a)
}

// AttachableTo returns the case with the id if it still takes files.
func (d *Desk) AttachableTo(ctx context.Context, id string) (*Case, error) {
	c, err := d.Cases.Get(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("case of a mail: %w", err)
	}
	return c, c.takesFiles()
}
