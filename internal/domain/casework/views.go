package casework

import (
	"slices"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// A view (danh mục việc) is a question about cases that has a name. Its count, its list, its tile, its export and the API's answer come
// of the one filter that its row makes, so they cannot differ.
type view struct {
	name     string
	due      string // as Wanted.Due
	mine     bool   // what the person has himself
	shared   bool   // what was shared with him
	ended    bool
	anyLane  bool // open and ended: no view but the unnamed one
	replied  bool
	heads    bool // what a head has, who has given it to nobody
	kind     law.Kind
	states   []law.State
	standing []WhoseTurn
	looks    func(s sight, c *Case) bool // what no index knows; each case is looked at
}

// The names of the views.
const (
	ViewOverdue       = "overdue"       // Quá hạn
	ViewSoon          = "soon"          // Đến hạn 3 ngày
	ViewApproval      = "approval"      // Chờ tôi duyệt
	ViewUnassigned    = "unassigned"    // Chưa phân công
	ViewReplied       = "replied"       // Công dân vừa trả lời
	ViewMine          = "mine"          // Việc của tôi, with what was shared
	ViewDue           = "due"           // of it, what is this person's turn
	ViewWaiting       = "waiting"       // of it, what waits for somebody else
	ViewReturned      = "returned"      // of it, what came back
	ViewTeam          = "team"          // Cùng xác minh
	ViewDone          = "done"          // of it, what ended
	ViewNew           = "new"           // Mới nhận
	ViewUnrouted      = "unrouted"      // Chưa chuyển được
	ViewLate          = "late"          // Quá hạn, and nobody has begun
	ViewDenunciations = "denunciations" // Tố cáo
)

// views is the table of views.
var views = []view{
	{name: "", anyLane: true},
	{name: ViewOverdue, due: "overdue"},
	{name: ViewSoon, due: "soon"},
	{name: ViewApproval, standing: []WhoseTurn{Approval}, looks: approves},
	{name: ViewUnassigned, standing: []WhoseTurn{Sorting}, heads: true},
	{name: ViewReplied, replied: true},
	{name: ViewMine, mine: true},
	{name: ViewDue, mine: true, standing: myTurn},
	{name: ViewWaiting, mine: true, standing: waiting},
	{name: ViewReturned, mine: true, standing: []WhoseTurn{SentBack}},
	{name: ViewTeam, shared: true},
	{name: ViewDone, mine: true, ended: true},
	{name: ViewNew, states: []law.State{law.Received, law.Triage, law.Assigned}},
	{name: ViewUnrouted, standing: []WhoseTurn{Unrouted}},
	{name: ViewLate, due: "overdue", states: law.Fresh},
	{name: ViewDenunciations, kind: law.Denunciation},
}

// Views lists the names of the views.
func Views() []string {
	var out []string
	for _, v := range views[1:] {
		out = append(out, v.name)
	}
	return out
}

// Tiles are the views at the top of a head's board.
func Tiles() []string {
	return []string{ViewOverdue, ViewSoon, ViewApproval, ViewUnassigned, ViewReplied}
}

func viewNamed(name string) (view, bool) {
	i := slices.IndexFunc(views, func(v view) bool { return v.name == name })
	if i < 0 {
		return view{}, false
	}
	return views[i], true
}

// open reports whether the view is of open cases alone.
func (v view) open() bool { return !v.ended && !v.anyLane }

// narrow adds the view's conditions to a filter.
func (v view) narrow(f *Filter, s sight, p problems) {
	if v.due != "" {
		f.due(s.now, v.due, p)
	}
	if v.kind != "" {
		p.add(f.Kind != "" && f.Kind != v.kind, "kind", "error.field.view_kind")
		f.Kind = v.kind
	}
	f.States, f.Replied, f.apart = v.states, v.replied, v.mine && v.name != ViewMine
	if len(v.standing) > 0 {
		f.Standing = v.standing
	}
	if v.shared {
		*f = f.shared(s.who)
	}
	if v.heads {
		f.Holders = heads(s.o, f.Shelves, s.now)
		f.never = f.never || len(f.Holders) == 0
	}
	if v.looks != nil {
		f.looks = func(c *Case) bool { return v.looks(s, c) }
	}
}

// heads lists the heads of the shelves' units, and who stands in for them.
func heads(o *office.Office, shelves []string, now time.Time) []string {
	var out []string
	for _, shelf := range shelves {
		u, _ := o.Unit(office.ShelfUnit(shelf))
		acting, _, _ := o.Acting(u.ID, now)
		for _, id := range []string{u.Head, acting.ID} {
			if id != "" && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// approvals are the moves by which whoever decides says yes.
var approvals = []string{"answer", "decide", "conclude", "accept", "discontinue"}

// approves reports whether it is for this person to say yes to what lies before him.
func approves(s sight, c *Case) bool {
	return law.Any(func(m law.Move) bool {
		return slices.Contains(approvals, m.Name) && m.By == law.Staff && m.Fits(c.facts()) && c.Begins(m) && refusal(m, s.o, s.who, c, s.now) == nil
	})
}
