package law

// State (trạng thái) is where a case stands inside the office. What citizens are told is its Status.
type State string

// The states. Overdue is not one of them: it is computed. What happens without changing where the case stands (an
// extension, a resumption, an urging letter answered) is a fact of the history, not a state.
const (
	Received     State = "received"          // tiếp nhận
	Triage       State = "triage"            // chờ giao
	Assigned     State = "assigned"          // đã giao
	Registered   State = "registered"        // vào sổ
	Classifying  State = "classifying"       // phân loại
	NeedsInfo    State = "needs_info"        // yêu cầu bổ sung
	Ineligible   State = "ineligible"        // không đủ điều kiện xử lý
	Proposed     State = "proposed"          // đề xuất thụ lý
	Accepted     State = "accepted"          // thụ lý
	InProgress   State = "in_progress"       // đang giải quyết (kiến nghị, phản ánh; kiểm tra đơn nặc danh)
	Verifying    State = "verifying"         // xác minh
	ExpertReview State = "expert_review"     // trưng cầu giám định
	Dialogue     State = "dialogue"          // đối thoại
	Review       State = "review"            // chờ duyệt
	Suspended    State = "suspended"         // tạm đình chỉ
	Withdrawing  State = "withdrawing"       // có đơn rút, chờ quyết định
	Discontinued State = "discontinued"      // đình chỉ, chưa gửi quyết định
	Urged        State = "urged"             // đã đôn đốc cấp dưới
	Decided      State = "decided"           // đã ra quyết định giải quyết (khiếu nại)
	Concluded    State = "concluded"         // đã kết luận nội dung tố cáo
	Notified     State = "notified"          // đã gửi quyết định, kết luận
	Published    State = "published"         // đã công khai
	Effective    State = "effective"         // có hiệu lực pháp luật
	Enforcing    State = "enforcing"         // đang thi hành
	Answered     State = "answered"          // đã trả lời
	Refused      State = "refused"           // không thụ lý
	Transfer     State = "transferred"       // đã chuyển
	Guided       State = "guided"            // đã hướng dẫn
	PutAway      State = "filed"             // xếp lưu
	Returned     State = "returned"          // trả lại đơn
	Split        State = "split"             // đã tách
	Withdrawn    State = "withdrawn"         // đã rút
	Appealed     State = "appealed"          // đã khiếu nại lần hai, tố cáo tiếp
	Litigated    State = "litigated"         // đã khởi kiện
	Criminal     State = "referred_criminal" // đã chuyển cơ quan điều tra
	Closed       State = "closed"            // kết thúc, lưu hồ sơ
)

// station is a state with what it means outside: the status citizens are told, and whether the case is over.
type station struct {
	State  State
	Status Status
	Ended  bool
}

// stations lists all states in the order of a case's life.
var stations = []station{
	{Received, "received", false},
	{Triage, "received", false},
	{Assigned, "assigned", false},
	{Registered, "assigned", false},
	{Classifying, "assigned", false},
	{NeedsInfo, "needs_info", false},
	{Ineligible, "assigned", false},
	{Proposed, "assigned", false},
	{Accepted, "accepted", false},
	{InProgress, "in_progress", false},
	{Verifying, "in_progress", false},
	{ExpertReview, "in_progress", false},
	{Dialogue, "in_progress", false},
	{Review, "in_progress", false},
	{Suspended, "in_progress", false},
	{Withdrawing, "withdrawn", false},
	{Discontinued, "withdrawn", false},
	{Urged, "in_progress", false},
	{Decided, "answered", false},
	{Concluded, "answered", false},
	{Notified, "answered", false},
	{Published, "answered", false},
	{Effective, "answered", false},
	{Enforcing, "answered", false},
	{Answered, "answered", true},
	{Refused, "refused", true},
	{Transfer, "transferred", true},
	{Guided, "transferred", true},
	{PutAway, "refused", true},
	{Returned, "refused", true},
	{Split, "closed", true},
	{Withdrawn, "withdrawn", true},
	{Appealed, "answered", true},
	{Litigated, "closed", true},
	{Criminal, "transferred", true},
	{Closed, "closed", true},
}

// States lists all states.
func States() []State {
	out := make([]State, 0, len(stations))
	for _, s := range stations {
		out = append(out, s.State)
	}
	return out
}

// Lane groups states for lists: every open case lies in one lane, every ended case in the lane of its end.
type Lane string

// LaneOpen is the lane of all cases that still owe something; the other lanes bear the name of the end.
const LaneOpen Lane = "open"

// Lanes lists all lanes.
func Lanes() []Lane {
	out := []Lane{LaneOpen}
	for _, s := range stations {
		if s.Ended {
			out = append(out, Lane(s.State))
		}
	}
	return out
}

// Lane returns the lane a case in this state lies in.
func (s State) Lane() Lane {
	if s.Ended() {
		return Lane(s)
	}
	return LaneOpen
}

// Ended reports whether the office owes nothing more in this state.
func (s State) Ended() bool { return s.station().Ended }

// Status is what citizens and other programs are told.
type Status string

// Status maps the inner state to the published one.
func (s State) Status() Status { return s.station().Status }

func (s State) station() station {
	for _, at := range stations {
		if at.State == s {
			return at
		}
	}
	return station{State: s, Status: Status(s)}
}
