package app_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/testkit"
)

// TestChosenLettersAreAssignedEachByItsOwnRight: without a script somebody ticks letters of a list and gives them to an officer; one that
// changed meanwhile stays where it is and is named with the reason, and a stranger to a letter assigns none.
func TestChosenLettersAreAssignedEachByItsOwnRight(t *testing.T) {
	r := open(t, nil)
	var ds []*dossier
	head := ""
	for range 3 { // each with an officer of the head's
		d, _, his := roadCase(t, r)
		ds, head = append(ds, d), his
	}
	p := newPhone(t, r, testkit.Phone(), testkit.WithoutJavaScript())
	p.signIn(head, r.password(t))
	p.open("/staff/cases")
	keep(t, p, "list-choose")
	who := r.person(t, head)
	before := map[string]*casework.Case{}
	for _, d := range ds {
		v, err := r.Desk.Open(t.Context(), who, d.ref)
		if err != nil {
			t.Fatal(err)
		}
		before[d.ref] = v.Case
		p.eval("document.querySelector('[name=ref][value=\"" + d.ref + "/" + strconv.Itoa(v.Case.Rev()) + "\"]').checked = true")
	}
	p.eval("document.querySelector('#chosen').closest('details').open = true")
	p.click("#chosen button", ".alert")
	if text := p.text(".alert"); text != r.Words.Say("vi", "error.nobody_chosen", nil) || p.eval("document.querySelectorAll('[name=ref]:checked').length") != "3" {
		t.Errorf("given to nobody: %s, %s ticks", text, p.eval("document.querySelectorAll('[name=ref]:checked').length"))
	}
	// One of them is taken further by somebody else.
	first := before[ds[0].ref]
	if _, err := r.Desk.Move(t.Context(), who, casework.Order{Ref: first.Ref, Rev: first.Rev(), Move: "assign", Args: map[string]string{"assignee": who.ID}}); err != nil {
		t.Fatal(err)
	}
	p.eval("document.querySelector('#to-assignee').value = '" + who.ID + "'")
	p.click("#chosen button", "#done")
	keep(t, p, "chosen")
	if done := p.text("section.good ul"); !strings.Contains(done, ds[1].ref) || !strings.Contains(done, ds[2].ref) || strings.Contains(done, ds[0].ref) {
		t.Errorf("assigned: %s", done)
	}
	if held := p.text("section.alert ul"); !strings.Contains(held, ds[0].ref) || !strings.Contains(held, r.Words.Say("vi", "error.stale", nil)) {
		t.Errorf("held: %s", held)
	}
	for _, d := range ds[1:] {
		v, err := r.Desk.Open(t.Context(), who, d.ref)
		if err != nil || v.Case.Assignee != who.ID {
			t.Errorf("%s: %v, with %s", d.ref, err, v.Case.Assignee)
		}
	}

	// Somebody who may not touch a letter changes nothing by naming it.
	stranger := newPhone(t, r, testkit.Phone())
	stranger.signIn("nhatcm", r.password(t))
	stranger.open("/staff/me")
	form := url.Values{"ref": {ds[1].ref + "/" + strconv.Itoa(before[ds[1].ref].Rev()+1)}, "to_assignee": {first.Assignee}}
	body := stranger.await("fetch('/staff/cases/assign', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: '" + form.Encode() + "&csrf=' + encodeURIComponent(document.querySelector('[name=csrf]').value) }).then(r => r.text())")
	if v, err := r.Desk.Open(t.Context(), who, ds[1].ref); err != nil || v.Case.Assignee != who.ID || !strings.Contains(body, ds[1].ref) || strings.Contains(body, `id="done"`) {
		t.Errorf("a stranger: %v, with %s: %s", err, v.Case.Assignee, body)
	}
}

// TestAPersonKeepsListsByName: with their counts, in the bar of every page, and never the words that were searched by.
func TestAPersonKeepsListsByName(t *testing.T) {
	r := openSeeded(t)
	p := newPhone(t, r, testkit.Phone())
	p.signIn("lucht", r.password(t))
	p.open("/staff/cases?kind=feedback&due=overdue")
	p.click("details.rest summary", "details.rest summary")
	p.eval("document.querySelector('#saved-name').closest('details').open = true")
	p.fill("#saved-name", "Phản ánh quá hạn")
	p.click("form[action='/staff/cases/saved'] button", "main .good")
	p.sound("list-saved")
	p.open("/staff/me")
	want := r.count(t, r.person(t, "lucht"), casework.Wanted{Kind: "feedback", Due: "overdue"})
	bar := `document.querySelector(".bar a[href='/staff/cases?due=overdue&kind=feedback']").innerText`
	if got := strings.Join(strings.Fields(p.eval(bar)), " "); got != "Phản ánh quá hạn "+strconv.Itoa(want) {
		t.Errorf("the bar says %q, want %d", got, want)
	}
	p.open("/staff/cases?kind=feedback&q=" + url.QueryEscape("Nguyễn"))
	if p.eval("!!document.querySelector('#saved-name')") != "false" {
		t.Error("words to search by can be kept")
	}
	p.open("/staff/cases?due=overdue&kind=feedback")
	p.click("form[action='/staff/cases/saved/end'] button", "main .good")
	if saved := r.person(t, "lucht").Saved; len(saved) != 0 {
		t.Errorf("still kept: %v", saved)
	}
}
