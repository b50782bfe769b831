package app_test

import (
	"net/http"
	"slices"
	"testing"

	"tiepdan/internal/testkit"
	"tiepdan/internal/web"
)

// citizenPages are the pages that can be opened by their address alone, by the name of their picture.
func citizenPages(t *testing.T, r *running) map[string]string {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	counter := o.Counters()[2]
	q := "/q/" + r.Stickers.Token(counter)
	return map[string]string{
		"home": "/", "counter": q, "choose": q + "/file", "choose-letter": q + "/file?of=letter", "feedback": q + "/file?kind=feedback",
		"praise": q + "/file?kind=praise", "petition": q + "/file?kind=petition", "complaint": q + "/file?kind=complaint",
		"denunciation": q + "/file?kind=denunciation", "rate": q + "/rate", "track": "/t",
		"tracked": "/t/" + caseAt(t, r, "feedback", "start"), "asked": "/t/" + caseAt(t, r, "petition", "ask_info"),
		"answered": "/t/" + caseAt(t, r, "complaint", "accept", "start", "decide"), "withdraw": "/t/" + caseAt(t, r, "complaint") + "/withdraw",
		"appeal": "/t/" + caseAt(t, r, "complaint", "accept", "start", "decide") + "/appeal", "code-unknown": "/t?code=0000-0000-0000-0001", "verify": "/verify", "waiting": "/waiting", "results": "/results", "not-found": "/q/nowhere",
		"kiosk": "/k/" + web.Kiosks(r.Keys.MAC).Token(counter),
	}
}

// caseAt files a case and leads it through moves of the office, and returns its tracking code.
func caseAt(t *testing.T, r *running, kind string, moves ...string) string {
	t.Helper()
	filed := r.call(t, "POST", "/api/v1/cases", map[string]any{
		"kind": kind, "subject": "Mức bồi thường khi thu hồi đất ở thôn Quý Mỹ", "body": "Gia đình tôi đề nghị tính lại diện tích.",
		"category": "land", "contact": map[string]string{"name": "Võ Thị Bé", "address": "Thôn Quý Mỹ", "phone": "0905123456"},
	})
	if filed.Status != http.StatusCreated {
		t.Fatalf("%d %s", filed.Status, filed.Raw)
	}
	code, ref := filed.JSON["tracking_code"].(string), filed.JSON["reference"].(string)
	until(t, "routing", func() bool { return r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["status"] == "assigned" })
	if len(moves) == 0 {
		return code
	}
	d := &dossier{running: r, code: code, ref: ref}
	head := r.signIn(t, headOf(t, r, ref))
	if kind == "complaint" && slices.Contains(moves, "accept") {
		head = d.judge(t, head)
	}
	args := map[string]map[string]string{
		"accept": {}, "start": {}, "ask_info": {"text": "Xin cho biết số thửa đất và gửi bản chụp quyết định."},
		"decide": {"text": "Diện tích đã được đo lại là 412 m². Mức bồi thường được tính bổ sung theo quyết định kèm theo.", "outcome": "partly_upheld"},
	}
	for _, move := range moves {
		if move == "accept" {
			d.moves(t, head, do("record_signature", "signed", "counter", "paper", "citizen_card", "complete", "yes"))
		}
		if move == "decide" {
			d.meet(t, head)
		}
		etag := r.call(t, "GET", "/api/v1/staff/cases/"+ref, nil, head...).Header.Get("ETag")
		if got := r.call(t, "POST", "/api/v1/staff/cases/"+ref+"/moves/"+move, args[move], append(head, "If-Match", etag)...); got.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", move, got.Status, got.Raw)
		}
	}
	return code
}

// TestCitizenPagesBreakNoRuleOfAccess looks at every page with axe, in both languages, light and dark, on the narrowest phone
// and on a desk. With TIEPDAN_SCREENS set to a folder,
// the tests of citizens take their pictures into it.
func TestCitizenPagesBreakNoRuleOfAccess(t *testing.T) {
	r := open(t, nil)
	pages := citizenPages(t, r)
	rateMonths(t, r)
	for name, opts := range looks() {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			for page, path := range pages {
				p.open(path)
				testkit.Axe(t, p.ctx)
				if wide := p.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
					t.Errorf("%s is %s px wider than the screen", page, wide)
				}
				if t.Failed() {
					t.Fatalf("%s breaks a rule", page)
				}
				picture(t, p, name, page)
			}
		})
	}
}
