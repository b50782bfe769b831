package app_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/testkit"
)

// roadCase is a case of feedback that lies with an officer of the unit for roads.
func roadCase(t *testing.T, r *running) (d *dossier, officer, head string) {
	t.Helper()
	d = r.begin(t, "/api/v1/cases", map[string]any{
		"kind": "feedback", "counter": r.counterToken(t, "quay-3"), "category": "roads", "subject": "Đường trước chợ hỏng", "body": "Đường trước chợ hỏng đã hai tháng.",
		"contact": map[string]any{"name": "Trần Văn Đước", "phone": "0905123456"},
	})
	head = headOf(t, r, d.ref)
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, _ := o.ByUsername(head)
	for _, s := range o.Colleagues(who.Unit) {
		if s.ID != who.ID {
			officer = s.Username
			d.moves(t, r.signIn(t, head), do("assign", "assignee", s.ID))
			return d, officer, head
		}
	}
	t.Fatal("the unit has no officer")
	return d, "", ""
}

// TestDraftTravelsFromTheOfficerToTheCitizen: in two browsers, on a phone and on a desk. The officer drafts, which is kept while he
// types, and hands in; the head returns it with a remark; the officer mends it; the head sees how it goes out, signs and sends; the
// citizen reads that and no draft. Every page breaks no rule of access.
func TestDraftTravelsFromTheOfficerToTheCitizen(t *testing.T) {
	r := open(t, nil)
	d, officer, head := roadCase(t, r)
	page := "/staff/cases/" + d.ref
	o := newPhone(t, r, testkit.Narrow())
	h := newPhone(t, r, testkit.Desktop())
	o.signIn(officer, r.password(t))
	h.signIn(head, r.password(t))

	o.open(page)
	o.sound("case-narrow")
	h.open(page)
	h.sound("case-desk")
	if title := h.eval("document.title"); !strings.HasPrefix(title, d.ref+" · Đường trước chợ hỏng") {
		t.Errorf("the title says %q", title)
	}
	o.open(page + "/draft")
	o.fill("#text", "Bản nháp bí mật một.")
	o.settled("keeping by itself", `document.querySelector("[data-draft]").dataset.state === "kept"`)
	o.sound("draft-narrow")
	o.open(page + "/draft")
	if kept := o.eval(`document.querySelector("#text").value`); kept != "Bản nháp bí mật một." {
		t.Fatalf("after a reload the draft says %q", kept)
	}
	o.click(`button[value="submit"]`, ".case-head")
	h.open(page + "/approve")
	h.sound("approve-desk")
	h.eval(`document.querySelector("#reason").closest("details").open = true`)
	h.fill("#reason", "Ghi rõ ngày sửa.")
	h.click(`button[value="return"]`, ".case-head")
	o.open(page + "/draft")
	if text := o.text("main"); !strings.Contains(text, "Ghi rõ ngày sửa.") || o.eval(`document.querySelector("#text").value`) != "Bản nháp bí mật một." {
		t.Fatalf("it came back as %s", text)
	}
	o.eval(`document.querySelector("#text").value = ""`)
	o.fill("#text", "Đoạn đường đã được vá ngày 20/11/2026.")
	o.click(`button[value="submit"]`, ".case-head")
	h.open("/staff/approvals")
	h.see(".sheet")
	h.sound("approvals-desk")
	h.open(page + "/approve")
	h.click(`button[value="preview"]`, ".sheet")
	h.sound("preview-desk")
	h.click(`button[value="send"]`, ".case-head")
	if text := h.text("main"); !strings.Contains(text, "Đã trả lời") || !strings.Contains(text, "01/") {
		t.Errorf("the head's page says %s", text)
	}
	said := r.call(t, "GET", "/api/v1/cases/"+d.code, nil)
	if answer, _ := said.JSON["answer"].(map[string]any); answer["text"] != "Đoạn đường đã được vá ngày 20/11/2026." || strings.Contains(string(said.Raw), "nháp") {
		t.Errorf("the citizen reads %s", said.Raw)
	}
}

// TestDraftWithoutScripts: the same by plain forms; a session that ends in the middle keeps the text, another's version is not
// overwritten, nothing is signed that was not seen, and no answer goes out past the preview.
func TestDraftWithoutScripts(t *testing.T) {
	r := open(t, nil)
	d, officer, head := roadCase(t, r)
	page := "/staff/cases/" + d.ref
	o, h := r.formsAs(t, officer), r.formsAs(t, head)
	hidden := func(body, name string) string {
		m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
		if m == nil {
			t.Fatalf("no %s in %s", name, body)
		}
		return m[1]
	}
	if status, _ := o.post(t, page+"/draft", page+"/draft", "type", "answer", "v", "0", "text", "Một.", "do", "save"); status != http.StatusOK {
		t.Fatal(status)
	}
	status, body := o.post(t, page+"/draft", page+"/draft", "type", "answer", "v", "0", "text", "Của tôi.", "do", "save")
	if status != http.StatusConflict || !strings.Contains(body, "Của tôi.") || !strings.Contains(body, "Một.") {
		t.Errorf("%d: of two versions one is lost: %s", status, body)
	}
	if status, body := h.post(t, page+"/draft", page+"/draft", "type", "answer", "v", "1", "text", "Của thủ trưởng.", "do", "approve"); status != http.StatusOK || !strings.Contains(body, "Của thủ trưởng.") || !strings.Contains(body, "Xem trước để ký") {
		t.Errorf("%d: on the way to the preview his words are lost: %s", status, body)
	}
	_, body = o.get(t, page+"/draft")
	if status, body = o.post(t, page+"/draft", page+"/draft", "type", "answer", "v", hidden(body, "v"), "rev", hidden(body, "rev"), "text", "Còn {lý do}.", "do", "submit"); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Còn {lý do}.") {
		t.Errorf("a place left open is handed in: %d", status)
	}
	if status, body = o.post(t, page+"/draft", page+"/draft", "type", "answer", "v", hidden(body, "v"), "rev", hidden(body, "rev"), "text", "Đã vá đường.", "do", "submit"); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := o.get(t, page+"/approve"); status != http.StatusForbidden {
		t.Errorf("an officer approves: %d", status)
	}
	_, body = h.get(t, page+"/approve")
	rev, v := hidden(body, "rev"), hidden(body, "v")
	if status, _ := h.post(t, page+"/approve", page+"/approve", "type", "answer", "v", v, "rev", rev, "text", "Lén.", "do", "send"); status != http.StatusConflict {
		t.Errorf("signed unseen: %d", status)
	}
	if _, body := h.post(t, page, page+"/moves/answer", "rev", rev, "text", "Lén."); d.kept(t).State != law.Review || !strings.Contains(body, `value="preview"`) {
		t.Error("the move goes out past the preview")
	}
	_, body = h.post(t, page+"/approve", page+"/approve", "type", "answer", "v", v, "rev", rev, "text", "Đã vá đường.", "outcome", "resolved", "do", "preview")
	if !strings.Contains(body, "Kính gửi: Ông/Bà Trần Văn Đước") || !strings.Contains(body, "……/……") {
		t.Errorf("the preview shows %s", body)
	}
	status, _ = h.post(t, page+"/approve", page+"/approve", "type", "answer", "v", v, "rev", rev, "subject", hidden(body, "subject"), "text", "Đã vá đường.", "outcome", "resolved", "seen", hidden(body, "seen"), "do", "send")
	if c := d.kept(t); status != http.StatusOK || c.State != law.Answered || c.Answer.Text != "Đã vá đường." {
		t.Fatalf("%d, %s", status, c.State)
	}
	who := r.signIn(t, head)
	list := r.call(t, "GET", "/api/v1/staff/cases/"+d.ref+"/letters", nil, who...)
	if !strings.Contains(string(list.Raw), `"state":"sent"`) || !strings.Contains(string(list.Raw), `"symbol":"01/UBND`) {
		t.Errorf("%s", list.Raw)
	}
	readsPDF(t, r.call(t, "GET", "/api/v1/staff/cases/"+d.ref+"/letters/answer-1.pdf", nil, who...).Raw, "Đã vá đường.", "01/UBND", "Trần Văn Đước", "Độc lập - Tự do - Hạnh phúc")
	if a := r.call(t, "GET", "/api/v1/staff/cases/"+d.ref+"/letters/answer-1.docx", nil, who...); a.Status != http.StatusOK || !bytes.HasPrefix(a.Raw, []byte("PK")) {
		t.Errorf("the text document: %d", a.Status)
	}
}

// readsPDF finds the words in a PDF.
func readsPDF(t *testing.T, raw []byte, words ...string) {
	t.Helper()
	got := textOf(t, raw)
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("%q is not in %s", w, got)
		}
	}
}

// textOf is what a PDF says.
func textOf(t *testing.T, raw []byte) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(raw)
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// TestLetterTakesItsNumberWhenItIsSigned: over the API, from its beginning to its sending.
func TestLetterTakesItsNumberWhenItIsSigned(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		d, officer, head := roadCase(t, r)
		letters := "/api/v1/staff/cases/" + d.ref + "/letters"
		low, high := r.signIn(t, officer), r.signIn(t, head)
		made := r.call(t, "POST", letters, map[string]any{"type": "answer", "text": "Đã vá.", "outcome": "resolved"}, low...)
		if made.Status != http.StatusCreated || made.JSON["state"] != "draft" || made.JSON["number"] != nil {
			t.Fatalf("%d %s", made.Status, made.Raw)
		}
		if again := r.call(t, "POST", letters, map[string]any{"type": "answer"}, high...); again.Status != http.StatusOK || again.JSON["id"] != made.JSON["id"] {
			t.Errorf("%d %s", again.Status, again.Raw)
		}
		one := letters + "/answer-1"
		if a := r.call(t, "POST", one+"/sign", nil, low...); a.Status != http.StatusForbidden {
			t.Errorf("an officer signs: %d", a.Status)
		}
		dropped(t, r, d.ref, officer, high)
		if a := r.call(t, "POST", one+"/submit", nil, low...); a.Status != http.StatusOK || a.JSON["state"] != "submitted" {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
		if a := r.call(t, "POST", one+"/send", nil, high...); a.Status != http.StatusConflict {
			t.Errorf("sent unsigned: %d", a.Status)
		}
		for range 2 {
			if a := r.call(t, "POST", one+"/sign", nil, high...); a.Status != http.StatusOK || a.JSON["state"] != "signed" || a.JSON["number"] != 1.0 {
				t.Fatalf("%d %s", a.Status, a.Raw)
			}
		}
		if a := r.call(t, "POST", "/api/v1/staff/cases/"+d.ref+"/moves/answer", map[string]any{"text": "Lời khác.", "outcome": "resolved"}, append(high, "If-Match", r.call(t, "GET", "/api/v1/staff/cases/"+d.ref, nil, high...).Header.Get("ETag"))...); a.Status != http.StatusConflict {
			t.Errorf("other words while a signed letter waits: %d %s", a.Status, a.Raw)
		}
		if a := r.call(t, "POST", one+"/void", map[string]any{"reason": "Sai tên."}, low...); a.Status != http.StatusForbidden {
			t.Errorf("an officer voids: %d", a.Status)
		}
		h, form := r.formsAs(t, head), "/staff/cases/"+d.ref+"/approve"
		_, page := h.get(t, form)
		v := regexp.MustCompile(`name="v" value="([^"]*)"`).FindStringSubmatch(page)[1]
		if status, body := h.post(t, form, form, "do", "void", "type", "answer", "v", v, "reason", " "); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Lý do hủy") {
			t.Errorf("voided without a reason: %d %s", status, body)
		}
		if status, body := h.post(t, form, form, "do", "void", "type", "answer", "v", v, "reason", "Sai tên người."); status != http.StatusOK || !strings.Contains(body, "Sai tên người.") || !strings.Contains(body, "Đã vá.") {
			t.Errorf("the next draft: %d %s", status, body)
		}
		if body := r.page(t, "/staff/cases/"+d.ref, high); !strings.Contains(body, "Đã hủy sau khi ký") {
			t.Error("the case does not say which paper was voided")
		}
		for _, do := range []string{"/sign", "/submit", "/send"} {
			if a := r.call(t, "POST", one+do, nil, high...); a.Status != http.StatusConflict {
				t.Errorf("%s of a voided paper: %d", do, a.Status)
			}
		}
		one = letters + "/answer-2"
		if a := r.call(t, "POST", one+"/sign", nil, high...); a.Status != http.StatusOK || a.JSON["number"] != 2.0 {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
		for range 2 {
			if a := r.call(t, "POST", one+"/send", nil, high...); a.Status != http.StatusOK || a.JSON["state"] != "sent" {
				t.Fatalf("%d %s", a.Status, a.Raw)
			}
		}
		if c := d.kept(t); c.State != law.Answered || c.Answer.Text != "Đã vá." {
			t.Errorf("%s %+v", c.State, c.Answer)
		}
		if a := r.call(t, "GET", one+".pdf?x="+url.QueryEscape("1"), nil, r.signIn(t, "bonnt")...); a.Status != http.StatusForbidden && a.Status != http.StatusNotFound {
			t.Errorf("an inspector reads a letter: %d", a.Status)
		}
	})
}

// dropped begins two drafts that nobody will sign and drops them, one as a program and one on the page.
func dropped(t *testing.T, r *running, ref, officer string, high []string) {
	t.Helper()
	letters, low := "/api/v1/staff/cases/"+ref+"/letters", r.signIn(t, officer)
	begin := func(want string) {
		t.Helper()
		if a := r.call(t, "POST", letters, map[string]any{"type": "refusal", "text": "Từ chối."}, low...); a.Status != http.StatusCreated || a.JSON["id"] != want {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
	}
	begin("refusal-1")
	for range 2 {
		if a := r.call(t, "POST", letters+"/refusal-1/drop", nil, low...); a.Status != http.StatusOK || a.JSON["state"] != "dropped" || a.JSON["text"] != "" {
			t.Fatalf("%d %s", a.Status, a.Raw)
		}
	}
	for _, do := range []string{"/sign", "/submit", "/send"} {
		if a := r.call(t, "POST", letters+"/refusal-1"+do, nil, high...); a.Status != http.StatusConflict {
			t.Errorf("%s of a dropped draft: %d", do, a.Status)
		}
	}
	begin("refusal-2")
	f, form := r.formsAs(t, officer), "/staff/cases/"+ref+"/draft?type=refusal"
	_, page := f.get(t, form)
	v := regexp.MustCompile(`name="v" value="([^"]*)"`).FindStringSubmatch(page)[1]
	if status, body := f.post(t, form, "/staff/cases/"+ref+"/draft", "do", "drop", "type", "refusal", "v", "0"); status != http.StatusConflict || !strings.Contains(body, "Từ chối.") {
		t.Errorf("an older version is dropped: %d %s", status, body)
	}
	if status, body := f.post(t, form, "/staff/cases/"+ref+"/draft", "do", "drop", "type", "refusal", "v", v); status != http.StatusOK || !strings.Contains(body, "Đã bỏ dự thảo văn bản.") {
		t.Errorf("dropped on its page: %d %s", status, body)
	}
}
