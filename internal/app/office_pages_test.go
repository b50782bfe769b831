package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
)

// TestTheOfficesPagesBreakNoRuleOfAccess leads an administrator through them in a browser: a person is added and gets a password
// once, a rule is tried, a procedure reaches the counter's page; every page is looked at with axe, on a phone and on a desk.
func TestTheOfficesPagesBreakNoRuleOfAccess(t *testing.T) {
	r := open(t, nil)
	for name, opts := range map[string][]testkit.BrowserOption{
		"narrow": {testkit.Narrow(), testkit.Dark(), testkit.Language("en")}, "desk": {testkit.Desktop()},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			look := func(page string) {
				t.Helper()
				p.sound("office-" + page + "-" + name)
			}
			p.signIn(oneOf(t, r, office.Admin), r.password(t))
			for page, path := range map[string]string{
				"hub": "/staff/admin", "units": "/staff/admin/units", "people": "/staff/admin/people", "counters": "/staff/admin/counters", "rules": "/staff/admin/rules",
				"unit": "/staff/admin/units/edit/phong-kinh-te", "person": "/staff/admin/people/edit/quan-tri", "import": "/staff/admin/people/import",
				"procedure": "/staff/admin/procedures/new", "health": "/staff/admin/health", "tablets": "/staff/admin/tablets", "receivers": "/staff/admin/receivers", "vouching": "/staff/vouching", "password": "/staff/me/password", "tokens": "/staff/me/tokens", "reminders": "/staff/me/reminders",
			} {
				p.open(path)
				look(page)
			}
			who := "moi" + name
			p.open("/staff/admin/people/new")
			p.fill("[name=username]", "Mới")
			p.fill("[name=name]", "Nguyễn Thị Mới")
			p.click("main button.main", "#mistakes")
			look("person-wrong")
			if got := p.eval("document.querySelector('[name=name]').value"); got != `"Nguyễn Thị Mới"` && got != "Nguyễn Thị Mới" {
				t.Errorf("what was typed is lost: %s", got)
			}
			p.eval("(document.querySelector('[name=username]').value='" + who + "', document.querySelector('[name=unit]').value='phong-kinh-te', document.querySelector('[name=roles][value=officer]').checked=true, '')")
			p.click("main button.main", "main p.good")
			look("person-made")
			p.open("/staff/admin/rules/new")
			p.fill("[name=keyword]", "chợ")
			p.eval("(document.querySelector('[name=unit]').value='tram-y-te', '')")
			p.click("main button[name=try]", "main [role=status]")
			look("rule-tried")
			p.open("/staff/admin/procedures/new")
			p.fill("[name=name]", "Đăng ký khai sinh "+name)
			p.fill("[name=papers]", "Giấy chứng sinh\nCăn cước của cha, mẹ")
			p.fill("[name=fee]", "Không thu phí")
			p.eval("(document.querySelector('[name=counters][value=quay-1]').checked=true, '')")
			p.click("main button.main", "main p.good")
			look("procedure-made")
			p.open("/procedures?q=dang+ky+khai")
			p.eval("(document.querySelector('details').open=true, '')")
			look("procedures")
			p.open("/q/" + r.counterToken(t, "quay-1"))
			if !strings.Contains(p.eval("document.querySelector('main').innerText"), "Đăng ký khai sinh "+name) {
				t.Error("the counter's page does not name the procedure")
			}
			look("counter")
		})
	}
}

var (
	versionField = regexp.MustCompile(`name="version" value="(\d+)"`)
	oncePassword = regexp.MustCompile(`<b class="num">([a-z0-9-]{14})</b>`)
)

// TestTheOfficesFormsWorkWithoutAScript: made, changed, told what is wrong with all that was typed, undone, closed, reset, imported.
func TestTheOfficesFormsWorkWithoutAScript(t *testing.T) {
	r := open(t, nil)
	admin := r.formsAs(t, "nhatcm")
	status, body := admin.post(t, "/staff/admin/categories/new", "/staff/admin/categories/new", "name", "Chợ", "name_en", "Markets")
	if status != http.StatusOK || !strings.Contains(body, "Đã thêm") {
		t.Fatalf("made: %d %s", status, body)
	}
	const edit = "/staff/admin/categories/edit/cho"
	version := func(body string) string {
		t.Helper()
		m := versionField.FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("no version in %s", body)
		}
		return m[1]
	}
	old := version(body)
	status, body = admin.post(t, edit, edit, "version", old, "name", "Chợ dân sinh", "change_note", "Đổi tên")
	if status != http.StatusOK || !strings.Contains(body, "Chợ dân sinh") || !strings.Contains(body, "Đổi tên") || !strings.Contains(body, "<del>Chợ</del>") {
		t.Errorf("changed: %d %s", status, body)
	}
	if status, body := admin.post(t, edit, edit, "version", old, "name", "Tên của người chậm"); status != http.StatusConflict || !strings.Contains(body, "Tên của người chậm") {
		t.Errorf("stale: %d, and what was typed is lost", status)
	}
	if status, body := admin.post(t, edit, edit, "version", version(body), "name", ""); status != http.StatusUnprocessableEntity || !strings.Contains(body, r.Words.Say("vi", "error.field.required", nil)) {
		t.Errorf("empty: %d", status)
	}
	for _, do := range []string{"undo", "close", "reopen"} {
		_, body = admin.get(t, edit)
		status, body = admin.post(t, edit, edit+"/"+do, "version", version(body), "line", "2")
		if status != http.StatusOK {
			t.Errorf("%s: %d %s", do, status, body)
		}
	}
	if !strings.Contains(body, `value="Chợ"`) {
		t.Error("not undone")
	}
	const person = "/staff/admin/people/edit/quyetdv"
	_, body = admin.get(t, "/staff/admin/people")
	if !strings.Contains(body, "lucht") {
		t.Errorf("the list: %s", body)
	}
	id := ""
	if m, ok := fresh(t, r).ByLogin("quyetdv"); ok {
		id = m.ID
	}
	_, body = admin.get(t, "/staff/admin/people/edit/"+id)
	status, body = admin.post(t, "/staff/admin/people/edit/"+id, "/staff/admin/people/edit/"+id+"/reset", "version", version(body))
	if status != http.StatusOK || !oncePassword.MatchString(body) {
		t.Errorf("reset: %d, no password told", status)
	}
	if _, body = admin.get(t, "/staff/admin/people/edit/"+id); oncePassword.MatchString(body) {
		t.Errorf("the password is told twice (%s)", person)
	}
	status, body = admin.post(t, "/staff/admin/units/import", "/staff/admin/units/import", "table", "id,name,parent,level\ntu-phap,Phòng Tư pháp,ubnd-xa,commune\n")
	if _, made := fresh(t, r).Unit("tu-phap"); status != http.StatusOK || made || !strings.Contains(body, r.Words.Say("vi", "import.preview", nil)) {
		t.Errorf("preview: %d, done at once: %v", status, made)
	}
	status, body = admin.post(t, "/staff/admin/units/import", "/staff/admin/units/import", "table", "id,name,parent,level\ntu-phap,Phòng Tư pháp,ubnd-xa,commune\n", "sure", "yes")
	if _, made := fresh(t, r).Unit("tu-phap"); status != http.StatusConflict || made || !strings.Contains(body, r.Words.Say("vi", "error.loses_confirmer", nil)) || !strings.Contains(body, `name="known"`) {
		t.Errorf("import that puts all others in doubt: %d, done: %v", status, made)
	}
	status, body = admin.post(t, "/staff/admin/units/import", "/staff/admin/units/import", "table", "id,name,parent,level\ntu-phap,Phòng Tư pháp,ubnd-xa,commune\n", "sure", "yes", "known", "yes")
	if _, made := fresh(t, r).Unit("tu-phap"); status != http.StatusOK || !made || !strings.Contains(body, r.Words.Say("vi", "import.done", nil)) {
		t.Errorf("import: %d, done: %v", status, made)
	}
	for _, role := range []office.Role{office.Head, office.Officer, office.Reception, office.Inspector} {
		other := r.formsAs(t, oneOf(t, r, role))
		for _, path := range []string{"/staff/admin", "/staff/admin/units", "/staff/admin/people/new", "/staff/admin/people/edit/" + id, "/staff/admin/people/import", "/staff/admin/people/export.csv"} {
			if status, _ := other.get(t, path); status != http.StatusForbidden {
				t.Errorf("%s sees %s: %d", role, path, status)
			}
		}
		if status, _ := other.post(t, "/staff", "/staff/admin/people/edit/"+id+"/reset", "version", "1"); status != http.StatusForbidden {
			t.Errorf("%s may reset a password: %d", role, status)
		}
	}
}
