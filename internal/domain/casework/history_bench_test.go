package casework_test

import (
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// BenchmarkRecord is what the history costs a case that is filed and assigned.
func BenchmarkRecord(b *testing.B) {
	at := time.Date(2026, 7, 1, 2, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		c := &casework.Case{
			ID: "0123456789abcdefghjkmnpq", Ref: "TD-2026-ABCDEF", Kind: law.Feedback, State: law.Received, ReceivedAt: at,
			Subject: "Việc số 17 ở tổ 3", Body: "Con đường trước nhà số 17 bị ngập mỗi khi mưa lớn, đề nghị cơ quan kiểm tra và sửa chữa sớm cho bà con.",
			Location: casework.Location{Address: "thôn Hà Lam 1"}, Language: "vi", Channel: "qr", Category: "roads", Masked: "B***",
			Terms: []string{"viec", "so", "17", "con", "duong", "truoc", "nha", "bi", "ngap", "moi", "khi", "mua", "lon", "de", "nghi"}, Contact: make([]byte, 120),
			Clocks: []casework.Clock{{Name: law.Resolution, Start: at, Due: at, Target: at}},
		}
		casework.Record(c, history.Entry{At: at, Actor: history.ByCitizen, What: "received", Data: map[string]string{"kind": "feedback", "state": "received", "content": "0123456789012345678901234567890101234567890123456789012345678901"}})
		casework.Record(c, history.Entry{At: at, Actor: history.BySystem, What: "assigned", Data: map[string]string{"unit": "ttpvhcc", "state": "assigned", "assignee": "lucht"}})
	}
}
