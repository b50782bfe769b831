package limit

import (
	"fmt"
	"net/netip"
	"strings"
)

// Proxies are the machines of our own that stand between visitors and the program: only they may say whom they speak for.
type Proxies []netip.Prefix

// ParseProxies reads addresses and networks, such as 10.0.0.7 or 10.0.0.0/8 or fd00::/8.
func ParseProxies(names []string) (Proxies, error) {
	var out Proxies
	for _, name := range names {
		p, err := netip.ParsePrefix(name)
		if err != nil {
			a, err := netip.ParseAddr(name)
			if err != nil {
				return nil, fmt.Errorf("%q is neither an address nor a network", name)
			}
			a = a.Unmap().WithZone("")
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// Has reports whether an address is one of our own machines.
func (ps Proxies) Has(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range ps {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Client is the address of the visitor: the peer of the connection, or, when that is a proxy of ours, the right-most hop of
// X-Forwarded-For that is none. What stands left of it anybody may have written, and is not looked at. A hop that is no
// address ends the walk at the last one that was. forwarded are the header's lines as they came.
func (ps Proxies) Client(peer netip.Addr, forwarded ...string) netip.Addr {
	at := peer.Unmap().WithZone("")
	rest := strings.Join(forwarded, ",")
	for ps.Has(at) && rest != "" {
		i := strings.LastIndexByte(rest, ',')
		next, err := hop(rest[i+1:])
		if err != nil {
			return at
		}
		at, rest = next, rest[:max(i, 0)]
	}
	return at
}

// hop reads one entry: an address, with or without a port and brackets.
func hop(text string) (netip.Addr, error) {
	text = strings.TrimSpace(text)
	if p, err := netip.ParseAddrPort(text); err == nil {
		return p.Addr().Unmap().WithZone(""), nil
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return a.Unmap().WithZone(""), err
}

// homeBits is the part of an IPv6 address that one subscriber is given; the rest he chooses himself.
const homeBits = 64

// Key is what an address counts as: itself, or the /64 of an IPv6 address. An address that is none counts as nobody's.
func Key(a netip.Addr) string {
	a = a.Unmap()
	if !a.Is6() {
		if !a.IsValid() {
			return ""
		}
		return a.String()
	}
	p, err := a.WithZone("").Prefix(homeBits)
	if err != nil {
		return ""
	}
	return p.String()
}
