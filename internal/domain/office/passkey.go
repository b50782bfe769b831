package office

import (
	"slices"
	"time"
)

// Passkey (khóa đăng nhập) is a key that a phone, a computer or a security key keeps for a person, and uses for whoever unlocks it: by
// a finger, a face or a PIN. It counts as both factors. Nothing of it that is kept here lets anybody in.
type Passkey struct {
	ID     string    `bson:"id"`     // what the device calls it
	Name   string    `bson:"name"`   // what its person calls it
	Public []byte    `bson:"public"` // what proves it
	Count  uint32    `bson:"count"`  // how often it was used, as it says; 0 where it does not count
	MadeAt time.Time `bson:"made_at"`
	UsedAt time.Time `bson:"used_at,omitempty"` // to a day
	// Ended says that it lets its person in no more: his sessions were ended for a reason which holds for it as well, see Staff.Change.
	Ended bool `bson:"ended,omitempty"`
}

// Passkey returns the person's passkey of the id.
func (s Staff) Passkey(id string) (Passkey, bool) {
	i := slices.IndexFunc(s.Passkeys, func(k Passkey) bool { return k.ID == id })
	if i < 0 {
		return Passkey{}, false
	}
	return s.Passkeys[i], true
}

// Unlocks reports whether the person has a passkey that lets him in.
func (s Staff) Unlocks() bool {
	return slices.ContainsFunc(s.Passkeys, func(k Passkey) bool { return !k.Ended })
}

// Linked (liên kết đăng nhập một lần) says who a person is at the province's provider of single sign-on: the pair names one account for
// ever. Its zero value is none.
type Linked struct {
	Issuer  string    `bson:"iss"`
	Subject string    `bson:"sub"`
	At      time.Time `bson:"at"` // when he linked it
}

// ByLink returns who is that account, where it is just one who may sign in.
func (o *Office) ByLink(issuer, subject string) (who Staff, ok bool) {
	for _, m := range o.staff {
		if subject == "" || m.Disabled || m.Link.Issuer != issuer || m.Link.Subject != subject {
			continue
		}
		if ok {
			return Staff{}, false
		}
		who, ok = m, true
	}
	return who, ok
}

// ByPasskey returns whose passkey of the id it is.
func (o *Office) ByPasskey(id string) (Staff, bool) {
	for _, m := range o.staff {
		if _, his := m.Passkey(id); his && !m.Disabled {
			return m, true
		}
	}
	return Staff{}, false
}

// KnowsPasskey reports whether anybody has or had a passkey of that id, in service or not.
func (o *Office) KnowsPasskey(id string) bool {
	for _, m := range o.staff {
		if _, his := m.Passkey(id); his {
			return true
		}
	}
	return false
}

// endKeys ends passkeys made before, and the link to single sign-on: when the person's standing comes to need a second one's word, when he is shut out, and when
// somebody else gives him a password, as after a loss.
func (s *Staff) endKeys(was Staff) {
	if s.Doubted == was.Doubted && (!s.Disabled || was.Disabled) && (s.OnceUntil == nil || s.Password == was.Password) {
		return
	}
	s.Link = Linked{}
	for i := range s.Passkeys {
		s.Passkeys[i].Ended = true
	}
}

// samePasskeys reports whether the same ones let the person in.
func samePasskeys(a, b []Passkey) bool {
	return slices.EqualFunc(a, b, func(a, b Passkey) bool { return a.ID == b.ID && a.Ended == b.Ended })
}
