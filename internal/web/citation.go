package web

import (
	"regexp"
	"strings"
	"unicode"
)

// cite writes a source of the tables (Luật Khiếu nại Đ.12.1đ, 13; Nghị định 155/2026 Đ.10) as a sentence cites it: in Vietnamese
// "điểm đ khoản 1 Điều 12 và Điều 13 Luật Khiếu nại; Điều 10 Nghị định 155/2026/NĐ-CP". What stands after a colon or in
// brackets is a remark for the office and is left out. A source that names no article stays as it is.
func cite(lang, source string) string {
	var cited []string
	for part := range strings.SplitSeq(aside.ReplaceAllString(source, ""), ";") {
		part, _, _ = strings.Cut(strings.TrimSpace(part), ":")
		part = strings.TrimSpace(part)
		cited = append(cited, citeOne(lang, part))
	}
	return strings.Join(cited, "; ")
}

// aside is a remark in brackets.
var aside = regexp.MustCompile(` *\([^)]*\)`)

func citeOne(lang, part string) string {
	if own, after, ok := strings.Cut(part, ", theo "); ok { // the office's own rule, after one of the law's
		return citeOne(lang, own) + map[bool]string{true: ", theo ", false: ", after "}[lang != "en"] + citeOne(lang, after)
	}
	law, articles, ok := strings.Cut(part, " Đ.")
	if lang == "en" {
		law = translated(law)
	}
	if !ok {
		return law
	}
	law = numbered(law)
	var list []string
	for one := range strings.SplitSeq(articles, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "Đ.")
		if one == "" || !unicode.IsDigit(rune(one[0])) {
			continue // a remark
		}
		list = append(list, article(lang, one))
	}
	if lang == "en" {
		return row(list, " and ") + ", " + law
	}
	return inTurn(list) + " " + law
}

// inTurn joins articles as a sentence does; several clauses of one article name it once: khoản 1, khoản 2 Điều 30.
func inTurn(list []string) string {
	var out []string
	for i, one := range list {
		before, after := strings.LastIndex(one, "Điều "), ""
		if i+1 < len(list) {
			after = list[i+1]
		}
		if before > 0 && strings.HasSuffix(after, " "+one[before:]) {
			list[i+1] = one[:before-1] + ", " + after
			continue
		}
		out = append(out, one)
	}
	return row(out, " và ")
}

// row joins words with commas, and the last with and.
func row(list []string, and string) string {
	last := max(0, len(list)-1)
	if last == 0 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + and + list[last]
}

// article writes 28b.1đ as "điểm đ khoản 1 Điều 28b", or "Article 28b(1)(đ)".
func article(lang, one string) string {
	number, clause, has := strings.Cut(one, ".")
	digits := strings.TrimRightFunc(clause, func(r rune) bool { return !unicode.IsDigit(r) })
	point := strings.TrimPrefix(clause, digits)
	if lang == "en" {
		return strings.ReplaceAll("Article "+number+"("+digits+")"+"("+point+")", "()", "")
	}
	out := "Điều " + number
	if has && digits != "" {
		out = "khoản " + digits + " " + out
	}
	if point != "" {
		out = "điểm " + point + " " + out
	}
	return out
}

// numbered gives a decree or circular of the government the ending it is cited with.
func numbered(law string) string {
	if (strings.HasPrefix(law, "Nghị định ") || strings.HasPrefix(law, "Decree ")) && !strings.Contains(law, "NĐ-CP") {
		return law + "/NĐ-CP"
	}
	return law
}

// lawNames are the laws as English pages name them; decrees and circulars keep their numbers.
var lawNames = strings.NewReplacer(
	"Luật Khiếu nại", "Law on Complaints", "Luật Tố cáo", "Law on Denunciations", "Luật Tiếp công dân", "Law on Citizen Reception",
	"Luật Bảo vệ dữ liệu cá nhân", "Law on Personal Data Protection", "Luật Đất đai", "Law on Land", "Luật Hộ tịch", "Law on Civil Status",
	"Luật Cư trú", "Law on Residence", "Luật Căn cước", "Law on Identification", "Luật Xây dựng", "Law on Construction",
	"Luật Nhà ở", "Law on Housing", "Luật Doanh nghiệp", "Law on Enterprises", "Luật Hôn nhân và gia đình", "Law on Marriage and Family",
	"Luật Người khuyết tật", "Law on Persons with Disabilities", "Luật Trẻ em", "Law on Children", "Luật Quốc tịch Việt Nam", "Law on Vietnamese Nationality",
	"Luật Bảo hiểm xã hội", "Law on Social Insurance", "Luật Bảo hiểm y tế", "Law on Health Insurance", "Luật Bảo vệ môi trường", "Law on Environmental Protection",
	"Pháp lệnh", "Ordinance", "Nghị định", "Decree", "Nghị quyết", "Resolution", "Quyết định", "Decision", "Thông tư", "Circular",
	"quy chế làm việc của cơ quan", "the office's working rules", "quy định của cơ quan", "the office's own rule",
)

func translated(law string) string { return lawNames.Replace(law) }

// lawPart is one of the sources that an office typed; Foreign where it stands in Vietnamese on a page of another language.
type lawPart struct {
	Text    string
	Foreign bool
}

// Laws reads the sources of a procedure as the office typed them: "Luật Đất đai 2024, Điều 235; Nghị định 151/2025/NĐ-CP". On an English
// page each is named in English where all of it can be; nothing of it is ever left out.
func (p page) Laws(typed string) []lawPart {
	var out []lawPart
	for part := range strings.SplitSeq(typed, ";") {
		one := lawPart{Text: strings.TrimSpace(part)}
		if p.Lang == "en" {
			one = inEnglish(one.Text)
		}
		out = append(out, one)
	}
	return out
}

// inEnglish reads one typed source, in the order in which it was typed.
func inEnglish(typed string) lawPart {
	said := articlesOf.Replace(translated(typed))
	for _, r := range numberOf.ReplaceAllString(said, "") {
		if r > unicode.MaxASCII && unicode.IsLetter(r) {
			return lawPart{typed, true}
		}
	}
	return lawPart{said, false}
}

// articlesOf are the words of a typed source between its law and its numbers.
var articlesOf = strings.NewReplacer("Điều", "Article", "điều", "Article", "khoản", "clause", "điểm", "point", " và ", " and ")

// numberOf is the number of a paper with the letters of who issued it, which no language translates: 155/2026/NĐ-CP.
var numberOf = regexp.MustCompile(`\d+/\d{4}/[\p{L}\d-]+`)
