package casework_test

import (
	"context"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// mayRestInTheClear are the string fields of a stored denunciation that hold ids, names of tables, or digests, never words; of
// the history's data, its keys.
var mayRestInTheClear = []string{
	"_id", "ref", "kind", "state", "lane", "standing", "shelf", "unit", "assignee", "helpers", "counter", "home", "wanted", "channel", "forwarder", "lang", "about", "told", "lines", "suspects",
	"sealed_sender", "flags", "clocks.name", "clocks.law", "legal.prior", "legal.whole", "legal.parts", "legal.back", "legal.criteria", "legal.evidence",
	"messages.by", "answer.by", "answer.outcome", "attachments.id", "attachments.key", "attachments.original", "attachments.name", "attachments.type",
	"attachments.by", "history.actor", "history.what",
	"history.data.state", "history.data.kind", "history.data.was", "history.data.was_state", "history.data.was_unit", "history.data.was_assignee", "history.data.kinds", "history.data.content", "history.data.unit", "history.data.assignee",
	"history.data.rule", "history.data.past", "history.data.delegated", "history.data.outcome", "history.data.ground", "history.data.team", "history.data.criteria",
	"history.data.extended", "history.data.on", "history.data.score", "history.data.access", "history.data.asked_by", "history.data.file", "history.data.type",
	"history.data.size", "history.data.sha256", "history.data.original", "history.data.next", "history.data.late", "history.data.what", "history.data.steps",
	"history.data.to", "history.data.clear_accused", "history.data.hearing", "legal.signed", "legal.withdrawal", "history.data.came", "history.data.dated", "history.data.scope", "history.data.signed", "history.data.paper",
	"history.data.recipients", "history.data.way", "history.data.sent_on", "history.data.letter", "answer.files", // how, never a number
	"history.data.mail", "history.data.spf", "history.data.dkim", "history.data.dmarc", "history.data.status", // of mail: a keyed hash, results of checks, a server's number
}

// token is what an id, a name of a table, a law's number or a digest looks like: no word of a letter.
var token = regexp.MustCompile(`^[A-Za-z0-9_./+-]*$`)

// plainStrings lists the string fields below v that are not empty, by path.
func plainStrings(v reflect.Value, path string, each func(path, value string)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			plainStrings(v.Elem(), path, each)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("bson"), ",")
			if f.IsExported() && v.Type() != reflect.TypeFor[time.Time]() {
				plainStrings(v.Field(i), strings.TrimPrefix(path+"."+name, "."), each)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for i := range v.Len() {
				plainStrings(v.Index(i), path, each)
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			plainStrings(v.MapIndex(k), path+"."+k.String(), each)
		}
	case reflect.String:
		if v.String() != "" {
			each(path, v.String())
		}
	default:
	}
}

// restsSealed walks the stored case and fails on every string that is not known to be no word of anybody's.
func restsSealed(t *testing.T, c *casework.Case) {
	t.Helper()
	plainStrings(reflect.ValueOf(c).Elem(), "", func(path, value string) {
		if !slices.Contains(mayRestInTheClear, path) {
			t.Errorf("%s rests in the clear: %q", path, value)
		}
		if path != "clocks.law" && !token.MatchString(strings.NewReplacer(" ", "", ",", "").Replace(value)) {
			t.Errorf("%s holds words: %q", path, value)
		}
	})
}

// full is a life that touches every field in which words may rest.
func full(t *testing.T, d *caseworktest.Desk, kind law.Kind) (casework.Filed, office.Staff) {
	t.Helper()
	f := draft(kind)
	f.Category, f.About, f.Location.Address, f.Unit = "chữ tự do", "ông Đỗ Văn Máy", "thôn Ba", "roads"
	filed := routed(t, d, f)
	code, head := filed.Code.String(), staff(t, d, filed.Case.Assignee)
	if _, err := d.Write(t.Context(), code, "Tôi nói thêm."); err != nil {
		t.Fatal(err)
	}
	a := casework.Attachment{ID: "0123456789", Key: "k/0123456789", Name: "Đơn của bà Bé.pdf", Type: "application/pdf", Size: 7, SHA256: []byte("digest")}
	if kind.Secret() {
		a.Name = "tep-012345.pdf" // as the keeper of files calls it
	}
	if _, err := d.Attach(t.Context(), code, a); err != nil {
		t.Fatal(err)
	}
	if kind != law.Feedback { // which would be worked on from then on
		order(t, d, head)(filed.Case.ID, "ask_info", map[string]string{"text": "Bà bổ sung giúp."})
		if _, err := d.Write(t.Context(), code, "Tôi bổ sung."); err != nil {
			t.Fatal(err)
		}
	}
	order(t, d, head)(filed.Case.ID, "assign", map[string]string{"assignee": head.ID, "note": "Lời của bà Bé."})
	return filed, head
}

// order makes moves as the person.
func order(t *testing.T, d *caseworktest.Desk, who office.Staff) func(id, move string, args map[string]string) {
	t.Helper()
	return func(id, move string, args map[string]string) {
		t.Helper()
		c := stored(t, d, id)
		if move == "accept" && c.Legal.Signed == "" {
			order(t, d, who)(id, "record_signature", handSigned())
			c = stored(t, d, id)
		}
		if _, err := d.Move(t.Context(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: move, Args: args}); err != nil {
			t.Fatalf("%s: %v", move, err)
		}
	}
}

// TestNothingOfADenunciationRestsInTheClear leads denunciations through everything that writes words, those that came as one
// and those that were found to be one, and walks what is stored.
func TestNothingOfADenunciationRestsInTheClear(t *testing.T) {
	for name, kind := range map[string]law.Kind{"from the first byte": law.Denunciation, "found later": law.Complaint, "from feedback": law.Feedback} {
		t.Run(name, func(t *testing.T) {
			d := caseworktest.New()
			filed, head := full(t, d, kind)
			id, code := filed.Case.ID, filed.Code.String()
			if kind != law.Denunciation {
				order(t, d, head)(id, "reclassify", map[string]string{"kind": "denunciation", "reason": "Bà Bé tố cáo."})
				head = staff(t, d, stored(t, d, id).Assignee)
				for i, m := range stored(t, d, id).Messages {
					if m.Salt != nil {
						t.Errorf("the digest of message %d still confirms a guess", i)
					}
				}
				if d.Kept.Purged != 1 {
					t.Errorf("what the index and the files held was taken out %d times", d.Kept.Purged)
				}
			}
			if _, err := d.Strip(t.Context(), head, filed.Case.Ref, stored(t, d, id).Rev(), casework.Letter{Subject: "Tố cáo", Body: "Nhận tiền."}); err != nil {
				t.Fatal(err)
			}
			order(t, d, head)(id, "accept", map[string]string{"note": "Bà Bé đến ký."})
			order(t, d, head)(id, "start", map[string]string{"team": "officer,centrehead"})
			order(t, d, head)(id, "mark_complex", map[string]string{"criteria": "places,people", "reason": "Nhiều nơi."})
			prepare(t, d, stored(t, d, id), "conclude")
			order(t, d, head)(id, "conclude", map[string]string{"text": "Bà Bé tố cáo đúng.", "outcome": "partly"})
			if _, err := d.Rate(t.Context(), code, 2, "Tôi chưa hài lòng."); err != nil {
				t.Fatal(err)
			}
			order(t, d, head)(id, "notify", map[string]string{"recipients": "sender,accused", "way": "post", "sent_on": vnISO(d.Clock), "note": "Gửi bà Bé."})
			c := stored(t, d, id)
			restsSealed(t, c)
			if err := errorsOf(c); err != nil || d.CheckSealed(t.Context(), c) != nil {
				t.Errorf("%v, %v", err, d.CheckSealed(t.Context(), c))
			}
			held, err := d.Hold(t.Context(), code)
			if err != nil || len(held.Messages) < 1 || held.Messages[0].Text != "Tôi nói thêm." || held.Letter.Category != "chữ tự do" {
				t.Errorf("%+v, %v", held, err)
			}
			if v, err := d.Open(t.Context(), head, filed.Case.Ref); err != nil || !slices.Contains(notes(v), "Lời của bà Bé.") {
				t.Errorf("%v, %v", notes(v), err)
			}
		})
	}
}

func errorsOf(c *casework.Case) error {
	for _, b := range c.Check() {
		return b
	}
	return nil
}

func notes(v casework.Opened) (out []string) {
	for _, n := range v.Notes {
		out = append(out, n)
	}
	return out
}

// TestVeiledNoteThatWasChangedIsFound: the chain's digest still proves a note that was sealed later.
func TestVeiledNoteThatWasChangedIsFound(t *testing.T) {
	d := caseworktest.New()
	filed, head := full(t, d, law.Complaint)
	order(t, d, head)(filed.Case.ID, "assign", map[string]string{"assignee": head.ID, "note": "Lời khác."})
	order(t, d, head)(filed.Case.ID, "reclassify", map[string]string{"kind": "denunciation", "reason": "x"})
	c := stored(t, d, filed.Case.ID)
	var veiled []int
	for i, e := range c.History {
		if e.Veiled {
			veiled = append(veiled, i)
		}
	}
	if len(veiled) < 2 || d.CheckSealed(t.Context(), c) != nil || errorsOf(c) != nil {
		t.Fatalf("%d veiled notes, %v, %v", len(veiled), d.CheckSealed(t.Context(), c), errorsOf(c))
	}
	a, b := &c.History[veiled[0]], &c.History[veiled[1]]
	a.Veil, b.Veil = b.Veil, a.Veil
	if d.CheckSealed(t.Context(), c) == nil {
		t.Error("two notes changed places, and nobody finds it")
	}
	a.Veil = nil
	if errorsOf(c) == nil {
		t.Error("a note was taken away, and nobody finds it")
	}
}

// TestErasedWordsConfirmNoGuess: once words are erased nothing is left that tells two lives apart which differ in words alone,
// but digests; and none of them comes out of the words by a hash that anybody can compute.
func TestErasedWordsConfirmNoGuess(t *testing.T) {
	d := caseworktest.New()
	filed, head := full(t, d, law.Feedback)
	order(t, d, head)(filed.Case.ID, "start", nil)
	order(t, d, head)(filed.Case.ID, "answer", map[string]string{"text": "Đã sửa."})
	before := stored(t, d, filed.Case.ID)
	salts := [][]byte{before.Salt, before.Answer.Salt}
	for _, m := range before.Messages {
		salts = append(salts, m.Salt)
	}
	for _, a := range before.Attachments {
		salts = append(salts, a.Salt)
	}
	for _, e := range before.History {
		if e.Note != "" {
			salts = append(salts, e.Salt)
		}
	}
	order(t, d, head)(filed.Case.ID, "close", nil)
	d.Clock = d.Clock.AddDate(3, 0, 0)
	if did, err := d.Erase(t.Context(), filed.Case.ID); err != nil || !did {
		t.Fatal(did, err)
	}
	raw, err := json.Marshal(stored(t, d, filed.Case.ID))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range salts {
		enc, _ := json.Marshal(s) // bytes always encode
		if len(s) < 16 || strings.Contains(string(raw), strings.Trim(string(enc), `"`)) {
			t.Errorf("salt %d is short or still there", i)
		}
	}
	if err := errorsOf(stored(t, d, filed.Case.ID)); err != nil {
		t.Error(err)
	}
}

// second is somebody who may approve, and not the one who asked.
func approve(t *testing.T, d *caseworktest.Desk, sender bool) *casework.Access {
	t.Helper()
	who := staff(t, d, "inspector")
	as, _, err := d.AccessList(context.Background(), who, casework.IdentityOpened, "")
	if err != nil || len(as) == 0 {
		t.Fatal(as, err)
	}
	a, err := d.ApproveOpening(t.Context(), who, as[0].ID, sender)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
