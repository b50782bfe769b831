package web

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// A catalog may say a part alone: then Vietnamese stands in for the rest, sentence by sentence. While such a page is rendered, what
// stands in lies between two letters that no language has, and goes out marked as Vietnamese, so that a screen reader says it right.
const (
	fallenFrom = "\ue000"
	fallenTo   = "\ue001"
)

var unmarked = strings.NewReplacer(fallenFrom, "", fallenTo, "")

// partial lists the languages that leave something to Vietnamese.
func partial(words Words) map[string]bool {
	out := map[string]bool{}
	for _, l := range words.Langs() {
		out[l] = !words.Whole(l)
	}
	return out
}

// falling says a key in a language, between the two letters when it falls back while marks is set.
func (s *Server) falling(l string, marks *bool) func(string, map[string]string) string {
	return func(key string, args map[string]string) string {
		said := s.Words.Say(l, key, args)
		if *marks && s.Words.Lacks(l, key) {
			return fallenFrom + said + fallenTo
		}
		return said
	}
}

// marking is what render sets while a page in a language that may fall back is rendered; nil where nothing does.
func (p page) marking() *bool { return p.marks }

// fallen writes a rendered page anew: sentences that fell back get their language where an element may stand, and nothing where none
// may, such as in an attribute or a title.
func fallen(body []byte) []byte {
	var out strings.Builder
	z := html.NewTokenizer(bytes.NewReader(body))
	bare := "" // the element that holds text alone
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case html.ErrorToken:
			out.WriteString(unmarked.Replace(raw))
			return []byte(out.String())
		case html.StartTagToken:
			if name, _ := z.TagName(); textAlone[string(name)] {
				bare = string(name)
			}
		case html.EndTagToken:
			bare = ""
		case html.TextToken:
			if bare == "" {
				raw = spanned(raw)
			}
		default: // nothing is said in it
		}
		out.WriteString(unmarked.Replace(raw))
	}
}

var textAlone = map[string]bool{"title": true, "textarea": true, "option": true, "script": true, "style": true}

// spanned puts what lies between the two letters into an element; one within another is part of it.
func spanned(text string) string {
	var out strings.Builder
	depth := 0
	for _, r := range text {
		switch string(r) {
		case fallenFrom:
			if depth++; depth == 1 {
				out.WriteString(`<span lang="vi">`)
			}
		case fallenTo:
			if depth--; depth == 0 {
				out.WriteString(`</span>`)
			}
			depth = max(depth, 0)
		default:
			out.WriteRune(r)
		}
	}
	if depth > 0 {
		out.WriteString(`</span>`)
	}
	return out.String()
}
