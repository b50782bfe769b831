package law

import "slices"

// Post is whom a step of the watch speaks to, seen from the case.
type Post string

// The posts.
const (
	ToOfficer   Post = "officer"   // người thụ lý
	ToHead      Post = "head"      // thủ trưởng đơn vị, or who acts for him
	ToSuperior  Post = "superior"  // thủ trưởng cấp trên trực tiếp
	ToAuthority Post = "authority" // chủ tịch Ủy ban nhân dân
	ToReception Post = "reception" // bộ phận tiếp nhận, while nobody has the case
	ToInspector Post = "inspector" // Thanh tra, Ban Thanh tra nhân dân
	ToKeepers   Post = "keepers"   // quản trị and inspection, by the reference alone
)

// WatchStep (bậc nhắc việc) is one row of the ladder: when, and who is told.
type WatchStep struct {
	Name     string
	Level    int    // how high it stands; a higher one speaks for those below it
	Percent  int    // of the time between a clock's start and its end
	Target   bool   // at the internal target, where it comes before the end
	Workdays int    // after the end, or after the last move since
	Weekly   bool   // after all others, again and again
	To       []Post // of a case that somebody has
	Waiting  []Post // of a case that nobody has
	Source   string
	Sure     bool
}

// watchSteps is the ladder of every clock.
var watchSteps = []WatchStep{
	{Name: "half", Level: 1, Percent: 50, To: []Post{ToOfficer}, Waiting: []Post{ToReception}, Source: own},
	{Name: "most", Level: 2, Percent: 80, To: []Post{ToOfficer, ToHead}, Waiting: []Post{ToReception}, Source: own},
	{Name: "target", Level: 3, Target: true, To: []Post{ToOfficer}, Waiting: []Post{ToReception}, Source: own},
	{
		Name: "due", Level: 4, Percent: 100, To: []Post{ToOfficer, ToHead, ToSuperior},
		Waiting: []Post{ToReception, ToAuthority}, Source: own,
	},
	{Name: "late_first", Level: 5, Workdays: 1, To: []Post{ToHead, ToSuperior}, Waiting: []Post{ToReception, ToAuthority}, Source: own},
	{Name: "late_second", Level: 6, Workdays: 3, To: []Post{ToSuperior, ToAuthority}, Waiting: []Post{ToAuthority, ToInspector}, Source: own},
	{Name: "late_third", Level: 7, Workdays: 7, To: []Post{ToAuthority, ToInspector}, Waiting: []Post{ToAuthority, ToInspector}, Source: own},
	{
		Name: "weekly", Level: 8, Weekly: true, To: []Post{ToOfficer, ToHead, ToSuperior, ToInspector},
		Waiting: []Post{ToReception, ToAuthority, ToInspector}, Source: own,
	},
}

// StepEnded is the one step of a clock that is the citizen's: the officer learns that it is over.
var StepEnded = WatchStep{Name: "ended", Level: 1, Percent: 100, To: []Post{ToOfficer}, Waiting: []Post{ToReception}, Source: own}

// StepIdle reminds of an open case on which no clock of the office runs.
var StepIdle = WatchStep{Name: "idle", Level: 1, Weekly: true, To: []Post{ToOfficer, ToHead}, Waiting: []Post{ToReception}, Source: own}

// StepUntouched flags a letter that nobody touched: a ground for discipline, so it is told once and above.
var StepUntouched = WatchStep{
	Name: "untouched", Level: 9, To: []Post{ToSuperior, ToInspector}, Waiting: []Post{ToAuthority, ToInspector},
	Source: "Nghị định 154/2026 Đ.41.3b", Sure: true,
}

// The distances of the watch, in calendar days.
const (
	UntouchedDays = 45 // from receipt: Nghị định 154/2026 Đ.41.3b
	WeekDays      = 7
	// WholeCase stands where a step is about no clock in particular.
	WholeCase ClockName = "case"
)

// WatchSteps returns a copy of the ladder, with what stands beside it.
func WatchSteps() []WatchStep {
	return append(slices.Clone(watchSteps), StepEnded, StepIdle, StepUntouched, StepNoReader, StepSaidForced)
}

// FirstLate is the level of the first step after the end.
const FirstLate = 5

// NoReader flags an open case that nobody may lead on: everybody who could is accused, gone, or in a closed line.
const NoReader = "no_reader"

// StepNoReader is the alarm for it, told to administrators and inspection by the reference alone, and again every week.
var StepNoReader = WatchStep{
	Name: NoReader, Level: 10, Weekly: true, To: []Post{ToKeepers}, Waiting: []Post{ToKeepers}, Source: own,
}

// SaidForced flags a case whose sender says that he is forced to withdraw; see Desk.WriteForced.
const SaidForced = "said_forced"

// StepSaidForced is the notice of it.
var StepSaidForced = WatchStep{
	Name: SaidForced, Level: 10, To: []Post{ToOfficer, ToHead}, Waiting: []Post{ToReception, ToAuthority},
	Source: "Luật Tố cáo Đ.33.3; Nghị định 156/2026 Đ.1 (Điều 4.4b)", Sure: true,
}

// EachStep goes through the ladder of a clock, in its order.
func EachStep(yield func(WatchStep) bool) {
	for _, s := range watchSteps {
		if !yield(s) {
			return
		}
	}
}
