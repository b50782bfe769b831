package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
)

var denouncerAttacks = []attack{
	{"denouncer", "a head splits the words off into feedback", true, moves("denunciation", splitOff)},
	{"denouncer", "a head splits the sender off into a petition", false, moves("denunciation", splitSender)},
	{"denouncer", "a head gives the letter each other kind, with its sender", true, moves("denunciation", otherKinds)},
	{"denouncer", "a head splits the letter, then gives it another kind", true, moves("denunciation", splitOff, otherKinds)},
	{"denouncer", "a head names somebody else, then assigns it to the accused", true, moves("denunciation", toAccused)},
	{"denouncer", "a head records a withdrawal that was never signed", true, moves("denunciation", withdrawn)},
	{"denouncer", "a head makes feedback a denunciation, and feedback again", false, moves("feedback", thereAndBack)},
	{"denouncer", "a head splits a denunciation out of feedback", true, moves("feedback", splitOff)},
	{"denouncer", "everybody asks for the sender, approves it himself and shows it", false, approvedHimself},
	{"denouncer", "all staff search for the sender and the words", false, searched},
	{"denouncer", "the code alone, over the API and the pages", false, codeAlone},
}

// token is letters that nothing else says.
func token() string { return "zq" + strings.ToLower(rand.Text()[:8]) }

func digits(n int) string {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	drawn, _ := rand.Int(rand.Reader, most) // the reader never fails
	return fmt.Sprintf("%0*d", n, drawn)
}

// denouncer is somebody who wrote a letter, and every trace of him.
type denouncer struct {
	filed
	accused, subject, words, name, phone, id string
	head                                     colleague // has the letter
	typed                                    string    // by him
}

// The accused of the letters, and his id.
const (
	accusedName = "Dương Văn Quyết"
	accusedID   = "dia-chinh"
)

// passphrase opens to the sender what his code alone does not.
const passphrase = "bảy con cò trắng"

// denounce files a letter that accuses somebody, whatever kind it says it is.
func (t *target) denounce(ctx context.Context, kind, accused string) (d *denouncer, err error) {
	d = &denouncer{accused: accused, subject: token(), words: token(), name: token(), phone: "0905" + digits(6), id: "0491" + digits(8)}
	d.filed, d.head, err = t.file(ctx, map[string]any{
		"kind": kind, "category": "roads", "subject": "Đường hỏng " + d.subject, "body": d.text(), "about": accused, "passphrase": passphrase,
		"contact": map[string]string{"name": d.fullName(), "phone": d.phone, "address": "thôn Quý Mỹ", "id_number": d.id},
	})
	if err == nil && d.head.id == "" {
		err = fmt.Errorf("%s lies with nobody", d.ref)
	}
	return d, err
}

func (d *denouncer) text() string {
	return "Đường hỏng " + d.words + ". Ông " + d.accused + " nhận tiền."
}
func (d *denouncer) fullName() string { return "Quàng Thị " + d.name + " Nhẫn" }

func (d *denouncer) traces() map[string]string {
	return map[string]string{"subject": d.subject, "words": d.words, "name": d.name, "phone": d.phone[1:], "ID number": d.id}
}

// read tells who reads what of him: "username reads the phone".
func (t *target) read(ctx context.Context, d *denouncer) (map[string]bool, error) {
	all, err := t.colleagues(ctx)
	if err != nil {
		return nil, err
	}
	told, err := everyone(all, func(who colleague) (string, error) {
		refs := []string{d.ref}
		for _, l := range lists[:3] { // what came of the letter
			r, err := t.get(ctx, who, "/api/v1/staff/cases"+l)
			if err != nil {
				return "", err
			}
			refs = append(refs, partsIn(r.body, d.subject)...)
		}
		slices.Sort(refs)
		return t.doors(ctx, who, slices.Compact(refs)...)
	})
	seen := map[string]bool{}
	for who, text := range told {
		text = strings.NewReplacer(" ", "", ".", "", "\u00a0", "").Replace(strings.ToLower(text))
		for what, trace := range d.traces() {
			if strings.Contains(text, trace) {
				seen[who+" reads the "+what] = true
			}
		}
	}
	return seen, err
}

// partsIn lists the references of rows whose subject has the mark.
func partsIn(list, mark string) (refs []string) {
	for row := range strings.SplitSeq(list, `"reference":"`) {
		if ref, _, ok := strings.Cut(row, `"`); ok && strings.Contains(row, mark) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// trick is moves that one head makes one after the other.
type trick func(d *denouncer) []made

type made struct {
	move string
	args map[string]string
}

// moves makes an attack of tricks: after each move, nobody reads what he did not read before.
func moves(kind string, tricks ...trick) func(context.Context, *target) (outcome, error) {
	return func(ctx context.Context, t *target) (outcome, error) {
		d, err := t.denounce(ctx, kind, accusedName)
		if err != nil {
			return outcome{}, err
		}
		before, err := t.read(ctx, d)
		if err != nil || !before[d.head.id+" reads the words"] || !before[d.head.id+" reads the subject"] {
			return outcome{tried: 1, why: "nobody reads the letter: the attack is blind"}, err
		}
		got := outcome{}
		for _, trick := range tricks {
			for _, m := range trick(d) {
				if err := t.after(ctx, d, m, before, &got); err != nil {
					return got, err
				}
			}
		}
		return got, nil
	}
}

// after makes a move and counts every reader and trace that must still be apart. Whom the letter is given to reads its words, the
// accused never.
func (t *target) after(ctx context.Context, d *denouncer, m made, before map[string]bool, got *outcome) error {
	d.typed += fmt.Sprint(m.args)
	r, err := t.move(ctx, d.head, d.ref, m.move, m.args)
	if err != nil {
		return err
	}
	time.Sleep(100 * time.Millisecond) // what a move promises is kept a moment later
	now, err := t.read(ctx, d)
	if err != nil {
		return err
	}
	has, err := t.handler(ctx, d.filed)
	if err != nil {
		return err
	}
	for _, who := range t.everybody {
		for what := range d.traces() {
			pair := who.id + " reads the " + what
			given := m.move == "assign" && who.id == has.id && who.id != accusedID && (what == "subject" || what == "words")
			typed := who.id == d.head.id && strings.Contains(d.typed, d.traces()[what]) // his own notes show him nothing
			if !before[pair] && !given && !typed {
				got.count(!now[pair], fmt.Sprintf("after %s (%d) %s", m.move, r.status, pair))
			}
		}
	}
	return nil
}

// count notes one try.
func (o *outcome) count(held bool, why string) {
	o.tried++
	if held {
		o.held++
	} else {
		o.why = why
	}
}

func splitOff(d *denouncer) []made {
	return []made{{"split", map[string]string{
		"kinds": "denunciation,feedback", "feedback_subject": "Đường " + d.subject, "feedback_text": d.text(), "reason": "x",
	}}}
}

func splitSender(d *denouncer) []made {
	return []made{{"split", map[string]string{
		"kinds": "denunciation,petition", "petition_subject": d.subject, "petition_text": "Tôi là " + d.fullName() + ", " + d.phone + ", " + d.id, "reason": "x",
	}}}
}

func otherKinds(*denouncer) (out []made) {
	for _, kind := range []string{"complaint", "petition", "feedback", "praise"} {
		out = append(out, made{"reclassify", map[string]string{"kind": kind, "ground": "not_denunciation", "sender": "yes", "reason": "x"}})
	}
	return out
}

func toAccused(*denouncer) []made {
	return []made{
		{"name_accused", map[string]string{"outside": "yes", "reason": "x"}},
		{"assign", map[string]string{"assignee": accusedID}},
		{"name_accused", map[string]string{"people": "dieutt", "reason": "x"}},
		{"assign", map[string]string{"assignee": accusedID}},
		{"assign", map[string]string{"unit": "phong-kinh-te"}},
	}
}

func withdrawn(d *denouncer) []made {
	day := time.Now().In(time.FixedZone("ICT", 7*60*60)).Format(time.DateOnly)
	return []made{
		{"record_withdrawal", map[string]string{
			"came": "minutes", "dated": day, "scope": "whole", "what": d.fullName() + " " + d.phone, "note": d.fullName() + " ký.",
		}},
		{"discontinue", map[string]string{"reason": d.fullName() + " rút đơn."}},
		{"notify_end", map[string]string{"recipients": "sender,accused", "way": "post", "sent_on": day, "note": "Gửi " + d.fullName()}},
	}
}

func thereAndBack(*denouncer) []made {
	return []made{
		{"reclassify", map[string]string{"kind": "denunciation", "reason": "x"}},
		{"reclassify", map[string]string{"kind": "feedback", "ground": "not_denunciation", "sender": "yes", "reason": "x"}},
	}
}
