package register

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Model is a unit that a commune or ward of today usually has.
type Model struct {
	ID   string
	Name office.Name
}

// Models are the usual units of a People's Committee of a commune or ward, and the People's Inspection Board.
func Models() []Model {
	return []Model{
		{"ttpvhcc", office.Name{VI: "Trung tâm Phục vụ hành chính công", EN: "Public Administration Service Centre"}},
		{"van-phong", office.Name{VI: "Văn phòng HĐND và UBND", EN: "Office of the People's Council and People's Committee"}},
		{"phong-kinh-te", office.Name{VI: "Phòng Kinh tế", EN: "Economic Division"}},
		{"phong-vhxh", office.Name{VI: "Phòng Văn hóa – Xã hội", EN: "Culture and Social Affairs Division"}},
		{"cong-an", office.Name{VI: "Công an", EN: "Police"}},
		{"ban-chqs", office.Name{VI: "Ban Chỉ huy Quân sự", EN: "Military Command"}},
		{"tram-y-te", office.Name{VI: "Trạm Y tế", EN: "Health Station"}},
		{"ban-ttnd", office.Name{VI: "Ban Thanh tra nhân dân", EN: "People's Inspection Board"}},
	}
}

// FrontDesk is the model unit that has the counters.
const FrontDesk = "ttpvhcc"

// Agency is the id of the People's Committee that a plan makes.
const Agency = "ubnd"

// Plan (thiết lập lần đầu) is what the first start asks for.
type Plan struct {
	Name     string // of the agency
	Short    string
	Units    []Model // those that were ticked, under the names that were typed
	Counters int
	People   []NewPerson // the first is the administrator
}

// NewPerson is one of the first people.
type NewPerson struct {
	Name, Title, Username string
	Role                  string // a role, or "head" for the head of the unit
	Unit                  string // the id of a unit of the plan
}

// Username makes a sign-in name as offices do: the given name and the initials of all before it.
func Username(name string) string {
	words := strings.Fields(vntext.Words(name))
	if len(words) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString(words[len(words)-1])
	for _, w := range words[:len(words)-1] {
		out.WriteString(w[:1])
	}
	return out.String()
}

// Sheets are the plan as tables.
func (p Plan) Sheets() []Sheet {
	units := [][]string{{"id", "name", "name_en", "parent", "level", "short", "authority", "head"}}
	people := [][]string{{"username", "name", "title", "unit", "roles"}}
	heads := map[string]string{}
	taken := map[string]bool{}
	for _, m := range p.People {
		user := m.Username
		if user == "" {
			user = Username(m.Name)
			for n := 2; taken[user]; n++ {
				user = Username(m.Name) + strconv.Itoa(n)
			}
		}
		taken[user] = true
		if m.Role == string(office.Head) {
			heads[m.Unit] = user
		}
		people = append(people, []string{user, m.Name, m.Title, m.Unit, m.Role})
	}
	units = append(units, []string{Agency, p.Name, "", "", string(office.Commune), p.Short, "yes", heads[Agency]})
	for _, u := range p.Units {
		units = append(units, []string{u.ID, u.Name.VI, u.Name.EN, Agency, string(office.Commune), "", "", heads[u.ID]})
	}
	counters := [][]string{{"id", "name", "name_en", "unit", "number"}}
	desk := Agency
	for _, u := range p.Units {
		if u.ID == FrontDesk {
			desk = FrontDesk
		}
	}
	for n := 1; n <= p.Counters; n++ {
		s := strconv.Itoa(n)
		counters = append(counters, []string{"quay-" + s, "Quầy " + s, "Counter " + s, desk, s})
	}
	return []Sheet{{Units, units}, {People, people}, {Counters, counters}}
}

// Begun reports whether somebody keeps the office already.
func Begun(o *office.Office) bool {
	for _, m := range o.AllStaff() {
		if m.Has(office.Admin) {
			return true
		}
	}
	return false
}

// SetUp makes the office of an empty installation, with the administrator's own password; all others get one-time ones. When
// something is wrong with it, nothing is done and the lines say what.
func (r *Register) SetUp(ctx context.Context, p Plan, password string) ([]Imported, error) {
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	if Begun(o) {
		return nil, &casework.Error{Code: casework.Conflict, Key: "error.setup_done"}
	}
	if len(p.People) == 0 || !goodPassword(password, Row{"username": p.People[0].Username, "name": p.People[0].Name}) {
		return nil, invalid(map[string]string{"password": "error.field.password"})
	}
	if p.People[0].Role != string(office.Admin) { // else nobody would ever keep it
		return nil, invalid(map[string]string{"admin": "error.field.first_admin"})
	}
	lines, err := r.Adopt(ctx, p.Sheets())
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(lines, func(l Imported) bool { return l.Do == Wrong }) {
		return lines, nil
	}
	admin := slices.IndexFunc(lines, func(l Imported) bool { return l.Kind == People })
	_, err = r.Machine(ctx, Order{Kind: People, ID: lines[admin].ID}, Changed, password)
	lines[admin].Password = ""
	return lines, err
}
