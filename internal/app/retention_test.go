package app_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
)

// TestKeptLongEnoughIsErased closes a letter of feedback and a denunciation that is withdrawn, lets their time pass, and finds nothing of the
// words and persons in the whole store, while the histories still hold.
func TestKeptLongEnoughIsErased(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		d := r.begin(t, "/api/v1/cases", map[string]any{
			"kind": "feedback", "category": "roads", "subject": "ZERASEZ hỏng", "body": "ZERASEZ sửa giúp.",
			"contact": map[string]string{"name": "Lê Thị Zerasez", "phone": "0905123456"},
		})
		head := r.signIn(t, headOf(t, r, d.ref))
		d.moves(t, head, do("start"), do("answer", "text", "ZERASEZ đã sửa."), do("close"))
		secret := complainant()
		secret["kind"], secret["category"], secret["about"], secret["body"] = "denunciation", "staff", "Dương Văn Quyết", "Ông Dương Văn Quyết nhận tiền."
		denounced := r.begin(t, "/api/v1/cases", secret)
		leader := r.signIn(t, headOf(t, r, denounced.ref))
		denounced.moves(t, leader, do("accept"), do("record_withdrawal", "came", "minutes", "dated", today(), "scope", "whole"),
			do("discontinue", "reason", "Tự nguyện rút."), do("notify_end"))
		if got := r.call(t, "POST", "/api/v1/cases/"+denounced.code+"/messages", map[string]any{"text": "Tôi ZERASEZ bị ép.", "forced": true}); got.Status != http.StatusCreated {
			t.Errorf("saying so after the end: %d %s", got.Status, got.Raw)
		}
		letter := func(a *app.App) bool {
			c, err := a.Store.ByRef(t.Context(), denounced.ref)
			if err != nil {
				t.Fatal(err)
			}
			sealed := false
			if err := a.Store.EachSecret(t.Context(), func(s *casework.Secrets) {
				sealed = sealed || strings.HasPrefix(s.ID, c.ID) && len(s.Letter)+len(s.Contact) > 0
			}); err != nil {
				t.Fatal(err)
			}
			return sealed
		}
		open := r.begin(t, "/api/v1/cases", map[string]any{"kind": "feedback", "category": "roads", "subject": "ZOPENZ hỏng", "body": "Sửa giúp."})
		r.stop()

		a := reopened(t, r.Config)
		for _, years := range []int{0, 3, 4, 16} {
			a.Now = func() time.Time { return time.Now().AddDate(years, 0, 2) }
			if _, err := a.SealDays(t.Context()); err != nil {
				t.Fatal(err)
			}
			c, err := a.Store.ByRef(t.Context(), d.ref)
			if err != nil {
				t.Fatal(err)
			}
			if erased := c.Erased(); erased != (years > 2) {
				t.Errorf("after %d years the case is erased: %v", years, erased)
			}
			if kept := letter(a); kept != (years < 15) {
				t.Errorf("after %d years the sealed letter is kept: %v", years, kept)
			}
			if report := checked(t, a); report.Broken > 0 {
				t.Errorf("after %d years: %v", years, report.Found)
			}
		}
		c, err := a.Store.ByRef(t.Context(), d.ref)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(c.History); c.History[n-1].What != history.Erasure || len(c.Contact) > 0 {
			t.Errorf("what is left: %+v", c)
		}
		if other, err := a.Store.ByRef(t.Context(), open.ref); err != nil || other.Erased() || other.Subject == "" {
			t.Errorf("an open case was erased: %+v, %v", other, err)
		}
		everything := map[string][]byte{}
		export(t, r, everything)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		folder(t, r.Config.Data, everything)
		found := false
		for where, raw := range everything {
			found = found || bytes.Contains(raw, []byte("ZOPENZ"))
			if bytes.Contains(raw, []byte("ZERASEZ")) || bytes.Contains(raw, []byte("zerasez")) {
				t.Errorf("%s still has the words", where)
			}
		}
		if !found {
			t.Error("the search finds nothing at all")
		}
	})
}

// TestCitizenReadsAndErasesHisData asks for what is held by the code, and for its erasure.
func TestCitizenReadsAndErasesHisData(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", map[string]any{
		"kind": "feedback", "category": "roads", "subject": "Đèn hỏng", "body": "Sửa giúp.",
		"contact": map[string]string{"name": "Lê Thị Bưởi", "phone": "0905123456"},
	})
	path := "/api/v1/cases/" + d.code
	if got := r.call(t, "GET", path+"/data", nil); got.Status != http.StatusOK || bytes.Contains(got.Raw, []byte("Bưởi")) || bytes.Contains(got.Raw, []byte("0905123")) || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("what is held: %d %s", got.Status, got.Raw)
	}
	whole := map[string]string{"second": "123456"}
	if got := r.call(t, "POST", path+"/data", whole); got.Status != http.StatusOK || !bytes.Contains(got.Raw, []byte("Lê Thị Bưởi")) {
		t.Errorf("what is held, for who knows the telephone: %d %s", got.Status, got.Raw)
	}
	if got := r.call(t, "POST", path+"/erase", nil); got.Status != http.StatusConflict {
		t.Errorf("erased while the case is open: %d %s", got.Status, got.Raw)
	}
	head := r.signIn(t, headOf(t, r, d.ref))
	d.moves(t, head, do("start"), do("answer", "text", "Đã sửa."), do("close"))
	if got := r.call(t, "POST", path+"/erase", nil); got.Status != http.StatusCreated {
		t.Errorf("erasing: %d %s", got.Status, got.Raw)
	}
	if got := r.call(t, "POST", path+"/data", whole); bytes.Contains(got.Raw, []byte("Bưởi")) {
		t.Errorf("after erasing: %d %s", got.Status, got.Raw)
	}
	if got := r.call(t, "GET", "/api/v1/cases/AAAA-AAAA-AAAA-AAAA/data", nil); got.Status != http.StatusNotFound {
		t.Errorf("a wrong code: %d %s", got.Status, got.Raw)
	}
	complaint := r.begin(t, "/api/v1/cases", complainant())
	if got := r.call(t, "POST", "/api/v1/cases/"+complaint.code+"/erase", nil); got.Status != http.StatusConflict {
		t.Errorf("a complainant must stay known: %d %s", got.Status, got.Raw)
	}
	r.checkAll(t)
}
