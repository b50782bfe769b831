package app

import (
	"net/netip"
	"net/url"
	"strings"

	"tiepdan/internal/single"
	"tiepdan/internal/web"
)

// oidc is the provider of single sign-on; nil where the setting of its issuer is not made.
func (r *reader) oidc() *single.Config {
	c := single.Config{
		Issuer: r.text("TIEPDAN_OIDC_ISSUER", ""), Client: r.text("TIEPDAN_OIDC_CLIENT", ""), Secret: r.text("TIEPDAN_OIDC_SECRET", ""),
		Name: r.text("TIEPDAN_OIDC_NAME", ""), Factor: r.list("TIEPDAN_OIDC_FACTOR"),
	}
	if c.Issuer == "" {
		r.check(c.Client+c.Secret+c.Name == "" && len(c.Factor) == 0, "TIEPDAN_OIDC_ISSUER", "must name the provider of single sign-on, as the other settings of it are made")
		return nil
	}
	u, err := url.Parse(c.Issuer)
	r.check(err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && own(u.Hostname())), "TIEPDAN_OIDC_ISSUER", "must be an address such as https://dangnhap.tinh.example.vn, as the provider writes it")
	r.check(c.Client != "", "TIEPDAN_OIDC_CLIENT", "must be the id that the provider gave to this service")
	r.check(strings.TrimSpace(c.Name) != "", "TIEPDAN_OIDC_NAME", "must be what staff call the provider, such as Cổng đăng nhập tỉnh Quảng Nam")
	return &c
}

// own reports whether the host is this machine.
func own(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// single is the provider of single sign-on, with the address of this service that it leads back to.
func (a *App) single() *single.Provider {
	if a.Config.OIDC == nil {
		return nil
	}
	return &single.Provider{
		Config: *a.Config.OIDC, Client: single.NewClient(), Now: a.Now,
		Back: func() string { return strings.TrimRight(a.linkBase(), "/") + web.SingleBack },
	}
}
