package signin

import (
	"context"
	"errors"

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
	if who.HasFactor() && !a.Factor {
		return "", office.Staff{}, &SecondError{Half: d.half(who)}
	}
	in.single, in.factor = true, a.Factor
	return d.welcome(ctx, who, in, BySingle)
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
