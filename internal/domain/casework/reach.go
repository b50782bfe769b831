package casework

import (
	"slices"
	"strings"

	"tiepdan/pkg/vntext"
)

// Way (cách nhận tin báo) is how a sender is told of his case.
type Way string

// The ways. Who wrote by mail, Zalo or Facebook is told the way he wrote; the others are chosen.
const (
	WayMail     Way = ByMail
	WaySMS      Way = "sms"
	WayPush     Way = "push" // by his browser
	WayZNS      Way = "zns"  // by Zalo, to his number, whether or not he wrote there (tin ZNS)
	WayZalo     Way = ByZalo
	WayFacebook Way = ByFacebook
	WayComment  Way = ByComment // below his comment, where everybody reads it
)

// Ways lists all ways.
func Ways() []Way { return []Way{WayMail, WaySMS, WayZNS, WayPush, WayZalo, WayFacebook, WayComment} }

// Chosen reports whether people choose the way; the others are those by which they wrote.
func (w Way) Chosen() bool { return w == WayMail || w.ByPhone() || w == WayPush }

// ByPhone reports whether the way leads to a number.
func (w Way) ByPhone() bool { return w == WaySMS || w == WayZNS }

// once are the ways by which a message that went out twice is read twice: where nobody knows whether it went out, it is not sent
// again, and the case says so.
func (w Way) once() bool { return w != WayMail && w != WayPush }

// Reach (nơi nhận tin báo) is where a sender is told: an address, a number, a person of a provider's, a browser.
type Reach struct {
	Way Way
	To  string
}

// Empty reports whether there is none.
func (r Reach) Empty() bool { return r.To == "" }

// text is how it rests, sealed: an address of mail by itself, any other with its way before it.
func (r Reach) text() string {
	if r.Way == WayMail {
		return r.To
	}
	return string(r.Way) + "\x00" + r.To
}

func readReach(s string) Reach {
	if way, to, ok := strings.Cut(s, "\x00"); ok {
		return Reach{Way(way), to}
	}
	return Reach{WayMail, s}
}

// clean normalises where somebody wants to be told; the field that is wrong is named.
func (r *Reach) clean(p problems) {
	var ok bool
	switch r.Way {
	case WayMail:
		r.To, ok = vntext.Email(r.To)
		p.add(!ok, "email", "error.field.email")
	case WaySMS, WayZNS:
		r.To, ok = vntext.Phone(r.To)
		p.add(!ok || !strings.HasPrefix(r.To, "+84"), "phone", "error.field.phone")
	case WayPush:
		p.add(len(r.To) == 0 || len(r.To) > maxPush, "way", "error.field.push")
	default:
		p.add(true, "way", "error.field.choice")
	}
}

// maxPush bounds what a browser gives to be told by.
const maxPush = 2000

// Tells reports whether senders can be told that way.
func (d *Desk) Tells(w Way) bool {
	return d.Outbox != nil && (d.ToldBy == nil && w == WayMail || slices.Contains(d.ToldBy, w))
}

// sealReach keeps where a sender is told. A denouncer's is sealed as his name is.
func (d *Desk) sealReach(c *Case, r Reach) (err error) {
	if c.Reach = nil; r.Empty() {
		return nil
	}
	c.Reach, err = d.sealWay(c, r)
	return err
}

func (d *Desk) sealWay(c *Case, r Reach) ([]byte, error) {
	if c.Guarded() {
		return d.Vault.SealIdentity([]byte(r.text()), c.ID+"/reach")
	}
	return d.Vault.SealPersonal([]byte(r.text()), c.ID+"/reach")
}

func (d *Desk) openWay(c *Case, sealed []byte) (Reach, error) {
	open := d.Vault.OpenPersonal
	if c.Guarded() {
		open = d.Vault.OpenIdentity
	}
	plain, err := open(sealed, c.ID+"/reach")
	return readReach(string(plain)), err
}

// endDigits is how many digits of a number say to its owner which one it is, and to nobody else.
const endDigits = 3

// ReachEnd is the end of the number that a sender is told at, so that he knows which of his it is; "" is none, or that of a denouncer.
func (d *Desk) ReachEnd(c *Case) string {
	if len(c.Reach) == 0 || c.Guarded() {
		return ""
	}
	r, err := d.openWay(c, c.Reach)
	if err != nil || !r.Way.ByPhone() || len(r.To) <= endDigits {
		return ""
	}
	return r.To[len(r.To)-endDigits:]
}

// ReachWay is the way the sender of a case is told; empty for none.
func (d *Desk) ReachWay(c *Case) Way {
	if len(c.Reach) == 0 {
		return ""
	}
	r, err := d.openWay(c, c.Reach)
	if err != nil {
		return ""
	}
	return r.Way
}
