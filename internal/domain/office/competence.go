package office

import (
	"slices"
	"strings"
	"time"

	"tiepdan/pkg/vntext"
)

// Chair (chức danh) is an office that the law gives the power to decide to.
type Chair string

// The chairs.
const (
	DivisionHead   Chair = "division_head"   // người đứng đầu phòng, cơ quan chuyên môn, đơn vị thuộc UBND cấp xã
	CommuneChair   Chair = "commune_chair"   // Chủ tịch UBND cấp xã
	DepartmentHead Chair = "department_head" // người đứng đầu cơ quan chuyên môn thuộc UBND cấp tỉnh
	ProvinceChair  Chair = "province_chair"  // Chủ tịch UBND cấp tỉnh
	Minister       Chair = "minister"        // Bộ trưởng, thủ trưởng cơ quan ngang bộ
	HomeMinister   Chair = "home_minister"   // Bộ trưởng Bộ Nội vụ
	PrimeMinister  Chair = "prime_minister"  // Thủ tướng Chính phủ
)

// Contested (đối tượng) is what a complaint is against, or whom a denunciation is about.
type Contested string

// What is contested.
const (
	OfAuthority  Contested = "authority"  // a decision or act of the People's Committee or its chair, whoever prepared it
	OfUnit       Contested = "unit"       // a decision or act of a unit's head or of his staff
	OfDiscipline Contested = "discipline" // quyết định kỷ luật cán bộ, công chức
	OfDismissal  Contested = "dismissal"  // quyết định kỷ luật buộc thôi việc: whoever decides on discipline decides on it
	OfStaff      Contested = "staff"      // a denunciation of staff
	OfLeader     Contested = "leader"     // a denunciation of the head of a People's Committee or department, or of his deputy
)

// ContestedByComplaint lists what a complaint may be against, in the order pages show it.
func ContestedByComplaint() []Contested { return []Contested{OfAuthority, OfUnit, OfDiscipline} }

// Competence (thẩm quyền) is one row of who decides: whose decision, act or conduct it is, who decides first, and who
// decides when the matter goes on. An empty Second says that it goes to court alone.
type Competence struct {
	Kind         string
	Of           Contested
	By           Chair // whose decision or act, or whose staff
	First        Chair
	Second       Chair
	Source       string
	Sure         bool // read in a source as it is; else to be confirmed
	Since, Until time.Time
}

// twoTiers is the day on which districts were closed.
var twoTiers = time.Date(2025, 7, 1, 0, 0, 0, 0, time.FixedZone("+07", 7*60*60))

const (
	lawK = "Luật Khiếu nại "
	lawT = "Luật Tố cáo "
)

// competences is the table; the first row that fits counts.
var competences = []Competence{
	{
		Kind: "complaint", Of: OfAuthority, By: CommuneChair, First: CommuneChair, Second: ProvinceChair, Since: twoTiers,
		Source: lawK + "Đ.7.1, 17, 21.2; Nghị định 155/2026 Đ.14 (Điều 38.3): không còn cấp huyện",
	},
	{
		Kind: "complaint", Of: OfUnit, By: DivisionHead, First: DivisionHead, Second: DepartmentHead, Since: twoTiers,
		Source: lawK + "Đ.7.1, 17; Nghị định 155/2026 Đ.11 (Điều 28.2a)",
	},
	{Kind: "complaint", Of: OfUnit, By: CommuneChair, First: CommuneChair, Second: ProvinceChair, Since: twoTiers, Source: lawK + "Đ.7.1, 17, 21.2"},
	{Kind: "complaint", Of: OfDiscipline, By: CommuneChair, First: CommuneChair, Second: ProvinceChair, Since: twoTiers, Source: lawK + "Đ.51.1, 51.2"},
	{Kind: "complaint", Of: OfAuthority, By: ProvinceChair, First: ProvinceChair, Second: Minister, Source: lawK + "Đ.7.3, 21.1", Sure: true},
	{Kind: "complaint", Of: OfUnit, By: ProvinceChair, First: ProvinceChair, Second: Minister, Source: lawK + "Đ.7.3, 21.1", Sure: true},
	{Kind: "complaint", Of: OfUnit, By: DepartmentHead, First: DepartmentHead, Second: ProvinceChair, Source: lawK + "Đ.20.1, 21.2", Sure: true},
	{Kind: "complaint", Of: OfDiscipline, By: ProvinceChair, First: ProvinceChair, Second: HomeMinister, Source: lawK + "Đ.51.1, 51.3", Sure: true},
	{Kind: "complaint", Of: OfAuthority, By: Minister, First: Minister, Source: lawK + "Đ.7.2", Sure: true},
	{Kind: "complaint", Of: OfUnit, By: Minister, First: Minister, Source: lawK + "Đ.7.2", Sure: true},
	{Kind: "complaint", Of: OfDiscipline, By: Minister, First: Minister, Second: HomeMinister, Source: lawK + "Đ.51.1, 51.3", Sure: true},

	{Kind: "denunciation", Of: OfStaff, By: DivisionHead, First: CommuneChair, Second: ProvinceChair, Source: lawT + "Đ.12.1, 13.1, 37.1", Sure: true},
	{Kind: "denunciation", Of: OfStaff, By: CommuneChair, First: CommuneChair, Second: ProvinceChair, Source: lawT + "Đ.12.1, 13.1, 37.1", Sure: true},
	{
		Kind: "denunciation", Of: OfLeader, By: CommuneChair, First: ProvinceChair, Second: PrimeMinister, Since: twoTiers,
		Source: lawT + "Đ.12.1, 13.2a, 37.1: không còn cấp huyện",
	},
	{Kind: "denunciation", Of: OfStaff, By: DepartmentHead, First: DepartmentHead, Second: ProvinceChair, Source: lawT + "Đ.13.3a, 37.1", Sure: true},
	{Kind: "denunciation", Of: OfLeader, By: DepartmentHead, First: ProvinceChair, Second: PrimeMinister, Source: lawT + "Đ.13.4a, 37.1", Sure: true},
	{Kind: "denunciation", Of: OfStaff, By: ProvinceChair, First: ProvinceChair, Second: PrimeMinister, Source: lawT + "Đ.13.4a, 37.1", Sure: true},
	{Kind: "denunciation", Of: OfLeader, By: ProvinceChair, First: PrimeMinister, Source: lawT + "Đ.13.8a", Sure: true},
	{Kind: "denunciation", Of: OfStaff, By: Minister, First: Minister, Second: PrimeMinister, Source: lawT + "Đ.13.7a, 37.1", Sure: true},
	{Kind: "denunciation", Of: OfLeader, By: Minister, First: PrimeMinister, Source: lawT + "Đ.13.8a", Sure: true},
}

// Competences returns a copy of the table.
func Competences() []Competence { return slices.Clone(competences) }

// ChairOf is the chair that the head of the unit holds; empty where the law names none.
func (o *Office) ChairOf(unit string) Chair {
	u, seat := o.units[unit], o.units[o.Seat(unit)]
	level := u.Level
	if level == "" {
		level = seat.Level
	}
	switch {
	case level == Commune && u.Authority:
		return CommuneChair
	case level == Commune:
		return DivisionHead
	case level == Province && u.Authority:
		return ProvinceChair
	case level == Province:
		return DepartmentHead
	case level == Ministry:
		return Minister
	default:
		return ""
	}
}

// Matter is what competence is asked for.
type Matter struct {
	Kind   string
	Of     Contested // of a complaint; empty: what the unit's place makes of it
	Unit   string    // whose decision or act it is, or whose staff
	About  []string  // staff ids
	Second bool      // a second complaint or a further denunciation
}

// Judge (người có thẩm quyền giải quyết) is who decides. Unit is the unit he heads; Inside says whether it is one of this
// office's, with a head in service whom the case is not about. A zero Chair: the law's table has no row.
type Judge struct {
	Chair  Chair
	Unit   string
	Inside bool
	Source string
}

// Judge finds who decides the matter. Whoever the case is about never does: the next above him takes his place.
func (o *Office) Judge(m Matter, at time.Time) Judge {
	of, base := o.contested(m)
	i := slices.IndexFunc(competences, func(c Competence) bool {
		return c.Kind == m.Kind && c.Of == of && c.By == o.ChairOf(base) && c.holds(at)
	})
	if i < 0 {
		return Judge{}
	}
	j := Judge{Chair: competences[i].First, Source: competences[i].Source}
	if m.Second {
		j.Chair = competences[i].Second
	}
	line := append([]string{base}, o.Above(base)...)
	for n, unit := range line {
		if o.ChairOf(unit) == j.Chair && j.Chair != "" {
			return o.unbiased(j, line[n:], m.About, at)
		}
	}
	return j
}

// holds reports whether the row is the law of the day.
func (c Competence) holds(at time.Time) bool {
	return (c.Since.IsZero() || !at.Before(c.Since)) && (c.Until.IsZero() || at.Before(c.Until))
}

// contested says what the matter is about and the unit whose head's chair the table is asked for. A complaint that does not
// say is taken to be against the People's Committee, in whose name its units act; a department decides in its own.
func (o *Office) contested(m Matter) (Contested, string) {
	switch {
	case m.Kind == "denunciation":
		return o.accused(m)
	case m.Of == OfUnit, m.Of == "" && o.ChairOf(m.Unit) == DepartmentHead:
		return OfUnit, m.Unit
	case m.Of == "":
		return OfAuthority, o.Seat(m.Unit)
	case m.Of == OfDismissal:
		return OfDiscipline, o.Seat(m.Unit)
	default:
		return m.Of, o.Seat(m.Unit)
	}
}

// unbiased is the first unit of the line whose head is in service and whom the case is not about.
func (o *Office) unbiased(j Judge, line, about []string, at time.Time) Judge {
	for _, unit := range line {
		who, _, ok := o.Acting(unit, at)
		if ok && !slices.Contains(about, who.ID) && !slices.Contains(about, o.units[unit].Head) {
			j.Unit, j.Inside = unit, true
			return j
		}
	}
	return j
}

// accused says whom a denunciation is about: the staff of the agency that manages them, or one of its leaders, who is its
// head's deputy or himself (Luật Tố cáo Đ.12.1). Where nobody is named, it is about the staff of the unit it lies with.
func (o *Office) accused(m Matter) (Contested, string) {
	for _, id := range m.About {
		s := o.staff[id]
		for _, unit := range append([]string{s.Unit}, o.Above(s.Unit)...) {
			if o.leads(s, unit) {
				return OfLeader, unit
			}
		}
	}
	return OfStaff, m.Unit
}

// leads reports whether the person heads the People's Committee or department, or is one of its deputies.
func (o *Office) leads(s Staff, unit string) bool {
	u, ok := o.units[unit]
	if !ok || o.ChairOf(unit) == DivisionHead {
		return false
	}
	return u.Head == s.ID || u.Authority && o.Seat(s.Unit) == unit && strings.HasPrefix(vntext.Words(s.Title.VI), "pho chu tich")
}
