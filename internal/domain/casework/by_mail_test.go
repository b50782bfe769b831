package casework_test

import (
	"errors"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// TestMailThatMayDenounceIsSealed: with marks or without, in the subject, a file's name or another language; words that only look
// alike are others.
func TestMailThatMayDenounceIsSealed(t *testing.T) {
	for _, said := range []string{
		"Tôi làm đơn tố cáo ông A", "ĐƠN TỐ CÁO", "Tố   cáo", "tố\ncáo", "don to cao", "Don_to_cao_ong_A.pdf", "đơn-tố-cáo.pdf", "tố giác tội phạm", "Đơn tố ông A",
		"I want to denounce him", "my denunciation", "To\u0302\u0301 ca\u0301o",
	} {
		if got := casework.MailKind("Kính gửi", said); got != law.Denunciation {
			t.Errorf("%q is %s", said, got)
		}
	}
	for _, said := range []string{"Đèn đường tắt", "giá tố cao", "báo cáo tổ", "tờ cáo phó", "Tổ cao tuổi", "đốn tỏ", ""} {
		if got := casework.MailKind(said); got != law.Feedback {
			t.Errorf("%q is %s", said, got)
		}
	}
}

// TestALetterWhoseWordsCannotBeReadIsSealed: what stands in a file may denounce, unless the letter's own words tell otherwise.
func TestALetterWhoseWordsCannotBeReadIsSealed(t *testing.T) {
	for _, x := range []struct {
		own                 string
		pictures, documents int
		want                law.Kind
	}{
		{"", 0, 1, law.Denunciation},
		{"", 1, 0, law.Denunciation},
		{"Kính gửi Ủy ban nhân dân xã, tôi xin gửi kèm đơn của tôi, mong được xem xét. Trân trọng cảm ơn.", 0, 1, law.Denunciation},
		{"Phần ảnh đính kèm", 1, 0, law.Denunciation},
		{"Đơn khiếu nại", 0, 1, law.Feedback},
		{"phan anh ve duong hong", 0, 2, law.Feedback},
		{"Complaint attached", 1, 1, law.Feedback},
		{"Đèn đường trước trường mầm non thôn Ba tắt", 1, 0, law.Feedback},
		{"Đèn đường trước trường mầm non tắt", 1, 0, law.Denunciation},
		{"Phản ánh: ông A bị dân tố cáo", 1, 0, law.Denunciation},
		{"Đèn tắt", 0, 0, law.Feedback},
	} {
		if got := casework.LetterKind(x.own, x.own, x.pictures, x.documents); got != x.want {
			t.Errorf("%q with %d pictures and %d documents is %s", x.own, x.pictures, x.documents, got)
		}
	}
}

func mailed(key, body string, kind law.Kind) casework.Mailed {
	return casework.Mailed{Digest: "digest of " + body, Draft: casework.Draft{
		Key: key, Kind: kind, Subject: "Đèn đường", Body: body, Language: "vi", Contact: casework.Contact{Name: "Võ Thị Bé", Email: "be@example.vn"},
	}}
}

// TestOneMailIsOneCase, however often it comes; another letter under its key is another case, and nobody files under a mail's key
// by another way.
func TestOneMailIsOneCase(t *testing.T) {
	d := caseworktest.New()
	m := mailed("m1", "Đèn đường tắt.", law.Feedback)
	m.Rest = []string{"Phần hai.", "Phần ba."}
	first, err := d.FileMail(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.FileMail(t.Context(), m)
	if err != nil || !again.Replay || again.Case.ID != first.Case.ID || again.Code != first.Code {
		t.Errorf("the same mail again: %+v, %v", again, err)
	}
	if c := stored(t, d, first.Case.ID); len(c.Messages) != 2 || c.Channel != casework.ByMail || len(c.Check()) > 0 {
		t.Errorf("%d messages, channel %q, %v", len(c.Messages), c.Channel, c.Check())
	}
	other, err := d.FileMail(t.Context(), mailed("m1", "Chuyện khác.", law.Feedback))
	if err != nil || other.Case.ID == first.Case.ID {
		t.Errorf("another letter under the same key: %+v, %v", other.Case, err)
	}
	posted := m.Draft
	posted.Key = "\x00mail/m1"
	if f, err := d.Submit(t.Context(), posted); err != nil || f.Case.ID == first.Case.ID {
		t.Errorf("a form under a mail's key reached its case: %v", err)
	}
}

// TestMailLiesInTriage until a clerk has read it, whatever the rules say of its words; a denunciation goes to whoever may have it.
func TestMailLiesInTriage(t *testing.T) {
	d := caseworktest.New()
	m := mailed("m1", "Đường hỏng.", law.Feedback)
	m.Draft.Category = "roads"
	filed, err := d.FileMail(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	m = mailed("m2", "Tôi tố cáo ông Đỗ Văn Máy.", law.Denunciation)
	m.Draft.Category = "roads"
	secret, err := d.FileMail(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range d.Route(t.Context(), filed.Case.ID, secret.Case.ID) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if c := stored(t, d, filed.Case.ID); c.State != law.Triage || c.Unit != "" || c.Assignee != "" {
		t.Errorf("feedback by mail is %s with %q", c.State, c.Unit)
	}
	c := stored(t, d, secret.Case.ID)
	if c.Assignee == "" || c.Subject != "" || len(c.Contact) > 0 {
		t.Errorf("a denunciation by mail: %+v", c)
	}
	restsSealed(t, c)
	order(t, d, staff(t, d, "reception"))(filed.Case.ID, "reclassify", map[string]string{"kind": "petition", "reason": "Là kiến nghị."})
	if c := stored(t, d, filed.Case.ID); c.Kind != law.Petition {
		t.Errorf("a clerk made it %s", c.Kind)
	}
}

// TestMailAddsToItsCaseOnce: a message, what was checked and what came back each stand once, however often they come; of a
// denunciation sealed.
func TestMailAddsToItsCaseOnce(t *testing.T) {
	for _, kind := range []law.Kind{law.Feedback, law.Denunciation} {
		d := caseworktest.New()
		m := mailed("m1", "Nội dung.", kind)
		m.Draft.About = "Đỗ Văn Máy"
		filed, err := d.FileMail(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		id := filed.Case.ID
		for range 2 {
			_, err := d.SayByMail(t.Context(), id, "r1", "Tôi bổ sung.")
			checked := casework.Checked{Results: map[string]string{"spf": "pass", "dkim": "bé@example.vn", "x": "pass"}, Refused: "winmail.dat"}
			if err := errors.Join(err, d.NoteMail(t.Context(), id, "m1", checked), d.Returned(t.Context(), id, "b1", "5.1.1")); err != nil {
				t.Fatal(err)
			}
		}
		c := stored(t, d, id)
		if len(c.Messages) != 1 || len(c.History) != 4 || len(c.Check()) > 0 {
			t.Errorf("%s: %d messages, %d entries, %v", kind, len(c.Messages), len(c.History), c.Check())
		}
		if e := c.History[2]; e.What != "mail_checked" || e.Data["spf"] != "pass" || e.Data["dkim"]+e.Data["x"] != "" || (e.Note == "") != kind.Secret() {
			t.Errorf("%s: %+v", kind, e)
		}
		if kind.Secret() {
			restsSealed(t, c)
		}
		for i := range 30 {
			if err := d.Returned(t.Context(), id, strings.Repeat("b", i+2), "5.1.1"); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(stored(t, d, id).History); n != 13 {
			t.Errorf("%s: %d entries after many returns", kind, n)
		}
	}
}

// TestAMailTokenNamesItsCaseAlone: it is signed, whatever case its letters have, and holds nothing of the code.
func TestAMailTokenNamesItsCaseAlone(t *testing.T) {
	d := caseworktest.New()
	filed := submit(t, d, draft(law.Feedback))
	token := d.MailToken(filed.Case.ID)
	for _, typed := range []string{token, strings.ToUpper(token)} {
		if c, err := d.ByMailToken(t.Context(), typed); err != nil || c.ID != filed.Case.ID {
			t.Errorf("%s: %v", typed, err)
		}
	}
	last := "0"
	if strings.HasSuffix(token, last) {
		last = "1"
	}
	for _, forged := range []string{"", "x", filed.Case.ID, token[:len(token)-1] + last, token + "0", filed.Code.String()} {
		if _, err := d.ByMailToken(t.Context(), forged); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("%q: %v", forged, err)
		}
	}
	if len(token) > 45 || strings.Contains(strings.ToUpper(token), filed.Code.Plain()) {
		t.Errorf("%q does not fit an address, or tells the code", token)
	}
}
