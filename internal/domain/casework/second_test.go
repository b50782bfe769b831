package casework_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// named is a letter whose sender has everything to hide.
func named(kind law.Kind) casework.Draft {
	return casework.Draft{
		Key: "second-" + string(kind), Kind: kind, Subject: "Đòi tiền", Body: "Đòi tiền khi làm giấy tờ", Passphrase: "bông lúa vàng 1975",
		Contact: casework.Contact{Name: "Lê Văn Ổn", Phone: "0905123456", Address: "Thôn Tất Viên", IDNumber: "049071234567"},
	}
}

// TestTheCodeAloneNamesNoDenouncer opens the data with the code, with wrong second things and with right ones.
func TestTheCodeAloneNamesNoDenouncer(t *testing.T) {
	for second, what := range map[string]string{
		"bông lúa vàng 1975": "own_data_shown_phrase", " bông lúa  vàng 1975": "own_data_shown_phrase", "234567": "own_data_shown_id",
		"bông lúa vàng 1976": "own_data_refused", "234568": "own_data_refused", "123456": "own_data_refused", "34567": "own_data_refused", "xxxxxx": "own_data_refused",
	} {
		known := what != "own_data_refused"
		d := caseworktest.New()
		filed, err := d.Submit(t.Context(), named(law.Denunciation))
		if err != nil {
			t.Fatal(err)
		}
		code := filed.Code.String()
		h, err := d.Hold(t.Context(), code)
		if err != nil || !h.Masked || h.Letter.Body == "" || h.Contact != (casework.Contact{Name: "***", Phone: "***", Address: "***", IDNumber: "***"}) {
			t.Fatalf("the code alone gives %+v, %v", h, err)
		}
		rev := filed.Case.Rev()
		h, err = d.HoldWhole(t.Context(), code, second)
		if got := err == nil && h.Contact.Name == "Lê Văn Ổn"; got != known || !known && h.Contact != (casework.Contact{}) {
			t.Errorf("%q gives %+v, %v", second, h.Contact, err)
		}
		f, err := d.Follow(t.Context(), code)
		if err != nil || len(f.Opened()) == 1 != known || len(f.Refused()) == 1 == known {
			t.Errorf("%q: opened %v, refused %v, %v", second, f.Opened(), f.Refused(), err)
		}
		if f.Case.Rev() != rev {
			t.Errorf("%q makes an open form stale", second)
		}
		if last := f.Case.History[len(f.Case.History)-1]; last.What != what || last.Actor != history.ByCitizen || last.Note != "" || len(last.Data) != 1 {
			t.Errorf("the entry tells %+v", last)
		}
	}
}

// TestANumberThatWasNotGivenOpensNothing tries what stands where no number is.
func TestANumberThatWasNotGivenOpensNothing(t *testing.T) {
	for _, kind := range []law.Kind{law.Denunciation, law.Petition} {
		d := caseworktest.New()
		letter := named(kind)
		letter.Contact.IDNumber, letter.Contact.Phone = "", ""
		filed, err := d.Submit(t.Context(), letter)
		if err != nil {
			t.Fatal(err)
		}
		for _, second := range []string{"xxxxxx", "000000", "******"} {
			if h, err := d.HoldWhole(t.Context(), filed.Code.String(), second); err == nil {
				t.Errorf("%q opens a %s: %+v", second, kind, h.Contact)
			}
		}
	}
}

// TestAnEmptySecondThingIsNoTry sends the form with nothing in it, more often than wrong tries are allowed.
func TestAnEmptySecondThingIsNoTry(t *testing.T) {
	d := caseworktest.New()
	filed, err := d.Submit(t.Context(), named(law.Denunciation))
	if err != nil {
		t.Fatal(err)
	}
	code := filed.Code.String()
	for _, second := range []string{"", " ", "\t", "\n \n", "", "", ""} {
		_, err := d.HoldWhole(t.Context(), code, second)
		if e, ok := errors.AsType[*casework.Error](err); !ok || e.Code != casework.Invalid || e.Fields["second"] != "error.field.second_empty" {
			t.Errorf("%q: %v", second, err)
		}
	}
	f, err := d.Follow(t.Context(), code)
	if err != nil || len(f.Refused()) > 0 || len(f.Opened()) > 0 {
		t.Errorf("recorded: opened %v, refused %v, %v", f.Opened(), f.Refused(), err)
	}
	if _, err := d.HoldWhole(t.Context(), code, "234567"); err != nil {
		t.Errorf("a right one after that: %v", err)
	}
}

// TestWhatOpensAPetitionStandsInItsHistory reads a petition with the phone number and with the ID number.
func TestWhatOpensAPetitionStandsInItsHistory(t *testing.T) {
	for second, what := range map[string]string{"123456": "own_data_shown_phone", "234567": "own_data_shown_id"} {
		d := caseworktest.New()
		filed, err := d.Submit(t.Context(), named(law.Petition))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.HoldWhole(t.Context(), filed.Code.String(), second); err != nil {
			t.Fatal(err)
		}
		f, err := d.Follow(t.Context(), filed.Code.String())
		if err != nil || f.Timeline[len(f.Timeline)-1].Event != what {
			t.Errorf("%q: the citizen is told %+v, %v", second, f.Timeline, err)
		}
	}
}

// TestWrongSecondThingsAreCountedInTheCase tries until nothing is compared any more, and waits.
func TestWrongSecondThingsAreCountedInTheCase(t *testing.T) {
	d := caseworktest.New()
	filed, err := d.Submit(t.Context(), named(law.Denunciation))
	if err != nil {
		t.Fatal(err)
	}
	try := func(second string) error {
		_, err := d.HoldWhole(t.Context(), filed.Code.String(), second)
		return err
	}
	wrong := 0
	for range 8 {
		if err := try("000000"); casework.CodeOf(err) == casework.Invalid {
			wrong++
		} else if !errors.Is(err, casework.ErrManyTries) {
			t.Fatal(err)
		}
	}
	if err := try("234567"); wrong != 5 || !errors.Is(err, casework.ErrManyTries) {
		t.Errorf("%d tries were compared, and then a right one: %v", wrong, err)
	}
	for range 10 {
		d.Clock = d.Clock.Add(16 * time.Minute)
		for range 6 {
			if casework.CodeOf(try("000000")) == casework.Invalid {
				wrong++
			}
		}
	}
	if wrong != 20 {
		t.Errorf("%d tries were compared within a day", wrong)
	}
	d.Clock = d.Clock.Add(25 * time.Hour)
	if err := try("234567"); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

// TestAPassphraseIsSetWhereItOpensSomething: not where none was given, not where only a quorum opens who wrote, and not once the
// words are gone.
func TestAPassphraseIsSetWhereItOpensSomething(t *testing.T) {
	d := caseworktest.New()
	set := func(c *casework.Case) bool {
		set, err := d.PhraseSet(t.Context(), c)
		wantOK(t, err)
		return set
	}
	without := named(law.Denunciation)
	without.Passphrase, without.Key = "", "second-without"
	bare, err := d.Submit(t.Context(), without)
	wantOK(t, err)
	if set(bare.Case) {
		t.Error("set where none was given")
	}
	filed, err := d.Submit(t.Context(), named(law.Denunciation))
	wantOK(t, err)
	if !set(filed.Case) {
		t.Fatal("not set where one was given")
	}
	gone := filed.Case.Clone()
	gone.History = append(gone.History, history.Entry{What: history.Erasure, Data: map[string]string{"what": casework.ErasedAll}})
	if set(gone) {
		t.Error("set once the words are gone")
	}
	d.Kept.EachSecrets(func(s *casework.Secrets) { s.Quorum = []byte("x") })
	if set(filed.Case) || set(bare.Case) {
		t.Error("set where only a quorum opens who wrote")
	}
}

// TestAPassphraseIsNowhereButInItsHash files the same letter with two passphrases and with a bad one.
func TestAPassphraseIsNowhereButInItsHash(t *testing.T) {
	d := caseworktest.New()
	one := named(law.Denunciation)
	first, err := d.Submit(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	two := one
	two.Passphrase = "một câu khác hẳn"
	again, err := d.Submit(t.Context(), two)
	if err != nil || string(again.Case.Fingerprint) != string(first.Case.Fingerprint) {
		t.Errorf("the fingerprint covers the passphrase: %v", err)
	}
	for kind, want := range map[law.Kind]bool{law.Denunciation: true, law.Petition: false} {
		f := named(kind)
		f.Key += " again"
		filed, err := d.Submit(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if set, err := d.PhraseSet(t.Context(), filed.Case); err != nil || set != want {
			t.Errorf("a %s has a passphrase: %v, %v", kind, set, err)
		}
		h, err := d.Hold(t.Context(), filed.Code.String())
		if err != nil || h.Events[0].At.Format("-07:00") != "+07:00" {
			t.Errorf("what is held has the time of another country: %v, %v", h.Events, err)
		}
	}
	one.Passphrase = "ngắn"
	if err := d.Check(t.Context(), one); err == nil || !strings.Contains(err.Error(), "passphrase") {
		t.Errorf("a short passphrase: %v", err)
	}
	open := named(law.Petition)
	filed, err := d.Submit(t.Context(), open)
	if err != nil {
		t.Fatal(err)
	}
	for second, known := range map[string]bool{"234567": true, "123456": true, open.Passphrase: false} {
		if _, err := d.HoldWhole(t.Context(), filed.Code.String(), second); (err == nil) != known {
			t.Errorf("a petition, %q: %v", second, err)
		}
	}
}

// TestADenouncersFilesOpenAsHisDataDoes: the file of a denouncer opens by two things, and says so in the history; that of others by
// the code.
func TestADenouncersFilesOpenAsHisDataDoes(t *testing.T) {
	for _, kind := range []law.Kind{law.Denunciation, law.Petition} {
		d := caseworktest.New()
		filed, err := d.Submit(t.Context(), named(kind))
		if err != nil {
			t.Fatal(err)
		}
		code := filed.Code.String()
		if _, err := d.Attach(t.Context(), code, casework.Attachment{ID: "f1", Key: "k", Name: "a.jpg", Type: "image/jpeg", Size: 3}); err != nil {
			t.Fatal(err)
		}
		open := func(second string) error {
			_, a, err := d.FileByCode(t.Context(), code, "f1", second)
			if (err == nil) != (a.ID == "f1") {
				t.Errorf("%s with %q: %v beside %v", kind, second, a, err)
			}
			return err
		}
		if kind == law.Petition {
			if err := open(""); err != nil {
				t.Errorf("a petition's: %v", err)
			}
			continue
		}
		for second, opens := range map[string]bool{"": false, "234568": false, "234567": true, "bông lúa vàng 1975": true} {
			if err := open(second); (err == nil) != opens {
				t.Errorf("%q: %v", second, err)
			}
		}
		f, err := d.Follow(t.Context(), code)
		if err != nil || len(f.Opened()) != 2 || len(f.Refused()) != 1 {
			t.Errorf("opened %v, refused %v, %v", f.Opened(), f.Refused(), err)
		}
		if last := f.Case.History[len(f.Case.History)-1]; last.Data["file"] != "f1" {
			t.Errorf("the entry names no file: %+v", last)
		}
		for range 4 {
			_ = open("000000")
		}
		if err := open("234567"); !errors.Is(err, casework.ErrManyTries) {
			t.Errorf("after five wrong tries: %v", err)
		}
	}
}
