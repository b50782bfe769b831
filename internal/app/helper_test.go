package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// TestAHelperOfAnotherUnitFindsHisCase among his own, by words and by reference, on pages and over the API; once it is his no more,
// neither list nor notice tells of it.
func TestAHelperOfAnotherUnitFindsHisCase(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		d := r.begin(t, "/api/v1/cases", map[string]any{"kind": "feedback", "counter": r.counterToken(t, "quay-1"), "category": "roads", "subject": "Đường hỏng", "body": "Đường zơrờ trước chợ hỏng nặng."})
		o, err := r.Store.Office(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c := d.kept(t)
		i := slices.IndexFunc(o.AllStaff(), func(s office.Staff) bool {
			return s.Has(office.Officer) && !o.May(s, office.See, c.File(), time.Now())
		})
		helper := o.AllStaff()[i]
		share := func(ids ...string) {
			t.Helper()
			c := d.kept(t)
			c.V, c.Helpers = c.V+1, ids
			if err := r.Store.Replace(t.Context(), c)[0]; err != nil {
				t.Fatal(err)
			}
		}
		share(helper.ID)
		if err := r.Store.AddNotices(t.Context(), &casework.Notice{ID: "n", V: 1, Staff: helper.ID, Ref: d.ref, Step: law.WatchSteps()[0].Name, At: time.Now(), Unread: true, Opens: true}); err != nil {
			t.Fatal(err)
		}
		who := r.signIn(t, helper.Username)
		for _, shared := range []bool{true, false} {
			for _, q := range []string{"?assignee=me", "?q=zoro+cho", "?q=" + d.ref} {
				if a := r.call(t, "GET", "/api/v1/staff/cases"+q, nil, who...); strings.Contains(string(a.Raw), d.ref) != shared {
					t.Errorf("shared %t, %s: %d %s", shared, q, a.Status, a.Raw)
				}
				if page := r.page(t, "/staff/cases"+q, who); strings.Contains(page, `href="/staff/cases/`+d.ref) != shared {
					t.Errorf("shared %t, the page %s", shared, q)
				}
			}
			if told := len(d.told(t, who)) == 1; told != shared || strings.Contains(r.page(t, "/staff/notices", who), d.ref) != shared {
				t.Errorf("shared %t, a notice: %t", shared, told)
			}
			if page := r.page(t, "/staff", who); strings.Contains(page, "1 nhắc việc chưa đọc") != shared || !strings.Contains(page, `href="/staff/mine"`) {
				t.Errorf("shared %t, the board's bell or link", shared)
			}
			share()
		}
	})
}
