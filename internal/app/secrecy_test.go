package app_test

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/text/unicode/norm"

	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/vntext"
)

// denouncer is somebody whose every trace the test would recognise.
var denouncer = map[string]string{
	"name": "Quàng Thị Zờrquyên Nhẫn", "phone": "0905318246", "address": "Xóm Bưởi Zờrk 17, thôn Quý Mỹ", "id_number": "049188007731",
	"email": "zorkquyen@thu.example",
}

// traces are all spellings of what would give the denouncer away.
func traces() []string {
	out := []string{"905318246", "905 318 246", "049188007731", "zorkquyen"}
	for _, v := range []string{denouncer["name"], denouncer["address"], "Zờrquyên", "Bưởi Zờrk"} {
		out = append(out, v, norm.NFD.String(v), strings.ToUpper(v), strings.ToLower(v), vntext.Words(v))
	}
	return out
}

// TestDenouncerLeavesNoTrace leads a denunciation from the QR page to its end and looks for the denouncer in the whole data
// folder, the log, the events, the metrics and every document of the database. A plain letter's words are found: the search
// can fail.
func TestDenouncerLeavesNoTrace(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		filing := complainant()
		filing["kind"], filing["category"], filing["contact"], filing["counter"] = "denunciation", "staff", denouncer, r.counterToken(t, "quay-3")
		filing["subject"], filing["about"] = "Tôi là Quàng Thị Zờrquyên Nhẫn, tố cáo nhận tiền", "Dương Văn Quyết"
		filing["body"] = "Ông Dương Văn Quyết nhận tiền của tôi tại Xóm Bưởi Zờrk 17, thôn Quý Mỹ. Gọi tôi số 0905 318 246."
		d := r.begin(t, "/api/v1/cases", filing)
		control := complainant()
		control["kind"], control["body"] = "feedback", "ZRQCONTROL đường hỏng."
		r.begin(t, "/api/v1/cases", control)
		head := r.signIn(t, headOf(t, r, d.ref))
		r.call(t, "POST", "/api/v1/cases/"+d.code+"/messages", map[string]string{"text": "Xin gọi Zờrquyên số 0905318246."})
		if f := r.sendFile(t, d.code, "Quàng Thị Zờrquyên Nhẫn.pdf", []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Lang(zorkquyen 905318246)>>endobj trailer<</Root 1 0 R>>\n%%EOF\n")); f.Status != http.StatusCreated {
			t.Fatalf("attaching: %d %s", f.Status, f.Raw)
		}
		letters := "/api/v1/staff/cases/" + d.ref + "/letters"
		checkProblem(t, r.call(t, "POST", letters, map[string]string{"type": "conclusion", "text": "Bà Quàng Thị Zờrquyên Nhẫn tố cáo."}, head...), http.StatusUnprocessableEntity, "text")
		if a := r.call(t, "POST", letters, map[string]string{"type": "conclusion", "subject": "ZRQDRAFT", "text": "ZRQDRAFT nháp."}, head...); a.Status != http.StatusCreated {
			t.Fatalf("drafting: %d %s", a.Status, a.Raw)
		}
		d.moves(t, head, do("note", "reason", "ZRQDRAFT ghi chú."))
		stripIt(t, d, head)
		d.moves(t, head, do("accept"), do("notify_acceptance"), do("start", "team", "ho-tich, tiep-cong-dan"))
		verifierSees(t, d)
		openIdentity(t, d, head)
		checkProblem(t, d.move(t, head, "hear_accused", map[string]string{"hearing": "gave_account", "text": "Bà Quàng Thị Zờrquyên Nhẫn nói sai."}), http.StatusUnprocessableEntity, "text")
		d.moves(t, head, do("hear_accused", "hearing", "gave_account", "text", "Đã giải trình."), do("conclude", "text", "Nội dung tố cáo là đúng.", "outcome", "substantiated"), do("notify"),
			do("publish", "text", "Niêm yết."), do("enforce", "text", "Cảnh cáo."), do("report_enforcement", "text", "Người tố cáo đã được báo."))
		metrics := r.call(t, "GET", "/metrics", nil)
		list := r.call(t, "GET", "/api/v1/staff/cases?q=Zorquyen", nil, head...)
		page := r.call(t, "GET", "/api/v1/staff/cases?state=enforcing", nil, head...)
		everything := map[string][]byte{"log": []byte(r.Log.String()), "metrics": metrics.Raw, "search": list.Raw, "list": page.Raw}
		export(t, r, everything)
		r.stop()
		folder(t, r.Config.Data, everything)
		control2 := false
		for where, raw := range everything {
			control2 = control2 || bytes.Contains(raw, []byte("ZRQCONTROL"))
			for _, trace := range append(traces(), "ZRQDRAFT") {
				if i := bytes.Index(raw, []byte(trace)); i >= 0 {
					t.Errorf("%s tells %q: …%q…", where, trace, raw[max(0, i-60):min(len(raw), i+60)])
				}
			}
		}
		if !control2 {
			t.Error("the search finds nothing at all")
		}
	})
}

// stripIt keeps the words for the verifiers; words that still tell are refused.
func stripIt(t *testing.T, d *dossier, head []string) {
	t.Helper()
	path := "/api/v1/staff/cases/" + d.ref
	etag := d.call(t, "GET", path, nil, head...).Header.Get("ETag")
	with := append(slices.Clone(head), "If-Match", etag)
	if got := d.move(t, head, "notify_acceptance", nil); got.Status != http.StatusConflict {
		t.Errorf("notified before the words were stripped: %d %s", got.Status, got.Raw)
	}
	suggested := d.call(t, "GET", path+"/strip", nil, head...)
	for _, trace := range []string{"905 318 246", denouncer["name"]} {
		if suggested.Status != http.StatusOK || strings.Contains(string(suggested.Raw), trace) {
			t.Errorf("the suggestion tells %q: %s", trace, suggested.Raw)
		}
	}
	for _, tells := range []string{"QUANG THI ZORQUYEN NHAN làm đơn", "gọi +84 905 318 246", "căn cước 0491 8800 7731", "ở xóm Bưởi Zờrk 17 thôn Quý Mỹ"} {
		got := d.call(t, "POST", path+"/strip", map[string]string{"subject": "Tố cáo", "body": tells}, with...)
		checkProblem(t, got, http.StatusUnprocessableEntity, "body")
	}
	got := d.call(t, "POST", path+"/strip", map[string]string{"subject": "Tố cáo cán bộ nhận tiền", "body": "Cán bộ địa chính nhận tiền của █████."}, with...)
	if got.Status != http.StatusOK {
		t.Fatalf("stripping: %d %s", got.Status, got.Raw)
	}
}

// verifierSees: a member of the team reads the stripped words, no message of the denouncer and no file.
func verifierSees(t *testing.T, d *dossier) {
	t.Helper()
	verifier := d.signIn(t, "khuend")
	seen := d.call(t, "GET", "/api/v1/staff/cases/"+d.ref, nil, verifier...)
	if seen.Status != http.StatusOK || seen.JSON["stripped"] != true || !strings.Contains(string(seen.Raw), casework.Blank) {
		t.Errorf("the verifier reads %d %s", seen.Status, seen.Raw)
	}
	notice := d.call(t, "GET", "/api/v1/staff/cases/"+d.ref+"/accused-notice", nil, verifier...)
	for _, trace := range traces() {
		if bytes.Contains(seen.Raw, []byte(trace)) || bytes.Contains(notice.Raw, []byte(trace)) {
			t.Errorf("the verifier or the accused reads %q", trace)
		}
	}
}

// openIdentity needs a reason and a second person, and inspection reads of it.
func openIdentity(t *testing.T, d *dossier, head []string) {
	t.Helper()
	path := "/api/v1/staff/cases/" + d.ref
	checkProblem(t, d.call(t, "POST", path+"/identity", map[string]string{"reason": " "}, head...), http.StatusUnprocessableEntity, "reason")
	asked := d.call(t, "POST", path+"/identity", map[string]string{"reason": "Cần đối chiếu chữ ký."}, head...)
	if asked.Status != http.StatusCreated {
		t.Fatalf("asking: %d %s", asked.Status, asked.Raw)
	}
	access := "/api/v1/staff/accesses/" + asked.JSON["id"].(string)
	for what, got := range map[string]answer{
		"shown unapproved":  d.call(t, "POST", access+"/show", nil, head...),
		"approved himself":  d.call(t, "POST", access+"/approve", nil, head...),
		"approved by clerk": d.call(t, "POST", access+"/approve", nil, d.signIn(t, "quynhtln")...),
	} {
		if got.Status < 400 || got.Status >= 500 {
			t.Errorf("%s: %d %s", what, got.Status, got.Raw)
		}
	}
	inspector := d.signIn(t, inspectorOf(t, d.running))
	if got := d.call(t, "POST", access+"/approve", nil, inspector...); got.Status != http.StatusOK {
		t.Fatalf("approving: %d %s", got.Status, got.Raw)
	}
	if got := d.call(t, "POST", access+"/show", nil, inspector...); got.Status != http.StatusNotFound {
		t.Errorf("the second person sees it too: %d", got.Status)
	}
	shown := d.call(t, "POST", access+"/show", nil, head...)
	if shown.Status != http.StatusOK || shown.JSON["name"] != denouncer["name"] {
		t.Fatalf("showing: %d %s", shown.Status, shown.Raw)
	}
	read := d.call(t, "GET", "/api/v1/staff/accesses?kind=identity", nil, inspector...)
	if !strings.Contains(string(read.Raw), "đối chiếu chữ ký") || !strings.Contains(string(read.Raw), d.ref) {
		t.Errorf("inspection reads %s", read.Raw)
	}
	c, err := d.Store.ByRef(t.Context(), d.ref)
	if err != nil {
		t.Fatal(err)
	}
	var what []string
	for _, e := range c.History {
		if strings.HasPrefix(e.What, "identity_") {
			what = append(what, e.What)
		}
	}
	if !slices.Equal(what, []string{"identity_asked", "identity_approved", "identity_shown"}) {
		t.Errorf("the history tells %v", what)
	}
}

func inspectorOf(t *testing.T, r *running) string {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range o.AllStaff() {
		if s.Has("inspector") {
			return s.Username
		}
	}
	t.Fatal("nobody inspects")
	return ""
}

// folder reads every file under the folder. The event store puts files in place of others meanwhile: what is gone when it is opened is
// looked for again, under the name that it has by then.
func folder(t *testing.T, dir string, into map[string][]byte) {
	t.Helper()
	until(t, "a look at all files of "+dir, func() bool {
		err := everyFile(dir, into)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		return err == nil
	})
}

func everyFile(dir string, into map[string][]byte) error {
	return filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if e.Type()&os.ModeSocket != 0 { // the administrator's door holds nothing
			return nil
		}
		raw, err := os.ReadFile(path)
		if err == nil {
			into[path] = raw
		}
		return err
	})
}

// export reads every document of a MongoDB database as it lies there.
func export(t *testing.T, r *running, into map[string][]byte) {
	t.Helper()
	if !strings.HasPrefix(r.Config.Store, "mongodb") {
		return
	}
	client, err := mongo.Connect(options.Client().ApplyURI(r.Config.Store))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(t.Context()) }() // the test is over
	dbs, err := client.ListDatabaseNames(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	for _, db := range dbs {
		names, err := client.Database(db).ListCollectionNames(t.Context(), bson.D{})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			cur, err := client.Database(db).Collection(name).Find(t.Context(), bson.D{})
			if err != nil {
				t.Fatal(err)
			}
			for cur.Next(t.Context()) {
				into["mongodb/"+db+"/"+name] = append(into["mongodb/"+db+"/"+name], cur.Current...)
			}
			if err := cur.Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
