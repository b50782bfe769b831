package web

import (
	"strings"

	"github.com/valyala/fasthttp"
)

// The prefixes that make a browser refuse a cookie which was set over plain HTTP, or by another host of the same domain.
const (
	hostPrefix   = "__Host-"   // for the whole site
	securePrefix = "__Secure-" // for a part of it
)

// bareCookies gives a request its cookies under the names the pages know, once TLS is in front: one without a prefix may
// have been set by anybody, and is left out.
func bareCookies(h *fasthttp.RequestHeader) {
	type pair struct{ name, value string }
	var kept []pair
	h.VisitAllCookie(func(name, value []byte) {
		for _, prefix := range []string{hostPrefix, securePrefix} {
			if bare, ok := strings.CutPrefix(string(name), prefix); ok {
				kept = append(kept, pair{bare, string(value)})
			}
		}
	})
	h.DelAllCookies()
	for _, k := range kept {
		h.SetCookie(k.name, k.value)
	}
}

// prefixCookies gives the cookies of an answer the names that browsers guard.
func prefixCookies(h *fasthttp.ResponseHeader) error {
	var all []*fasthttp.Cookie
	var err error
	h.VisitAllCookie(func(_, whole []byte) {
		k := &fasthttp.Cookie{}
		if e := k.ParseBytes(whole); e != nil {
			err = e
			return
		}
		prefix := securePrefix
		if string(k.Path()) == "/" {
			prefix = hostPrefix
		}
		k.SetKey(prefix + string(k.Key()))
		k.SetSecure(true)
		all = append(all, k)
	})
	h.DelAllCookies()
	for _, k := range all {
		h.SetCookie(k)
	}
	return err
}
