package app_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
	"tiepdan/pkg/workday"
)

// oneOf is the username of a member of staff who has this role alone.
func oneOf(t *testing.T, r *running, role office.Role) string {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range o.AllStaff() {
		if s.Has(role) && len(s.Roles) == 1 {
			return s.Username
		}
	}
	t.Fatalf("nobody is %s", role)
	return ""
}

// dueOf is the day on which a followed case is due.
func dueOf(t *testing.T, r *running, code string) time.Time {
	t.Helper()
	text, _ := r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["due_at"].(string)
	due, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return due.In(workday.Vietnam)
}

func dayOff(due time.Time) map[string]any {
	return map[string]any{"date": due.Format(time.DateOnly), "kind": "swap_off", "name": "Nghỉ hoán đổi", "source": "Thông báo 1/TB", "confirmed": true}
}

// TestAnAdministratorMovesADay leads a change through the API on both engines: the preview names the case, the confirmation
// moves it, its history says so, and nobody else may.
func TestAnAdministratorMovesADay(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, c *app.Config){
		"sqlite": func(*testing.T, *app.Config) {}, "mongodb": mongoServer,
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, func(c *app.Config) { change(t, c) })
			code := caseAt(t, r, "feedback")
			ref, _ := r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["reference"].(string)
			due := dueOf(t, r, code)
			set := []any{dayOff(due)}
			const path = "/api/v1/staff/calendar"
			admin := r.signIn(t, oneOf(t, r, office.Admin))

			p := r.call(t, "POST", path, map[string]any{"set": set, "preview": true}, admin...)
			if p.Status != http.StatusOK || !strings.Contains(string(p.Raw), ref) || p.JSON["cases"] != 1.0 {
				t.Fatalf("preview: %d %s", p.Status, p.Raw)
			}
			if !dueOf(t, r, code).Equal(due) {
				t.Fatal("the preview moved the case")
			}
			for _, wrong := range []map[string]any{{"set": set}, {"set": set, "preview": true, "token": "x"}, {"set": []any{}, "preview": true}} {
				if a := r.call(t, "POST", path, wrong, admin...); a.Status != http.StatusUnprocessableEntity {
					t.Errorf("%v: %d %s", wrong, a.Status, a.Raw)
				}
			}
			if a := r.call(t, "POST", path, map[string]any{"set": set, "token": "x"}, admin...); a.Status != http.StatusConflict {
				t.Errorf("a foreign token: %d %s", a.Status, a.Raw)
			}
			if a := r.call(t, "POST", path, map[string]any{"set": set, "token": p.JSON["token"]}, admin...); a.Status != http.StatusOK || a.JSON["cases"] != 1.0 {
				t.Fatalf("confirm: %d %s", a.Status, a.Raw)
			}
			if got := dueOf(t, r, code); !got.After(due) {
				t.Errorf("due %v, before %v", got, due)
			}
			seen := r.call(t, "GET", "/api/v1/staff/cases/"+ref, nil, r.signIn(t, headOf(t, r, ref))...)
			if strings.Count(string(seen.Raw), `"calendar_changed"`) != 1 {
				t.Errorf("the history does not say once that the calendar changed: %s", seen.Raw)
			}
			year := r.call(t, "GET", path+"?year="+due.Format("2006"), nil, admin...)
			if year.Status != http.StatusOK || !strings.Contains(string(year.Raw), "Thông báo 1/TB") {
				t.Errorf("the table: %d %s", year.Status, year.Raw)
			}
			if next := dueOf(t, r, caseAt(t, r, "feedback")); next.Format(time.DateOnly) == due.Format(time.DateOnly) {
				t.Errorf("a new case is due on a day off: %v", next)
			}
			for _, role := range []office.Role{office.Head, office.Officer, office.Reception, office.Inspector} {
				who := r.signIn(t, oneOf(t, r, role))
				for _, a := range []answer{
					r.call(t, "GET", path, nil, who...), r.call(t, "POST", path, map[string]any{"set": set, "preview": true}, who...),
					r.call(t, "POST", path, map[string]any{"set": set, "token": p.JSON["token"]}, who...), r.call(t, "GET", "/api/v1/staff/to-confirm", nil, who...),
					r.call(t, "POST", "/api/v1/staff/to-confirm", map[string]string{"id": "x", "value": "x", "note": "x"}, who...),
				} {
					if a.Status != http.StatusForbidden {
						t.Errorf("%s: %d %s", role, a.Status, a.Raw)
					}
				}
			}
		})
	}
}

// forms is a browser without scripts.
type forms struct {
	*http.Client
	url string
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

func (f *forms) get(t *testing.T, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f.send(t, req)
}

// post sends a form as the page with it would.
func (f *forms) post(t *testing.T, page, path string, fields ...string) (int, string) {
	t.Helper()
	_, body := f.get(t, page)
	m := csrfField.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("%s has no form: %s", page, body)
	}
	v := url.Values{"csrf": {m[1]}}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url+path, strings.NewReader(v.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return f.send(t, req)
}

func (f *forms) send(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	resp, err := f.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

func (r *running) formsAs(t *testing.T, username string) *forms {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &forms{Client: &http.Client{Jar: jar}, url: r.URL}
	if status, body := f.post(t, "/staff/sign-in", "/staff/sign-in", "username", username, "password", r.password(t), "next", "/staff"); status != http.StatusOK {
		t.Fatalf("sign in: %d %s", status, body)
	}
	return f
}

var tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)

// TestTheCalendarPages are used without a script: a pair of days is swapped, a day removed, a value confirmed.
func TestTheCalendarPages(t *testing.T) {
	r := open(t, nil)
	code := caseAt(t, r, "feedback")
	ref, _ := r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["reference"].(string)
	due := dueOf(t, r, code)
	admin := r.formsAs(t, oneOf(t, r, office.Admin))
	const page = "/staff/admin/calendar"

	saturday := due.AddDate(0, 0, 1)
	for saturday.Weekday() != time.Saturday {
		saturday = saturday.AddDate(0, 0, 1)
	}
	fields := []string{
		"date", due.Format(time.DateOnly), "kind", "swap_off", "name", "Nghỉ hoán đổi", "source", "Thông báo 7/TB", "worked", saturday.Format(time.DateOnly),
	}
	if status, body := admin.post(t, page, page, append(fields, "source", "")...); status != http.StatusUnprocessableEntity || !strings.Contains(body, `value="Nghỉ hoán đổi"`) {
		t.Errorf("without a source: %d %s", status, body)
	}
	status, body := admin.post(t, page, page, fields...)
	token := tokenField.FindStringSubmatch(body)
	if status != http.StatusOK || !strings.Contains(body, ref) || token == nil {
		t.Fatalf("preview: %d %s", status, body)
	}
	status, body = admin.post(t, page, page, append(fields, "token", token[1])...)
	if status != http.StatusOK || strings.Count(body, "Thông báo 7/TB") < 2 {
		t.Fatalf("confirm: %d %s", status, body)
	}
	if got := dueOf(t, r, code); !got.After(due) {
		t.Errorf("due %v, before %v", got, due)
	}
	if _, body := admin.get(t, "/staff"); !strings.Contains(body, `"/staff/admin"`) {
		t.Error("the first page of an administrator does not lead to what he keeps")
	}
	if _, body := admin.get(t, "/staff/admin"); !strings.Contains(body, page) {
		t.Error("what an administrator keeps does not lead to the calendar")
	}
	if status, _ := admin.get(t, page+"?year=abc"); status != http.StatusUnprocessableEntity {
		t.Errorf("no year: %d", status)
	}
	r.removes(t, admin, due, code)
	r.confirms(t, admin)
	for _, role := range []office.Role{office.Head, office.Officer, office.Reception, office.Inspector} {
		other := r.formsAs(t, oneOf(t, r, role))
		for _, path := range []string{page, "/staff/admin/confirm"} {
			if status, _ := other.get(t, path); status != http.StatusForbidden {
				t.Errorf("%s sees %s: %d", role, path, status)
			}
		}
		if status, _ := other.post(t, "/staff", page, fields...); status != http.StatusForbidden {
			t.Errorf("%s may preview: %d", role, status)
		}
		if status, _ := other.post(t, "/staff", "/staff/admin/confirm", "id", "x", "value", "x", "note", "x"); status != http.StatusForbidden {
			t.Errorf("%s may confirm: %d", role, status)
		}
	}
}

// TestTheCalendarPagesBreakNoRuleOfAccess looks at them with axe, on a phone and on a desk.
func TestTheCalendarPagesBreakNoRuleOfAccess(t *testing.T) {
	r := open(t, nil)
	for name, opts := range map[string][]testkit.BrowserOption{
		"narrow, dark, English": {testkit.Narrow(), testkit.Dark(), testkit.Language("en")}, "desk": {testkit.Desktop()},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			p.signIn(oneOf(t, r, office.Admin), r.password(t))
			for _, path := range []string{"/staff", "/staff/admin/confirm", "/staff/admin/calendar?year=2031", "/staff/admin/calendar?year=2026&date=2026-11-24"} {
				p.open(path)
				testkit.Axe(t, p.ctx)
				if wide := p.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
					t.Errorf("%s is %s px wider than the screen", path, wide)
				}
			}
			p.click("main button.main", "main p[role=status]")
			testkit.Axe(t, p.ctx)
			if folder := os.Getenv("TIEPDAN_SCREENS"); folder != "" {
				testkit.Screenshot(t, p.ctx, filepath.Join(folder, "calendar-preview-"+name[:4]+".png"))
				p.open("/staff/admin/calendar?year=2026&date=2026-11-24")
				testkit.Screenshot(t, p.ctx, filepath.Join(folder, "calendar-"+name[:4]+".png"))
				p.open("/staff/admin/confirm")
				testkit.Screenshot(t, p.ctx, filepath.Join(folder, "confirm-"+name[:4]+".png"))
			}
		})
	}
}

// removes takes the day off out again, which moves the case back.
func (r *running) removes(t *testing.T, admin *forms, due time.Time, code string) {
	t.Helper()
	const page = "/staff/admin/calendar"
	fields := []string{"date", due.Format(time.DateOnly), "kind", "swap_off", "remove", "yes"}
	_, body := admin.post(t, page, page, fields...)
	token := tokenField.FindStringSubmatch(body)
	if token == nil {
		t.Fatalf("no preview of a removal: %s", body)
	}
	if status, body := admin.post(t, page, page, append(fields, "token", token[1])...); status != http.StatusOK {
		t.Fatalf("removal: %d %s", status, body)
	}
	if got := dueOf(t, r, code); !got.Equal(due) {
		t.Errorf("due %v, at first %v", got, due)
	}
}

func (r *running) confirms(t *testing.T, admin *forms) {
	t.Helper()
	const page, id = "/staff/admin/confirm", "clock/acceptance/complaint/0/0/0/2026-07-01"
	if status, _ := admin.post(t, page, page, "id", id, "value", "7 unit.workdays", "note", ""); status != http.StatusUnprocessableEntity {
		t.Errorf("without a note: %d", status)
	}
	if a, _ := admin.post(t, page, page, "id", "day/2026-11-23", "value", "day.swap_off day.proposed", "note", "x"); a != http.StatusConflict {
		t.Errorf("a proposed day was confirmed without a preview: %d", a)
	}
	status, body := admin.post(t, page, page, "id", id, "value", "7 unit.workdays", "note", "Đã đối chiếu Công báo")
	if status != http.StatusOK || !strings.Contains(body, "Đã đối chiếu Công báo") || !strings.Contains(body, "7 ngày làm việc") || strings.Contains(body, "unit.workdays<") {
		t.Errorf("confirm: %d %s", status, body)
	}
}
