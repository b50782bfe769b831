package casework

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

// Clock is one limit that runs, or has run, for a case.
type Clock struct {
	Name     ClockName  `bson:"name"`
	Start    time.Time  `bson:"start"`
	Due      time.Time  `bson:"due"`    // the last moment of the last day, rolled off days off
	Target   time.Time  `bson:"target"` // the internal target: the last working day on or before the unrolled day
	Days     int        `bson:"days"`
	Workdays bool       `bson:"workdays,omitempty"`
	Paused   int        `bson:"paused,omitempty"`  // days that do not count
	Stopped  *time.Time `bson:"stopped,omitempty"` // since when it stands still: tạm đình chỉ, giám định
	Done     *time.Time `bson:"done,omitempty"`
	Warned   int        `bson:"warned,omitempty"` // how many steps of the ladder were taken
	Law      string     `bson:"law,omitempty"`
}

// Runs reports whether the clock still asks for something now.
func (k Clock) Runs() bool { return k.Done == nil && k.Stopped == nil }

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
	longCheck = 10 // working days to check a denunciation in several places: Luật Tố cáo Đ.24.1
	extension = 30 // calendar days: Luật Tố cáo Đ.30.2, 30.3
)

// ClockRules returns a copy of the table.
func ClockRules() []ClockRule { return slices.Clone(clockRules) }

// fits reports whether the row is about this case.
func (r ClockRule) fits(name ClockName, c *Case) bool {
	l := c.Legal
	remote, complexity := -1, -1
	if l.Remote {
		remote = 1
	}
	if l.Complex > 0 {
		complexity = 1
	}
	return r.Clock == name && slices.Contains(r.Kinds, c.Kind) &&
		(r.Level == 0 || r.Level == l.Level) && (r.Remote == 0 || r.Remote == remote) &&
		(r.Complex == 0 || r.Complex == complexity) && (!r.Forwards || c.Channel == ByForward) && (r.In == "" || r.In == c.State) &&
		(len(r.Against) == 0 || slices.Contains(r.Against, l.Contested)) &&
		c.under(r.Since, r.Until)
}

// ruleFor returns the row for the case, and whether there is one.
func ruleFor(name ClockName, c *Case) (ClockRule, bool) {
	i := slices.IndexFunc(clockRules, func(r ClockRule) bool { return r.fits(name, c) })
	if i < 0 {
		return ClockRule{}, false
	}
	return clockRules[i], true
}

// firstClocks are the clocks that run from receipt. Praise has no limit in the law, only the office's own. Whoever passed a
// denunciation on is answered whether it is accepted or not (Luật Tố cáo Đ.26.2).
func (c *Case) firstClocks() []ClockName {
	switch {
	case c.Kind == Denunciation && c.Legal.Level == 2 && c.Legal.Silence:
		return []ClockName{Demand}
	case c.Kind == Denunciation && c.Legal.Level == 2:
		return []ClockName{Reexamine}
	case c.Kind == Denunciation:
		return []ClockName{Acceptance, ForwarderReply}
	case c.Kind.NeedsIdentity():
		return []ClockName{Acceptance}
	case c.Kind == Praise:
		return []ClockName{Resolution}
	default:
		return []ClockName{Reply}
	}
}

// startClocks lets the named clocks run, each from where its row begins: now is the move. One that runs or stands still
// already goes on as it is: a case given to somebody else, who begins anew, gains no time.
func (d *Desk) startClocks(c *Case, now time.Time, names ...ClockName) {
	for _, name := range names {
		r, ok := ruleFor(name, c)
		if !ok || c.has(name) {
			continue
		}
		k := Clock{Name: name, Start: c.beginning(r.From, now), Days: d.length(r, c), Workdays: r.Workdays, Law: r.Source}
		d.count(&k)
		c.Clocks = append(c.Clocks, k)
	}
}

// beginning is the moment that a clock is counted from.
func (c *Case) beginning(from Beginning, now time.Time) time.Time {
	switch {
	case from == FromReceipt:
		return c.begun()
	case from == FromIssue && c.Answer != nil:
		return c.Answer.At
	default:
		return now
	}
}

// begun is the day that the case's law and its limits from receipt are counted from: when it came in, or when it was taken
// up again for new facts.
func (c *Case) begun() time.Time {
	if c.Legal.Anew != nil {
		return *c.Legal.Anew
	}
	return c.ReceivedAt
}

// under reports whether the version of the law holds for the case; zero is open.
func (c *Case) under(since, until time.Time) bool {
	at := c.begun()
	return (since.IsZero() || !at.Before(since)) && (until.IsZero() || at.Before(until))
}

// length is the row's days, or the office's own where it may choose them.
func (d *Desk) length(r ClockRule, c *Case) int {
	switch {
	case !r.Office || r.Clock != Resolution:
		return r.Days
	case c.Kind == Petition && d.Terms.PetitionDays > 0:
		return d.Terms.PetitionDays
	case c.Kind != Petition && d.Terms.FeedbackDays > 0:
		return d.Terms.FeedbackDays
	default:
		return r.Days
	}
}

// count computes when the clock ends, by today's calendar.
func (d *Desk) count(k *Clock) {
	if k.Workdays {
		k.Due, k.Target = d.Calendar().Workdays(k.Start, k.Days+k.Paused)
		return
	}
	k.Due, k.Target = d.Calendar().Days(k.Start, k.Days+k.Paused)
}

// recount gives the running or halted clock another length.
func (d *Desk) recount(c *Case, name ClockName, days int) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Name == name && k.Done == nil {
			k.Days = days
			d.count(k)
		}
	}
}

// halt stops the clock without ending it (tạm đình chỉ, giám định); its days from now on do not count.
func (c *Case) halt(at time.Time, name ClockName) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Name == name && k.Runs() {
			k.Stopped = &at
		}
	}
}

// unhalt lets the clock run on: the days it stood still are added.
func (d *Desk) unhalt(c *Case, at time.Time, name ClockName) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Name == name && k.Done == nil && k.Stopped != nil {
			k.Paused += dayOf(at) - dayOf(*k.Stopped)
			k.Stopped = nil
			d.count(k)
		}
	}
}

// dayOf numbers the days in Vietnam.
func dayOf(t time.Time) int { return int((t.Unix() + 7*60*60) / (24 * 60 * 60)) }

// has reports whether the clock runs or stands still.
func (c *Case) has(name ClockName) bool {
	return slices.ContainsFunc(c.Clocks, func(k Clock) bool { return k.Name == name && k.Done == nil })
}

// clock returns the last clock of the name, and whether there is one.
func (c *Case) clock(name ClockName) (Clock, bool) {
	for _, k := range slices.Backward(c.Clocks) {
		if k.Name == name {
			return k, true
		}
	}
	return Clock{}, false
}

// clockDays is the length of the last clock of the name.
func (c *Case) clockDays(name ClockName) int {
	k, _ := c.clock(name)
	return k.Days
}

// runs reports whether the clock runs now.
func (c *Case) runs(name ClockName) bool {
	return slices.ContainsFunc(c.Clocks, func(k Clock) bool { return k.Name == name && k.Runs() })
}

// stopClocks marks the named clocks as done.
func (c *Case) stopClocks(at time.Time, names ...ClockName) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Done == nil && slices.Contains(names, k.Name) {
			k.Done, k.Stopped = &at, nil
		}
	}
}

// Running returns the clock that ends first among those that run: one that the office owes, or else the citizen's.
func (c *Case) Running() (Clock, bool) {
	var first Clock
	ok := false
	for _, k := range c.Clocks {
		if !k.Runs() {
			continue
		}
		if !ok || k.Name.Owed() && !first.Name.Owed() || k.Name.Owed() == first.Name.Owed() && k.Due.Before(first.Due) {
			first, ok = k, true
		}
	}
	return first, ok
}

func (c *Case) dueAt() *time.Time {
	if k, ok := c.Running(); ok {
		return &k.Due
	}
	return nil
}
