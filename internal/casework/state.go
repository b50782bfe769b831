package casework

// State (trạng thái) is where a case stands inside the office. What citizens are told is its Status.
type State string

// The states. Overdue is not one of them: it is computed.
const (
	Received   State = "received"    // tiếp nhận
	Triage     State = "triage"      // chờ phân loại
	Assigned   State = "assigned"    // đã giao
	Accepted   State = "accepted"    // thụ lý
	InProgress State = "in_progress" // đang xử lý, xác minh
	NeedsInfo  State = "needs_info"  // chờ bổ sung
	Review     State = "review"      // chờ duyệt
	Suspended  State = "suspended"   // tạm đình chỉ
	Answered   State = "answered"    // đã trả lời, đã ra quyết định
	Refused    State = "refused"     // không thụ lý
	Transfer   State = "transferred" // đã chuyển
	Withdrawn  State = "withdrawn"   // đã rút
	Closed     State = "closed"      // kết thúc
)

// States lists all states.
func States() []State {
	return []State{
		Received, Triage, Assigned, Accepted, InProgress, NeedsInfo, Review, Suspended, Answered, Refused,
		Transfer, Withdrawn, Closed,
	}
}

// Lane groups states for lists: every open case lies in one lane, every ended case in the lane of its end.
type Lane string

// LaneOpen is the lane of all cases that still owe something; the other lanes bear the name of the end.
const LaneOpen Lane = "open"

// Lanes lists all lanes.
func Lanes() []Lane {
	return []Lane{LaneOpen, Lane(Answered), Lane(Refused), Lane(Transfer), Lane(Withdrawn), Lane(Closed)}
}

// Lane returns the lane a case in this state lies in.
func (s State) Lane() Lane {
	switch s {
	case Answered, Refused, Transfer, Withdrawn, Closed:
		return Lane(s)
	default:
		return LaneOpen
	}
}

// Status is what citizens and other programs are told.
type Status string

// Status maps the inner state to the published one.
func (s State) Status() Status {
	switch s {
	case Triage:
		return "received"
	case Review, Suspended:
		return "in_progress"
	default:
		return Status(s)
	}
}
