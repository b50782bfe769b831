package web

import (
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// TestStaffReadSentencesWithTheirSubject: who did it stands in the sentence, the reason after it, and the sender is not spoken to.
func TestStaffReadSentencesWithTheirSubject(t *testing.T) {
	st := newStand(t)
	p := casePage{page: st.words("vi"), names: names{office.New(office.Content{Staff: []office.Staff{{ID: "khai", Name: "Đoàn Quốc Khải"}}}), "vi"}}
	for _, tc := range []struct {
		kind        law.Kind
		what, actor string
		want        string
	}{
		{law.Denunciation, "extended", "staff/khai", "Đoàn Quốc Khải gia hạn giải quyết. Lý do:"},
		{law.Complaint, "refused", "staff/khai", "Đoàn Quốc Khải quyết định không thụ lý. Lý do:"},
		{law.Feedback, "refused", "staff/khai", "Đoàn Quốc Khải từ chối giải quyết. Lý do:"},
		{law.Feedback, "info_given", "citizen", "Công dân đã bổ sung thông tin."},
		{law.Feedback, "started", "staff/khai", "Bắt đầu giải quyết. Đoàn Quốc Khải"},
	} {
		p.Opened.Case = &casework.Case{Kind: tc.kind}
		if got := p.Event(history.Entry{What: tc.what, Actor: tc.actor, At: time.Now()}); got != tc.want {
			t.Errorf("%s of a %s: %q", tc.what, tc.kind, got)
		}
	}
	if got := (confirmPage{page: st.words("vi")}).Words("clock.follow_up kind.complaint kind.denunciation"); got != "Hạn báo cáo thi hành khiếu nại, tố cáo" {
		t.Errorf("the values to confirm say %q", got)
	}
}
