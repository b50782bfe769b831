package app_test

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tiepdan/internal/app"
)

// good is a filing with nothing wrong.
func good(change map[string]any) map[string]any {
	m := map[string]any{"kind": "feedback", "subject": "Đèn đường hỏng", "body": "Đèn đường trước chợ hỏng.", "category": "roads"}
	maps.Copy(m, change)
	return m
}

func TestBadInputIsRefusedClearlyAndStoresNothing(t *testing.T) {
	r := open(t, nil)
	token := r.counterToken(t, "quay-1")
	for name, tc := range map[string]struct {
		body   any
		header []string
		status int
		field  string
	}{
		"unknown kind":          {good(map[string]any{"kind": "rant"}), nil, 422, "kind"},
		"no subject":            {good(map[string]any{"subject": "  "}), nil, 422, "subject"},
		"long subject":          {good(map[string]any{"subject": strings.Repeat("ế", 201)}), nil, 422, "subject"},
		"no body":               {good(map[string]any{"body": ""}), nil, 422, "body"},
		"long body":             {good(map[string]any{"body": strings.Repeat("a", 10_001)}), nil, 422, "body"},
		"wrong phone":           {good(map[string]any{"contact": map[string]string{"phone": "12345"}}), nil, 422, "contact.phone"},
		"wrong e-mail":          {good(map[string]any{"contact": map[string]string{"email": "a@b"}}), nil, 422, "contact.email"},
		"wrong ID number":       {good(map[string]any{"contact": map[string]string{"id_number": "12"}}), nil, 422, "contact.id_number"},
		"no such unit":          {good(map[string]any{"unit": "nowhere"}), nil, 422, "unit"},
		"forged sticker":        {good(map[string]any{"counter": token[:len(token)-4] + "AAAA"}), nil, 422, "counter"},
		"sticker of nothing":    {good(map[string]any{"counter": "x"}), nil, 422, "counter"},
		"place on another star": {good(map[string]any{"location": map[string]any{"lat": 200}}), nil, 422, "location"},
		"unknown field":         {good(map[string]any{"urgent": true}), nil, 422, "urgent"},
		"unknown inner field":   {good(map[string]any{"contact": map[string]string{"fax": "1"}}), nil, 422, "fax"},
		"wrong type":            {good(map[string]any{"subject": 7}), nil, 422, "subject"},
		"not JSON":              {`{"kind":`, nil, 400, ""},
		"two values":            {`{} {}`, nil, 400, ""},
		"wrong content type":    {`kind=feedback`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, ""},
		"20 MB":                 {`{"body":"` + strings.Repeat("a", 20<<20) + `"}`, nil, 413, ""},
		"short key":             {good(nil), []string{"Idempotency-Key", strings.Repeat("k", 15)}, 422, "Idempotency-Key"},
		"unknown category":      {good(map[string]any{"category": "astrology"}), nil, 422, "category"},
		"a field twice":         {`{"kind":"feedback","kind":"denunciation","subject":"a","body":"b"}`, nil, 422, "kind"},
		"a field twice in case": {`{"kind":"feedback","Kind":"denunciation","subject":"a","body":"b"}`, nil, 422, "Kind"},
		"an inner field twice":  {`{"kind":"feedback","subject":"a","body":"b","contact":{"name":"A","name":"B"}}`, nil, 422, "name"},
		"not UTF-8":             {"{\"kind\":\"feedback\",\"subject\":\"a\xff\",\"body\":\"b\"}", nil, 400, ""},
		"NUL":                   {`{"kind":"feedback","subject":"a\u0000","body":"b"}`, nil, 400, ""},
		"long key":              {good(nil), []string{"Idempotency-Key", strings.Repeat("k", 300)}, 422, "Idempotency-Key"},
	} {
		t.Run(name, func(t *testing.T) {
			for lang, word := range map[string]string{"vi": "", "en": "en"} {
				a := r.call(t, "POST", "/api/v1/cases", tc.body, append([]string{"Accept-Language", word}, tc.header...)...)
				checkProblem(t, a, tc.status, tc.field)
				if got := a.Header.Get("Content-Language"); got != lang {
					t.Errorf("answered in %q, want %q", got, lang)
				}
			}
		})
	}
	if n := cases(t, r); n != 0 {
		t.Errorf("%d cases were stored", n)
	}
	if a := r.call(t, "POST", "/api/v1/cases", good(map[string]any{"subject": strings.Repeat("e\u0302\u0301", 200)})); a.Status != http.StatusCreated {
		t.Errorf("200 characters in another normal form: %d %s", a.Status, a.Raw)
	}
}

// checkProblem checks an RFC 9457 problem: its status, its field, and that every key was translated.
func checkProblem(t *testing.T, a answer, status int, field string) {
	t.Helper()
	if a.Status != status || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
		t.Fatalf("got %d %s %.300s, want %d", a.Status, a.Header.Get("Content-Type"), a.Raw, status)
	}
	if title, _ := a.JSON["title"].(string); title == "" || strings.HasPrefix(title, "error.") || a.JSON["status"] != float64(status) {
		t.Errorf("problem %s", a.Raw)
	}
	found := field == ""
	errs, _ := a.JSON["errors"].([]any)
	for _, e := range errs {
		m, _ := e.(map[string]any)
		found = found || m["field"] == field
		if msg, _ := m["message"].(string); msg == "" || strings.HasPrefix(msg, "error.") {
			t.Errorf("field without a message: %v", m)
		}
	}
	if !found {
		t.Errorf("no problem names %s: %s", field, a.Raw)
	}
}

// cases counts what is stored.
func cases(t *testing.T, r *running) int {
	t.Helper()
	report, err := r.Verify(t.Context(), r.Log)
	if err != nil {
		t.Fatal(err)
	}
	return report.Cases
}

func TestReusedKeyWithOtherWordsIsRefused(t *testing.T) {
	r := open(t, nil)
	first := r.call(t, "POST", "/api/v1/cases", good(nil), "Idempotency-Key", "key-000000000001")
	second := r.call(t, "POST", "/api/v1/cases", good(map[string]any{"body": "Chuyện khác."}), "Idempotency-Key", "key-000000000001")
	checkProblem(t, second, 422, "Idempotency-Key")
	if code, _ := first.JSON["tracking_code"].(string); strings.Contains(string(second.Raw), code) || cases(t, r) != 1 {
		t.Errorf("the second filing got %s", second.Raw)
	}
}

func TestWrongCodesAnswerAlikeAndAreThrottled(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Limits = 1 })
	unknown := r.call(t, "GET", "/api/v1/cases/0000-0000-0000-0000", nil)
	malformed := r.call(t, "GET", "/api/v1/cases/nonsense", nil)
	checkProblem(t, unknown, 404, "")
	if string(unknown.Raw) != string(malformed.Raw) {
		t.Errorf("wrong codes answer differently: %s, %s", unknown.Raw, malformed.Raw)
	}
	for i := range 40 {
		a := r.call(t, "GET", "/api/v1/cases/wrong"+strconv.Itoa(i), nil)
		if a.Status == http.StatusTooManyRequests {
			if i < 20 || a.Header.Get("Retry-After") == "" {
				t.Errorf("throttled after %d, Retry-After %q", i, a.Header.Get("Retry-After"))
			}
			return
		}
	}
	t.Error("40 wrong codes were not throttled")
}

func TestStaffCallsAreRefusedWithTheirReason(t *testing.T) {
	r := open(t, nil)
	checkProblem(t, r.call(t, "GET", "/api/v1/staff/cases", nil), 401, "")
	checkProblem(t, r.call(t, "POST", "/api/v1/staff/sessions", map[string]string{"username": "lucht", "password": "wrong"}), 401, "")
	filed := r.call(t, "POST", "/api/v1/cases", good(nil))
	ref, code := filed.JSON["reference"].(string), filed.JSON["tracking_code"].(string)
	until(t, "routing", func() bool { return r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["status"] == "assigned" })
	head := headOf(t, r, ref)
	own, reception, admin := r.signIn(t, head), r.signIn(t, "quynhtln"), r.signIn(t, "nhatcm")
	path := "/api/v1/staff/cases/" + ref
	etag := r.call(t, "GET", path, nil, own...).Header.Get("ETag")
	for name, tc := range map[string]struct {
		move   string
		body   any
		header []string
		status int
		field  string
	}{
		"no If-Match":               {"start", nil, own, 428, ""},
		"stale version":             {"start", nil, append(own, "If-Match", `"1"`), 409, ""},
		"unknown move":              {"fly", nil, append(own, "If-Match", etag), 404, ""},
		"not in this state":         {"close", nil, append(own, "If-Match", etag), 409, ""},
		"without the right":         {"answer", map[string]string{"text": "x"}, append(reception, "If-Match", etag), 403, ""},
		"a value missing":           {"answer", nil, append(own, "If-Match", etag), 422, "text"},
		"an unknown value":          {"start", map[string]string{"colour": "red"}, append(own, "If-Match", etag), 422, "colour"},
		"somebody who sees no case": {"start", nil, append(admin, "If-Match", etag), 404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			checkProblem(t, r.call(t, "POST", path+"/moves/"+tc.move, tc.body, tc.header...), tc.status, tc.field)
		})
	}
	if got := r.call(t, "GET", path, nil, own...).Header.Get("ETag"); got != etag {
		t.Errorf("the case changed from %s to %s", etag, got)
	}
	other := r.signIn(t, map[bool]string{true: "hanhltm", false: "lucht"}[head == "lucht"])
	checkProblem(t, r.call(t, "GET", path, nil, other...), 404, "")
}

func TestRevokedStickerIsRefused(t *testing.T) {
	r := open(t, nil)
	old := r.counterToken(t, "quay-2")
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k, _ := o.Counter("quay-2")
	k.Version++
	if err := r.Store.PutCounter(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	checkProblem(t, r.call(t, "GET", "/api/v1/counters/"+old, nil), 404, "")
	checkProblem(t, r.call(t, "POST", "/api/v1/ratings", map[string]any{"counter": old, "score": 5}), 422, "counter")
	if page := r.call(t, "GET", "/q/"+old, nil); page.Status != 404 || !strings.Contains(string(page.Raw), "không còn dùng") {
		t.Errorf("the page of a revoked sticker: %d", page.Status)
	}
	if fresh := r.call(t, "GET", "/api/v1/counters/"+r.counterToken(t, "quay-2"), nil); fresh.Status != 200 {
		t.Errorf("the new sticker: %d", fresh.Status)
	}
}
