package office

import (
	"slices"
	"strings"
	"time"

	"tiepdan/pkg/vntext"
)

// Role is what a member of staff does; one person may have several.
type Role string

// The roles.
const (
	Reception Role = "reception" // tiếp nhận: triages, enters paper letters
	Officer   Role = "officer"   // cán bộ thụ lý
	Head      Role = "head"      // thủ trưởng đơn vị
	Inspector Role = "inspector" // Ban Thanh tra nhân dân, HĐND: reads, changes nothing
	Admin     Role = "admin"     // keeps units, counters, staff, calendars; sees no case
)

// Known reports whether there is such a role.
func (r Role) Known() bool {
	return slices.Contains([]Role{Reception, Officer, Head, Inspector, Admin}, r)
}

// Absence is a time away with the person who stands in; To is exclusive.
type Absence struct {
	From     time.Time `bson:"from" json:"from"`
	To       time.Time `bson:"to" json:"to"`
	Delegate string    `bson:"delegate,omitempty" json:"delegate,omitempty"` // a staff id
}

// Post (chức vụ) is a title that somebody bore in a unit.
type Post struct {
	Title string `bson:"title"`
	Unit  string `bson:"unit"`
}

// former adds what was there before to what is kept of it. All is kept: else whoever changes a name often enough takes one out of it.
func former[T comparable](kept []T, before, now T) []T {
	var none T
	if before == none || before == now || slices.Contains(kept, before) {
		return kept
	}
	return append(slices.Clone(kept), before)
}

// Reminders (cách nhận nhắc việc) is how a person chose to be told of what waits for him.
type Reminders struct {
	Hush []string `bson:"hush,omitempty" json:"hush,omitempty"` // groups of notices that are listed, but do not call him
	Mute []string `bson:"mute,omitempty" json:"mute,omitempty"` // groups of which he is mailed nothing
	Hour int      `bson:"hour,omitempty" json:"hour,omitempty"` // of the working day in Vietnam, at which he is mailed how much waits; 0: he is not
}

// SavedView (danh sách đã lưu) is what a person asks a list for, under a name of his. Words to search by are never part of it: they name
// people.
type SavedView struct {
	Name  string `bson:"name" json:"name"`
	Query string `bson:"query" json:"query"` // conditions, as the list's address has them
}

// MostSaved is how many one person keeps: each is counted on every page.
const MostSaved = 6

// ReminderHours are the hours that may be chosen: nobody is mailed at night.
var ReminderHours = []int{7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}

// Staff is a member of staff (cán bộ, công chức).
type Staff struct {
	ID       string    `bson:"_id" json:"id"`
	V        int64     `bson:"v" json:"-"`
	Username string    `bson:"username" json:"username"`
	Name     string    `bson:"name" json:"name"`
	Title    Name      `bson:"title,omitempty" json:"title"`
	Unit     string    `bson:"unit" json:"unit"`
	Roles    []Role    `bson:"roles" json:"roles"`
	Away     []Absence `bson:"away,omitempty" json:"away,omitempty"`
	Disabled bool      `bson:"disabled,omitempty" json:"disabled,omitempty"`
	// Password is an argon2id hash; OTP a sealed TOTP secret, empty where there is none; Codes are marks of the recovery codes that
	// are left.
	Password string   `bson:"password,omitempty" json:"-"`
	OTP      []byte   `bson:"otp,omitempty" json:"-"`
	Codes    []string `bson:"codes,omitempty" json:"-"`
	// Passkeys are those of the person, the oldest first; each lets him in by itself.
	Passkeys []Passkey `bson:"passkeys,omitempty" json:"-"`
	// Link is who the person is at the provider of single sign-on.
	Link Linked `bson:"link,omitempty" json:"-"`
	// Epoch rises with whatever ends a person's sessions: see Change.
	Epoch int64 `bson:"epoch,omitempty" json:"-"`
	// Doubted rises whenever the person's standing comes to need a second one's word, which ends the access tokens made before.
	Doubted int64 `bson:"doubted,omitempty" json:"-"`
	// Email receives notices; empty means none are mailed.
	Email string `bson:"email,omitempty" json:"-"`
	// Reminders is how he is told of what waits.
	Reminders Reminders `bson:"reminders,omitempty" json:"-"`
	// Saved are the lists that he keeps by name.
	Saved []SavedView `bson:"saved,omitempty" json:"-"`
	// OnceUntil is set while the password is one that somebody else knows: it lets its owner do nothing but choose another,
	// and after this moment not even that.
	OnceUntil *time.Time `bson:"once_until,omitempty" json:"-"`
	// Unvouched (chưa có người thứ hai xác nhận) names, one a line, the administrators who gave the person a standing from which
	// sealed letters can be read, or a password that one of them knows, until a second person has confirmed it: see Doubt. Until
	// then the person has no part in what is sealed, so that no administrator alone makes himself a reader.
	Unvouched string `bson:"unvouched,omitempty" json:"-"`
	// FormerNames are those the person went by before: a letter that says one of them still means him.
	FormerNames []string `bson:"former_names,omitempty" json:"-"`
	// Former are the posts held before: a letter about what was done in one of them may mean the person.
	Former []Post `bson:"former_posts,omitempty" json:"-"`
	Log    int64  `bson:"log,omitempty" json:"-"` // the line of the office's log that made him so; see package register
}

// Deputy reports whether the person is a deputy (cấp phó), as the title says: phó chủ tịch, phó trưởng phòng.
func (s Staff) Deputy() bool { return strings.HasPrefix(vntext.Words(s.Title.VI)+" ", "pho ") }

// Change returns the person as changed. What decides whom the person is let in as, and what he may do then, ends the sessions
// that began before: password, passkeys, second factor, roles, unit and standing.
func (s Staff) Change(change func(*Staff)) Staff {
	next := s
	next.Roles, next.Away, next.FormerNames, next.Codes = slices.Clone(s.Roles), slices.Clone(s.Away), slices.Clone(s.FormerNames), slices.Clone(s.Codes)
	next.Former, next.Passkeys = slices.Clone(s.Former), slices.Clone(s.Passkeys)
	change(&next)
	next.ID, next.V, next.Epoch = s.ID, s.V, max(s.Epoch, next.Epoch)
	if next.Doubted = s.Doubted; !next.Vouched() && next.Unvouched != s.Unvouched {
		next.Doubted++
	}
	next.endKeys(s)
	lets := s.Password == next.Password && s.Link == next.Link && slices.Equal(s.OTP, next.OTP) && samePasskeys(s.Passkeys, next.Passkeys)
	if !lets || !slices.Equal(s.Roles, next.Roles) || s.Unit != next.Unit || s.Disabled != next.Disabled {
		next.Epoch = max(next.Epoch, s.Epoch+1)
	}
	return next
}

// HasFactor reports whether the password alone does not let the person in. A passkey that has ended lets nobody in, and keeps the
// password from doing so alone: else whoever knows that would gain by the end of it.
func (s Staff) HasFactor() bool { return len(s.OTP) > 0 || len(s.Passkeys) > 0 }

// DropFactors takes every second factor away.
func (s *Staff) DropFactors() { s.OTP, s.Codes, s.Passkeys = nil, nil, nil }

// Vouched reports whether nobody has to confirm the person's standing.
func (s Staff) Vouched() bool { return s.Unvouched == "" }

// Doubters lists who gave the person what nobody has confirmed yet. None of them ever confirms it.
func (s Staff) Doubters() []string {
	return strings.FieldsFunc(s.Unvouched, func(r rune) bool { return r == '\n' })
}

// Doubt adds to those who answer for the person's standing without a second one; nobody is ever replaced.
func (s *Staff) Doubt(by ...string) {
	all := s.Doubters()
	for _, id := range by {
		if id != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	s.Unvouched = strings.Join(all, "\n")
}

// Rename gives the person a name, and keeps the one before it.
func (s *Staff) Rename(name string) {
	s.FormerNames, s.Name = former(s.FormerNames, s.Name, name), name
}

// Repost gives the person a title and a unit, and keeps the post before them.
func (s *Staff) Repost(title Name, unit string) {
	if s.Title.VI != "" {
		s.Former = former(s.Former, Post{s.Title.VI, s.Unit}, Post{title.VI, unit})
	}
	s.Title, s.Unit = title, unit
}

// Has reports whether the person has the role.
func (s Staff) Has(r Role) bool { return slices.Contains(s.Roles, r) }

func (s Staff) delegate(at time.Time) string {
	for _, a := range s.Away {
		if !at.Before(a.From) && at.Before(a.To) {
			return a.Delegate
		}
	}
	return ""
}
