package app_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// readersOf counts, for each of the fields, the staff of the demo office who read it in any case that comes of the letter:
// in the case, in lists and searches, and when they ask for the sender in full.
func readersOf(t *testing.T, r *running, fields map[string]string) map[string]int {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var refs []string
	if err := r.Store.EachOpen(t.Context(), func(cs []*casework.Case) error {
		for _, c := range cs {
			refs = append(refs, c.Ref)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, who := range o.AllStaff() {
		seen := everythingShownTo(t, r, who, refs)
		for field, trace := range fields {
			if bytes.Contains(seen, []byte(trace)) {
				out[field]++
			}
		}
	}
	return out
}

func everythingShownTo(t *testing.T, r *running, who office.Staff, refs []string) []byte {
	t.Helper()
	var all bytes.Buffer
	enc := json.NewEncoder(&all)
	enc.SetEscapeHTML(false)
	told := func(v any, err error) {
		if err != nil {
			return
		}
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	for _, ref := range refs {
		v, err := r.Desk.Open(t.Context(), who, ref)
		told(v, err)
		c, err := r.Desk.ShowContact(t.Context(), who, ref)
		told(c, err)
	}
	for _, w := range []casework.Wanted{{}, {Query: "zorquyen"}, {Query: "0905318246"}, {State: "classifying"}, {State: "split"}} {
		cs, _, err := r.Desk.List(t.Context(), who, w)
		told(cs, err)
	}
	as, _, err := r.Desk.AccessList(t.Context(), who, casework.IdentityOpened, "")
	told(as, err)
	return all.Bytes()
}

// TestOneHeadOpensNothing is an attack from inside, measured once at ten readers of twenty-two: the head who has a letter
// splits it, gives it another kind, and asks for the sender of whatever came of it. Nobody reads more than before.
func TestOneHeadOpensNothing(t *testing.T) {
	fields := map[string]string{"name": "Zờrquyên", "phone": "905318246", "id_number": denouncer["id_number"], "address": "Bưởi Zờrk", "letter": "ZRQLETTER"}
	for _, kind := range []string{"denunciation", "feedback"} {
		t.Run(kind, func(t *testing.T) {
			r := open(t, nil)
			filing := complainant()
			filing["kind"], filing["category"], filing["contact"], filing["counter"] = kind, "roads", denouncer, r.counterToken(t, "quay-3")
			filing["body"] = "ZRQLETTER Đường hỏng. Ông Dương Văn Quyết nhận tiền."
			d := r.begin(t, "/api/v1/cases", filing)
			before := readersOf(t, r, fields)
			if before["letter"] == 0 || kind == "denunciation" && before["name"] > 0 {
				t.Fatalf("before: %v", before)
			}
			head := r.signIn(t, headOf(t, r, d.ref))
			for _, try := range []told{
				do("split", "kinds", "denunciation,feedback", "feedback_subject", "Đường", "feedback_text", "ZRQLETTER Đường hỏng. Ông Dương Văn Quyết nhận tiền.", "reason", "x"),
				do("split", "kinds", "denunciation,petition", "petition_subject", "x", "petition_text", "Tôi là "+denouncer["name"]+" "+denouncer["phone"], "reason", "x"),
				do("reclassify", "kind", "complaint", "ground", "not_denunciation", "sender", "yes", "reason", "x"),
				do("reclassify", "kind", "feedback", "reason", "x"),
				do("assign", "assignee", "ho-tich"),
			} {
				got := d.move(t, head, try.name, try.args)
				after := readersOf(t, r, fields)
				for field, n := range after {
					if n > before[field] && (field != "letter" || try.name != "assign") {
						t.Errorf("after %s (%d), %d read the %s, %d before", try.name, got.Status, n, field, before[field])
					}
				}
				if kind == "feedback" && after["phone"] > 0 { // the first move found a denunciation in it
					t.Errorf("after %s the sender is read by %d", try.name, after["phone"])
				}
				before = after
			}
		})
	}
}

// clean looks for the denouncer in everything that lies anywhere now.
func clean(t *testing.T, r *running, when string) {
	t.Helper()
	for where, trace := range found(t, r) {
		t.Errorf("%s, %s tells %s", when, where, trace)
	}
}

// found lists where the denouncer is found now, in the data folder, the log and all documents.
func found(t *testing.T, r *running) map[string]string {
	t.Helper()
	everything := map[string][]byte{"log": []byte(r.Log.String())}
	export(t, r, everything)
	folder(t, r.Config.Data, everything)
	out := map[string]string{}
	for where, raw := range everything {
		for _, trace := range traces() {
			if bytes.Contains(raw, []byte(trace)) {
				out[where] = trace
			}
		}
	}
	return out
}

// second lets inspection approve what waits for a second person.
func second(t *testing.T, d *dossier) {
	t.Helper()
	inspector := d.signIn(t, inspectorOf(t, d.running))
	list := d.call(t, "GET", "/api/v1/staff/accesses?kind=identity", nil, inspector...)
	for _, x := range list.JSON["items"].([]any) {
		row := x.(map[string]any)
		if row["reference"] != d.ref || row["approved_by"] != nil {
			continue
		}
		if got := d.call(t, "POST", "/api/v1/staff/accesses/"+row["id"].(string)+"/approve", nil, inspector...); got.Status != http.StatusOK {
			t.Fatalf("approving: %d %s", got.Status, got.Raw)
		}
		return
	}
	t.Fatalf("nothing waits: %s", list.Raw)
}

// TestDenouncerLeavesNoTraceWhateverBecomesOfTheLetter leads a letter of feedback into the seal, out of it and back, splits
// it, withdraws, rates and erases it, and looks for the denouncer each time the letter is a denunciation: in the running
// program's files, its log and all documents.
func TestDenouncerLeavesNoTraceWhateverBecomesOfTheLetter(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		filing := complainant()
		filing["kind"], filing["category"], filing["contact"], filing["counter"] = "feedback", "roads", denouncer, r.counterToken(t, "quay-3")
		filing["subject"], filing["about"] = "Tôi là Quàng Thị Zờrquyên Nhẫn", "Dương Văn Quyết"
		filing["body"] = "Đường hỏng, ông Dương Văn Quyết nhận tiền của tôi tại Xóm Bưởi Zờrk 17, thôn Quý Mỹ. Gọi tôi số 0905 318 246, căn cước 049188007731."
		d := r.begin(t, "/api/v1/cases", filing)
		message := map[string]string{"text": "Xin gọi Zờrquyên số 0905318246."}
		r.call(t, "POST", "/api/v1/cases/"+d.code+"/messages", message)
		if f := r.sendFile(t, d.code, "Quàng Thị Zờrquyên Nhẫn.pdf", []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Lang(zorkquyen 905318246)>>endobj trailer<</Root 1 0 R>>\n%%EOF\n")); f.Status != http.StatusCreated {
			t.Fatalf("attaching: %d %s", f.Status, f.Raw)
		}
		head := func() []string { return r.signIn(t, headOf(t, r, d.ref)) }
		c, err := r.Store.ByRef(t.Context(), d.ref)
		if err != nil {
			t.Fatal(err)
		}
		d.moves(t, head(), do("assign", "assignee", c.Assignee, "note", "Bà Zờrquyên gọi số 0905318246."))
		if len(found(t, r)) == 0 {
			t.Fatal("the search finds nothing at all")
		}
		into := do("reclassify", "kind", "denunciation", "reason", "Bà Zờrquyên tố cáo.")
		d.moves(t, head(), into)
		clean(t, r, "found to be a denunciation")
		d.moves(t, head(), do("split", "kinds", "denunciation,feedback", "feedback_subject", "Đường hỏng", "feedback_text", "Đường hỏng.", "reason", "Bà Zờrquyên viết hai việc."))
		clean(t, r, "asked to be split")
		second(t, d)
		until(t, "the part", func() bool { return cases(t, r) == 2 })
		clean(t, r, "split")
		endPart(t, d)
		d.strips(t, head())
		d.moves(t, head(), do("reclassify", "kind", "complaint", "ground", "not_denunciation", "reason", "Bà Zờrquyên khiếu nại."))
		second(t, d)
		timeline := r.call(t, "GET", "/api/v1/cases/"+d.code, nil)
		if !strings.Contains(string(timeline.Raw), "letter_opened") || !strings.Contains(string(timeline.Raw), "không phải là tố cáo") {
			t.Errorf("the citizen reads %s", timeline.Raw)
		}
		r.call(t, "POST", "/api/v1/cases/"+d.code+"/messages", message)
		d.moves(t, head(), into)
		clean(t, r, "a denunciation again")
		endIt(t, d, head)
		clean(t, r, "withdrawn and rated")
		r.checkAll(t)
		r.stop()
		erased(t, r, d.ref)
	})
}

// endIt withdraws the letter, ends it and rates how it went, with words that tell.
func endIt(t *testing.T, d *dossier, head func() []string) {
	t.Helper()
	wish := map[string]string{"reason": "Zờrquyên rút đơn.", "second": denouncer["id_number"][6:]}
	if got := d.call(t, "POST", "/api/v1/cases/"+d.code+"/withdraw", wish); got.Status != http.StatusCreated {
		t.Fatalf("withdrawing: %d %s", got.Status, got.Raw)
	}
	if got := d.call(t, "POST", "/api/v1/cases/"+d.code+"/messages", map[string]any{"text": "Zờrquyên bị ép.", "forced": true}); got.Status != http.StatusCreated {
		t.Fatalf("saying that one is forced: %d %s", got.Status, got.Raw)
	}
	d.moves(t, head(), do("record_withdrawal", "came", "minutes", "dated", today(), "scope", "whole", "what", "Bà Zờrquyên rút hết.", "note", "Zờrquyên ký."),
		do("check_forced", "reason", "Bà Zờrquyên nói tự nguyện."))
	clean(t, d.running, "withdrawn on paper")
	d.moves(t, head(), do("discontinue", "reason", "Bà Zờrquyên rút đơn."), do("notify_end", "note", "Gửi bà Zờrquyên."))
	got := d.call(t, "POST", "/api/v1/cases/"+d.code+"/satisfaction", map[string]any{"score": 1, "comment": "Tôi là Zờrquyên, 0905318246."})
	if got.Status != http.StatusCreated {
		t.Fatalf("rating: %d %s", got.Status, got.Raw)
	}
}

// today is the day as a move asks for it.
func today() string { return time.Now().In(casework.Vietnam).Format(time.DateOnly) }

// endPart answers the part of the letter that is feedback, and closes it.
func endPart(t *testing.T, d *dossier) {
	t.Helper()
	f, err := d.Desk.Follow(t.Context(), d.code)
	if err != nil || len(f.Parts) != 1 {
		t.Fatal(f.Parts, err)
	}
	part := &dossier{running: d.running, code: f.Parts[0].Code.String()}
	until(t, "routing of the part", func() bool {
		f, err := d.Desk.Follow(t.Context(), part.code)
		if err != nil {
			return false
		}
		part.ref = f.Case.Ref
		return f.Case.State == law.Assigned || f.Case.State == law.Triage
	})
	if state, _ := part.state(t); state == law.Triage {
		part.moves(t, d.signIn(t, "quynhtln"), do("assign", "unit", headUnit(t, d)))
	}
	head := d.signIn(t, headOf(t, d.running, part.ref))
	part.moves(t, head, do("start"), do("answer", "text", "Đã sửa."), do("close"))
}

// headUnit is the unit that has the letter itself.
func headUnit(t *testing.T, d *dossier) string {
	t.Helper()
	c, err := d.Store.ByRef(t.Context(), d.ref)
	if err != nil {
		t.Fatal(err)
	}
	return c.Unit
}

// erased lets the time of the words pass and looks again: in the files, and for what rests sealed.
func erased(t *testing.T, r *running, ref string) {
	t.Helper()
	a := reopened(t, r.Config)
	for _, days := range []int{0, 2} { // the parts first, then the letter whose sender they lean on
		a.Now = func() time.Time { return time.Now().AddDate(18, 0, days) }
		if _, err := a.SealDays(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	c, err := a.Store.ByRef(t.Context(), ref)
	if err != nil || !c.Erased() {
		t.Fatalf("not erased: %v", err)
	}
	left := map[string]int{}
	if err := a.Store.EachSecret(t.Context(), func(s *casework.Secrets) { left[s.ID] = len(s.Letter) + len(s.Contact) }); err != nil {
		t.Fatal(err)
	}
	if slices.Max(slices.Collect(maps.Values(left))) > 0 {
		t.Errorf("what is sealed stays: %v", left)
	}
	if report := checked(t, a); report.Broken > 0 {
		t.Errorf("%v", report.Found)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	clean(t, r, "erased")
	if folded := vntext.Words("Zờrquyên"); folded != "zorquyen" {
		t.Errorf("the search looks for %q", folded)
	}
}
