package app_test

import (
	"net/http"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework/law"
)

// TestPapersBeginInTheFormOfTheLaw: a notice of acceptance names the complainant and what it is about, an invitation its hour, a decision
// stands on its law and says where to go on with it; what nobody filled in goes out on none. The accused is told what he is accused of,
// and not by whom.
func TestPapersBeginInTheFormOfTheLaw(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", complainant())
	head := r.signIn(t, headOf(t, r, d.ref))
	d.moves(t, head, do("register"), do("classify"), do("propose_acceptance"))
	chair := d.judge(t, head)
	d.moves(t, chair, do("accept"), do("start"), do("invite_dialogue", "on", "2031-03-04", "hour", "08:30", "text", "Mời ông/bà dự đối thoại."))
	letters := "/api/v1/staff/cases/" + d.ref + "/letters"
	begun := func(path, typ string, by []string) string {
		t.Helper()
		made := r.call(t, "POST", path, map[string]any{"type": typ}, by...)
		if made.Status != http.StatusCreated {
			t.Fatalf("%s: %d %s", typ, made.Status, made.Raw)
		}
		text, _ := made.JSON["text"].(string)
		return text
	}
	has := func(typ, text string, words ...string) {
		t.Helper()
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s begins without %q: %s", typ, w, text)
			}
		}
	}
	has("acceptance", begun(letters, "acceptance", chair), "ông/bà {họ tên}, địa chỉ: {địa chỉ}", "thuộc thẩm quyền giải quyết của Chủ tịch UBND cấp xã", "kể từ ngày")
	has("dialogue", begun(letters, "dialogue", chair), "Thời gian: 08 giờ 30 phút ngày 04/03/2031.")
	has("decision", begun(letters, "decision", chair), "Căn cứ Luật Khiếu nại;", "Điều 3. Trong thời hạn 30 ngày", "khiếu nại lần hai đến Chủ tịch UBND cấp tỉnh")
	if a := r.call(t, "POST", letters+"/decision-1/sign", map[string]any{}, chair...); a.Status == http.StatusOK {
		t.Error("a decision is signed with what nobody filled in")
	}
	signed := r.call(t, "POST", letters+"/acceptance-1/sign", nil, chair...)
	if signed.Status != http.StatusOK {
		t.Fatalf("%d %s", signed.Status, signed.Raw)
	}
	readsPDF(t, r.call(t, "GET", letters+"/acceptance-1.pdf", nil, chair...).Raw, "ông/bà Võ Thị Bé, địa chỉ: thôn Quý Mỹ.", "Khiếu nại về việc: Thu hồi đất không đúng diện tích")

	filing := complainant()
	filing["kind"], filing["category"], filing["about"] = "denunciation", "staff", "Dương Văn Quyết"
	secret := r.begin(t, "/api/v1/cases", filing)
	by := r.signIn(t, headOf(t, r, secret.ref))
	secret.moves(t, by, do("accept"))
	write := func(id, text string) {
		t.Helper()
		a := r.call(t, "PUT", "/api/v1/staff/cases/"+secret.ref+"/letters/"+id, map[string]any{"text": text}, append(by, "If-Match", `"1"`)...)
		if a.Status != http.StatusOK {
			t.Fatalf("%s: %d %s", id, a.Status, a.Raw)
		}
	}
	types := r.call(t, "GET", "/api/v1/staff/cases/"+secret.ref+"/letters", nil, by...)
	if secret.kept(t).State != law.Accepted {
		t.Fatal("not accepted")
	}
	has("the list", string(types.Raw), `"acceptance_notice"`, `"accused_notice"`, `"conclusion_notice"`)
	own := "/api/v1/staff/cases/" + secret.ref + "/letters"
	has("accused_notice", begun(own, "accused_notice", by), "Luật Tố cáo", "Điều 10", "{nội dung}")
	write("accused_notice-1", "Ông/bà bị tố cáo nhận tiền ngoài quy định.")
	if a := r.call(t, "POST", own+"/accused_notice-1/sign", nil, by...); a.Status != http.StatusOK || !strings.Contains(string(a.Raw), "M/TB-") {
		t.Errorf("the notice to the accused: %d %s", a.Status, a.Raw)
	}
	begun(own, "conclusion_notice", by)
	write("conclusion_notice-1", "Kết luận.")
	if a := r.call(t, "POST", own+"/conclusion_notice-1/sign", nil, by...); a.Status != http.StatusConflict {
		t.Errorf("a conclusion is told before it is made: %d %s", a.Status, a.Raw)
	}
	if c := secret.kept(t); c.State != law.Accepted {
		t.Errorf("papers moved the case to %s", c.State)
	}
}
