package law

import (
	"slices"
	"time"

	"tiepdan/internal/domain/office"
)

// ClockName names a legal time limit (thời hạn).
type ClockName string

// The clocks. Those of Effect, Appealing and Documents are the citizen's, and a posting only has to last: nobody is late when they end.
const (
	Acceptance       ClockName = "acceptance"        // thụ lý or refuse
	Reply            ClockName = "reply"             // tell the citizen what becomes of his petition
	Reexamine        ClockName = "reexamine"         // tố cáo tiếp: xem xét lại kết luận
	Demand           ClockName = "demand"            // tố cáo tiếp vì quá hạn: yêu cầu cấp dưới báo cáo
	Forward          ClockName = "forward"           // chuyển đơn không thuộc thẩm quyền
	Documents        ClockName = "documents"         // the citizen supplies what was asked
	Resolution       ClockName = "resolution"        // decide, conclude, answer
	AcceptanceNotice ClockName = "notice_acceptance" // thông báo thụ lý
	Report           ClockName = "report"            // cấp dưới báo cáo sau khi được đôn đốc
	PauseNotice      ClockName = "notice_pause"      // gửi quyết định tạm đình chỉ, đình chỉ, tiếp tục
	Recheck          ClockName = "recheck"           // xem lại lý do tạm đình chỉ
	Withdrawal       ClockName = "withdrawal"        // xem xét đơn rút
	DecisionNotice   ClockName = "notice_decision"   // gửi quyết định, kết luận
	Effect           ClockName = "effect"            // đến khi quyết định có hiệu lực
	Appealing        ClockName = "appeal"            // đến khi hết thời hiệu khiếu nại lần hai
	Act              ClockName = "act"               // xử lý theo kết luận
	Publish          ClockName = "publish"           // công khai kết luận
	Posting          ClockName = "posting"           // niêm yết, đăng kết luận ít nhất 15 ngày
	FollowUp         ClockName = "follow_up"         // theo dõi thi hành
	Inspection       ClockName = "inspection"        // kiểm tra đơn nặc danh có chứng cứ
	ForwarderReply   ClockName = "reply_forwarder"   // trả lời cơ quan chuyển đơn
)

// Owed reports whether the office is the one who owes something when the clock ends.
func (n ClockName) Owed() bool {
	return n != Effect && n != Appealing && n != Documents && n != Posting
}

// Beginning (kể từ ngày) is the day that a limit is counted from.
type Beginning string

// The beginnings.
const (
	FromReceipt Beginning = "receipt" // the letter came in, or was taken up again: ngày nhận được, ngày tiếp nhận
	FromMove    Beginning = "move"    // the move that starts the clock: ngày thụ lý, ngày yêu cầu, ngày ra quyết định
	FromIssue   Beginning = "issue"   // the decision, conclusion or answer was given: ngày ban hành
	FromHanding Beginning = "handing" // the sender got the decision, or may be taken to have got it: ngày nhận được quyết định
)

// ClockRule is one row of the law's time limits.
type ClockRule struct {
	Clock    ClockName
	From     Beginning
	Kinds    []Kind
	Level    int // 0: any
	Remote   int // -1 not remote, 1 remote, 0 either
	Complex  int // -1 not complex, 1 complex, 0 either
	Forwards bool
	In       State              // only where the case stands in it; empty for any
	Against  []office.Contested // only of complaints against one of these; empty for any
	Days     int
	Workdays bool      // working days, else calendar days
	Office   bool      // no legal limit: the office's own time, Days is its default
	Since    time.Time // by date of receipt; zero is open
	Until    time.Time
	Source   string
	Sure     bool // read in a source; else to be confirmed
}

// disciplinary are the decisions on discipline of officials, whose complaints have times of their own (Luật Khiếu nại Đ.47 đến 58).
var disciplinary = []office.Contested{office.OfDiscipline, office.OfDismissal}

// clockRules is the table; the first row that fits counts.
var clockRules = []ClockRule{
	{Clock: Acceptance, From: FromReceipt, Kinds: complaint, Days: 10, Until: reform, Source: "Luật Khiếu nại Đ.27, 36", Sure: true},
	{Clock: Acceptance, From: FromReceipt, Kinds: complaint, Days: 7, Workdays: true, Since: reform, Source: "Nghị định 155/2026 Đ.10"},
	{Clock: Acceptance, From: FromReceipt, Kinds: denunciation, Level: 1, Days: 7, Workdays: true, Source: "Luật Tố cáo Đ.24.1", Sure: true},
	{Clock: Reexamine, From: FromReceipt, Kinds: denunciation, Level: 2, Days: 20, Source: "Luật Tố cáo Đ.37.2", Sure: true},
	{Clock: Demand, From: FromReceipt, Kinds: denunciation, Level: 2, Days: 5, Workdays: true, Source: "Luật Tố cáo Đ.38.2", Sure: true},
	{Clock: Reply, From: FromReceipt, Kinds: plain, Days: 10, Workdays: true, Source: "Luật Tiếp công dân Đ.28.1", Sure: true},
	{Clock: Forward, From: FromReceipt, Kinds: denunciation, Days: 5, Workdays: true, Source: "Luật Tố cáo Đ.24.2", Sure: true},
	{Clock: Forward, From: FromReceipt, Kinds: complaint, Days: 10, Workdays: true, Source: "Luật Tiếp công dân Đ.28.1", Sure: true},
	{Clock: Documents, From: FromMove, Kinds: formal, Days: 7, Source: "Luật Khiếu nại Đ.12.1đ, 13", Sure: true},
	{Clock: Report, From: FromMove, Kinds: denunciation, Days: 5, Workdays: true, Source: "Luật Tố cáo Đ.38.3", Sure: true},
	{Clock: Report, From: FromMove, Kinds: complaint, Days: 5, Workdays: true, Office: true, Source: "quy định của cơ quan, theo Luật Tiếp công dân Đ.26.1b"},

	{Clock: Resolution, From: FromMove, Kinds: complaint, Complex: -1, Against: disciplinary, Days: 30, Source: "Luật Khiếu nại Đ.50", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: complaint, Complex: 1, Against: disciplinary, Days: 45, Source: "Luật Khiếu nại Đ.50", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: complaint, Level: 1, Remote: -1, Complex: -1, Days: 30, Source: "Luật Khiếu nại Đ.28", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: complaint, Level: 1, Remote: -1, Complex: 1, Days: 45, Source: "Luật Khiếu nại Đ.28", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: complaint, Level: 1, Remote: 1, Complex: -1, Days: 45, Source: "Luật Khiếu nại Đ.28", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: complaint, Level: 1, Remote: 1, Complex: 1, Days: 60, Source: "Luật Khiếu nại Đ.28", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: complaint, Level: 2, Remote: -1, Complex: -1, Days: 45, Source: "Luật Khiếu nại Đ.37", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: complaint, Level: 2, Remote: -1, Complex: 1, Days: 60, Source: "Luật Khiếu nại Đ.37", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: complaint, Level: 2, Remote: 1, Complex: -1, Days: 60, Source: "Luật Khiếu nại Đ.37", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: complaint, Level: 2, Remote: 1, Complex: 1, Days: 70, Source: "Luật Khiếu nại Đ.37", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: denunciation, Days: 30, Source: "Luật Tố cáo Đ.30.1", Sure: true},
	{Clock: Resolution, From: FromMove, Kinds: []Kind{Feedback}, Days: 15, Office: true, Source: own},
	{Clock: Resolution, From: FromReceipt, Kinds: praise, Days: 15, Office: true, Source: own},
	{Clock: Resolution, From: FromMove, Kinds: []Kind{Petition}, Days: 30, Office: true, Source: own},

	{Clock: AcceptanceNotice, From: FromMove, Kinds: denunciation, Days: 5, Workdays: true, Source: "Luật Tố cáo Đ.29.3", Sure: true},
	{Clock: ForwarderReply, From: FromReceipt, Kinds: denunciation, Forwards: true, Days: 20, Source: "Luật Tố cáo Đ.26.2", Sure: true},
	{Clock: PauseNotice, From: FromMove, Kinds: complaint, Days: 3, Workdays: true, Source: "Nghị định 155/2026 Đ.28b", Sure: true},
	{Clock: PauseNotice, From: FromMove, Kinds: denunciation, Days: 5, Workdays: true, Source: "Luật Tố cáo Đ.34", Sure: true},
	{Clock: Recheck, From: FromMove, Kinds: formal, Days: 30, Office: true, Source: own},
	{Clock: Withdrawal, From: FromMove, Kinds: complaint, Days: 3, Workdays: true, Office: true, Source: "Nghị định 155/2026 Đ.28b.1: ban hành ngay; số ngày do cơ quan quy định"},
	{Clock: Withdrawal, From: FromMove, Kinds: denunciation, Days: 5, Workdays: true, Office: true, Source: "Luật Tố cáo Đ.33.3, 34: không định số ngày; cơ quan quy định"},
	{Clock: DecisionNotice, From: FromIssue, Kinds: complaint, Level: 1, Days: 3, Workdays: true, Source: "Luật Khiếu nại Đ.32", Sure: true},
	{Clock: DecisionNotice, From: FromIssue, Kinds: complaint, Level: 2, Days: 7, Source: "Luật Khiếu nại Đ.41", Sure: true},
	{Clock: DecisionNotice, From: FromIssue, Kinds: denunciation, Days: 5, Workdays: true, Source: "Luật Tố cáo Đ.35.3", Sure: true},
	{Clock: Effect, From: FromIssue, Kinds: complaint, Remote: -1, Days: 30, Source: "Luật Khiếu nại Đ.33, 44", Sure: true},
	{Clock: Effect, From: FromIssue, Kinds: complaint, Remote: 1, Days: 45, Source: "Luật Khiếu nại Đ.33, 44", Sure: true},
	{Clock: Appealing, From: FromHanding, Kinds: complaint, Level: 1, Against: []office.Contested{office.OfDiscipline}, Days: 10, Source: "Luật Khiếu nại Đ.48", Sure: true},
	{Clock: Appealing, From: FromHanding, Kinds: complaint, Level: 1, Against: []office.Contested{office.OfDismissal}, Days: 30, Source: "Luật Khiếu nại Đ.48", Sure: true},
	{Clock: Appealing, From: FromHanding, Kinds: complaint, Level: 1, Remote: -1, Days: 30, Source: lawOfAppealing},
	{Clock: Appealing, From: FromHanding, Kinds: complaint, Level: 1, Remote: 1, Days: 45, Source: lawOfAppealing},
	{Clock: Act, From: FromIssue, Kinds: denunciation, Days: 7, Workdays: true, Source: "Luật Tố cáo Đ.36", Sure: true},
	{Clock: Publish, From: FromIssue, Kinds: denunciation, Days: 7, Workdays: true, Source: "Luật Tố cáo Đ.40", Sure: true},
	{Clock: Publish, From: FromIssue, Kinds: complaint, Level: 2, Days: 15, Source: lawOfPublishing},
	{Clock: Posting, From: FromMove, Kinds: complaint, Level: 2, Days: 15, Source: lawOfPublishing},
	{Clock: Posting, From: FromMove, Kinds: denunciation, Days: 15, Source: "Luật Tố cáo Đ.40; Nghị định 31/2019 Đ.6.2", Sure: true},
	{Clock: FollowUp, From: FromMove, Kinds: denunciation, In: Urged, Days: 30, Office: true, Source: "Luật Tố cáo Đ.38.3, 38.4"},
	{Clock: FollowUp, From: FromMove, Kinds: complaint, In: Urged, Days: 30, Office: true, Source: "Luật Tiếp công dân Đ.26.3"},
	{Clock: FollowUp, From: FromMove, Kinds: formal, Days: 30, Office: true, Source: "Nghị định 31/2019 Đ.18, đã sửa năm 2026: cần xác nhận"},
	{Clock: Inspection, From: FromMove, Kinds: denunciation, Days: 30, Office: true, Source: own},
}

// The lengths that moves give a clock beyond its row, in days.
const (
	LongCheckDays = 10 // working days to check a denunciation in several places: Luật Tố cáo Đ.24.1
	ExtensionDays = 30 // calendar days: Luật Tố cáo Đ.30.2, 30.3
)

// ClockRules returns a copy of the table.
func ClockRules() []ClockRule { return slices.Clone(clockRules) }

// own is the source of the office's own rules.
const own = "quy định của cơ quan"
