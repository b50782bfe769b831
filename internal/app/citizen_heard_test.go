package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// toldOf is what a screen reader is told of an element.
type toldOf struct {
	role, name, description string
	invalid, required       bool
}

// hears is what a screen reader is told of the open page: the browser's own tree, not what the markup means to say.
func (p phone) hears() []toldOf {
	p.t.Helper()
	var nodes []*accessibility.Node
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		r, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		nodes = r.Nodes
		return err
	}))
	text := func(v *accessibility.Value) string {
		var s any
		if v == nil || json.Unmarshal(v.Value, &s) != nil {
			return ""
		}
		if said, ok := s.(string); ok {
			return said
		}
		return string(v.Value)
	}
	var out []toldOf
	for _, n := range nodes {
		if n.Ignored {
			continue
		}
		h := toldOf{role: text(n.Role), name: text(n.Name), description: text(n.Description)}
		for _, q := range n.Properties {
			h.invalid = h.invalid || q.Name == accessibility.PropertyNameInvalid && text(q.Value) == "true"
			h.required = h.required || q.Name == accessibility.PropertyNameRequired && text(q.Value) == "true"
		}
		out = append(out, h)
	}
	return out
}

// told finds an element by its role and the beginning of its name.
func (p phone) told(role, name string) toldOf {
	p.t.Helper()
	var all []string
	for _, h := range p.hears() {
		if h.role == role && strings.HasPrefix(h.name, name) {
			return h
		}
		if h.role == role {
			all = append(all, h.name)
		}
	}
	p.t.Errorf("no %s %q is told, only %q", role, name, all)
	return toldOf{}
}

// TestAScreenReaderIsToldOfAForm files with mistakes, one at a time and all at once: each field has its name, its hint and what is
// wrong with it, is said to be needed and to be wrong, and is neither any more once it is mended.
func TestAScreenReaderIsToldOfAForm(t *testing.T) {
	r := open(t, nil)
	for name, opts := range withAndWithoutScripts() {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			p.open(counterPath(t, r, 2) + "/file?kind=complaint")
			subject := p.told("textbox", "Khiếu nại về việc gì?")
			if !subject.required || subject.invalid || !strings.Contains(subject.description, "Một câu ngắn") {
				t.Errorf("before: %+v", subject)
			}
			send, wrong := ".next", "#subject[aria-invalid=true]"
			if name == "no script" {
				send = "button.main"
			}
			p.click(send, wrong)
			subject = p.told("textbox", "Khiếu nại về việc gì?")
			if !subject.required || !subject.invalid || !strings.Contains(subject.description, "Một câu ngắn") || !strings.Contains(subject.description, "Xin tóm tắt sự việc") {
				t.Errorf("with a mistake: %+v", subject)
			}
			if body := p.told("textbox", "Nội dung khiếu nại"); !body.invalid || !strings.Contains(body.description, "Xin nhập nội dung") {
				t.Errorf("with a mistake: %+v", body)
			}
			if alert := p.told("alert", ""); alert.role == "" {
				t.Error("nothing is said to have gone wrong")
			}
			p.told("link", "Xin tóm tắt sự việc")
			if name == "no script" {
				return
			}
			p.says("Mức bồi thường", "Xin tính lại.")
			if s := p.told("textbox", "Khiếu nại về việc gì?"); s.invalid || strings.Contains(s.description, "Xin tóm tắt") {
				t.Errorf("mended: %+v", s)
			}
			p.click(".next", `form[data-screen="2"]`)
			p.told("heading", p.text("h1"))
		})
	}
}

// TestAScreenReaderIsToldOfRatingAndFollowing hears the faces, what follows a sad one, the page of a case, and a wrong code.
func TestAScreenReaderIsToldOfRatingAndFollowing(t *testing.T) {
	r := open(t, nil)
	pages := citizenPages(t, r)
	for name, opts := range withAndWithoutScripts() {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			p.open(pages["rate"])
			p.told("heading", "Ông/bà hài lòng với lần phục vụ này")
			for _, face := range []string{"Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng"} {
				p.told("button", face)
			}
			p.click(`button[value="1"]`, "#comment")
			if why := p.told("textbox", "Vì sao"); why.required || why.description == "" {
				t.Errorf("why: %+v", why)
			}
			p.told("radio", "Có")
			p.told("radio", "Không")

			p.open("/t")
			p.fill("#code", "0000-0000-0000-0001")
			p.click("main button.main", "#code[aria-invalid=true]")
			if code := p.told("textbox", "Mã tra cứu"); !code.required || !code.invalid || !strings.Contains(code.description, "Không tìm thấy") || !strings.Contains(code.description, "16 ký tự") {
				t.Errorf("a wrong code: %+v", code)
			}

			p.open(pages["asked"])
			p.told("heading", p.text("#status"))
			for _, region := range []string{"Việc ông/bà cần làm", "Quá trình giải quyết", "Tin nhắn với cơ quan", "Dữ liệu của tôi"} {
				p.told("region", region)
			}
			if h := p.told("textbox", "Nhắn cho cơ quan"); h.invalid {
				t.Errorf("before: %+v", h)
			}
			p.click(`form[action$="/messages"] button[type=submit]`, "#text[aria-invalid=true]")
			if h := p.told("textbox", "Nhắn cho cơ quan"); !h.invalid || !strings.Contains(h.description, "Xin nhập nội dung") {
				t.Errorf("an empty message: %+v", h)
			}
		})
	}
}
