package app_test

import (
	"testing"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/testkit"
)

// TestLetterIsSplitBesideItsText marks a passage in the browser, is told what is missing with all that was typed, and splits.
func TestLetterIsSplitBesideItsText(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", map[string]any{
		"kind": "feedback", "counter": r.counterToken(t, "quay-1"), "category": "roads", "subject": "Đường hỏng, cán bộ nhận tiền",
		"body": "Đường trước chợ hỏng nặng. Ngoài ra ông Dương Văn Quyết nhận tiền của dân.", "about": "Dương Văn Quyết",
	})
	head := headOf(t, r, d.ref)
	for name, opts := range map[string][]testkit.BrowserOption{
		"narrow": {testkit.Narrow(), testkit.Dark()}, "desk": {testkit.Desktop()},
	} {
		p := newPhone(t, r, opts...)
		p.open("/staff/sign-in?next=/staff/cases/" + d.ref + "/split")
		p.fill("#username", head)
		p.fill("#password", r.password(t))
		p.click("button.main", "#reason")
		shut := "document.querySelector('#feedback_text').offsetParent === null"
		if p.eval(shut) != "true" {
			t.Errorf("%s: a part that was not chosen is open", name)
		}
		testkit.Axe(t, p.ctx)
		if wide := p.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
			t.Errorf("%s: %s px wider than the screen", name, wide)
		}
		if name == "narrow" {
			continue
		}
		p.eval("document.querySelector('[name=kinds][value=denunciation]').checked = document.querySelector('[name=kinds][value=feedback]').checked = true")
		if p.eval(shut) != "false" {
			t.Error("a part that was chosen stays shut")
		}
		p.fill("#feedback_text", "Đường trước chợ hỏng nặng.")
		p.fill("#reason", "Hai nội dung.")
		p.click("button.main", ".wrong[role=alert]")
		if kept := p.eval("document.querySelector('#feedback_text').value"); kept != `"Đường trước chợ hỏng nặng."` && kept != "Đường trước chợ hỏng nặng." {
			t.Errorf("what was typed is lost: %s", kept)
		}
		testkit.Axe(t, p.ctx)
	}
	c := d.kept(t)
	if c.Kind != law.Feedback || len(c.Legal.Parts) > 0 {
		t.Errorf("a mistake split the letter: %s, %v", c.Kind, c.Legal.Parts)
	}
	d.moves(t, r.signIn(t, head), do("split", "kinds", "denunciation,feedback", "feedback_subject", "Đường hỏng", "feedback_text", "Đường trước chợ hỏng nặng.", "reason", "Hai nội dung."))
	if c = d.kept(t); c.Kind != law.Denunciation || len(c.Legal.Parts) != 1 {
		t.Errorf("%s, %v", c.Kind, c.Legal.Parts)
	}
}
