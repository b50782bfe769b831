package app_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
)

// everybody is one person of each role in the made-up commune, by what his pages are called.
var everybody = map[string]string{"reception": "thuanbc", "officer": "laidt", "head": "lucht", "inspector": "bonnt", "administrator": "nhatcm"}

// besides are the pages that no bar leads to, by role; "" is everybody's.
var besides = map[string][]string{
	"":              {"/staff/me", "/staff/me/password", "/staff/me/otp", "/staff/me/passkeys", "/staff/me/tokens", "/staff/me/reminders", "/staff/notices"},
	"reception":     {"/staff/new", "/staff/cases?view=unrouted"},
	"officer":       {"/staff/mine?view=team"},
	"head":          {"/staff/approvals", "/staff/accesses"},
	"inspector":     {"/staff/accesses", "/staff/accesses?kind=export", "/staff/vouching", "/staff/ratings"},
	"administrator": {"/staff/admin/units", "/staff/admin/people", "/staff/admin/people/new", "/staff/admin/counters", "/staff/admin/categories", "/staff/admin/rules", "/staff/admin/procedures", "/staff/admin/templates", "/staff/admin/settings", "/staff/admin/calendar", "/staff/admin/confirm", "/staff/admin/health", "/staff/admin/tablets", "/staff/admin/receivers", "/staff/admin/people/import", "/staff/quorum"},
}

// staffPages lists the pages of a role by the names of their pictures: where its bar leads, those beside, and the first case of its list.
func staffPages(p phone, role string) map[string]string {
	p.t.Helper()
	p.open("/staff")
	var linked []string
	if err := json.Unmarshal([]byte(p.eval(`JSON.stringify([...document.querySelectorAll(".bar a[href^='/staff/']")].map(a => a.getAttribute("href")))`)), &linked); err != nil {
		p.t.Fatal(err)
	}
	for _, path := range []string{"/staff/cases", "/staff/mine"} {
		if slices.Contains(linked, path) {
			p.open(path)
			if ref := p.eval(`document.querySelector("main a[href^='/staff/cases/']:not([href*='?'])")?.getAttribute("href") ?? ""`); strings.HasPrefix(ref, "/staff/cases/") {
				linked = append(linked, ref)
				break
			}
		}
	}
	out := map[string]string{}
	for _, path := range slices.Concat(linked, besides[""], besides[role]) {
		name := strings.Trim(strings.NewReplacer("/", "-", "?", "-", "=", "-", "&", "-").Replace(strings.TrimPrefix(path, "/staff/")), "-")
		if strings.HasPrefix(path, "/staff/cases/") {
			name = "case"
		}
		out[name] = path
	}
	return out
}

// TestEveryPageOfEveryRole is whole on a phone and on a desk: it breaks no rule of access, is no wider than the screen, has a heading and no
// sentence without words; and the same pages say the same without a script.
func TestEveryPageOfEveryRole(t *testing.T) {
	r := openSeeded(t)
	for _, role := range slices.Sorted(maps.Keys(everybody)) {
		t.Run(role, func(t *testing.T) {
			var pages map[string]string
			heads := map[string]string{}
			for size, opts := range map[string]testkit.BrowserOption{"phone": testkit.Phone(), "desk": testkit.Desktop()} {
				p := newPhone(t, r, opts)
				p.signIn(everybody[role], r.password(t))
				if pages == nil {
					pages = staffPages(p, role)
				}
				for name, path := range pages {
					p.open(path)
					of := role
					if slices.Contains(besides[""], path) {
						of = "everybody"
					}
					p.sound("staff/" + size + "/" + of + "-" + name)
					heads[name] = p.eval(`[...document.querySelectorAll("main h1")].map(h => h.innerText).join("|")`)
					if text := p.eval("document.body.innerText"); heads[name] == "" || strings.Contains(text, "‹") {
						t.Errorf("%s at %s: head %q", path, size, heads[name])
					}
				}
			}
			p := newPhone(t, r, testkit.Phone(), testkit.WithoutJavaScript())
			p.signIn(everybody[role], r.password(t))
			for name, path := range pages {
				p.open(path)
				if head := p.eval(`[...document.querySelectorAll("main h1")].map(h => h.innerText).join("|")`); head != heads[name] {
					t.Errorf("%s without a script is headed %q, not %q", path, head, heads[name])
				}
			}
		})
	}
}

// TestEverybodyHereIsOfOneRole keeps the table above true.
func TestEverybodyHereIsOfOneRole(t *testing.T) {
	r := open(t, nil)
	roles := map[string]office.Role{"reception": office.Reception, "officer": office.Officer, "head": office.Head, "inspector": office.Inspector, "administrator": office.Admin}
	for role, username := range everybody {
		if who := r.person(t, username); !who.Has(roles[role]) {
			t.Errorf("%s is no %s: %v", username, role, who.Roles)
		}
	}
}
