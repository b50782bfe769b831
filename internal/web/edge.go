package web

import (
	"bytes"

	"github.com/valyala/fasthttp"
)

// edge stands around everything that answers: whatever a handler forgot, no answer carries a header that a stranger could
// have ended and begun anew (response splitting).
func (s *Server) edge(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		defer s.observe(ctx)
		if ambiguous(&ctx.Request.Header) {
			ctx.SetConnectionClose()
			ctx.SetStatusCode(fasthttp.StatusBadRequest)
			return
		}
		if s.Secure {
			bareCookies(&ctx.Request.Header)
		}
		next(ctx)
		if ctx.Request.Header.ContentLength() == chunked {
			ctx.SetConnectionClose()
		}
		if s.Secure {
			if err := prefixCookies(&ctx.Response.Header); err != nil {
				s.Log.ErrorContext(ctx, "cookie left out", "error", err)
			}
		}
		s.keepWhole(ctx)
	}
}

// keepWhole leaves out the headers of an answer that would end early or begin another.
func (s *Server) keepWhole(ctx *fasthttp.RequestCtx) {
	var broken []string
	ctx.Response.Header.VisitAll(func(name, value []byte) {
		if splits(name) || splits(value) {
			broken = append(broken, string(name))
		}
	})
	for _, name := range broken {
		ctx.Response.Header.Del(name)
		s.Log.ErrorContext(ctx, "header with control characters left out", "route", string(ctx.Method()), "header", safeName(name))
	}
}

// splits reports whether a header's name or value has a control character other than the tab.
func splits(text []byte) bool {
	return bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// safeName is a header's name as a log may tell it.
func safeName(name string) string {
	if splits([]byte(name)) {
		return "unknown"
	}
	return name
}
