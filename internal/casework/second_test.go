package casework_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/casework"
	"tiepdan/internal/casework/caseworktest"
)

// named is a letter whose sender has everything to hide.
func named(kind casework.Kind) casework.Draft {
	return casework.Draft{
		Key: "second-" + string(kind), Kind: kind, Subject: "Đòi tiền", Body: "Đòi tiền khi làm giấy tờ", Passphrase: "bông lúa vàng 1975",
		Contact: casework.Contact{Name: "Lê Văn Ổn", Phone: "0905123456", Address: "Thôn Tất Viên", IDNumber: "049071234567"},
	}
}

// TestTheCodeAloneNamesNoDenouncer opens the data with the code, with wrong second things and with right ones.
func TestTheCodeAloneNamesNoDenouncer(t *testing.T) {
	for second, known := range map[string]bool{
		"bông lúa vàng 1975": true, "234567": true, "bông lúa vàng 1976": false, "234568": false, "123456": false, "34567": false, "": false, "xxxxxx": false,
	} {
		d := caseworktest.New()
		filed, err := d.Submit(t.Context(), named(casework.Denunciation))
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
		if last := f.Case.History[len(f.Case.History)-1]; last.Actor != casework.ByCitizen || last.Note != "" || len(last.Data) != 1 {
			t.Errorf("the entry tells %+v", last)
		}
	}
}

// TestWrongSecondThingsAreCountedInTheCase tries until nothing is compared any more, and waits.
func TestWrongSecondThingsAreCountedInTheCase(t *testing.T) {
	d := caseworktest.New()
	filed, err := d.Submit(t.Context(), named(casework.Denunciation))
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

// TestAPassphraseIsNowhereButInItsHash files the same letter with two passphrases and with a bad one.
func TestAPassphraseIsNowhereButInItsHash(t *testing.T) {
	d := caseworktest.New()
	one := named(casework.Denunciation)
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
	one.Passphrase = "ngắn"
	if err := one.Check(); err == nil || !strings.Contains(err.Error(), "passphrase") {
		t.Errorf("a short passphrase: %v", err)
	}
	open := named(casework.Petition)
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
