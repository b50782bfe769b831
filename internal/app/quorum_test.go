package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/seal"
)

// keepers hold the parts: two of them open. Each has a username and the passphrase of his part.
var keepers = map[string]string{"chu-tich-tp": "phuongth", "chanh-van-phong": "nhamvd", "thanh-tra": "bonnt"}

func partOf(staff string) string { return "phần khóa của " + staff + " số 7" }

// withQuorum makes a quorum before anybody files.
func withQuorum(t *testing.T, r *running) {
	t.Helper()
	for staff := range keepers {
		if err := r.Quorum.Enrol(staff, partOf(staff)); err != nil {
			t.Fatal(err)
		}
	}
	staff := []string{"chu-tich-tp", "chanh-van-phong", "thanh-tra"}
	if err := r.Desk.Quorum.Make(t.Context(), casework.Renewal{Need: 2, Staff: staff, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
}

// denounce files a denunciation of the denouncer whose traces are known.
func denounce(t *testing.T, r *running) *dossier {
	t.Helper()
	filing := complainant()
	filing["kind"], filing["category"], filing["contact"], filing["counter"] = "denunciation", "staff", denouncer, r.counterToken(t, "quay-3")
	filing["subject"] = "Tôi là Quàng Thị Zờrquyên Nhẫn, tố cáo nhận tiền"
	filing["body"] = "Ông Dương Văn Quyết nhận tiền của tôi. Gọi tôi số 0905 318 246."
	return r.begin(t, "/api/v1/cases", filing)
}

// asked is a request to open an identity, with the key its asker keeps.
type asked struct {
	*dossier
	head []string
	id   string
	key  []byte
}

func (d *dossier) asks(t *testing.T, head []string) asked {
	t.Helper()
	got := d.call(t, "POST", "/api/v1/staff/cases/"+d.ref+"/identity", map[string]string{"reason": "Cần đối chiếu chữ ký."}, head...)
	if got.Status != http.StatusCreated || got.JSON["parts_needed"] != float64(2) {
		t.Fatalf("asking: %d %s", got.Status, got.Raw)
	}
	key, err := base64.StdEncoding.DecodeString(got.JSON["key"].(string))
	if err != nil || len(key) == 0 {
		t.Fatalf("no key was given: %v", err)
	}
	return asked{d, head, got.JSON["id"].(string), key}
}

func (a asked) approved(t *testing.T) asked {
	t.Helper()
	if got := a.call(t, "POST", "/api/v1/staff/accesses/"+a.id+"/approve", nil, a.signIn(t, "bonnt")...); got.Status != http.StatusOK {
		t.Fatalf("approving: %d %s", got.Status, got.Raw)
	}
	return a
}

func (a asked) show(t *testing.T, key []byte) answer {
	t.Helper()
	return a.call(t, "POST", "/api/v1/staff/accesses/"+a.id+"/show", map[string]any{"key": key}, a.head...)
}

func (a asked) bring(t *testing.T, username, passphrase string) answer {
	t.Helper()
	return a.call(t, "POST", "/api/v1/staff/accesses/"+a.id+"/part", map[string]string{"passphrase": passphrase}, a.signIn(t, username)...)
}

func status(t *testing.T, what string, got answer, want int) {
	t.Helper()
	if got.Status != want {
		t.Errorf("%s: %d %s, want %d", what, got.Status, got.Raw, want)
	}
	for _, trace := range traces() {
		if want != http.StatusOK && bytes.Contains(got.Raw, []byte(trace)) {
			t.Errorf("%s tells %q", what, trace)
		}
	}
}

// TestIdentityOpensOnlyWithTwoOfThreeParts leads an opening with every wrong turn on the way.
func TestIdentityOpensOnlyWithTwoOfThreeParts(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		withQuorum(t, r)
		d := denounce(t, r)
		head := r.signIn(t, headOf(t, r, d.ref))
		strippedWithoutSender(t, d, head)
		a := d.asks(t, head)
		status(t, "a part before the approval", a.bring(t, "phuongth", partOf("chu-tich-tp")), http.StatusConflict)
		a.approved(t)
		status(t, "shown without parts", a.show(t, a.key), http.StatusConflict)
		status(t, "a wrong passphrase", a.bring(t, "phuongth", partOf("thanh-tra")), http.StatusUnprocessableEntity)
		status(t, "a part of nobody", a.bring(t, "lucht", partOf("chu-tich-tp")), http.StatusNotFound)
		status(t, "the first part", a.bring(t, "phuongth", partOf("chu-tich-tp")), http.StatusOK)
		status(t, "the first part again", a.bring(t, "phuongth", partOf("chu-tich-tp")), http.StatusConflict)
		status(t, "shown with one part", a.show(t, a.key), http.StatusConflict)
		oneOpensNothing(t, r, a)
		status(t, "the second part", a.bring(t, "bonnt", partOf("thanh-tra")), http.StatusOK)
		status(t, "shown without the key", a.show(t, nil), http.StatusConflict)
		status(t, "shown with another key", a.show(t, bytes.Repeat([]byte{7}, 32)), http.StatusConflict)
		otherCase(t, r, a, head)
		shown := a.show(t, a.key)
		if shown.Status != http.StatusOK || shown.JSON["name"] != denouncer["name"] || shown.JSON["id_number"] != denouncer["id_number"] {
			t.Fatalf("showing: %d %s", shown.Status, shown.Raw)
		}
		c := r.caseOf(t, d.ref)
		var what []string
		for _, e := range c.History {
			if strings.HasPrefix(e.What, "identity_") {
				what = append(what, e.What)
			}
		}
		if want := []string{"identity_asked", "identity_approved", "identity_part", "identity_part", "identity_shown"}; !slices.Equal(what, want) {
			t.Errorf("the history tells %v", what)
		}
		lateIsLate(t, r, a)
	})
}

func (r *running) caseOf(t *testing.T, ref string) *casework.Case {
	t.Helper()
	c, err := r.Store.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (r *running) secretsOf(t *testing.T, c *casework.Case) *casework.Secrets {
	t.Helper()
	var found *casework.Secrets
	if err := r.Store.EachSecret(t.Context(), func(s *casework.Secrets) {
		if strings.HasPrefix(s.ID, c.ID) {
			found = s
		}
	}); err != nil || found == nil {
		t.Fatalf("no sealed parts: %v", err)
	}
	return found
}

// strippedWithoutSender: the words are suggested and refused by what was found in them before the sender was sealed.
func strippedWithoutSender(t *testing.T, d *dossier, head []string) {
	t.Helper()
	path := "/api/v1/staff/cases/" + d.ref
	with := append(slices.Clone(head), "If-Match", d.call(t, "GET", path, nil, head...).Header.Get("ETag"))
	suggested := d.call(t, "GET", path+"/strip", nil, head...)
	for _, trace := range []string{"905 318 246", "Zờrquyên"} {
		if suggested.Status != http.StatusOK || strings.Contains(string(suggested.Raw), trace) {
			t.Errorf("the suggestion tells %q: %s", trace, suggested.Raw)
		}
	}
	for _, tells := range []string{"QUANG THI ZORQUYEN NHAN làm đơn", "gọi +84 905 318 246"} {
		checkProblem(t, d.call(t, "POST", path+"/strip", map[string]string{"subject": "Tố cáo", "body": tells}, with...), http.StatusUnprocessableEntity, "body")
	}
	d.strips(t, head)
	data := d.call(t, "GET", "/api/v1/cases/"+d.code+"/data", nil)
	if contact, _ := data.JSON["contact"].(map[string]any); data.JSON["masked"] != true || contact["name"] != "***" || contact["phone"] != "***" {
		t.Errorf("the citizen is told %s", data.Raw)
	}
	if data.JSON["sealed"] != true {
		t.Errorf("the citizen is not told that a quorum seals it: %s", data.Raw)
	}
	before := len(d.kept(t).History)
	for _, second := range []string{"234567", "", "x"} {
		if got := d.call(t, "POST", "/api/v1/cases/"+d.code+"/data", map[string]string{"second": second}); got.Status != http.StatusConflict && second != "" {
			t.Errorf("a second thing under a quorum: %d %s", got.Status, got.Raw)
		}
	}
	if c := d.kept(t); len(c.History) != before {
		t.Errorf("what nobody could open is recorded: %s", c.History[before].What)
	}
	kind := map[string]string{"kind": "complaint", "ground": "not_denunciation", "sender": "yes", "reason": "Là khiếu nại."}
	checkProblem(t, d.move(t, head, "reclassify", kind), http.StatusUnprocessableEntity, "sender")
	delete(kind, "sender")
	status(t, "asking for another kind", d.move(t, head, "reclassify", kind), http.StatusOK)
	if c := d.kept(t); c.Kind != law.Denunciation || len(c.Contact) > 0 || c.Body != "" {
		t.Errorf("one person took it out of the seal: %s, contact %x", c.Kind, c.Contact)
	}
}

// TestLettersLeaveTheSealOfAQuorumWithoutTheirSender: two persons take the words, or a passage, out of the seal; who wrote them
// still opens to the quorum alone.
func TestLettersLeaveTheSealOfAQuorumWithoutTheirSender(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		withQuorum(t, r)
		for name, args := range map[string]map[string]string{
			"reclassify": {"kind": "complaint", "ground": "not_denunciation", "reason": "Là khiếu nại."},
			"split":      {"kinds": "denunciation,feedback", "reason": "Hai nội dung.", "feedback_subject": "Đường hỏng", "feedback_text": "Đường trước chợ hỏng."},
		} {
			d := denounce(t, r)
			head := r.signIn(t, headOf(t, r, d.ref))
			d.strips(t, head)
			status(t, name, d.move(t, head, name, args), http.StatusOK)
			second(t, d)
			c := d.kept(t)
			if name == "split" {
				f, err := r.Desk.Follow(t.Context(), d.code)
				if err != nil || len(f.Parts) != 1 {
					t.Fatalf("parts %+v, %v", f.Parts, err)
				}
				part, err := r.Desk.Follow(t.Context(), f.Parts[0].Code.String())
				if err != nil {
					t.Fatal(err)
				}
				c = part.Case
			}
			if c.Kind == law.Denunciation || c.Body == "" || !c.Guarded() || len(c.Contact) > 0 {
				t.Errorf("%s: a %s with contact %x", name, c.Kind, c.Contact)
			}
			if got := d.call(t, "POST", "/api/v1/staff/cases/"+c.Ref+"/contact", nil, head...); got.Status == http.StatusOK {
				t.Errorf("%s: the sender is shown: %s", name, got.Raw)
			}
		}
	})
}

// strips takes whatever tells the sender out of the words.
func (d *dossier) strips(t *testing.T, head []string) {
	t.Helper()
	path := "/api/v1/staff/cases/" + d.ref
	with := append(slices.Clone(head), "If-Match", d.call(t, "GET", path, nil, head...).Header.Get("ETag"))
	status(t, "stripping", d.call(t, "POST", path+"/strip", map[string]string{"subject": "Tố cáo nhận tiền", "body": "Ông Dương Văn Quyết nhận tiền của █████."}, with...), http.StatusOK)
}

// oneOpensNothing has the whole data, the key file, the quorum's file, one passphrase, and the asker's key.
func oneOpensNothing(t *testing.T, r *running, a asked) {
	t.Helper()
	c := r.caseOf(t, a.ref)
	sec := r.secretsOf(t, c)
	place := c.ID + "/identity"
	if len(sec.Contact) > 0 || len(sec.Quorum) == 0 {
		t.Fatal("the sender is not sealed to the quorum alone")
	}
	keys, err := seal.Open(r.Config.Keys, "", false)
	if err != nil {
		t.Fatal(err)
	}
	q, err := seal.OpenQuorum(r.Config.Quorum)
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.Store.GetAccess(t.Context(), a.id)
	if err != nil || len(x.Parts) != 1 {
		t.Fatalf("parts: %+v, %v", x, err)
	}
	o := seal.Opening{ID: a.id, Place: place, Sealed: sec.Quorum, Public: x.Public}
	part := x.Parts[0].Sealed
	for name, open := range map[string]func() ([]byte, error){
		"key file":     func() ([]byte, error) { return keys.OpenIdentity(sec.Quorum, place) },
		"personal key": func() ([]byte, error) { return keys.OpenPersonal(sec.Quorum, place) },
		"one part":     func() ([]byte, error) { return q.Open(o, a.key, map[string][]byte{"chu-tich-tp": part}) },
		"one part twice": func() ([]byte, error) {
			return q.Open(o, a.key, map[string][]byte{"chu-tich-tp": part, "thanh-tra": part})
		},
		"part as an opening": func() ([]byte, error) { return keys.OpenIdentity(part, place) },
		"guessed passphrase": func() ([]byte, error) { return q.Bring(o, "thanh-tra", partOf("chu-tich-tp")) },
		"no asker's key":     func() ([]byte, error) { return q.Open(o, make([]byte, 32), map[string][]byte{"chu-tich-tp": part}) },
	} {
		if got, err := open(); err == nil {
			t.Errorf("%s opens %q", name, got)
		}
	}
	known, err := keys.OpenIdentity(sec.Known, c.ID+"/known")
	if err != nil {
		t.Fatal(err)
	}
	for _, trace := range []string{denouncer["email"], denouncer["id_number"], denouncer["address"], "905318246"} {
		if bytes.Contains(known, []byte(trace)) {
			t.Errorf("the server knows %q: %s", trace, known)
		}
	}
}

// otherCase: parts brought for one request open no other, copied by somebody who can write into the database.
func otherCase(t *testing.T, r *running, a asked, head []string) {
	t.Helper()
	other := denounce(t, r).asks(t, head).approved(t)
	from, err := r.Store.GetAccess(t.Context(), a.id)
	if err != nil {
		t.Fatal(err)
	}
	to, err := r.Store.GetAccess(t.Context(), other.id)
	if err != nil {
		t.Fatal(err)
	}
	to.V, to.Parts, to.Public = to.V+1, from.Parts, from.Public
	if err := r.Store.SetAccess(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	for _, key := range [][]byte{a.key, other.key} {
		status(t, "another case's parts", other.show(t, key), http.StatusConflict)
	}
}

// lateIsLate: after the time nothing is shown, and the parts are dropped.
func lateIsLate(t *testing.T, r *running, a asked) {
	t.Helper()
	over := time.Now().Add(-time.Minute)
	x, err := r.Store.GetAccess(t.Context(), a.id)
	if err != nil {
		t.Fatal(err)
	}
	x.V, x.Until, x.PartsUntil = x.V+1, &over, &over
	if err := r.Store.SetAccess(t.Context(), x); err != nil {
		t.Fatal(err)
	}
	status(t, "shown after the time", a.show(t, a.key), http.StatusConflict)
	status(t, "a part after the time", a.bring(t, "nhamvd", partOf("chanh-van-phong")), http.StatusConflict)
	until(t, "the parts are dropped", func() bool {
		x, err := r.Store.GetAccess(t.Context(), a.id)
		return err == nil && x.PartsUntil == nil && len(x.Public) == 0 && len(x.Parts) == 2 &&
			!slices.ContainsFunc(x.Parts, func(p casework.AccessPart) bool { return len(p.Sealed) > 0 })
	})
	status(t, "a part after the parts were dropped", a.bring(t, "nhamvd", partOf("chanh-van-phong")), http.StatusConflict)
}

// TestQuorumLeavesNoTraceOfTheDenouncer looks for the sender in everything on disk, and lets verify look at what it cannot open.
func TestQuorumLeavesNoTraceOfTheDenouncer(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		withQuorum(t, r)
		d := denounce(t, r)
		c := r.caseOf(t, d.ref)
		everything := map[string][]byte{"log": []byte(r.Log.String())}
		export(t, r, everything)
		r.stop()
		folder(t, r.Config.Data, everything)
		for where, raw := range everything {
			for _, trace := range append(traces(), partOf("thanh-tra")) {
				if bytes.Contains(raw, []byte(trace)) {
					t.Errorf("%s tells %q", where, trace)
				}
			}
		}
		a := reopened(t, r.Config)
		if report := checked(t, a); report.Broken > 0 {
			t.Errorf("untouched: %v", report.Found)
		}
		sec := (&running{App: a}).secretsOf(t, c)
		sec.Quorum = slices.Clone(sec.Quorum)
		sec.Quorum[len(sec.Quorum)-1] ^= 1
		if err := a.Store.PutSecrets(t.Context(), sec); err != nil {
			t.Fatal(err)
		}
		if got := checked(t, a).Found; !slices.Contains(got, audit.Finding{Case: d.ref, Entry: 1, Field: "sealed parts"}) {
			t.Errorf("a changed identity is not found: %v", got)
		}
	})
}

// TestDataOfAQuorumIsNotServedWithoutItsFile: nothing would be sealed to it any more, and nobody would notice.
func TestDataOfAQuorumIsNotServedWithoutItsFile(t *testing.T) {
	r := open(t, nil)
	withQuorum(t, r)
	r.stop()
	cfg := r.Config
	cfg.Quorum += ".gone"
	if a, err := app.Open(context.WithoutCancel(t.Context()), cfg, r.App.Log); !errors.Is(err, seal.ErrOlder) {
		t.Errorf("opened without the quorum's file: %v", err)
		if err == nil {
			_ = a.Close() // the test has failed already
		}
	}
	reopened(t, r.Config)
}
