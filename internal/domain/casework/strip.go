package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Blank stands where something was taken out.
const Blank = "█████"

// Strip (lược bỏ thông tin) keeps what the verifiers of a denunciation may read: its words without whatever tells who wrote
// them (Luật Tố cáo Đ.56.2). The clerk decides what that is; words that still hold the denouncer's own name, phone, e-mail,
// address or ID number are refused.
func (d *Desk) Strip(ctx context.Context, who office.Staff, ref string, rev int, l Letter) (*Case, error) {
	l = Letter{Subject: vntext.Line(l.Subject), Body: vntext.NFC(l.Body), Location: Location{Address: vntext.Line(l.Location.Address)}}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	read := func() (*Case, error) { return d.seen(ctx, o, who, ref) }
	return d.change(ctx, read, func(c *Case) error {
		switch {
		case !c.Kind.Secret() || !o.May(who, office.SeeLetter, c.File(), d.now()):
			return forbidden("error.move_forbidden")
		case c.Rev() != rev:
			return conflict("error.stale")
		}
		tells, err := d.teller(ctx, c)
		if err != nil {
			return err
		}
		if err := checkStripped(l, tells.foundIn); err != nil {
			return err
		}
		raw, err := encodeLetter(l)
		if err != nil {
			return err
		}
		if c.Stripped, err = d.Vault.SealIdentity(raw, c.ID+"/stripped"); err != nil {
			return err
		}
		sum := sha256.Sum256(c.Stripped)
		c.record(history.Entry{At: d.now(), Actor: history.ByStaff(who.ID), What: "stripped", Data: map[string]string{
			"state": string(c.State), "content": hex.EncodeToString(sum[:]),
		}})
		return nil
	})
}

// teller is what knows which words tell who the sender is.
type teller interface {
	foundIn(text string) bool
	Suggest(l Letter) Letter
	// calls reports whether the text calls the sender by his given name. Others bear that too, so what is written of a denunciation may
	// hold it; what was said before anybody knew that it was one may mean nobody else.
	calls(text string) bool
}

// calls reports whether the text calls him by his given name, after a form of address.
func (c Contact) calls(text string) bool { return len(reads(text).given(c.Name)) > 0 }

// callings are the places where he is so called.
func (c Contact) callings(said ...string) (out []string) {
	for _, text := range said {
		t := reads(text)
		for _, at := range t.given(c.Name) {
			out = append(out, t.word(at[0], at[1]))
		}
	}
	return out
}

// sealedTells are the words that tell of a sender whom a quorum sealed.
type sealedTells struct {
	passages

	callings passages
}

func (s sealedTells) calls(text string) bool { return s.callings.foundIn(text) }

// teller is the sender, or what was found in his letter before he was sealed by a quorum.
func (d *Desk) teller(ctx context.Context, c *Case) (teller, error) {
	known, sealed, err := d.known(ctx, c)
	if err != nil {
		return nil, err
	}
	if sealed {
		return sealedTells{known.Tells, known.Calls}, nil
	}
	return d.sender(ctx, c)
}

// checkStripped says which fields of the letter still tell who the sender is.
func checkStripped(l Letter, foundIn func(string) bool) error {
	p := problems{}
	for field, text := range map[string]string{"subject": l.Subject, "body": l.Body, "location.address": l.Location.Address} {
		p.add(foundIn(text), field, "error.field.tells")
	}
	p.add(l.Subject == "", "subject", "error.field.required")
	p.add(vntext.Line(l.Body) == "", "body", "error.field.required")
	p.add(utf8.RuneCountInString(l.Subject) > law.MaxSubject, "subject", "error.field.subject_long")
	p.add(utf8.RuneCountInString(l.Body) > law.MaxBody, "body", "error.field.body_long")
	return p.err()
}

// foundIn compares what is read: marks, capitals, widths and where the spaces stand make no other name. A form of address before the last two
// words of the name tells who is meant as well as the whole.
func (c Contact) foundIn(text string) bool {
	t := reads(text)
	if len(t.find(c.Name)) > 0 || len(t.find(c.Address)) > 0 || len(t.called(c.Name)) > 0 {
		return true
	}
	plain := vntext.Plain(text)
	digits := onlyDigits(plain)
	for _, v := range []string{nationalNumber(c.Phone), c.IDNumber} {
		if v != "" && strings.Contains(digits, v) {
			return true
		}
	}
	return c.Email != "" && strings.Contains(strings.ToLower(plain), strings.ToLower(c.Email))
}

// reading is a text with its words as they are compared.
type reading struct {
	text  string
	at    [][]int // where each word stands
	words []string
}

// words are runs of letters and digits, with what is not seen between them.
var words = regexp.MustCompile(`[\pL\pM\pN\p{Cf}]+`)

func reads(text string) (t reading) {
	t.text, t.at = text, words.FindAllStringIndex(text, -1)
	for _, at := range t.at {
		t.words = append(t.words, squeezed(text[at[0]:at[1]]))
	}
	return t
}

func squeezed(s string) string { return strings.ReplaceAll(vntext.Words(vntext.Plain(s)), " ", "") }

// find says where something stands: the numbers of its first and last word.
func (t reading) find(what string) (out [][2]int) {
	want := squeezed(what)
	for i := range t.words {
		rest := want
		for j := i; j < len(t.words) && rest != "" && strings.HasPrefix(rest, t.words[j]) && t.words[i] != ""; j++ {
			if rest = rest[len(t.words[j]):]; rest == "" {
				out = append(out, [2]int{i, j})
			}
		}
	}
	return out
}

// formsOfAddress stand before a name; without their marks most are other words.
var formsOfAddress = []string{"ông", "bà", "anh", "chị", "cô", "chú", "bác", "em", "cụ", "ong"}

// called finds the last two words of a name that has three or more, after a form of address.
func (t reading) called(name string) [][2]int {
	all := strings.Fields(name)
	if len(all) < 3 {
		return nil
	}
	return t.addressed(t.find(strings.Join(all[len(all)-2:], " ")))
}

// given finds the given name after a form of address, which is how people are mostly called. It is one only as it is written: without its
// marks and its capital it is any other word.
func (t reading) given(name string) [][2]int {
	all := strings.Fields(vntext.NFC(name))
	if len(all) < 2 {
		return nil
	}
	given := all[len(all)-1]
	return t.addressed(slices.DeleteFunc(t.find(given), func(at [2]int) bool {
		word := vntext.NFC(t.word(at[0], at[1]))
		return !strings.EqualFold(word, given) || strings.ToLower(word) == word
	}))
}

// addressed are those of the places before which a form of address stands, with it.
func (t reading) addressed(places [][2]int) (out [][2]int) {
	for _, at := range places {
		if at[0] > 0 && slices.Contains(formsOfAddress, strings.ToLower(vntext.Plain(t.word(at[0]-1, at[0]-1)))) {
			out = append(out, [2]int{at[0] - 1, at[1]})
		}
	}
	return out
}

// word is the text from one word to another, as it stands.
func (t reading) word(from, to int) string { return t.text[t.at[from][0]:t.at[to][1]] }

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// nationalNumber is the phone without its country code and trunk zero: the part that all spellings share.
func nationalNumber(e164 string) string { return strings.TrimPrefix(e164, "+84") }

// tells are runs of characters that usually identify: e-mail addresses, phone and ID numbers.
var tells = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.]+|(?:\+84|0)[\s.\-]?\d(?:[\s.\-]?\d){7,10}|\b\d{12}\b|\b\d{9}\b`)

// passages are the words of a letter that tell who its sender is.
type passages []string

// passages finds them in what was said, in any spelling that foundIn would find.
func (c Contact) passages(said ...string) (out passages) {
	for _, text := range said {
		t := reads(text)
		for _, at := range slices.Concat(t.find(c.Name), t.find(c.Address), t.called(c.Name)) {
			out = append(out, t.word(at[0], at[1]))
		}
		for _, found := range tells.FindAllString(text, -1) {
			if c.foundIn(found) {
				out = append(out, found)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// texts are the words of the letter that may tell who wrote it.
func (l Letter) texts() []string { return []string{l.Subject, l.Body, l.Location.Address} }

func (p passages) foundIn(text string) bool {
	t, digits := reads(text), onlyDigits(vntext.Plain(text))
	return slices.ContainsFunc(p, func(s string) bool {
		n := strings.TrimPrefix(strings.TrimPrefix(onlyDigits(vntext.Plain(s)), "84"), "0")
		return len(t.find(s)) > 0 || len(n) >= leastDigits && strings.Contains(digits, n)
	})
}

// leastDigits is the length from which a number tells somebody.
const leastDigits = 8

// Suggest blanks them, and what looks like a phone or ID number.
func (p passages) Suggest(l Letter) Letter {
	clean := func(text string) string {
		for _, s := range p {
			text = strings.ReplaceAll(text, s, Blank)
		}
		return tells.ReplaceAllLiteralString(text, Blank)
	}
	return Letter{Subject: clean(l.Subject), Body: clean(l.Body), Location: Location{Address: clean(l.Location.Address)}}
}

// Suggest blanks what a program can recognise, for the clerk to go on from.
func (c Contact) Suggest(l Letter) Letter { return c.passages(l.texts()...).Suggest(l) }

// ToStrip returns the stripped letter as it stands, or a first suggestion, to who may read the whole.
func (d *Desk) ToStrip(ctx context.Context, who office.Staff, ref string) (Opened, Letter, error) {
	v, err := d.Open(ctx, who, ref)
	if err != nil {
		return v, Letter{}, err
	}
	if !v.Case.Kind.Secret() || v.Hidden || v.Blanked {
		return v, Letter{}, forbidden("error.move_forbidden")
	}
	if len(v.Case.Stripped) > 0 {
		l, err := d.stripped(v.Case)
		return v, l, err
	}
	tells, err := d.teller(ctx, v.Case)
	if err != nil {
		return v, Letter{}, err
	}
	return v, tells.Suggest(v.Letter), nil
}

// stripped opens what verifiers may read.
func (d *Desk) stripped(c *Case) (Letter, error) {
	var l Letter
	plain, err := d.Vault.OpenIdentity(c.Stripped, c.ID+"/stripped")
	if err != nil {
		return l, err
	}
	if err := json.Unmarshal(plain, &l); err != nil {
		return l, fmt.Errorf("decode stripped letter of case %s", c.ID)
	}
	return l, nil
}

// NoticeToAccused (thông báo nội dung tố cáo, mẫu 06 Nghị định 31/2019) is what the accused is told: the stripped words and
// nothing else (Luật Tố cáo Đ.29.3).
func (d *Desk) NoticeToAccused(ctx context.Context, who office.Staff, ref string) (Letter, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Letter{}, err
	}
	c, err := d.seen(ctx, o, who, ref)
	if err != nil {
		return Letter{}, err
	}
	switch {
	case !c.Kind.Secret() || !o.May(who, office.Work, c.File(), d.now()):
		return Letter{}, forbidden("error.move_forbidden")
	case len(c.Stripped) == 0:
		return Letter{}, conflict("error.guard.stripped")
	default:
		return d.stripped(c)
	}
}
