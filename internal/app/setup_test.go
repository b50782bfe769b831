package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/testkit"
)

var (
	setupLine = regexp.MustCompile(`http://\S+/setup\?secret=[A-Z0-9]+`)
	onceRow   = regexp.MustCompile(`<td>([a-z0-9]+)</td><td class="num"><b>([a-z0-9-]+)</b>`)
)

// emptyHouse opens the program on an empty folder and returns the address that it printed.
func emptyHouse(t *testing.T, change func(*app.Config)) (*running, string) {
	t.Helper()
	said := &locked{}
	r := openAs(t, change, func(a *app.App) error {
		a.Out = said
		return nil
	})
	at := ""
	until(t, "the address of the first start", func() bool {
		at = setupLine.FindString(said.String())
		return at != ""
	})
	return r, strings.TrimPrefix(at, r.URL)
}

// firstForm is the form as somebody in a small commune fills it in.
func firstForm(secret string) url.Values {
	f := url.Values{
		"secret": {secret}, "agency": {"Ủy ban nhân dân xã Bình An"}, "short": {"BA"}, "counters": {"2"}, "hours": {"07:00-11:00,13:00-16:30"}, "key_copied": {"yes"},
		"password": {"trời hôm nay nhiều mây"}, "again": {"trời hôm nay nhiều mây"},
	}
	for i, name := range []string{"Trung tâm Phục vụ hành chính công", "Văn phòng HĐND và UBND", "Phòng Kinh tế, Hạ tầng và Đô thị"} {
		f.Set("unit_"+string(rune('0'+i)), name)
		f.Set("unit_on_"+string(rune('0'+i)), "yes")
	}
	for i, p := range [][3]string{{"Lê Thị Quản", "admin", "van-phong"}, {"Trần Văn Chủ", "head", register.Agency}, {"Phạm Thị Tâm", "head", "ttpvhcc"}, {"Ngô Nhận", "reception", "ttpvhcc"}} {
		n := string(rune('0' + i))
		f.Set("person_"+n, p[0])
		f.Set("role_"+n, p[1])
		f.Set("of_"+n, p[2])
	}
	return f
}

func (r *running) setUp(t *testing.T, f url.Values) answer {
	t.Helper()
	b := r.asBrowser(t)
	if m := csrfField.FindSubmatch(b.call(t, "GET", "/setup?secret="+f.Get("secret"), nil).Raw); m != nil {
		f.Set("csrf", string(m[1]))
	} else if m := csrfField.FindSubmatch(b.call(t, "GET", "/", nil).Raw); m != nil { // it is gone
		f.Set("csrf", string(m[1]))
	}
	return b.call(t, "POST", "/setup", f.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// TestAnEmptyFolderIsSetUpInOneForm: the printed address alone opens it, mistakes lose nothing that was typed, a letter goes
// through, everybody gets in, and then the page is gone for good.
func TestAnEmptyFolderIsSetUpInOneForm(t *testing.T) {
	onEmptyEngines(t, func(t *testing.T, r *running, at string) {
		t.Helper()
		_, secret, _ := strings.Cut(at, "secret=")
		for _, wrong := range []string{"/setup", "/setup?secret=" + strings.Repeat("A", len(secret))} {
			if a := r.call(t, "GET", wrong, nil); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", wrong, a.Status)
			}
		}
		if a := r.call(t, "GET", at, nil); a.Status != http.StatusOK || !strings.Contains(string(a.Raw), "Phòng Văn hóa – Xã hội") || a.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("the form: %d", a.Status)
		}
		for field, bad := range map[string][2]string{
			"password": {"ngắn", "error.field.password"}, "again": {"khác", "error.field.again"}, "short": {"ba!", "error.field.short"}, "agency": {"", "error.field.required"},
			"hours": {"sáng", "error.field.hours"}, "user_1": {"Á", "error.field.username"}, "role_0": {"officer", "error.field.first_admin"},
			"person_2": {"123", "error.field.name_letters"}, "of_3": {"phong-ma", "error.field.no_item"}, "counters": {"40", "error.field.counters"}, "key_copied": {"", "error.field.key_copied"},
		} {
			f := firstForm(secret)
			f.Set(field, bad[0])
			if field == "password" {
				f.Set("again", bad[0])
			}
			a := r.setUp(t, f)
			if a.Status != http.StatusUnprocessableEntity || !strings.Contains(string(a.Raw), r.Words.Say("vi", bad[1], nil)) || !strings.Contains(string(a.Raw), "Trần Văn Chủ") {
				t.Errorf("%s %q: %d %s", field, bad[0], a.Status, a.Raw)
			}
			if beside := regexp.MustCompile(`for="` + field + `">.*?</label><span class="wrong" role="alert">`); field != "key_copied" && field != "role_0" && !beside.Match(a.Raw) {
				t.Errorf("what is wrong with %s does not stand beside it", field)
			}
		}
		if n := len(fresh(t, r).Units()); n != 0 {
			t.Fatalf("mistakes made %d units", n)
		}
		done := r.setUp(t, firstForm(secret))
		page := string(done.Raw)
		if done.Status != http.StatusOK || strings.Count(page, "data:image/svg") < 2 {
			t.Fatalf("made: %d %s", done.Status, page)
		}
		if !strings.Contains(page, "đến Phạm Thị Tâm") {
			t.Errorf("the test letter did not reach the head: %s", page)
		}
		people := onceRow.FindAllStringSubmatch(page, -1)
		if len(people) != 3 {
			t.Fatalf("one-time passwords: %v", people)
		}
		for _, p := range append(people, []string{"", "quanlt", "trời hôm nay nhiều mây"}) {
			if a := r.call(t, "POST", "/api/v1/staff/sessions", map[string]string{"username": p[1], "password": p[2]}); a.Status != http.StatusCreated {
				t.Errorf("%s does not get in: %d", p[1], a.Status)
			}
		}
		if head, _, ok := fresh(t, r).Acting("ttpvhcc", r.Now()); !ok || head.Name != "Phạm Thị Tâm" || head.Unvouched != "" {
			t.Errorf("the head of the centre is %+v", head)
		}
		if h := r.Hours(); len(h.Week) == 0 || h.Week[0].From.Hours() != 7 {
			t.Errorf("hours: %+v", h)
		}
		if a := r.call(t, "GET", at, nil); a.Status != http.StatusNotFound {
			t.Errorf("afterwards the form answers %d", a.Status)
		}
		if a := r.setUp(t, firstForm(secret)); a.Status != http.StatusNotFound {
			t.Errorf("afterwards the form is taken: %d", a.Status)
		}
		proved(t, r)
	})
}

func onEmptyEngines(t *testing.T, story func(t *testing.T, r *running, at string)) {
	t.Helper()
	for name, change := range map[string]func(*testing.T, *app.Config){"sqlite": func(*testing.T, *app.Config) {}, "mongodb": mongoServer} {
		t.Run(name, func(t *testing.T) {
			r, at := emptyHouse(t, func(c *app.Config) { change(t, c) })
			story(t, r, at)
		})
	}
}

// TestTheOfficeComesOutOfAFile: JSON and a spreadsheet make the same office; a wrong line makes none.
func TestTheOfficeComesOutOfAFile(t *testing.T) {
	whole := map[string]any{
		"units": []any{
			map[string]any{"id": "ubnd", "name": "UBND phường Một", "level": "commune", "authority": true, "head": "chu"},
			map[string]any{"id": "tt", "name": "Trung tâm", "parent": "ubnd", "level": "commune", "head": "tam"},
		},
		"people": []any{
			map[string]any{"username": "chu", "name": "Trần Chủ", "unit": "ubnd", "roles": []any{"head"}},
			map[string]any{"username": "tam", "name": "Lê Tâm", "unit": "tt", "roles": []any{"head", "admin"}},
		},
		"counters": []any{map[string]any{"id": "quay-1", "name": "Quầy 1", "unit": "tt", "number": "1"}},
	}
	raw, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r, _ := emptyHouse(t, nil)
	if err := r.SetUpFrom(t.Context(), bytes.Replace(raw, []byte(`"tt","level"`), []byte(`"tt","level":"x","level2"`), 1), io.Discard); err == nil {
		t.Error("a wrong line is taken")
	}
	if n := len(fresh(t, r).Units()); n != 0 {
		t.Fatalf("a wrong line made %d units", n)
	}
	if err := r.SetUpFrom(t.Context(), raw, &out); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if head, _, ok := fresh(t, r).Acting("tt", r.Now()); !ok || head.ID != "tam" || !head.Has(office.Admin) || strings.Count(out.String(), "one-time password") != 2 {
		t.Errorf("made: %+v\n%s", head, out.String())
	}
	proved(t, r)
}

// TestTheFirstStartBreaksNoRuleOfAccess looks at it with axe, on a phone and on a desk.
func TestTheFirstStartBreaksNoRuleOfAccess(t *testing.T) {
	for name, opts := range map[string][]testkit.BrowserOption{"narrow": {testkit.Narrow()}, "desk": {testkit.Desktop()}} {
		t.Run(name, func(t *testing.T) {
			r, at := emptyHouse(t, nil)
			p := newPhone(t, r, opts...)
			p.open(at)
			p.sound("setup-" + name)
			p.fill("#agency", "Ủy ban nhân dân xã Bình An")
			p.fill("#person_0", "Lê Thị Quản")
			p.fill("#person_1", "Trần Văn Chủ")
			p.fill("#person_2", "Phạm Thị Tâm")
			p.fill("#password", "trời hôm nay nhiều mây")
			p.fill("#again", "trời hôm nay nhiều mây")
			p.eval("(document.querySelector('[name=key_copied]').checked=true, '')")
			p.click("main button.main", ".posters img")
			p.sound("setup-done-" + name)
		})
	}
}
