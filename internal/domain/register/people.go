package register

import (
	"context"
	"crypto/rand"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

func roles() []string {
	var out []string
	for _, r := range []office.Role{office.Reception, office.Officer, office.Head, office.Inspector, office.Admin} {
		out = append(out, string(r))
	}
	return out
}

func peopleShelf() shelf {
	return shelf{
		fields: []Field{
			{Name: "username", Type: Line, Required: true, Fixed: true, Most: 40},
			{Name: "name", Type: Line, Required: true, Most: 120},
			{Name: "title", Type: Line, Most: 120},
			{Name: "title_en", Type: Line, Most: 120},
			{Name: "unit", Type: Ref, Required: true, Of: Units},
			{Name: "roles", Type: Choices, Required: true, OneOf: roles()},
			{Name: "email", Type: Line, Most: 200},
			{Name: "away_from", Type: Date},
			{Name: "away_to", Type: Date},
			{Name: "delegate", Type: Ref, Of: People},
		},
		list: func(c office.Content) []Item {
			return items(c.Staff, func(m office.Staff) Item {
				row := Row{
					"username": m.Username, "name": m.Name, "title": m.Title.VI, "title_en": m.Title.EN, "unit": m.Unit, "email": m.Email, closed: word(m.Disabled),
				}
				var rs []string
				for _, r := range m.Roles {
					rs = append(rs, string(r))
				}
				slices.Sort(rs)
				row["roles"] = strings.Join(rs, "\n")
				if n := len(m.Away); n > 0 {
					a := m.Away[n-1]
					row["away_from"], row["away_to"] = dateOf(a.From), dateOf(a.To.AddDate(0, 0, -1))
					row["delegate"] = a.Delegate
				}
				it := item(m.ID, m.V, m.Log, row)
				it.Beside = Beside{Unvouched: m.Unvouched, FormerNames: m.FormerNames, OnceUntil: m.OnceUntil, Factor: m.HasFactor()}
				return it
			})
		},
		check:  checkPerson,
		closes: closesPerson,
		put:    putPerson,
	}
}

func dateOf(t time.Time) string { return t.In(casework.Vietnam).Format(time.DateOnly) }

var nameShape = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]{1,39}$`)

func checkPerson(e *entry) {
	row := e.now.Row
	e.wrong(!hasLetter(row["name"]), "name", "error.field.name_letters")
	e.wrong(e.takesName(), "name", "error.field.name_of_another")
	e.wrong(!nameShape.MatchString(row["username"]), "username", "error.field.username")
	other, known := e.o.ByLogin(row["username"])
	e.wrong(known && other.ID != e.now.ID, "username", "error.field.taken")
	if mail := row["email"]; mail != "" {
		_, ok := vntext.Email(mail)
		e.wrong(!ok, "email", "error.field.email")
	}
	from, to := row["away_from"], row["away_to"]
	e.wrong(from == "" && to != "", "away_from", "error.field.required")
	e.wrong(to == "" && from != "", "away_to", "error.field.required")
	e.wrong(from != "" && to != "" && to < from, "away_to", "error.field.away")
	e.wrong(row["delegate"] != "" && from == "", "away_from", "error.field.required")
	e.wrong(row["delegate"] == e.now.ID && e.now.ID != "", "delegate", "error.field.delegate_self")
	admin := string(office.Admin)
	loses := slices.Contains(Values(e.was.Row["roles"]), admin) && !slices.Contains(Values(row["roles"]), admin)
	e.wrong(loses && e.lastAdmin(), "roles", "error.field.last_admin")
	if e.password != "" && !e.once && !e.trusted {
		e.wrong(!goodPassword(e.password, row), "password", "error.field.password")
	}
}

// takesName reports whether a person is given a name that another goes by, or went by: a letter that says it would then mean both, and
// be kept from both, for good. Namesakes may join the office; nobody is made one in it, but on the machine itself.
func (e *entry) takesName() bool {
	name := vntext.Words(e.now.Row["name"])
	if e.trusted || e.was.V == 0 || name == vntext.Words(e.was.Row["name"]) {
		return false
	}
	return slices.ContainsFunc(e.whole.Staff, func(m office.Staff) bool {
		return m.ID != e.now.ID && slices.ContainsFunc(append([]string{m.Name}, m.FormerNames...), func(n string) bool { return vntext.Words(n) == name })
	})
}

// lastAdmin reports whether nobody else keeps the office.
func (e *entry) lastAdmin() bool {
	return !slices.ContainsFunc(e.o.AllStaff(), func(m office.Staff) bool { return m.ID != e.now.ID && m.Has(office.Admin) })
}

// closesPerson lets a head be shut out too: his cases then climb to the next head above.
func closesPerson(_ context.Context, _ Store, e *entry) error {
	e.wrong(e.ID == e.by.ID && !e.trusted, closed, "error.field.self")
	e.wrong(slices.Contains(Values(e.was.Row["roles"]), string(office.Admin)) && e.lastAdmin(), closed, "error.field.last_admin")
	return nil
}

// putPerson keeps a person, with the doubt that the change casts on him: see entry.casts.
func putPerson(ctx context.Context, s Parts, e *entry) error {
	if e.was.V == 0 {
		m := office.Staff{ID: e.now.ID, V: e.now.V}
		e.person(&m)
		m.Doubt(e.answer...)
		return s.PutStaff(ctx, m)
	}
	return s.ChangeStaff(ctx, e.ID, func(m *office.Staff) {
		e.person(m)
		e.casts(m)
		switch e.do {
		case EndedSessions:
			m.Epoch++
		case DroppedFactor:
			m.DropFactors()
		}
	})
}

// person writes the row into the document.
func (e *entry) person(m *office.Staff) {
	row := e.now.Row
	m.Log, m.Username, m.Email = e.now.log, row["username"], row["email"]
	m.Rename(row["name"])
	m.Repost(name(row, "title"), row["unit"])
	m.Disabled = row[closed] != ""
	if e.now.Row["roles"] != e.was.Row["roles"] || len(m.Roles) == 0 {
		m.Roles = nil
		for _, r := range Values(row["roles"]) {
			m.Roles = append(m.Roles, office.Role(r))
		}
	}
	if row["away_from"] != e.was.Row["away_from"] || row["away_to"] != e.was.Row["away_to"] || row["delegate"] != e.was.Row["delegate"] {
		m.Away = absence(row)
	}
	if e.hash != "" {
		m.Password, m.OnceUntil = e.hash, nil
		if e.once {
			until := e.until
			m.OnceUntil = &until
		}
	}
}

// absence reads the days away: whole days in Vietnam, the last one included.
func absence(row Row) []office.Absence {
	from, err := time.ParseInLocation(time.DateOnly, row["away_from"], casework.Vietnam)
	if err != nil {
		return nil
	}
	to, err := time.ParseInLocation(time.DateOnly, row["away_to"], casework.Vietnam)
	if err != nil {
		return nil
	}
	return []office.Absence{{From: from.UTC(), To: to.AddDate(0, 0, 1).UTC(), Delegate: row["delegate"]}}
}

// OnceLasts is how long a one-time password opens the page that changes it.
const OnceLasts = 7 * 24 * time.Hour

// oncePassword is easy to read aloud: three groups of four letters and digits.
func oncePassword() string {
	t := strings.ToLower(rand.Text())
	return t[:4] + "-" + t[4:8] + "-" + t[8:12]
}

// MinPassword is the least number of characters of a password.
const MinPassword = 12

// common are what people choose first, folded; a password that holds one of them and little else is no password.
var common = []string{
	"password", "matkhau", "tiepdan", "motcua", "123456", "12345678", "123456789", "qwerty", "abc123", "iloveyou", "vietnam", "anhyeuem", "admin", "welcome", "111111", "000000", "congdan", "hanoi", "saigon", "danang",
}

// goodPassword reports whether a password is long enough, of more than a few characters, and neither the person's own name nor
// one of those that are tried first.
func goodPassword(p string, row Row) bool {
	runes := []rune(p)
	if len(runes) < MinPassword || len(p) > 200 {
		return false
	}
	different := map[rune]bool{}
	for _, r := range runes {
		different[r] = true
	}
	folded := strings.ReplaceAll(vntext.Words(p), " ", "")
	own := []string{row["username"], strings.ReplaceAll(vntext.Words(row["name"]), " ", "")}
	left := folded
	for _, w := range append(own, common...) {
		if w != "" {
			left = strings.ReplaceAll(left, w, "")
		}
	}
	return len(different) >= 5 && len(left) >= 4
}

// Invite adds a person with the password that was given, or with a one-time password that the answer tells.
func (r *Register) Invite(ctx context.Context, who office.Staff, ord Order, password string) (Filled, error) {
	ord.Kind, ord.do, ord.Version, ord.password = People, Created, 0, password
	if password == "" {
		return r.once(ctx, who, ord)
	}
	return r.fill(ctx, who, ord)
}

func (r *Register) once(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	ord = r.withOnce(ord)
	f, err := r.fill(ctx, who, ord)
	f.Password = ord.password
	return f, err
}

func (r *Register) withOnce(ord Order) Order {
	ord.password, ord.once, ord.until = oncePassword(), true, r.Now().Add(OnceLasts).UTC().Truncate(time.Millisecond)
	return ord
}

// Reset gives a person a one-time password and ends his sessions. Until he has chosen his own he can do nothing else, and
// until a second person has confirmed it nothing sealed is open to him, unless a second factor proves him.
func (r *Register) Reset(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	ord.Kind, ord.do, ord.Row = People, Reset, nil
	return r.once(ctx, who, ord)
}

// EndSessions signs a person out everywhere.
func (r *Register) EndSessions(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	ord.Kind, ord.do, ord.Row = People, EndedSessions, nil
	return r.fill(ctx, who, ord)
}

// DropFactor takes a person's second factors away, who has lost them, and ends his sessions: from then on his password alone lets
// him in. It casts doubt as a password does that the administrator knows.
func (r *Register) DropFactor(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	ord.Kind, ord.do, ord.Row = People, DroppedFactor, nil
	return r.fill(ctx, who, ord)
}

// Reissue raises the version of a counter's sticker: all that were printed before are refused from then on.
func (r *Register) Reissue(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	ord.Kind, ord.do, ord.Row = Counters, Reissued, nil
	return r.fill(ctx, who, ord)
}

// Printed notes who put a counter's sticker on paper; everybody of the staff may.
func (r *Register) Printed(ctx context.Context, who office.Staff, counter string) error {
	for {
		o, err := r.Offices.Office(ctx)
		if err != nil {
			return err
		}
		e := &entry{Order: Order{Kind: Counters, ID: counter, do: Printed}, by: who, o: o, whole: o.Whole(), shelf: shelves[Counters], p: map[string]string{}}
		if e.was, err = find(e.shelf.list(e.whole), counter); err != nil {
			return err
		}
		e.now = e.was
		e.now.V++
		if err := r.log(ctx, e); errors.Is(err, ErrStale) {
			continue // somebody changed it meanwhile
		} else if err != nil {
			return err
		}
		return e.shelf.put(ctx, r.Store, e)
	}
}

// ChoosePassword changes the person's own password; old is the one he signed in with.
func (r *Register) ChoosePassword(ctx context.Context, who office.Staff, old, next string) error {
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return err
	}
	m, ok := o.Staff(who.ID)
	if !ok || !r.Matches(m.Password, old) {
		return invalid(map[string]string{"old": "error.field.old_password"})
	}
	if !goodPassword(next, Row{"username": m.Username, "name": m.Name}) || next == old {
		return invalid(map[string]string{"password": "error.field.password"})
	}
	hash := r.Hash(next)
	return r.Store.ChangeStaff(ctx, who.ID, func(m *office.Staff) { m.Password, m.OnceUntil = hash, nil })
}

// ChooseReminders keeps how the person wants to be told of what waits for him.
func (r *Register) ChooseReminders(ctx context.Context, who office.Staff, chosen office.Reminders) error {
	strange := func(g string) bool { return !slices.Contains(casework.MayHush(), g) }
	if slices.ContainsFunc(chosen.Hush, strange) || slices.ContainsFunc(chosen.Mute, strange) || chosen.Hour != 0 && !slices.Contains(office.ReminderHours, chosen.Hour) {
		return &casework.Error{Code: casework.Invalid, Key: "error.reminders"}
	}
	return r.Store.ChangeStaff(ctx, who.ID, func(m *office.Staff) { m.Reminders = chosen })
}

// maxSavedName and maxSavedQuery bound a saved list, in characters.
const (
	maxSavedName  = 40
	maxSavedQuery = 500
)

// SaveView (lưu danh sách) keeps what the person asks a list for, under a name; one of that name is replaced. That the conditions can be
// asked for is for the caller to know.
func (r *Register) SaveView(ctx context.Context, who office.Staff, v office.SavedView) error {
	if v.Name = strings.TrimSpace(v.Name); v.Name == "" || len([]rune(v.Name)) > maxSavedName || len(v.Query) > maxSavedQuery || v.Query == "" {
		return &casework.Error{Code: casework.Invalid, Key: "error.saved"}
	}
	many := false
	err := r.Store.ChangeStaff(ctx, who.ID, func(m *office.Staff) {
		others := without(m.Saved, v.Name)
		if many = len(others) >= office.MostSaved; !many {
			m.Saved = slices.Concat(others, []office.SavedView{v})
		}
	})
	if err == nil && many {
		return &casework.Error{Code: casework.Conflict, Key: "error.saved_many"}
	}
	return err
}

// DropView ends that; a name that he keeps nothing under is no error.
func (r *Register) DropView(ctx context.Context, who office.Staff, name string) error {
	return r.Store.ChangeStaff(ctx, who.ID, func(m *office.Staff) { m.Saved = without(m.Saved, name) })
}

func without(saved []office.SavedView, name string) []office.SavedView {
	return slices.DeleteFunc(slices.Clone(saved), func(v office.SavedView) bool { return v.Name == name })
}

// Machine carries out an order given on the machine itself, by whoever could read its keys as well: it needs nobody's right and
// no second person. An order for a person may set a password, or end his sessions.
func (r *Register) Machine(ctx context.Context, ord Order, do, password string) (Filled, error) {
	ord.trusted, ord.do, ord.password = true, do, password
	if do == Closed || do == Reopened {
		ord.Row = Row{closed: word(do == Closed)}
	}
	if do != Created {
		o, err := r.Offices.Office(ctx)
		if err != nil {
			return Filled{}, err
		}
		it, err := find(shelves[ord.Kind].list(o.Whole()), ord.ID)
		if err != nil {
			return Filled{}, err
		}
		ord.Version = it.V
	}
	return r.fill(ctx, office.Staff{}, ord)
}
