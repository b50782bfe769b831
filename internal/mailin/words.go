package mailin

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tiepdan/pkg/vntext"
)

// unflow joins the lines of flowed text (RFC 3676).
func unflow(text string, params map[string]string) string {
	if !strings.EqualFold(params["format"], "flowed") {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line != "-- " && !strings.HasPrefix(line, ">") {
			line = strings.TrimPrefix(line, " ")
		}
		if strings.HasSuffix(line, " ") && line != "-- " && !strings.HasPrefix(line, ">") {
			if strings.EqualFold(params["delsp"], "yes") {
				line = strings.TrimSuffix(line, " ")
			}
			b.WriteString(line)
			continue
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// unseen are elements whose content is no text for readers; blocks begin and end lines.
var (
	unseen = []atom.Atom{
		atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Svg, atom.Math,
		atom.Textarea, atom.Select, atom.Audio, atom.Video,
	}
	blocks = []atom.Atom{
		atom.P, atom.Div, atom.Br, atom.Tr, atom.Table, atom.Ul, atom.Ol, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Pre, atom.Hr, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Dd, atom.Dt, atom.Blockquote, atom.Center,
	}
)

// page turns HTML into text.
type page struct {
	b      strings.Builder
	hidden int // elements that are not shown and still open
	quotes int
	fresh  bool // at the beginning of a line
}

// htmlText is what a reader sees of a page, as plain lines: nothing of it can run, load or lead anywhere.
func htmlText(src string) string {
	p := &page{fresh: true}
	for t := html.NewTokenizer(strings.NewReader(src)); ; {
		switch t.Next() {
		case html.ErrorToken:
			return p.b.String()
		case html.CommentToken, html.DoctypeToken:
		case html.TextToken:
			p.text(string(t.Text()))
		case html.StartTagToken:
			p.open(t.Token(), false)
		case html.SelfClosingTagToken:
			p.open(t.Token(), true)
		case html.EndTagToken:
			p.close(t.Token().DataAtom)
		}
	}
}

func (p *page) text(s string) {
	if p.hidden > 0 {
		return
	}
	s = html.UnescapeString(s)
	words := strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " ")
	if words == "" {
		if !p.fresh && s != "" {
			p.put(" ")
		}
		return
	}
	if !p.fresh && strings.TrimLeft(s, " \t\r\n\u00a0") != s {
		p.put(" ")
	}
	p.put(words)
	if strings.TrimRight(s, " \t\r\n\u00a0") != s {
		p.put(" ")
	}
}

func (p *page) put(s string) {
	if p.fresh {
		p.b.WriteString(strings.Repeat("> ", min(p.quotes, 5)))
	}
	p.b.WriteString(s)
	p.fresh = false
}

func (p *page) line() {
	p.b.WriteByte('\n')
	p.fresh = true
}

func (p *page) open(t html.Token, closed bool) {
	switch a := t.DataAtom; {
	case slices.Contains(unseen, a):
		if !closed {
			p.hidden++
		}
	case p.hidden > 0:
	case a == atom.Blockquote:
		p.line()
		p.quotes++
	case a == atom.Li:
		if !p.fresh {
			p.line()
		}
		p.put("- ")
	case a == atom.P || a == atom.Hr:
		p.line()
		p.line()
	case a == atom.Td || a == atom.Th:
		p.text(" ")
	case slices.Contains(blocks, a) && (!p.fresh || a == atom.Br):
		p.line()
	}
}

func (p *page) close(a atom.Atom) {
	switch {
	case slices.Contains(unseen, a):
		p.hidden = max(p.hidden-1, 0)
	case a == atom.Body || a == atom.Html: // what was left open inside is closed
		p.hidden = 0
	case p.hidden > 0:
	case a == atom.Blockquote:
		p.line()
		p.quotes = max(p.quotes-1, 0)
	case slices.Contains(blocks, a) && !p.fresh:
		p.line()
	}
}

var (
	attribution = regexp.MustCompile(`(?i)^(vào|on|le|am|ngày|lúc|trong|thứ|at|from|từ)?\b.*(đã viết|wrote|viết|schrieb|a écrit)\s*:$`)
	originalBar = regexp.MustCompile(`(?i)^[-_]{2,}\s*(original message|thư gốc|tin nhắn gốc|original appointment|reply message|thư đã gửi)\s*[-_]*$`)
	headerLine  = regexp.MustCompile(`(?i)^\*?(from|từ|người gửi|von|de)\s*:\*?\s`)
	secondLine  = regexp.MustCompile(`(?i)^\*?(sent|date|to|subject|đã gửi|ngày|ngày gửi|gửi|đến|tới|chủ đề|tiêu đề|người nhận|cc)\s*:\*?`)
	deviceLine  = regexp.MustCompile(`(?i)^(sent from (my|yahoo|outlook|mail)|get outlook for|gửi từ (iphone|ipad|điện thoại|thiết bị|samsung|outlook|yahoo|ứng dụng|xiaomi)|được gửi từ|đã gửi từ|tải outlook|virus-free)`)
)

// unquoted cuts the tail that repeats what was answered. What stands between quotes or after them is news, and stays.
func unquoted(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if originalBar.MatchString(line) || headerBlock(lines[i:]) {
			lines = lines[:i]
			break
		}
	}
	lines = dropTail(lines, func(s string) bool { return s == "" || strings.HasPrefix(s, ">") || strings.Trim(s, "_") == "" })
	for n := 1; n <= 3 && n <= len(lines); n++ { // long ones are broken over lines
		if said := strings.Join(lines[len(lines)-n:], " "); len(said) < 500 && attribution.MatchString(said) {
			lines = lines[:len(lines)-n]
			break
		}
	}
	return strings.Join(lines, "\n")
}

// headerBlock reports whether the lines begin with the header of a quoted message, as Outlook writes it.
func headerBlock(lines []string) bool {
	if !headerLine.MatchString(strings.TrimSpace(lines[0])) {
		return false
	}
	found := 0
	for _, l := range lines[1:min(len(lines), 6)] {
		if secondLine.MatchString(strings.TrimSpace(l)) {
			found++
		}
	}
	return found >= 2
}

func dropTail(lines []string, drop func(trimmed string) bool) []string {
	for len(lines) > 0 && drop(strings.TrimSpace(lines[len(lines)-1])) {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// maxSignature is how many lines a signature has at most; what is longer after a line of two dashes is more than that.
const maxSignature = 15

// unsigned cuts the signature and what a mail program says of itself.
func unsigned(text string) (written, signature string) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := len(lines) - 1; i >= max(0, len(lines)-maxSignature-1); i-- {
		if bare := strings.TrimRight(lines[i], " "); bare == "--" {
			lines, signature = lines[:i], strings.Join(lines[i+1:], "\n")
			break
		}
	}
	lines = dropTail(lines, func(s string) bool { return s == "" || deviceLine.MatchString(s) })
	return strings.Join(lines, "\n"), signature
}

var blankRun = regexp.MustCompile(`\n[ \t]*\n(?:[ \t]*\n)+`)

// tidy is the text in NFC without runs of empty lines.
func tidy(s string) string {
	var b strings.Builder
	for line := range strings.Lines(vntext.NFC(s)) {
		b.WriteString(strings.TrimRight(line, " \t\n") + "\n")
	}
	return strings.TrimSpace(blankRun.ReplaceAllString(b.String(), "\n\n"))
}

var aPhone = regexp.MustCompile(`(?:\+84|0)[0-9 .()-]{8,14}`)

// phoneIn is the first telephone number in a signature.
func phoneIn(signature string) string {
	for _, s := range aPhone.FindAllString(signature[:min(len(signature), 2000)], 5) {
		if e164, ok := vntext.Phone(strings.TrimRight(s, " .-(")); ok {
			return e164
		}
	}
	return ""
}
