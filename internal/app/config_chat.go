package app

import (
	"cmp"
	"net/url"
	"os"
	"slices"
	"strings"

	"tiepdan/internal/chat"
	"tiepdan/internal/worker"
)

// parts reads a setting of several parts, such as "app=1 secret=x": each part once, all that are needed, no others. nil says that the
// setting is not made.
func (r *reader) parts(name string, need, may []string) map[string]string {
	v := strings.Fields(os.Getenv(name))
	if len(v) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, part := range v {
		key, value, ok := strings.Cut(part, "=")
		r.check(ok && value != "" && out[key] == "" && (slices.Contains(need, key) || slices.Contains(may, key)), name, "has a part that is not known or stands twice; its parts are "+strings.Join(append(slices.Clone(need), may...), ", "))
		out[key] = value
	}
	for _, key := range need {
		r.check(out[key] != "", name, "needs "+key+"=…")
	}
	for _, key := range []string{"api", "oauth"} {
		u, err := url.Parse(out[key])
		r.check(out[key] == "" || err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http"), name, key+" must be an address such as https://…")
	}
	return out
}

func (r *reader) zalo(name string) *chat.Zalo {
	p := r.parts(name, []string{"app", "account", "secret", "app_secret", "refresh"}, []string{"api", "oauth"})
	if p == nil {
		return nil
	}
	return &chat.Zalo{
		App: p["app"], Account: p["account"], Secret: p["secret"], AppSecret: p["app_secret"], Refresh: p["refresh"],
		API: cmp.Or(p["api"], chat.ZaloAPI), OAuth: cmp.Or(p["oauth"], chat.ZaloOAuth),
	}
}

func (r *reader) facebook(name string) *chat.Facebook {
	p := r.parts(name, []string{"page", "secret", "verify", "token"}, []string{"api"})
	if p == nil {
		return nil
	}
	return &chat.Facebook{Page: p["page"], Secret: p["secret"], Verify: p["verify"], Token: p["token"], API: cmp.Or(p["api"], chat.FacebookAPI)}
}

// zns reads by which templates of Zalo people are told; it goes by the account of TIEPDAN_ZALO.
func (r *reader) zns(name string) *chat.ZNS {
	p := r.parts(name, []string{worker.TemplateTold, worker.TemplateNeutral}, []string{worker.TemplateTold + "_en", worker.TemplateNeutral + "_en", "api"})
	if p == nil {
		return nil
	}
	r.check(os.Getenv("TIEPDAN_ZALO") != "", name, "needs the account of TIEPDAN_ZALO")
	api := cmp.Or(p["api"], chat.ZNSAPI)
	delete(p, "api")
	return &chat.ZNS{Templates: p, API: api}
}

func (r *reader) sms(name string) *chat.SMS {
	p := r.parts(name, []string{"gateway", "key", "brand"}, []string{"secret", "api"})
	if p == nil {
		return nil
	}
	g := p["gateway"]
	r.check(g == chat.ESMS && p["secret"] != "" || g == chat.SpeedSMS, name, "gateway must be esms, with secret=…, or speedsms")
	return &chat.SMS{
		Format: g, Key: p["key"], Secret: p["secret"], Brand: p["brand"],
		API: cmp.Or(p["api"], map[string]string{chat.ESMS: chat.ESMSAPI, chat.SpeedSMS: chat.SpeedSMSAPI}[g]),
	}
}

// push reads whom push services may turn to about what they are given (RFC 8292): an address of mail, or a page.
func (r *reader) push(name string) string {
	v := strings.TrimSpace(os.Getenv(name))
	u, err := url.Parse(v)
	r.check(v == "" || err == nil && (u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") || u.Scheme == "https" && u.Host != ""), name, "must be mailto:… or https://…, whom push services may turn to")
	return v
}
