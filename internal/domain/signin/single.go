package signin

import (
	"context"
	"errors"
	"time"

	"tiepdan/internal/domain/office"
)

// What is wrong with an account at the provider of single sign-on.
var (
	ErrUnlinked  = errors.New("nobody here is linked to the account at the provider of single sign-on")
	ErrLinked    = errors.New("somebody else is linked to the account at the provider of single sign-on")
	ErrLinkDoubt = errors.New("nobody has confirmed the person's standing, so no account may be linked")
)

// Account is who a provider of single sign-on says somebody is; Factor, that it asked him for a second factor, where that is believed.
type Account struct {
	Issuer, Subject string
	Factor          bool
	AuthAt          time.Time // when he last showed the provider who he is; zero where it does not say
}

// SignInAs lets in who is linked to the account. It takes the place of name and password; whoever has a second factor here shows it as
// well, unless the provider is believed to have asked for one.
func (d *Doors) SignInAs(ctx context.Context, a Account, in In) (token string, who office.Staff, err error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return "", who, err
	}
	who, ok := o.ByLink(a.Issuer, a.Subject)
	if !ok {
		return "", office.Staff{}, ErrUnlinked
	}
	if here, _, err := d.Look(ctx, in.Present); err == nil && here.ID != who.ID { // he who works here is not put into another's place unasked
		return "", office.Staff{}, ErrOtherIn
	}
	if who.HasFactor() && !a.Factor {
		return "", office.Staff{}, &SecondError{Half: d.half(who)}
	}
	in.single, in.factor = true, a.Factor
	return d.welcome(ctx, who, in, BySingle)
}

// ErrOtherIn says that somebody else is signed in here.
var ErrOtherIn = errors.New("somebody else is signed in on this browser")

// skew is how far the clocks of this machine and of the provider's may lie apart.
const skew = time.Minute

// ProveAs (xác nhận lại) passes who has just shown the provider who he is, with the account that he is linked to. Of what he showed there
// before he was sent nothing counts: whoever sits at a desk left alone comes in by that as well.
func (d *Doors) ProveAs(ctx context.Context, who office.Staff, a Account, sent time.Time, in In) error {
	if who.Link.Subject == "" || who.Link.Issuer != a.Issuer || who.Link.Subject != a.Subject || a.AuthAt.Before(sent.Add(-skew)) || d.Now().Sub(a.AuthAt) >= FreshFor {
		return d.proved(ctx, who, in, ErrWrong)
	}
	return d.proved(ctx, who, in, nil)
}

// LinkTo (liên kết) makes the account one by which the person comes in; other sessions of his end. It returns the token of the session
// that goes on.
func (d *Doors) LinkTo(ctx context.Context, who office.Staff, a Account, in In) (next string, err error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return "", err
	}
	other, taken := o.ByLink(a.Issuer, a.Subject)
	switch {
	case !who.Vouched():
		return "", ErrLinkDoubt
	case taken && other.ID != who.ID:
		return "", ErrLinked
	}
	doubt := false
	err = d.Factors.ChangeStaff(ctx, who.ID, func(m *office.Staff) {
		if doubt = !m.Vouched(); !doubt {
			m.Link = office.Linked{Issuer: a.Issuer, Subject: a.Subject, At: d.Now()}
		}
	})
	if err != nil {
		return "", err
	}
	if doubt {
		return "", ErrLinkDoubt
	}
	return d.renew(ctx, who, SingleOn, in)
}

// Unlink ends that.
func (d *Doors) Unlink(ctx context.Context, who office.Staff, in In) (next string, err error) {
	if err := d.Factors.ChangeStaff(ctx, who.ID, func(m *office.Staff) { m.Link = office.Linked{} }); err != nil {
		return "", err
	}
	return d.renew(ctx, who, SingleOff, in)
}
