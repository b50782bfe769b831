package casework_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// phrase is the passphrase of the tests' denouncers.
const phrase = "hoa sen nở trắng"

// draft is a filing with nothing wrong, of the kind; a denunciation is about the administrator, who has no part in it anyway.
func draft(kind law.Kind) casework.Draft {
	about, second := "", ""
	if kind == law.Denunciation {
		about, second = "Đỗ Văn Máy", phrase
	}
	return casework.Draft{
		About: about, Passphrase: second,
		Key: "k-" + string(kind), Kind: kind, Counter: "c1", Category: "roads", Subject: "Đường hỏng", Body: "Đường trước chợ hỏng nặng.",
		Contact: casework.Contact{Name: "Võ Thị Bé", Phone: "0905123456", Address: "thôn 1"}, Language: "vi",
	}
}

func submit(t *testing.T, d *caseworktest.Desk, f casework.Draft) casework.Filed {
	t.Helper()
	filed, err := d.Submit(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return filed
}

// routed files a case and routes it.
func routed(t *testing.T, d *caseworktest.Desk, f casework.Draft) casework.Filed {
	t.Helper()
	filed := submit(t, d, f)
	if err := errors.Join(d.Route(t.Context(), filed.Case.ID)...); err != nil {
		t.Fatal(err)
	}
	filed.Case = stored(t, d, filed.Case.ID)
	return filed
}

func stored(t *testing.T, d *caseworktest.Desk, id string) *casework.Case {
	t.Helper()
	c, err := d.Kept.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func staff(t *testing.T, d *caseworktest.Desk, id string) office.Staff {
	t.Helper()
	o, err := d.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, ok := o.Staff(id)
	if !ok {
		t.Fatalf("no staff %s", id)
	}
	return who
}

// fields are the names of what is wrong.
func fields(err error) map[string]string {
	if e, ok := errors.AsType[*casework.Error](err); ok {
		return e.Fields
	}
	return nil
}

func TestSubmitTwiceWithOneKeyKeepsOneCase(t *testing.T) {
	for _, kind := range law.Kinds() {
		d := caseworktest.New()
		first := submit(t, d, draft(kind))
		d.Clock = d.Clock.Add(time.Hour)
		again := submit(t, d, draft(kind))
		if first.Replay || !again.Replay || again.Code != first.Code || d.Kept.Len() != 1 || d.Heard.Times() != 1 {
			t.Errorf("%s: replay %t, %d cases, announced %d times", kind, again.Replay, d.Kept.Len(), d.Heard.Times())
		}
		if diff := cmp.Diff(first.Case, again.Case); diff != "" {
			t.Errorf("%s: the replay answers otherwise: %s", kind, diff)
		}
	}
}

func TestKeyWithOtherWordsIsRefusedAndChangesNothing(t *testing.T) {
	for name, change := range map[string]func(*casework.Draft){
		"body":     func(f *casework.Draft) { f.Body = "Chuyện khác." },
		"kind":     func(f *casework.Draft) { f.Kind = law.Petition },
		"contact":  func(f *casework.Draft) { f.Contact.Phone = "0905123457" },
		"unit":     func(f *casework.Draft) { f.Unit = "centre" },
		"counter":  func(f *casework.Draft) { f.Counter = "" },
		"category": func(f *casework.Draft) { f.Category = "" },
		"place":    func(f *casework.Draft) { f.Location.Address = "chợ" },
		"point":    func(f *casework.Draft) { f.Location.Lat = 15.7 },
		"about":    func(f *casework.Draft) { f.About = "một cán bộ" },
		"nameless": func(f *casework.Draft) { f.Anonymous = true },
	} {
		d := caseworktest.New()
		first := submit(t, d, draft(law.Denunciation))
		f := draft(law.Denunciation)
		change(&f)
		filed, err := d.Submit(t.Context(), f)
		if casework.CodeOf(err) != casework.Invalid || fields(err)["Idempotency-Key"] == "" || filed.Case != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(first.Case, stored(t, d, first.Case.ID)); diff != "" || d.Kept.Len() != 1 {
			t.Errorf("%s: the first case changed: %s", name, diff)
		}
		d.Route(t.Context(), first.Case.ID)
		v, err := d.Open(t.Context(), staff(t, d, stored(t, d, first.Case.ID).Assignee), first.Case.Ref)
		if err != nil || v.Letter.Body != draft(law.Denunciation).Body {
			t.Errorf("%s: the first letter reads %q, %v", name, v.Letter.Body, err)
		}
	}
}

func TestSubmitCountsCharactersNotBytes(t *testing.T) {
	decomposed := "e\u0302\u0301" // ế in three runes
	for name, tc := range map[string]struct {
		change func(*casework.Draft)
		field  string
	}{
		"200 in the subject":       {func(f *casework.Draft) { f.Subject = strings.Repeat(decomposed, 200) }, ""},
		"201 in the subject":       {func(f *casework.Draft) { f.Subject = strings.Repeat(decomposed, 201) }, "subject"},
		"10000 in the body":        {func(f *casework.Draft) { f.Body = strings.Repeat(decomposed, 10_000) }, ""},
		"10001 in the body":        {func(f *casework.Draft) { f.Body = strings.Repeat(decomposed, 10_001) }, "body"},
		"120 in the name":          {func(f *casework.Draft) { f.Contact.Name = strings.Repeat(decomposed, 120) }, ""},
		"121 in the name":          {func(f *casework.Draft) { f.Contact.Name = strings.Repeat(decomposed, 121) }, "contact.name"},
		"300 in the address":       {func(f *casework.Draft) { f.Contact.Address = strings.Repeat(decomposed, 300) }, ""},
		"301 in the address":       {func(f *casework.Draft) { f.Contact.Address = strings.Repeat(decomposed, 301) }, "contact.address"},
		"301 in the place":         {func(f *casework.Draft) { f.Location.Address = strings.Repeat(decomposed, 301) }, "location.address"},
		"121 in about":             {func(f *casework.Draft) { f.About = strings.Repeat(decomposed, 121) }, "about"},
		"65 in the category":       {func(f *casework.Draft) { f.Category = strings.Repeat("a", 65) }, "category"},
		"nothing but blanks":       {func(f *casework.Draft) { f.Subject = " \t\u200b\u00a0" }, "subject"},
		"nothing but controls":     {func(f *casework.Draft) { f.Body = "\x00\x01\x7f\u202e" }, "body"},
		"no key":                   {func(f *casework.Draft) { f.Key = "" }, "Idempotency-Key"},
		"key of 201":               {func(f *casework.Draft) { f.Key = strings.Repeat("k", 201) }, "Idempotency-Key"},
		"another kind":             {func(f *casework.Draft) { f.Kind = "Feedback" }, "kind"},
		"no such unit":             {func(f *casework.Draft) { f.Unit = "nowhere" }, "unit"},
		"no such counter":          {func(f *casework.Draft) { f.Counter = "c9" }, "counter"},
		"latitude beyond the pole": {func(f *casework.Draft) { f.Location.Lat = 90.1 }, "location"},
	} {
		d := caseworktest.New()
		f := draft(law.Feedback)
		change := tc.change
		change(&f)
		_, err := d.Submit(t.Context(), f)
		_, named := fields(err)[tc.field]
		if tc.field == "" && err != nil || tc.field != "" && (!named || d.Kept.Len() != 0) {
			t.Errorf("%s: %v, %d cases", name, err, d.Kept.Len())
		}
	}
}

func TestRoutingTwiceChangesNothing(t *testing.T) {
	d := caseworktest.New()
	once := routed(t, d, draft(law.Feedback))
	if once.Case.Assignee != "roadhead" || once.Case.State != law.Assigned {
		t.Fatalf("%s with %q", once.Case.State, once.Case.Assignee)
	}
	heard := d.Heard.Times()
	if errs := d.Route(t.Context(), once.Case.ID, once.Case.ID); errors.Join(errs...) != nil || len(errs) != 2 {
		t.Errorf("routing again: %v", errs)
	}
	if diff := cmp.Diff(once.Case, stored(t, d, once.Case.ID)); diff != "" || d.Heard.Times() != heard {
		t.Errorf("changed by the second routing: %s", diff)
	}
}

func TestOneBatchRoutesACaseOnceAndNamesTheUnknown(t *testing.T) {
	d := caseworktest.New()
	id := submit(t, d, draft(law.Feedback)).Case.ID
	errs := d.Route(t.Context(), id, "nothing", id)
	if errs[0] != nil || casework.CodeOf(errs[1]) != casework.NotFound || errs[2] != nil {
		t.Errorf("%v", errs)
	}
	if c := stored(t, d, id); len(c.History) != 2 || c.V != 2 {
		t.Errorf("%d entries, version %d", len(c.History), c.V)
	}
}

func TestCaseThatNoRuleFitsWaitsInTriage(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Feedback)
	f.Category = ""
	c := routed(t, d, f).Case
	if c.State != law.Triage || c.Assignee != "" || c.State.Status() != "received" || c.DueAt == nil {
		t.Errorf("%s, assignee %q, due %v", c.State, c.Assignee, c.DueAt)
	}
}

func TestDenunciationLeavesNoWordInItsCase(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Denunciation)
	f.Subject, f.Body, f.Contact.Name = "SECRETSUBJECT", "SECRETBODY", "Secret Sender"
	filed := routed(t, d, f)
	c := filed.Case
	if c.Subject+c.Body+c.Masked != "" || c.Terms != nil || c.Contact != nil || !c.Location.Empty() {
		t.Errorf("in the clear: %+v", c)
	}
	for _, who := range []string{"reception", "inspector", "admin", "officer", "centrehead"} {
		if _, err := d.Open(t.Context(), staff(t, d, who), c.Ref); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("%s opens it: %v", who, err)
		}
	}
	v, err := d.Open(t.Context(), staff(t, d, c.Assignee), c.Ref)
	if err != nil || v.Letter.Body != "SECRETBODY" || !v.Contact.Empty() {
		t.Errorf("%s reads %q, contact %v, %v", c.Assignee, v.Letter.Body, v.Contact, err)
	}
}

func TestEntryTellsNoWordOfACase(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, draft(law.Feedback))
	if _, err := d.Write(t.Context(), filed.Code.String(), "Gần cầu máng"); err != nil {
		t.Fatal(err)
	}
	for _, e := range stored(t, d, filed.Case.ID).History {
		for k, v := range e.Data {
			if strings.ContainsAny(v, " ạáàảãâăđ") {
				t.Errorf("entry %d announces %s=%q", e.Seq, k, v)
			}
		}
	}
}

func TestChangeIsTriedAgainWhenSomebodyWasFirst(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, draft(law.Feedback))
	first := true
	d.Kept.BeforeReplace = func() {
		if !first {
			return
		}
		first = false
		if _, err := d.Write(t.Context(), filed.Code.String(), "một"); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.Write(t.Context(), filed.Code.String(), "hai"); err != nil {
		t.Fatal(err)
	}
	c := stored(t, d, filed.Case.ID)
	if len(c.Messages) != 2 || c.Messages[0].Text != "một" || c.CheckHistory() != nil {
		t.Errorf("%d messages", len(c.Messages))
	}
}

func TestChangeGivesUpWhenSomebodyIsAlwaysFirst(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, draft(law.Feedback))
	inner := false
	d.Kept.BeforeReplace = func() {
		if inner {
			return
		}
		inner = true
		defer func() { inner = false }()
		if _, err := d.Write(t.Context(), filed.Code.String(), "trước"); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.Write(t.Context(), filed.Code.String(), "sau"); casework.CodeOf(err) != casework.Unavailable {
		t.Errorf("%v", err)
	}
}
