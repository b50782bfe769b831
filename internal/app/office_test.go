package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// registrar is an administrator at the JSON API.
type registrar struct {
	r    *running
	head []string
}

func (k registrar) do(t *testing.T, method, path string, body any, version any) answer {
	t.Helper()
	h := k.head
	if version != nil {
		h = append([]string{"If-Match", fmt.Sprintf("%q", fmt.Sprint(version))}, h...)
	}
	return k.r.call(t, method, "/api/v1/staff/office/"+path, body, h...)
}

// must is do for what has to work.
func (k registrar) must(t *testing.T, call string, body, version any, status int) answer {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	a := k.do(t, method, path, body, version)
	if a.Status != status {
		t.Fatalf("%s: %d %s", call, a.Status, a.Raw)
	}
	return a
}

// wrong expects a mistake at a field.
func (k registrar) wrong(t *testing.T, call string, body, version any, field string) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	a := k.do(t, method, path, body, version)
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(string(a.Raw), `"field":"`+field+`"`) {
		t.Errorf("%s %v: %d %s, want a problem at %s", call, body, a.Status, a.Raw, field)
	}
}

// TestAnAdministratorKeepsTheOffice leads every kind through its life: made, changed, stale, wrong, closed, undone, told by its
// history, and proved by verify.
func TestAnAdministratorKeepsTheOffice(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		k := registrar{r, r.signIn(t, "nhatcm")}
		for kind, item := range map[string]map[string]any{
			"units":      {"name": map[string]string{"vi": "Phòng Tư pháp", "en": "Justice Division"}, "parent": "ubnd-xa", "level": "commune"},
			"counters":   {"name": "Quầy 9", "unit": "ttpvhcc", "number": "9", "links": []string{"Nộp hồ sơ | https://dichvucong.gov.vn/"}},
			"categories": {"name": "Chợ và thương mại", "name_en": "Markets"},
			"rules":      {"keyword": "chợ Hà Lam", "unit": "phong-kinh-te", "note": "Chợ"},
			"procedures": {"name": "Đăng ký khai sinh", "papers": []string{"Giấy chứng sinh", "Căn cước"}, "time": "Trong ngày", "fee": "Không thu", "apply": "https://dichvucong.gov.vn/ks"},
			"templates":  {"name": "Xin lỗi", "text": "Xin lỗi ông/bà vì sự chậm trễ.", "kinds": []string{"feedback"}},
		} {
			made := k.must(t, "POST "+kind+"?sure=1", item, nil, http.StatusCreated)
			id := made.JSON["id"].(string)
			first := made.JSON["version"]
			field, text := "name", "Tên khác"
			if kind == "rules" {
				field = "note"
			}
			now := k.must(t, "PUT "+kind+"/"+id, map[string]any{field: text}, first, http.StatusOK)
			if now.JSON[field] != text || now.Header.Get("Etag") != fmt.Sprintf("%q", fmt.Sprint(now.JSON["version"])) {
				t.Errorf("%s: %s, tag %s", kind, now.Raw, now.Header.Get("Etag"))
			}
			if a := k.do(t, "PUT", kind+"/"+id, map[string]any{field: "x"}, first); a.Status != http.StatusConflict {
				t.Errorf("%s from a stale version: %d %s", kind, a.Status, a.Raw)
			}
			if a := k.do(t, "PUT", kind+"/"+id, map[string]any{field: "x"}, nil); a.Status != http.StatusPreconditionRequired {
				t.Errorf("%s without a version: %d", kind, a.Status)
			}
			k.wrong(t, "PUT "+kind+"/"+id, map[string]any{"hat": "x"}, now.JSON["version"], "hat")
			lines := k.must(t, "GET "+kind+"/"+id+"/history", nil, nil, http.StatusOK).JSON["items"].([]any)
			if len(lines) != 2 || lines[0].(map[string]any)["by"] != "quan-tri" {
				t.Fatalf("%s: history %v", kind, lines)
			}
			back := k.must(t, "POST "+kind+"/"+id+"/undo", map[string]any{"line": lines[0].(map[string]any)["line"]}, now.JSON["version"], http.StatusOK)
			if back.JSON[field] == text {
				t.Errorf("%s: not undone: %s", kind, back.Raw)
			}
			shut := k.must(t, "DELETE "+kind+"/"+id, nil, back.JSON["version"], http.StatusOK)
			if shut.JSON["closed"] != true {
				t.Errorf("%s: not closed: %s", kind, shut.Raw)
			}
			if open := k.must(t, "POST "+kind+"/"+id+"/reopen", nil, shut.JSON["version"], http.StatusOK); open.JSON["closed"] != false {
				t.Errorf("%s: not reopened: %s", kind, open.Raw)
			}
		}
		k.wrong(t, "POST units", map[string]any{"name": "X", "level": "commune"}, nil, "parent")
		k.wrong(t, "POST units", map[string]any{"name": "X", "level": "province", "parent": "ubnd-xa"}, nil, "level")
		k.wrong(t, "POST units", map[string]any{"name": "X", "level": "commune", "parent": "ubnd-xa", "short": "tb"}, nil, "short")
		k.wrong(t, "PUT units/ubnd-xa", map[string]any{"parent": "phong-kinh-te"}, 1, "parent")
		k.wrong(t, "DELETE units/phong-kinh-te", nil, 1, "closed")
		k.wrong(t, "POST rules", map[string]any{"unit": "phong-kinh-te"}, nil, "keyword")
		k.wrong(t, "POST rules", map[string]any{"unit": "no", "keyword": "x"}, nil, "unit")
		k.wrong(t, "POST counters", map[string]any{"name": "Q", "unit": "ttpvhcc", "links": []string{"x | javascript:alert(1)"}}, nil, "links")
		k.wrong(t, "POST procedures", map[string]any{"name": "P", "apply": "javascript:alert(1)"}, nil, "apply")
		for _, who := range []string{"lucht", "thaohn", "dangnh"} {
			o := registrar{r, r.signIn(t, who)}
			for _, call := range []string{"GET units", "GET people", "GET units/ubnd-xa", "GET units/ubnd-xa/history", "GET people/export.csv", "POST people/lucht/reset", "POST people/lucht/disable"} {
				method, path, _ := strings.Cut(call, " ")
				if a := o.do(t, method, path, nil, nil); a.Status != http.StatusForbidden {
					t.Errorf("%s asks %s: %d", who, call, a.Status)
				}
			}
		}
		proved(t, r)
	})
}

// proved runs verify and expects nothing to be broken.
func proved(t *testing.T, r *running) {
	t.Helper()
	var found []audit.Finding
	report, err := r.Verify(t.Context(), &locked{})
	if err != nil || report.Broken != 0 {
		t.Errorf("verify: %v, %d broken: %v %v", err, report.Broken, report.Found, found)
	}
}

// TestARuleSendsLettersAtOnce: what an administrator enters is what routing does, and a counter's new sticker refuses the old.
func TestARuleSendsLettersAtOnce(t *testing.T) {
	r := open(t, nil)
	k := registrar{r, r.signIn(t, "nhatcm")}
	rule := map[string]any{"keyword": "con trâu đen", "unit": "tram-y-te"}
	if a := k.must(t, "POST rules/dry-run", rule, nil, http.StatusOK); a.JSON["moved"] != 5.0 || a.JSON["few"] != true {
		t.Errorf("before any letter: %s", a.Raw)
	}
	unit := func(words string) string {
		filed := r.call(t, "POST", "/api/v1/cases", map[string]any{"kind": "feedback", "counter": r.counterToken(t, "quay-1"), "subject": words, "body": words, "anonymous": true})
		if filed.Status != http.StatusCreated {
			t.Fatalf("file: %d %s", filed.Status, filed.Raw)
		}
		at := ""
		until(t, "routing", func() bool {
			c, err := r.Store.ByRef(t.Context(), filed.JSON["reference"].(string))
			if err != nil {
				t.Fatal(err)
			}
			at = c.Unit
			return c.State != law.Received
		})
		return at
	}
	for range 6 {
		unit("Con trâu đen của ai để ngoài đường")
	}
	if a := k.must(t, "POST rules/dry-run", rule, nil, http.StatusOK); a.JSON["moved"] != 6.0 || a.JSON["of"] != 6.0 || a.JSON["few"] != false {
		t.Errorf("six letters: %s", a.Raw)
	}
	if a := k.must(t, "POST rules/dry-run", map[string]any{"keyword": "con trâu trắng", "unit": "tram-y-te"}, nil, http.StatusOK); a.JSON["moved"] != 5.0 || a.JSON["few"] != true {
		t.Errorf("no letter: %s", a.Raw)
	}
	unit("Con trâu trắng của ai")
	if a := k.must(t, "POST rules/dry-run", map[string]any{"keyword": "con trâu trắng", "unit": "tram-y-te"}, nil, http.StatusOK); a.JSON["moved"] != 5.0 || a.JSON["few"] != true {
		t.Errorf("one letter is told exactly: %s", a.Raw)
	}
	made := k.must(t, "POST rules", rule, nil, http.StatusCreated)
	if at := unit("Con trâu đen lại ra đường"); at != "tram-y-te" {
		t.Errorf("by the rule it goes to %s", at)
	}
	k.must(t, "DELETE rules/"+made.JSON["id"].(string), nil, made.JSON["version"], http.StatusOK)
	if at := unit("Con trâu đen ra đường lần nữa"); at == "tram-y-te" {
		t.Errorf("a rule that is closed sent a letter to %s", at)
	}
	old := r.counterToken(t, "quay-1")
	k.must(t, "POST counters/quay-1/reissue", nil, nil, http.StatusOK)
	if a := r.call(t, "GET", "/q/"+old, nil); a.Status != http.StatusNotFound {
		t.Errorf("the old sticker: %d", a.Status)
	}
	if a := r.call(t, "GET", "/q/"+r.counterToken(t, "quay-1"), nil); a.Status != http.StatusOK {
		t.Errorf("the new sticker: %d", a.Status)
	}
	proved(t, r)
}

// TestPeopleComeAndGo: invited with a one-time password, which opens nothing but the page that changes it; signed out,
// disabled, let in again; every old token answers 401 at once.
func TestPeopleComeAndGo(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		k := registrar{r, r.signIn(t, "nhatcm")}
		enter := func(name, password string) answer {
			return r.call(t, "POST", "/api/v1/staff/sessions", map[string]string{"username": name, "password": password})
		}
		bearer := func(a answer) []string { return []string{"Authorization", "Bearer " + fmt.Sprint(a.JSON["token"])} }
		cases := func(h []string) int { return r.call(t, "GET", "/api/v1/staff/cases", nil, h...).Status }

		made := k.must(t, "POST people", map[string]any{"username": "mailtt", "name": "Lê Thị Tuyết Mai", "unit": "phong-kinh-te", "roles": []string{"officer"}}, nil, http.StatusCreated)
		once := fmt.Sprint(made.JSON["password"])
		if len(once) < 12 || made.JSON["vouched"] != false {
			t.Fatalf("invited: %s", made.Raw)
		}
		in := enter("mailtt", once)
		if in.Status != http.StatusCreated || cases(bearer(in)) != http.StatusForbidden {
			t.Fatalf("with a one-time password: %d, then %d", in.Status, cases(bearer(in)))
		}
		if a := r.call(t, "GET", "/api/v1/staff/me", nil, bearer(in)...); a.JSON["must_change_password"] != true {
			t.Errorf("me: %s", a.Raw)
		}
		choose := func(h []string, old, next string) int {
			return r.call(t, "POST", "/api/v1/staff/me/password", map[string]string{"old": old, "password": next}, h...).Status
		}
		const own = "bầu trời xanh quá"
		for _, bad := range []string{"ngắn quá", "mailtt mailtt mailtt", "matkhau123456", once, "aaaaaaaaaaaaaaaa"} {
			if got := choose(bearer(in), once, bad); got != http.StatusUnprocessableEntity {
				t.Errorf("%q is a password: %d", bad, got)
			}
		}
		if choose(bearer(in), "sai mất rồi đó", own) != http.StatusUnprocessableEntity || choose(bearer(in), once, own) != http.StatusNoContent {
			t.Fatal("the person cannot choose a password")
		}
		if cases(bearer(in)) != http.StatusUnauthorized || enter("mailtt", once).Status != http.StatusUnauthorized {
			t.Error("the one-time password or its session lives on")
		}
		for _, order := range []string{"end-sessions", "disable"} {
			h := bearer(enter("mailtt", own))
			if cases(h) != http.StatusOK {
				t.Fatalf("%s: cannot work before", order)
			}
			k.must(t, "POST people/mailtt/"+order, nil, nil, http.StatusOK)
			if got := cases(h); got != http.StatusUnauthorized {
				t.Errorf("%s: the old token answers %d", order, got)
			}
		}
		if got := enter("mailtt", own).Status; got != http.StatusUnauthorized {
			t.Errorf("disabled, she signs in: %d", got)
		}
		k.must(t, "POST people/mailtt/enable", nil, nil, http.StatusOK)
		if got := enter("mailtt", own).Status; got != http.StatusCreated {
			t.Errorf("enabled, she does not sign in: %d", got)
		}
		reset := k.must(t, "POST people/mailtt/reset", nil, nil, http.StatusOK)
		if enter("mailtt", own).Status != http.StatusUnauthorized || enter("mailtt", fmt.Sprint(reset.JSON["password"])).Status != http.StatusCreated {
			t.Error("after a reset the old password counts, or the new one does not")
		}
		given := k.must(t, "POST people", map[string]any{"username": "tuannv", "name": "Nguyễn Văn Tuấn", "unit": "phong-kinh-te", "roles": []string{"officer"}, "password": "một câu dễ nhớ lắm"}, nil, http.StatusCreated)
		if given.JSON["password"] != nil || cases(bearer(enter("tuannv", "một câu dễ nhớ lắm"))) != http.StatusOK {
			t.Errorf("with a given password: %s", given.Raw)
		}
		k.wrong(t, "POST people", map[string]any{"username": "TUAN", "name": "T", "unit": "phong-kinh-te", "roles": []string{"officer"}}, nil, "username")
		k.wrong(t, "POST people", map[string]any{"username": "lucht", "name": "T", "unit": "phong-kinh-te", "roles": []string{"officer"}}, nil, "username")
		k.wrong(t, "POST people", map[string]any{"username": "x1", "name": "T", "unit": "phong-kinh-te", "roles": []string{"king"}}, nil, "roles")
		k.wrong(t, "POST people", map[string]any{"username": "x1", "name": "T", "unit": "phong-kinh-te", "roles": []string{"officer"}, "password": "ngắn"}, nil, "password")
		k.wrong(t, "POST people/quan-tri/disable", nil, nil, "closed")
		proved(t, r)
	})
}

// TestNoAdministratorAloneOpensWhatIsSealed: whoever has his standing or his password from an administrator reads no denunciation
// and counts as no second person, be he made head, inspector or administrator, until somebody else confirms him; and
// an administrator who makes himself head is no exception.
func TestNoAdministratorAloneOpensWhatIsSealed(t *testing.T) {
	r := open(t, nil)
	k := registrar{r, r.signIn(t, "nhatcm")}
	filed := r.call(t, "POST", "/api/v1/cases", map[string]any{
		"kind": "denunciation", "unit": "phong-vhxh", "subject": "Thu tiền ngoài quy định", "body": "Một người lạ mặt thu tiền của tôi.",
		"contact": map[string]string{"name": "Trần Văn Kín", "phone": "0905123456", "address": "Thôn 2", "id_number": "049080000001"},
	})
	if filed.Status != http.StatusCreated {
		t.Fatalf("file: %d %s", filed.Status, filed.Raw)
	}
	ref := filed.JSON["reference"].(string)
	until(t, "routing", func() bool {
		return r.call(t, "GET", "/api/v1/cases/"+filed.JSON["tracking_code"].(string), nil).JSON["status"] != "received"
	})
	head := headOf(t, r, ref)
	m, _ := fresh(t, r).ByLogin(head)
	reads := func(h []string) bool {
		return r.call(t, "GET", "/api/v1/staff/cases/"+ref, nil, h...).Status == http.StatusOK
	}
	if !reads(r.signIn(t, head)) {
		t.Fatal("its head does not read it")
	}
	const known = "một câu ai cũng biết"
	enter := func(name string) []string {
		a := r.call(t, "POST", "/api/v1/staff/sessions", map[string]string{"username": name, "password": known})
		return []string{"Authorization", "Bearer " + fmt.Sprint(a.JSON["token"])}
	}
	for name, roles := range map[string][]string{"rooi1": {"head"}, "rooi2": {"inspector"}, "rooi3": {"admin", "inspector"}} {
		k.must(t, "POST people", map[string]any{"username": name, "name": "Rối Một", "unit": m.Unit, "roles": roles, "password": known}, nil, http.StatusCreated)
	}
	seen := func(id string, h []string) []string {
		who, _ := fresh(t, r).Staff(id)
		return append([]string{"If-Match", fmt.Sprintf("\"%d\"", who.V)}, h...)
	}
	version := k.must(t, "GET units/"+m.Unit, nil, nil, http.StatusOK).JSON["version"]
	made := k.must(t, "PUT units/"+m.Unit+"?sure=1", map[string]any{"head": "rooi1"}, version, http.StatusOK)
	for _, name := range []string{"rooi1", "rooi2", "rooi3"} {
		if reads(enter(name)) {
			t.Errorf("%s reads it", name)
		}
	}
	for _, second := range []string{"rooi2", "rooi3", "nhatcm"} {
		h := k.head
		if second != "nhatcm" {
			h = enter(second)
		}
		if a := r.call(t, "POST", "/api/v1/staff/vouching/rooi1", nil, seen("rooi1", h)...); a.Status != http.StatusForbidden {
			t.Errorf("%s confirms: %d", second, a.Status)
		}
	}
	// Himself.
	version = k.must(t, "PUT units/"+m.Unit+"?sure=1", map[string]any{"head": "quan-tri"}, made.JSON["version"], http.StatusOK).JSON["version"]
	if reads(k.head) {
		t.Error("the administrator made himself the head and reads it")
	}
	self := k.must(t, "GET people/quan-tri", nil, nil, http.StatusOK)
	if self.JSON["vouched"] != false {
		t.Errorf("he counts as confirmed: %s", self.Raw)
	}
	// As the delegate of a head, and by the head's own account after a reset.
	k.must(t, "PUT units/"+m.Unit+"?sure=1", map[string]any{"head": m.ID}, version, http.StatusOK)
	k.must(t, "POST people/"+m.ID+"/reset?sure=1", nil, nil, http.StatusOK)
	if now, _ := fresh(t, r).Staff(m.ID); now.Unvouched == "" {
		t.Error("whoever resets a head's password reads what he reads")
	}
	// A second person confirms: the inspection, or a head of the authority.
	inspector := r.signIn(t, oneOf(t, r, office.Inspector))
	if list := r.call(t, "GET", "/api/v1/staff/vouching", nil, inspector...); !strings.Contains(string(list.Raw), `"rooi1"`) {
		t.Errorf("the inspector sees nobody waiting: %s", list.Raw)
	}
	if a := r.call(t, "POST", "/api/v1/staff/vouching/rooi1", nil, inspector...); a.Status != http.StatusPreconditionRequired {
		t.Errorf("confirmed without a version: %d", a.Status)
	}
	before := seen("rooi1", inspector)
	k.must(t, "PUT units/"+m.Unit+"?sure=1", map[string]any{"head": "rooi1"}, k.must(t, "GET units/"+m.Unit, nil, nil, http.StatusOK).JSON["version"], http.StatusOK)
	if a := r.call(t, "POST", "/api/v1/staff/vouching/rooi1", nil, before...); a.Status != http.StatusConflict {
		t.Errorf("made a head since she was seen, she is confirmed as she was: %d %s", a.Status, a.Raw)
	}
	if a := r.call(t, "POST", "/api/v1/staff/vouching/rooi1", nil, seen("rooi1", inspector)...); a.Status != http.StatusNoContent {
		t.Errorf("the inspector confirms: %d %s", a.Status, a.Raw)
	}
	if now, _ := fresh(t, r).Staff("rooi1"); !now.Vouched() {
		t.Error("confirmed, she still waits")
	}
	// Confirmed for one duty, she is not for the next; nor is whom the administrator's creature raises, be it himself.
	k.must(t, "PUT people/rooi1?sure=1", map[string]any{"roles": []string{"head", "inspector"}}, k.must(t, "GET people/rooi1", nil, nil, http.StatusOK).JSON["version"], http.StatusOK)
	if now, _ := fresh(t, r).Staff("rooi1"); now.Vouched() {
		t.Error("confirmed as a head, she is confirmed as an inspector")
	}
	creature := registrar{r, enter("rooi3")}
	creature.must(t, "PUT people/quan-tri?sure=1", map[string]any{"roles": []string{"admin", "inspector"}}, k.must(t, "GET people/quan-tri", nil, nil, http.StatusOK).JSON["version"], http.StatusOK)
	if now, _ := fresh(t, r).Staff("quan-tri"); strings.Join(now.Doubters(), " ") != "quan-tri rooi3" {
		t.Errorf("raised by his creature, he is in doubt by %v", now.Doubters())
	}
	proved(t, r)
}

func fresh(t *testing.T, r *running) *office.Office {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestTablesComeAndGo: what was exported comes back as it was; wrong lines are told one by one, and then nothing is done; cells
// that a spreadsheet would take for formulas are harmless.
func TestTablesComeAndGo(t *testing.T) {
	r := open(t, nil)
	k := registrar{r, r.signIn(t, "nhatcm")}
	send := func(kind, query, body string) answer {
		return r.call(t, "POST", "/api/v1/staff/office/"+kind+"/import"+query, body, append([]string{"Content-Type", "text/csv"}, k.head...)...)
	}
	for _, kind := range []string{"units", "people", "counters", "categories", "rules", "procedures", "templates"} {
		for _, as := range []string{"csv", "xlsx"} {
			got := k.must(t, "GET "+kind+"/export."+as, nil, nil, http.StatusOK)
			a := send(kind, "", string(got.Raw))
			counts, _ := a.JSON["counts"].(map[string]any)
			if a.Status != http.StatusOK || counts["created"] != 0.0 || counts["changed"] != 0.0 || counts["wrong"] != 0.0 {
				t.Errorf("%s.%s comes back: %d %s", kind, as, a.Status, a.Raw)
			}
		}
	}
	units := "id,name,parent,level\ntu-phap,Phòng Tư pháp,ubnd-xa,commune\nto-ho-tich,Tổ Hộ tịch,tu-phap,commune\n"
	dry := send("units", "?dry_run=1", units)
	if counts, _ := dry.JSON["counts"].(map[string]any); dry.Status != http.StatusOK || counts["created"] != 2.0 {
		t.Errorf("preview: %d %s", dry.Status, dry.Raw)
	}
	if a := k.do(t, "GET", "units/tu-phap", nil, nil); a.Status != http.StatusNotFound {
		t.Errorf("the preview did it: %d", a.Status)
	}
	if a := send("units", "", units+"x,,ubnd-xa,commune\ny,Y,nowhere,commune\n"); a.Status != http.StatusUnprocessableEntity || strings.Count(string(a.Raw), `"do":"wrong"`) != 2 || !strings.Contains(string(a.Raw), `"line":5`) {
		t.Errorf("with wrong lines: %d %s", a.Status, a.Raw)
	}
	if a := k.do(t, "GET", "units/tu-phap", nil, nil); a.Status != http.StatusNotFound {
		t.Errorf("a table with wrong lines did half of it: %d", a.Status)
	}
	if a := send("units", "?sure=1", strings.ReplaceAll(units, ",", ";")); a.Status != http.StatusOK {
		t.Errorf("with semicolons: %d %s", a.Status, a.Raw)
	}
	k.must(t, "GET units/to-ho-tich", nil, nil, http.StatusOK)
	people := send("people", "", "username,name,unit,roles\nanhnt,Nguyễn Thị Anh,tu-phap,\"officer, reception\"\n")
	if people.Status != http.StatusOK || !strings.Contains(string(people.Raw), `"password"`) {
		t.Errorf("people: %d %s", people.Status, people.Raw)
	}
	k.must(t, "POST categories", map[string]any{"name": "=1+1|cmd"}, nil, http.StatusCreated)
	if got := k.must(t, "GET categories/export.csv", nil, nil, http.StatusOK); !strings.Contains(string(got.Raw), "'=1+1|cmd") {
		t.Errorf("a formula goes out as one: %s", got.Raw)
	}
	for name, bad := range map[string]string{"an unknown column": "id,hat\nx,y\n", "no table": "PK\x03\x04 no spreadsheet", "nothing": ""} {
		if a := send("units", "", bad); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, a.Status, a.Raw)
		}
	}
	proved(t, r)
}
