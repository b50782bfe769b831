package app_test

import (
	"net/http"
	"strings"
	"testing"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// TestJourneyOverTheAPI leads one case from filing to the citizen's verdict, on both engines and with both buses.
func TestJourneyOverTheAPI(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(t *testing.T, c *app.Config)
	}{
		{"sqlite, embedded bus", func(*testing.T, *app.Config) {}},
		{"sqlite, nats-server process", natsProcess},
		{"mongodb, embedded bus", mongoServer},
	} {
		t.Run(tc.name, func(t *testing.T) {
			journey(t, open(t, func(c *app.Config) { tc.change(t, c) }))
		})
	}
}

func natsProcess(t *testing.T, c *app.Config) {
	t.Helper()
	c.NATS = testkit.NATS(t)
}

func mongoServer(t *testing.T, c *app.Config) {
	t.Helper()
	c.Store = testkit.Mongo(t)
}

func journey(t *testing.T, r *running) {
	t.Helper()
	filing := map[string]any{
		"kind": "feedback", "counter": r.counterToken(t, "quay-3"), "category": "environment", "subject": "Rác đổ ven kênh",
		"body":    "Ba hôm nay có xe ba gác đổ rác ven kênh N22, mùi rất hôi. Đề nghị cơ quan kiểm tra.",
		"contact": map[string]string{"name": "Võ Thị Bé", "phone": "0905 123 456"}, "location": map[string]any{"address": "thôn Quý Thạnh 1"},
	}
	first := r.call(t, "POST", "/api/v1/cases", filing, "Idempotency-Key", "journey-000000001")
	if first.Status != http.StatusCreated {
		t.Fatalf("filing: %d %s", first.Status, first.Raw)
	}
	again := r.call(t, "POST", "/api/v1/cases", filing, "Idempotency-Key", "journey-000000001")
	for _, field := range []string{"reference", "tracking_code", "received_at", "track_url"} {
		if again.Status != http.StatusOK || again.JSON[field] != first.JSON[field] {
			t.Errorf("the same key gave %d %s, first %s", again.Status, again.Raw, first.Raw)
		}
	}
	code, ref := first.JSON["tracking_code"].(string), first.JSON["reference"].(string)
	track := "/api/v1/cases/" + code
	until(t, "routing", func() bool { return r.call(t, "GET", track, nil).JSON["status"] == "assigned" })

	head := r.signIn(t, headOf(t, r, ref))
	list := r.call(t, "GET", "/api/v1/staff/cases?state=open&limit=200", nil, head...)
	if !strings.Contains(string(list.Raw), ref) {
		t.Fatalf("the head does not see %s on his list: %s", ref, list.Raw)
	}
	if found := r.call(t, "GET", "/api/v1/staff/cases?q=rac+kenh", nil, head...); !strings.Contains(string(found.Raw), ref) {
		t.Errorf("searching without marks does not find %s: %s", ref, found.Raw)
	}
	seen := r.call(t, "GET", "/api/v1/staff/cases/"+ref, nil, head...)
	etag := seen.Header.Get("ETag")
	moves := "/api/v1/staff/cases/" + ref + "/moves/"
	asked := r.call(t, "POST", moves+"ask_info", map[string]string{"text": "Đoạn nào của kênh?"}, append(head, "If-Match", etag)...)
	if asked.Status != http.StatusOK || asked.JSON["status"] != "needs_info" {
		t.Fatalf("asking: %d %s", asked.Status, asked.Raw)
	}
	if stale := r.call(t, "POST", moves+"answer", map[string]string{"text": "x"}, append(head, "If-Match", etag)...); stale.Status != http.StatusConflict {
		t.Errorf("a stale version gave %d, want 409", stale.Status)
	}
	if told := r.call(t, "POST", track+"/messages", map[string]string{"text": "Gần cầu máng."}); told.Status != http.StatusCreated {
		t.Fatalf("message: %d %s", told.Status, told.Raw)
	}
	etag = r.call(t, "GET", "/api/v1/staff/cases/"+ref, nil, head...).Header.Get("ETag")
	answered := r.call(t, "POST", moves+"answer", map[string]string{"text": "Đã dọn và lắp camera.", "outcome": "resolved"}, append(head, "If-Match", etag)...)
	if answered.Status != http.StatusOK {
		t.Fatalf("answer: %d %s", answered.Status, answered.Raw)
	}
	end := r.call(t, "GET", track, nil)
	if got, _ := end.JSON["answer"].(map[string]any); end.JSON["status"] != "answered" || got["text"] != "Đã dọn và lắp camera." {
		t.Errorf("the citizen reads %s", end.Raw)
	}
	if rated := r.call(t, "POST", track+"/satisfaction", map[string]any{"score": 5}); rated.Status != http.StatusCreated {
		t.Errorf("rating the answer: %d %s", rated.Status, rated.Raw)
	}
	for _, secret := range []string{"Võ Thị Bé", "905123456", code, "N22"} {
		if strings.Contains(r.Log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

// headOf returns the sign-in name of the person the case was assigned to.
func headOf(t *testing.T, r *running, ref string) string {
	t.Helper()
	c, err := r.Store.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, ok := o.Staff(c.Assignee)
	if !ok {
		t.Fatalf("case %s is assigned to nobody", ref)
	}
	return who.Username
}
