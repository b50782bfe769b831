package app_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
)

// TestWhatABoardCountsIsWhatItsListsHold asks the API as another program does: for everybody of the demo, each number of the
// board is the count of the list it names, that list walked to its end, and the rows of its export.
func TestWhatABoardCountsIsWhatItsListsHold(t *testing.T) {
	r := openSeeded(t)
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	numbers := 0
	for _, s := range o.AllStaff() {
		auth := r.signIn(t, s.Username)
		board := r.call(t, "GET", "/api/v1/staff/board", nil, auth...)
		if board.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", s.ID, board.Status, board.Raw)
		}
		for _, group := range []string{"tiles", "ageing"} {
			for _, one := range board.JSON[group].([]any) {
				n := one.(map[string]any)
				numbers += r.holds(t, auth, n["list"].(map[string]any), int(n["count"].(float64)))
			}
		}
		for _, group := range []string{"units", "people"} {
			for _, one := range board.JSON[group].([]any) {
				n := one.(map[string]any)
				numbers += r.holds(t, auth, n["open_list"].(map[string]any), int(n["open"].(float64)))
				numbers += r.holds(t, auth, n["late_list"].(map[string]any), int(n["late"].(float64)))
			}
		}
		late := r.call(t, "GET", "/api/v1/staff/views/overdue", nil, auth...)
		if tile := board.JSON["tiles"].([]any)[0].(map[string]any); late.JSON["count"] != tile["count"] {
			t.Errorf("%s: the view counts %v, the tile %v", s.ID, late.JSON["count"], tile["count"])
		}
	}
	if numbers < 500 {
		t.Errorf("only %d cases were counted", numbers)
	}
}

// holds walks the list of some conditions and returns how many cases it holds.
func (r *running) holds(t *testing.T, auth []string, list map[string]any, want int) int {
	t.Helper()
	q := url.Values{"limit": {"150"}}
	for k, v := range list {
		q.Set(k, v.(string))
	}
	got := 0
	for {
		page := r.call(t, "GET", "/api/v1/staff/cases?"+q.Encode(), nil, auth...)
		if page.Status != http.StatusOK {
			t.Fatalf("%v: %d %s", list, page.Status, page.Raw)
		}
		got += len(page.JSON["items"].([]any))
		next := page.JSON["next_cursor"].(string)
		if q.Set("cursor", next); next == "" {
			break
		}
	}
	if got != want {
		t.Errorf("%v is said to hold %d and holds %d", list, want, got)
	}
	return got
}

// TestAListIsTakenOutAsATable: as many rows as the list has cases, no formula, nothing of a sealed letter, and on record.
func TestAListIsTakenOutAsATable(t *testing.T) {
	r := openSeeded(t)
	if _, err := r.Desk.Submit(t.Context(), casework.Draft{
		Key: "a key that is long enough", Kind: law.Feedback, Counter: "quay-3", Subject: `=HYPERLINK("http://evil")`, Body: "Chữ.", Contact: casework.Contact{Name: "An", Phone: "0905123456"},
	}); err != nil {
		t.Fatal(err)
	}
	until(t, "routing", func() bool { return r.count(t, r.person(t, "quynhtln"), casework.Wanted{Query: "hyperlink"}) == 1 })
	for _, username := range []string{"quynhtln", "lucht"} {
		who, auth := r.person(t, username), r.signIn(t, username)
		n, err := r.Desk.Count(t.Context(), who, casework.Wanted{})
		if err != nil || n == 0 {
			t.Fatal(n, err)
		}
		plain := r.call(t, "GET", "/api/v1/staff/cases.csv", nil, auth...)
		rows, err := csv.NewReader(bytes.NewReader(plain.Raw)).ReadAll()
		if err != nil || len(rows) != n+1 {
			t.Errorf("%s: %d rows for %d cases, %v", username, len(rows)-1, n, err)
		}
		for _, row := range rows[1:] {
			if secret := row[1] == "Tố cáo"; secret && (row[3] == "" || row[4] != "") || strings.HasPrefix(row[3], "=") {
				t.Errorf("%s takes out %q", username, row)
			}
		}
		book := r.call(t, "GET", "/staff/cases.xlsx", nil, "Cookie", "staff="+strings.TrimPrefix(auth[1], "Bearer "))
		f, err := excelize.OpenReader(bytes.NewReader(book.Raw))
		if err != nil {
			t.Fatalf("%s: %d %v", username, book.Status, err)
		}
		if sheet, err := f.GetRows("cases"); err != nil || len(sheet) != n+1 {
			t.Errorf("%s: %d rows in the spreadsheet, %v", username, len(sheet), err)
		}
	}
	read := r.call(t, "GET", "/api/v1/staff/accesses?kind=export", nil, r.signIn(t, "bonnt")...)
	if items := read.JSON["items"].([]any); len(items) != 4 || items[0].(map[string]any)["rows"].(float64) == 0 {
		t.Errorf("inspection reads %s", read.Raw)
	}
	if got := r.call(t, "GET", "/api/v1/staff/cases.csv?view=nothing", nil, r.signIn(t, "lucht")...); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a view that is not there: %d", got.Status)
	}
}

// TestListsAndBoardBreakNoRuleOfAccess looks at them with axe, on phones and on a desk.
func TestListsAndBoardBreakNoRuleOfAccess(t *testing.T) {
	r := openSeeded(t)
	for name, opts := range map[string][]testkit.BrowserOption{
		"narrow": {testkit.Narrow(), testkit.Dark()}, "phone": {testkit.Phone()}, "desk": {testkit.Desktop()},
	} {
		t.Run(name, func(t *testing.T) {
			for who, paths := range map[string][]string{
				"lucht": {"/staff/board", "/staff/cases", "/staff/cases?view=overdue&from=2026-01-01&rating=9", "/staff/mine", "/staff/ratings"},
				"laidt": {"/staff/mine", "/staff/mine?view=done"}, "bonnt": {"/staff/accesses?kind=export"},
			} {
				p := newPhone(t, r, opts...)
				p.signIn(who, r.password(t))
				for i, path := range paths {
					p.open(path)
					p.sound(fmt.Sprintf("views-%s-%d-%s", who, i, name))
				}
			}
		})
	}
}

// TestEverybodyBeginsWhereHisWorkIs follows the first page by role.
func TestEverybodyBeginsWhereHisWorkIs(t *testing.T) {
	r := open(t, nil)
	for role, title := range map[office.Role]string{office.Head: "Bảng điều hành", office.Officer: "Việc của tôi", office.Reception: "Tiếp nhận", office.Admin: "Quản trị"} {
		f := r.formsAs(t, oneOf(t, r, role))
		if _, body := f.get(t, "/staff?gone=TD26-7K3M9Q"); !strings.Contains(body, title) || role != office.Admin && !strings.Contains(body, "aria-current=\"page\"") {
			t.Errorf("%s begins at %s", role, body)
		}
	}
}
