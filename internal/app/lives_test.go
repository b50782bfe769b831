package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// onBothEngines runs the story on SQLite and on the MongoDB engine.
func onBothEngines(t *testing.T, story func(t *testing.T, r *running)) {
	t.Helper()
	for name, change := range map[string]func(*testing.T, *app.Config){"sqlite": func(*testing.T, *app.Config) {}, "mongodb": mongoServer} {
		t.Run(name, func(t *testing.T) { story(t, open(t, func(c *app.Config) { change(t, c) })) })
	}
}

// dossier is a case led over the API.
type dossier struct {
	*running
	code, ref string
}

// begin files a case and waits until it is somebody's.
func (r *running) begin(t *testing.T, path string, filing map[string]any) *dossier {
	t.Helper()
	got := r.call(t, "POST", path, filing)
	if got.Status != http.StatusCreated {
		t.Fatalf("filing: %d %s", got.Status, got.Raw)
	}
	d := &dossier{running: r, code: got.JSON["tracking_code"].(string), ref: got.JSON["reference"].(string)}
	until(t, "routing", func() bool { return d.status(t) == "assigned" })
	return d
}

func (d *dossier) status(t *testing.T) any {
	t.Helper()
	return d.call(t, "GET", "/api/v1/cases/"+d.code, nil).JSON["status"]
}

// move makes a move of the table as the signed-in person and returns the answer.
func (d *dossier) move(t *testing.T, who []string, name string, args map[string]string) answer {
	t.Helper()
	etag := d.call(t, "GET", "/api/v1/staff/cases/"+d.ref, nil, who...).Header.Get("ETag")
	return d.call(t, "POST", "/api/v1/staff/cases/"+d.ref+"/moves/"+name, args, append(slices.Clone(who), "If-Match", etag)...)
}

// moves makes one move after the other; each must be allowed.
func (d *dossier) moves(t *testing.T, who []string, steps ...told) {
	t.Helper()
	for _, s := range steps {
		if s.name == "accept" && d.kept(t).Legal.Signed == "" { // filed by the counter's QR code: signed before it is accepted
			steps := do("record_signature", "signed", "counter", "paper", "citizen_card", "complete", "yes")
			if got := d.move(t, who, steps.name, steps.args); got.Status != http.StatusOK {
				t.Fatalf("%s: %d %s", steps.name, got.Status, got.Raw)
			}
		}
		if strings.HasPrefix(s.name, "notify") {
			d.sent(t, s.args)
		}
		if got := d.move(t, who, s.name, s.args); got.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", s.name, got.Status, got.Raw)
		}
	}
}

// sent says to whom, how and when something went out.
func (d *dossier) sent(t *testing.T, args map[string]string) {
	t.Helper()
	c, err := d.Store.ByRef(t.Context(), d.ref)
	if err != nil {
		t.Fatal(err)
	}
	args["recipients"], args["way"], args["sent_on"] = "sender,interested", "post", time.Now().In(casework.Vietnam).Format(time.DateOnly)
	if c.Kind == law.Denunciation {
		args["recipients"] = "sender,accused"
	}
}

type told struct {
	name string
	args map[string]string
}

func do(name string, args ...string) told {
	s := told{name, map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		s.args[args[i]] = args[i+1]
	}
	return s
}

// state is where the case stands inside the office, with its clocks that run.
func (d *dossier) state(t *testing.T) (law.State, []string) {
	t.Helper()
	c, err := d.Store.ByRef(t.Context(), d.ref)
	if err != nil {
		t.Fatal(err)
	}
	var runs []string
	for _, k := range c.Clocks {
		if k.Runs() {
			runs = append(runs, string(k.Name))
		}
	}
	slices.Sort(runs)
	return c.State, runs
}

func (d *dossier) stands(t *testing.T, want law.State, clocks ...string) {
	t.Helper()
	if got, runs := d.state(t); got != want || !slices.Equal(runs, clocks) {
		t.Fatalf("%s stands at %s with %v, want %s with %v", d.ref, got, runs, want, clocks)
	}
}

func complainant() map[string]any {
	return map[string]any{
		"kind": "complaint", "category": "land", "subject": "Thu hồi đất không đúng diện tích",
		"body":    "Quyết định thu hồi ghi 380 m², đo thực tế là 412 m². Tôi khiếu nại quyết định này.",
		"contact": map[string]string{"name": "Võ Thị Bé", "phone": "0905123456", "address": "thôn Quý Mỹ", "id_number": "049012345612"},
	}
}

// TestComplaintThroughSecondInstance: khiếu nại lần đầu, lần hai, đối thoại, quyết định, công khai.
func TestComplaintThroughSecondInstance(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		first := r.begin(t, "/api/v1/cases", complainant())
		if early := r.call(t, "POST", "/api/v1/cases/"+first.code+"/appeal", map[string]string{"subject": "x", "body": "y"}); early.Status != http.StatusConflict {
			t.Errorf("appealed before any decision: %d %s", early.Status, early.Raw)
		}
		head := r.signIn(t, headOf(t, r, first.ref))
		first.moves(t, head, do("register"), do("classify"), do("propose_acceptance"))
		if got := first.move(t, head, "accept", nil); got.Status != http.StatusForbidden || !strings.Contains(string(got.Raw), "Chủ tịch UBND cấp xã") {
			t.Errorf("a division accepted what the chair decides: %d %s", got.Status, got.Raw)
		}
		head = first.judge(t, head)
		first.moves(t, head, do("accept", "remote", "yes"))
		first.stands(t, law.Accepted, "resolution")
		if a := r.call(t, "GET", "/api/v1/staff/cases/"+first.ref, nil, head...); a.JSON["remote"] != true || !strings.Contains(r.page(t, "/staff/cases/"+first.ref, head), "Vụ việc ở vùng sâu, vùng xa") {
			t.Error("neither API nor page tells that the place is remote")
		}
		if got := first.status(t); got != "accepted" {
			t.Errorf("the citizen reads %v", got)
		}
		first.moves(t, head, do("start"), do("mark_complex", "criteria", "places,contents", "reason", "Hai thửa đất."),
			do("suspend", "ground", "related_matter", "reason", "Chờ kết quả đo đạc."))
		first.stands(t, law.Suspended, "notice_pause", "recheck")
		if a := r.call(t, "GET", "/api/v1/staff/cases/"+first.ref, nil, head...); !strings.Contains(string(a.Raw), `"stopped_at":`) {
			t.Error("the API tells a clock that stands still as one that runs")
		}
		first.moves(t, head, do("notify_pause"), do("resume", "reason", "Đã có kết quả đo."), do("notify_pause"))
		first.meet(t, head)
		first.moves(t, head, do("decide", "text", "Giữ nguyên diện tích thu hồi.", "outcome", "rejected"))
		first.stands(t, law.Decided, "effect", "notice_decision")
		first.moves(t, head, do("notify"))

		r.appealOnce(t, first)
		second := r.secondOf(t, first)
		if !second.kept(t).Legal.Remote {
			t.Error("the second complaint forgot that the place is remote")
		}
		above := r.signIn(t, headOf(t, r, second.ref))
		second.moves(t, above, do("accept"), do("start"))
		if got := second.move(t, above, "decide", map[string]string{"text": "x", "outcome": "confirm_first"}); got.Status != http.StatusConflict {
			t.Errorf("decided without a dialogue: %d %s", got.Status, got.Raw)
		}
		soon := time.Now().AddDate(0, 0, 2).Format(time.DateOnly)
		if got := second.move(t, above, "invite_dialogue", map[string]string{"on": soon, "text": "x"}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("invited for the day after tomorrow: %d %s", got.Status, got.Raw)
		}
		second.meet(t, above)
		second.moves(t, above,
			do("decide", "text", "Sửa quyết định lần đầu: diện tích là 412 m².", "outcome", "cancel_or_amend_first"), do("notify"), do("publish", "published", "posting", "text", "Niêm yết 15 ngày."))
		second.stands(t, law.Published, "effect", "posting")
		r.checkAll(t)
	})
}

// judge hands the file to the head who may decide it and signs in as him.
func (d *dossier) judge(t *testing.T, by []string) []string {
	t.Helper()
	d.moves(t, by, do("hand_up"))
	return d.signIn(t, headOf(t, d.running, d.ref))
}

// meet holds the dialogue.
func (d *dossier) meet(t *testing.T, who []string) {
	t.Helper()
	now := time.Now().In(casework.Vietnam)
	next := now.AddDate(0, 0, 8).Format(time.DateOnly)
	d.moves(t, who, do("invite_dialogue", "on", next, "text", "Mời ông/bà đến đối thoại tại trụ sở."))
	if got := d.move(t, who, "hold_dialogue", map[string]string{"text": "x"}); got.Status != http.StatusConflict {
		t.Errorf("held before its day: %d %s", got.Status, got.Raw)
	}
	c, err := d.Store.ByRef(t.Context(), d.ref)
	if err != nil {
		t.Fatal(err)
	}
	o, err := d.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := o.Acting(c.Unit, now)
	earlier := *d.Desk
	earlier.Now = func() time.Time { return now.AddDate(0, 0, -8) }
	_, err = earlier.Move(t.Context(), head, casework.Order{Ref: d.ref, Rev: c.Rev(), Move: "invite_dialogue", Args: map[string]string{
		"on": now.Format(time.DateOnly), "text": "Mời ông/bà đến đối thoại tại trụ sở.",
	}})
	if err != nil {
		t.Fatal(err)
	}
	d.moves(t, who, do("hold_dialogue", "text", "Hai bên thống nhất đo lại."))
}

// appealOnce files the second complaint twice: it is one case.
func (r *running) appealOnce(t *testing.T, first *dossier) {
	t.Helper()
	words := map[string]string{"subject": "Không đồng ý với diện tích", "body": "Đề nghị đo lại với đầy đủ các hộ giáp ranh."}
	path := "/api/v1/cases/" + first.code + "/appeal"
	a, b := r.call(t, "POST", path, words), r.call(t, "POST", path, words)
	if a.Status != http.StatusCreated || b.Status != http.StatusOK || a.JSON["tracking_code"] != b.JSON["tracking_code"] {
		t.Fatalf("appealed: %d %s, again %d %s", a.Status, a.Raw, b.Status, b.Raw)
	}
	first.stands(t, law.Appealed)
}

// secondOf is the further case; it lies with the province chair, who decides after the commune's.
func (r *running) secondOf(t *testing.T, first *dossier) *dossier {
	t.Helper()
	got := r.call(t, "POST", "/api/v1/cases/"+first.code+"/appeal", map[string]string{"subject": "Không đồng ý với diện tích", "body": "Đề nghị đo lại với đầy đủ các hộ giáp ranh."})
	d := &dossier{running: r, code: got.JSON["tracking_code"].(string), ref: got.JSON["reference"].(string)}
	until(t, "routing", func() bool { return d.status(t) == "assigned" })
	c, err := r.Store.ByRef(t.Context(), d.ref)
	if err != nil {
		t.Fatal(err)
	}
	was, err := r.Store.ByRef(t.Context(), first.ref)
	if err != nil {
		t.Fatal(err)
	}
	if c.Unit != "ubnd-tp" || c.Legal.Level != 2 || c.Assignee == was.Assignee {
		t.Errorf("the second complaint lies with %s, the first with %s", c.Unit, was.Unit)
	}
	return d
}

// TestDenunciationToItsConclusion: tố cáo, thụ lý, tổ xác minh, gia hạn, kết luận, công khai, xử lý.
func TestDenunciationToItsConclusion(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		filing := complainant()
		filing["kind"], filing["category"], filing["about"] = "denunciation", "staff", "Dương Văn Quyết"
		filing["subject"], filing["body"] = "Cán bộ nhận tiền", "Ông Dương Văn Quyết nhận tiền để làm nhanh hồ sơ của tôi."
		d := r.begin(t, "/api/v1/cases", filing)
		c, err := r.Store.ByRef(t.Context(), d.ref)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(c.About, "dia-chinh") || c.Unit == "phong-kinh-te" {
			t.Fatalf("about %v, with %s", c.About, c.Unit)
		}
		head := r.signIn(t, headOf(t, r, d.ref))
		d.moves(t, head, do("extend_check", "reason", "Phải kiểm tra tại hai nơi."), do("accept"))
		d.stands(t, law.Accepted, "notice_acceptance", "resolution")
		for team, status := range map[string]int{"dia-chinh, ho-tich": 422, "ho-tich, tiep-cong-dan": 200} {
			if team != "ho-tich, tiep-cong-dan" {
				if got := d.move(t, head, "start", map[string]string{"team": team}); got.Status != status {
					t.Errorf("a team of %q: %d %s", team, got.Status, got.Raw)
				}
			}
		}
		stripPlainly(t, d, head)
		d.moves(t, head, do("notify_acceptance"), do("start", "team", "ho-tich, tiep-cong-dan"))
		if got := d.move(t, head, "extend", map[string]string{"reason": "x"}); got.Status != http.StatusConflict {
			t.Errorf("extended though not complex: %d %s", got.Status, got.Raw)
		}
		d.moves(t, head, do("mark_complex", "criteria", "places", "reason", "Hai nơi xác minh."), do("extend", "reason", "Chờ tài liệu."))
		if got := d.move(t, head, "extend", map[string]string{"reason": "x"}); got.Status != http.StatusConflict {
			t.Errorf("extended twice: %d %s", got.Status, got.Raw)
		}
		if got := d.move(t, head, "conclude", map[string]string{"text": "x", "outcome": "false"}); got.Status != http.StatusConflict {
			t.Errorf("concluded though nobody heard the accused: %d %s", got.Status, got.Raw)
		}
		d.moves(t, head, do("hear_accused", "hearing", "gave_account", "text", "Ông Quyết giải trình bằng văn bản."),
			do("conclude", "text", "Nội dung tố cáo là đúng.", "outcome", "substantiated"))
		d.stands(t, law.Concluded, "act", "notice_decision", "publish")
		d.moves(t, head, do("notify"), do("publish", "text", "Niêm yết."), do("enforce", "text", "Cảnh cáo."), do("report_enforcement", "text", "Đã thi hành."))
		if got := d.move(t, head, "close", nil); got.Status != http.StatusConflict {
			t.Errorf("closed while the conclusion must still hang: %d %s", got.Status, got.Raw)
		}
		d.stands(t, law.Enforcing, "follow_up", "posting")
		end := r.call(t, "GET", "/api/v1/cases/"+d.code, nil)
		if a, _ := end.JSON["answer"].(map[string]any); a["text"] != "Nội dung tố cáo là đúng." {
			t.Errorf("the denouncer reads %s", end.Raw)
		}
		r.checkAll(t)
	})
}

// TestWithdrawnDenunciationGoesOnWhereTheLawWantsIt: ba ngoại lệ của Luật Tố cáo Đ.33.
func TestWithdrawnDenunciationGoesOnWhereTheLawWantsIt(t *testing.T) {
	r := open(t, nil)
	filing := complainant()
	filing["kind"], filing["category"], filing["about"] = "denunciation", "staff", "Dương Văn Quyết"
	d := r.begin(t, "/api/v1/cases", filing)
	head := r.signIn(t, headOf(t, r, d.ref))
	d.moves(t, head, do("accept"), do("start", "team", "ho-tich, tiep-cong-dan"))
	withdraw := "/api/v1/cases/" + d.code + "/withdraw"
	for _, second := range []map[string]string{nil, {"second": "000000"}} {
		if got := r.call(t, "POST", withdraw, second); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("withdrawn by the code and %v: %d %s", second, got.Status, got.Raw)
		}
	}
	if got := r.call(t, "POST", withdraw, map[string]string{"second": "345612"}); got.Status != http.StatusCreated || got.JSON["status"] != "withdrawn" {
		t.Fatalf("withdrawing: %d %s", got.Status, got.Raw)
	}
	d.stands(t, law.Withdrawing, "notice_acceptance", "resolution", "withdrawal")
	if got := d.move(t, head, "discontinue", map[string]string{"reason": "x"}); got.Status != http.StatusConflict {
		t.Errorf("discontinued by a wish that nobody signed: %d %s", got.Status, got.Raw)
	}
	d.moves(t, head, do("record_withdrawal", "came", "signed_paper", "dated", today(), "scope", "whole"))
	if got := r.call(t, "POST", "/api/v1/cases/"+d.code+"/messages", map[string]any{"forced": true}); got.Status != http.StatusCreated {
		t.Errorf("saying that one is forced: %d %s", got.Status, got.Raw)
	}
	if got := d.move(t, head, "discontinue", map[string]string{"reason": "x"}); got.Status != http.StatusConflict {
		t.Errorf("discontinued under threat: %d %s", got.Status, got.Raw)
	}
	d.moves(t, head, do("continue", "ground", "coerced", "reason", "Có dấu hiệu bị ép rút đơn."))
	d.stands(t, law.Verifying, "notice_acceptance", "resolution")
}

// TestMixedLetterIsSplit: tách đơn. A letter that holds a denunciation is sealed with it.
func TestMixedLetterIsSplit(t *testing.T) {
	r := open(t, nil)
	filing := complainant()
	filing["kind"], filing["category"] = "feedback", "roads"
	filing["body"] = "Đường hỏng nặng. Ngoài ra ông Dương Văn Quyết ZRQSECRET nhận tiền của dân."
	d := r.begin(t, "/api/v1/cases", filing)
	head := r.signIn(t, headOf(t, r, d.ref))
	if got := d.move(t, head, "split", map[string]string{"kinds": "feedback", "reason": "x"}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("split into one: %d %s", got.Status, got.Raw)
	}
	d.moves(t, head, do("split", "kinds", "feedback,denunciation", "feedback_subject", "Đường hỏng", "feedback_text", "Đường hỏng nặng.", "reason", "Hai nội dung."))
	f, err := r.Desk.Follow(t.Context(), d.code)
	if err != nil || len(f.Parts) != 1 {
		t.Fatalf("%+v, %v", f.Parts, err)
	}
	whole, err := json.Marshal(f.Case)
	if err != nil || f.Case.Kind != law.Denunciation || strings.Contains(string(whole), "ZRQSECRET") {
		t.Errorf("the whole letter still tells: %s", whole)
	}
	for _, p := range f.Parts {
		part := r.call(t, "GET", "/api/v1/cases/"+p.Code.String(), nil)
		if part.JSON["kind"] != string(p.Kind) {
			t.Errorf("the part %s is %s", p.Kind, part.Raw)
		}
		if held := r.call(t, "GET", "/api/v1/cases/"+p.Code.String()+"/data", nil); strings.Contains(string(held.Raw), "ZRQSECRET") || strings.Contains(string(held.Raw), "Võ Thị Bé") {
			t.Errorf("the part tells more than was marked for it: %s", held.Raw)
		}
	}
	page := r.asBrowser(t).call(t, "GET", "/t/"+d.code, nil)
	if !strings.Contains(string(page.Raw), `name="code" value="`+f.Parts[0].Code.String()+`"`) {
		t.Error("the citizen does not find the parts")
	}
}

// stripPlainly keeps words for the verifiers that tell nothing.
func stripPlainly(t *testing.T, d *dossier, head []string) {
	t.Helper()
	path := "/api/v1/staff/cases/" + d.ref
	etag := d.call(t, "GET", path, nil, head...).Header.Get("ETag")
	got := d.call(t, "POST", path+"/strip", map[string]string{"subject": "Nhận tiền", "body": "Cán bộ nhận tiền."}, append(slices.Clone(head), "If-Match", etag)...)
	if got.Status != http.StatusOK {
		t.Fatalf("stripping: %d %s", got.Status, got.Raw)
	}
}

// checkAll proves all chains.
func (r *running) checkAll(t *testing.T) {
	t.Helper()
	report, err := r.Verify(t.Context(), r.Log)
	if err != nil || report.Broken > 0 {
		t.Errorf("%+v, %v", report, err)
	}
}
