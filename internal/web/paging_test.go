package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
)

// leaf is a page of a list as newPager sees it from an address.
func leaf(t *testing.T, address, next string) pager {
	t.Helper()
	var got pager
	app := fiber.New(fiber.Config{Immutable: true})
	app.Get("/list", func(c *fiber.Ctx) error {
		got = newPager(c, page{}, next, "q", c.Query("q"), "kind", "")
		return nil
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := app.Test(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestPagingLeadsThereAndBack walks to the third page and back to the first, with the condition kept and the pages numbered.
func TestPagingLeadsThereAndBack(t *testing.T) {
	first := leaf(t, "/list?q="+url.QueryEscape("đèn"), "c&1")
	if first.Number != 1 || first.Earlier() != "" || !first.Many() {
		t.Errorf("the first page: %+v", first)
	}
	second := leaf(t, first.Later(), "c2")
	third := leaf(t, second.Later(), "")
	if second.Number != 2 || third.Number != 3 || third.Later() != "" || third.at != "c2" {
		t.Errorf("the pages on: %+v, %+v", second, third)
	}
	back := leaf(t, third.Earlier(), "c2")
	if back.Number != 2 || back.at != "c&1" || back.Earlier() != second.Earlier() {
		t.Errorf("back on the second: %+v", back)
	}
	to, err := url.Parse(back.Earlier())
	if err != nil || to.Path != "/list" || to.RawQuery != "q="+url.QueryEscape("đèn") {
		t.Errorf("back to the first: %s", back.Earlier())
	}
	if far := leaf(t, "/list?cursor=c&past=a&page=9223372036854775807", ""); far.Number != mostPages {
		t.Errorf("a number that nobody turned to: %d", far.Number)
	}
	if low := leaf(t, "/list?cursor=c&past=a&page=1", ""); !strings.Contains(low.Earlier(), "page=1") {
		t.Errorf("before the first: %s", low.Earlier())
	}
	if alone := leaf(t, "/list", ""); alone.Many() {
		t.Error("a list of one page has pages")
	}
}

// TestPagingForgetsTheFarPast: an address stays short however far somebody goes; he then comes back to the first page.
func TestPagingForgetsTheFarPast(t *testing.T) {
	p := leaf(t, "/list", "c")
	for range 3 * mostPast {
		p = leaf(t, p.Later(), "c")
	}
	if p.Number != 3*mostPast+1 || len(p.past) != mostPast {
		t.Errorf("page %d remembers %d before it", p.Number, len(p.past))
	}
	for p.Earlier() != "/list" {
		p = leaf(t, p.Earlier(), "c")
	}
	if p.Number != 2*mostPast+1 {
		t.Errorf("the way back ends on page %d", p.Number)
	}
}

// TestAFormSaysAllThatIsWrong: what the law wants, what the desk wants, and what the office does not have.
func TestAFormSaysAllThatIsWrong(t *testing.T) {
	st := newStand(t)
	path := "/q/" + st.sticker + "/file"
	a := st.ask(t, http.MethodPost, path, url.Values{
		"csrf": {st.csrfOf(t, path+"?kind=denunciation")}, "kind": {"denunciation"}, "key": {"a key that is long enough"}, "body": {"Đòi tiền"},
		"accused": {"unit:nowhere"}, "passphrase": {"ngắn"}, "contact.phone": {"12"},
	})
	var links []string
	for _, part := range strings.Split(a.body, `<li><a href="#`)[1:] {
		field, _, _ := strings.Cut(part, `"`)
		links = append(links, field)
	}
	if got := strings.Join(links, " "); a.status != http.StatusUnprocessableEntity || got != "subject accused.unit contact.name contact.address contact.phone passphrase" {
		t.Errorf("%d: told are %s", a.status, got)
	}
	for _, field := range links {
		if !strings.Contains(a.body, ` id="`+field+`"`) {
			t.Errorf("the summary leads to #%s, which is nowhere", field)
		}
	}
}

// TestTheFormNamesUnitsAndTheInspectorate looks at whom a denunciation may be about.
func TestTheFormNamesUnitsAndTheInspectorate(t *testing.T) {
	o := office.New(office.Content{Units: []office.Unit{
		{ID: "city", Authority: true},
		{ID: "inspectorate", Parent: "city"},
		{ID: "commune", Parent: "city", Authority: true},
		{ID: "division", Parent: "commune"},
		{ID: "neighbour", Parent: "city", Authority: true},
		{ID: "its-division", Parent: "neighbour"},
	}})
	var ids []string
	for _, u := range accusedUnits(o, "division", "vi") {
		ids = append(ids, u.ID)
	}
	slices.Sort(ids)
	if got := strings.Join(ids, " "); got != "city commune division inspectorate" {
		t.Errorf("to choose from are %s", got)
	}
}

// TestStaffWhoGoWrongAreLedToTheirBoard opens what is not there, signed in and out.
func TestStaffWhoGoWrongAreLedToTheirBoard(t *testing.T) {
	st := newStand(t)
	for _, path := range []string{"/staff/nowhere", "/staff/cases/TD26-000000", "/staff/cases/" + st.ref + "/nothing"} {
		a := st.ask(t, http.MethodGet, path, nil)
		if a.status != http.StatusNotFound || !strings.Contains(a.body, `class="second" href="/staff"`) || strings.Contains(a.body, "hỏi cán bộ tiếp nhận") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	a := st.out().ask(t, http.MethodGet, "/staff/nowhere", nil)
	if a.status != http.StatusNotFound || strings.Contains(a.body, `href="/staff"`) {
		t.Errorf("a stranger reads %d %s", a.status, a.body)
	}
	if a := st.ask(t, http.MethodGet, "/nowhere", nil); a.status != http.StatusNotFound || strings.Contains(a.body, `href="/staff"`) {
		t.Errorf("on the citizens' side: %d %s", a.status, a.body)
	}
}

// TestAReceiptThatIsOverSaysSo opens the receipt in a browser that has none.
func TestAReceiptThatIsOverSaysSo(t *testing.T) {
	a := newStand(t).out().ask(t, http.MethodGet, "/receipt", nil)
	if a.status != http.StatusOK || !strings.Contains(a.body, `id="over"`) || !strings.Contains(a.body, `id="code"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestAProofIsReadAsItWasWritten: what is signed now is Vietnamese with the time of the country, and what was signed before still
// tells the same.
func TestAProofIsReadAsItWasWritten(t *testing.T) {
	st := newStand(t)
	now := strings.Join([]string{
		"Mã số đơn: TD26-ABC123", "Loại: Tố cáo", "Nhận lúc: 07:05:09 27/11/2026 +07:00", "Nội dung: sha256:ab", "Quầy: Quầy 1: tiếp dân", "Hạn: 04/12/2026",
	}, "\n")
	before := "reference: TD26-ABC123\nkind: denunciation\nreceived: 2026-11-27T07:05:09+07:00\ncontent: sha256:ab\ncounter: Quầy 1: tiếp dân\ndue: 2026-12-04"
	for _, text := range []string{now, before} {
		facts, received, due := st.readProof(text)
		if facts["reference"] != "TD26-ABC123" || facts["kind"] != "denunciation" || facts["counter"] != "Quầy 1: tiếp dân" ||
			!received.Equal(time.Date(2026, 11, 27, 0, 5, 9, 0, time.UTC)) || due.In(vietnam).Format(time.DateOnly) != "2026-12-04" {
			t.Errorf("%s\nreads %v, %v, %v", text, facts, received, due)
		}
	}
}
