package app_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"tiepdan/internal/app"
)

// leak is a word that every refused request carries, and that no log may tell.
const leak = "ZRQLEAK"

// post sends a body as it is and reads the answer.
func (r *running) post(t *testing.T, path string, body io.Reader, headers ...string) (status int, problem string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := resp.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		t.Errorf("answered in %s", got)
	}
	return resp.StatusCode, string(raw)
}

// endless gives the same letter for as long as it is read, up to a bound; its length is not told before.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range n {
		p[i] = 'a'
	}
	e.left -= n
	return n, nil
}

func TestBodyOfUntoldLengthIsRefusedBeforeItIsKept(t *testing.T) {
	r := open(t, nil)
	status, problem := r.post(t, "/api/v1/cases", io.MultiReader(strings.NewReader(`{"body":"`), &endless{left: 20 << 20}))
	if status != http.StatusRequestEntityTooLarge {
		t.Errorf("20 MB in chunks: %d %.200s", status, problem)
	}
	if n := cases(t, r); n != 0 {
		t.Errorf("%d cases were stored", n)
	}
}

func TestCompressedBodyIsRefusedUnopened(t *testing.T) {
	r := open(t, nil)
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	if _, err := io.Copy(z, &endless{left: 64 << 20}); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/cases", "/api/v1/ratings", "/api/v1/staff/sessions", "/api/v1/cases/0000-0000-0000-0000/withdraw"} {
		status, problem := r.post(t, path, bytes.NewReader(small.Bytes()), "Content-Encoding", "gzip")
		if status != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %d %.200s", path, status, problem)
		}
	}
}

func TestRefusalsTellTheFieldInBothLanguagesAndTheLogTellsNothing(t *testing.T) {
	r := open(t, nil)
	token := r.counterToken(t, "quay-1")
	filed := r.call(t, "POST", "/api/v1/cases", good(nil))
	track := "/api/v1/cases/" + filed.JSON["tracking_code"].(string)
	for name, tc := range map[string]struct {
		path   string
		body   any
		status int
		field  string
	}{
		"case: every mistake":     {"/api/v1/cases", good(map[string]any{"kind": leak, "subject": "", "body": leak, "language": leak}), 422, "language"},
		"case: array":             {"/api/v1/cases", `["` + leak + `"]`, 400, ""},
		"case: inner type":        {"/api/v1/cases", good(map[string]any{"body": leak, "contact": map[string]any{"phone": 905}}), 422, "contact.phone"},
		"case: number for a list": {"/api/v1/cases", good(map[string]any{"body": leak, "location": 7}), 422, "location"},
		"case: huge latitude":     {"/api/v1/cases", `{"kind":"feedback","subject":"` + leak + `","body":"b","location":{"lat":1e999}}`, 422, "location.lat"},
		"case: phone with words":  {"/api/v1/cases", good(map[string]any{"contact": map[string]any{"name": leak, "phone": leak}}), 422, "contact.phone"},
		"case: long category":     {"/api/v1/cases", good(map[string]any{"category": strings.Repeat(leak, 10)}), 422, "category"},
		"case: controls alone":    {"/api/v1/cases", good(map[string]any{"subject": "\u0001\u202e"}), 422, "subject"},
		"rating: score":           {"/api/v1/ratings", map[string]any{"counter": token, "score": 6, "comment": leak}, 422, "score"},
		"rating: criterion":       {"/api/v1/ratings", map[string]any{"counter": token, "score": 5, "criteria": map[string]int{leak: 5}}, 422, "criteria"},
		"rating: forged":          {"/api/v1/ratings", map[string]any{"counter": leak, "score": 5}, 422, "counter"},
		"rating: half a point":    {"/api/v1/ratings", map[string]any{"counter": token, "score": 4.5, "comment": leak}, 422, "score"},
		"rating: long comment":    {"/api/v1/ratings", map[string]any{"counter": token, "score": 5, "comment": strings.Repeat(leak, 2000)}, 422, "comment"},
		"message: none":           {track + "/messages", map[string]any{"text": " "}, 422, "text"},
		"message: unknown":        {track + "/messages", map[string]any{"text": "x", leak: 1}, 422, leak},
		"message: long":           {track + "/messages", map[string]any{"text": strings.Repeat(leak, 2000)}, 422, "text"},
		"satisfaction: score":     {track + "/satisfaction", map[string]any{"score": 9, "comment": leak}, 422, "score"},
		"satisfaction: early":     {track + "/satisfaction", map[string]any{"score": 5, "comment": leak}, 409, ""},
		"withdrawal: long reason": {track + "/withdraw", map[string]any{"reason": strings.Repeat(leak, 500)}, 422, "reason"},
		"sign-in: none":           {"/api/v1/staff/sessions", map[string]any{}, 422, "password"},
		"sign-in: a number":       {"/api/v1/staff/sessions", map[string]any{"username": leak, "password": 7}, 422, "password"},
		"sign-in: wrong":          {"/api/v1/staff/sessions", map[string]any{"username": leak, "password": leak}, 401, ""},
		"nothing there":           {"/api/v1/" + leak, map[string]any{}, 404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			vi := r.call(t, "POST", tc.path, tc.body)
			en := r.call(t, "POST", tc.path, tc.body, "Accept-Language", "en-GB,en;q=0.9,vi;q=0.5")
			checkProblem(t, vi, tc.status, tc.field)
			checkProblem(t, en, tc.status, tc.field)
			if vi.JSON["title"] == en.JSON["title"] || vi.JSON["type"] != en.JSON["type"] || !strings.HasPrefix(vi.JSON["type"].(string), "/problems/") {
				t.Errorf("vi %s, en %s", vi.Raw, en.Raw)
			}
			if auth := vi.Header.Get("WWW-Authenticate"); tc.status == http.StatusUnauthorized && !strings.HasPrefix(auth, "Bearer") {
				t.Errorf("WWW-Authenticate %q", auth)
			}
		})
	}
	if n := cases(t, r); n != 1 {
		t.Errorf("%d cases are stored, want the one filed", n)
	}
	after := r.call(t, "GET", track, nil)
	if got, _ := after.JSON["messages"].([]any); len(got) != 0 || strings.Contains(string(after.Raw), leak) {
		t.Errorf("the case took something: %s", after.Raw)
	}
	r.stop()
	if strings.Contains(r.Log.String(), leak) {
		t.Errorf("the log tells what was typed: %s", r.Log)
	}
}

func TestListsRefuseWhatTheyCannotBeAskedFor(t *testing.T) {
	r := open(t, nil)
	h := r.signIn(t, "quynhtln")
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=201": "limit", "limit=many": "limit", "limit=-1": "limit", "state=gone": "state", "due=never": "due",
		"unit=nowhere": "unit", "cursor=garbage": "cursor", "cursor=AAAA": "cursor", "q=rac&cursor=garbage": "cursor",
	} {
		a := r.call(t, "GET", "/api/v1/staff/cases?"+query, nil, h...)
		if a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", query, a.Status, a.Raw)
			continue
		}
		checkProblem(t, a, http.StatusUnprocessableEntity, field)
	}
	for _, query := range []string{"cursor=%00%ff", "q=%00", "q=%ff"} { // no text
		if a := r.call(t, "GET", "/api/v1/staff/cases?"+query, nil, h...); a.Status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", query, a.Status, a.Raw)
		}
	}
	for _, words := range []string{`"`, `*`, `a"b`, `NEAR(a b)`, `a OR b`, `-a`, `^a`, `col:a`, `'; DROP TABLE cases;--`, `%`, strings.Repeat("dài ", 300), `{"$gt":""}`} {
		a := r.call(t, "GET", "/api/v1/staff/cases?q="+url.QueryEscape(words), nil, h...)
		if a.Status != http.StatusOK {
			t.Errorf("searching %.40q: %d %s", words, a.Status, a.Raw)
		}
	}
}

func TestStrangersInAddressesAreNotFound(t *testing.T) {
	r := open(t, nil)
	h := r.signIn(t, "quynhtln")
	for _, ref := range []string{"TD26-000000", "x", "..%2f..", "TD26-ZZZZZZ%20", strings.Repeat("T", 2000)} {
		checkProblem(t, r.call(t, "GET", "/api/v1/staff/cases/"+ref, nil, h...), http.StatusNotFound, "")
		checkProblem(t, r.call(t, "POST", "/api/v1/staff/cases/"+ref+"/moves/start", nil, append(h, "If-Match", `"1"`)...), http.StatusNotFound, "")
		checkProblem(t, r.call(t, "GET", "/api/v1/counters/"+ref, nil), http.StatusNotFound, "")
		checkProblem(t, r.call(t, "GET", "/api/v1/staff/counters/"+ref+"/qr.png", nil, h...), http.StatusNotFound, "")
	}
}

func TestAnotherUnitsCaseIsOpenToReceptionOnly(t *testing.T) {
	r := open(t, nil)
	filed := r.call(t, "POST", "/api/v1/cases", good(nil))
	ref, code := filed.JSON["reference"].(string), filed.JSON["tracking_code"].(string)
	until(t, "routing", func() bool { return r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["status"] == "assigned" })
	head, path := headOf(t, r, ref), "/api/v1/staff/cases/"+ref
	other := map[bool]string{true: "hanhltm", false: "lucht"}[head == "lucht"]
	stranger := r.signIn(t, other)
	checkProblem(t, r.call(t, "GET", path, nil, stranger...), http.StatusNotFound, "")
	checkProblem(t, r.call(t, "POST", path+"/moves/start", nil, append(stranger, "If-Match", `"2"`)...), http.StatusNotFound, "")
	if a := r.call(t, "GET", path, nil, r.signIn(t, "quynhtln")...); a.Status != http.StatusOK {
		t.Errorf("reception of the seat: %d %s", a.Status, a.Raw)
	}
	own := r.signIn(t, head)
	etag := r.call(t, "GET", path, nil, own...).Header.Get("ETag")
	checkProblem(t, r.call(t, "POST", path+"/moves/answer", map[string]any{"text": 7}, append(own, "If-Match", etag)...), http.StatusUnprocessableEntity, "text")
	for _, tag := range []string{"x", `"x"`, `"1", "2"`, `*`} {
		checkProblem(t, r.call(t, "POST", path+"/moves/start", nil, append(own, "If-Match", tag)...), http.StatusBadRequest, "")
	}
}

func TestThirtyWrongCodesAndThenSlowly(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Limits = 1 })
	code := r.call(t, "POST", "/api/v1/cases", good(nil)).JSON["tracking_code"].(string)
	wrong := code[:len(code)-1] + map[bool]string{true: "1", false: "0"}[strings.HasSuffix(code, "0")]
	for i := range 30 {
		checkProblem(t, r.call(t, "GET", "/api/v1/cases/"+wrong, nil), http.StatusNotFound, "")
		if a := r.call(t, "GET", "/api/v1/cases/"+code, nil); a.Status != http.StatusOK {
			t.Errorf("the right code after %d wrong ones: %d", i+1, a.Status)
		}
	}
	a := r.call(t, "GET", "/api/v1/cases/"+wrong, nil)
	checkProblem(t, a, http.StatusTooManyRequests, "")
	if n, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || n < 1 || n > 30 || a.JSON["proof"] == nil {
		t.Errorf("Retry-After %q, proof %v", a.Header.Get("Retry-After"), a.JSON["proof"])
	}
	for _, path := range []string{"/messages", "/withdraw", "/satisfaction"} {
		checkProblem(t, r.call(t, "POST", "/api/v1/cases/"+wrong+path, map[string]any{}), http.StatusTooManyRequests, "")
	}
	if a := r.call(t, "GET", "/api/v1/cases/"+code, nil); a.Status != http.StatusOK {
		t.Errorf("the right code past the limit: %d", a.Status)
	}
}
