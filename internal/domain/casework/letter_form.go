package casework

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Addressee (kính gửi) is whom a paper is addressed to.
type Addressee string

// The addressees. A decision or conclusion addresses nobody: who gets it stands in its list of recipients.
const (
	ToSender Addressee = "sender"
	ToAgency Addressee = "agency"
	ToNobody Addressee = ""
)

// LetterForm (thể thức) is how a type of paper is made out.
type LetterForm struct {
	Kind   string // abbreviation of the kind of paper (Nghị định 30/2020, Phụ lục III); an official letter (công văn) has none
	To     Addressee
	Copies []string // nơi nhận, besides the addressee: names in the catalogs
}

// letterForms say it by what the rows of the law call the papers.
var letterForms = map[string]LetterForm{
	"decision":                       {"QĐ", ToNobody, []string{"complainant", "respondent", "interested", "forwarder", "superior", "inspectorate"}}, // Luật Khiếu nại Đ.32
	"decision.second":                {"QĐ", ToNobody, []string{"complainant", "respondent", "interested", "forwarder", "first", "inspectorate"}},    // Luật Khiếu nại Đ.41.1
	"suspension":                     {"QĐ", ToNobody, []string{"complainant", "representative", "respondent", "interested"}},                        // Nghị định 155/2026 Đ.28b
	"resumption":                     {"QĐ", ToNobody, []string{"complainant", "representative", "respondent", "interested"}},                        // Nghị định 155/2026 Đ.28b
	"discontinuance":                 {"QĐ", ToNobody, []string{"complainant", "representative", "respondent", "interested"}},                        // Nghị định 155/2026 Đ.28b
	"acceptance":                     {"TB", ToSender, []string{"forwarder", "inspectorate"}},                                                        // Luật Khiếu nại Đ.27
	"refusal":                        {"TB", ToSender, []string{"forwarder", "inspectorate"}},                                                        // Luật Khiếu nại Đ.27
	"filing":                         {"TB", ToSender, []string{"forwarder"}},                                                                        // Thông tư 05/2021/TT-TTCP
	"return":                         {"TB", ToSender, []string{"forwarder"}},                                                                        // Thông tư 05/2021/TT-TTCP
	"refusal.petition":               {"TB", ToSender, []string{"forwarder"}},                                                                        // Luật Tiếp công dân Đ.28
	"refusal.feedback":               {"TB", ToSender, []string{"forwarder"}},
	"refusal.praise":                 {"TB", ToSender, []string{"forwarder"}},
	"split":                          {"TB", ToSender, nil},                                        // Luật Tiếp công dân Đ.25.3
	"guidance":                       {"HD", ToSender, nil},                                        // Luật Tiếp công dân Đ.26
	"transfer":                       {"PC", ToAgency, []string{"sender"}},                         // Luật Tiếp công dân Đ.26, 28
	"dialogue":                       {"GM", ToSender, []string{"respondent", "interested"}},       // Luật Khiếu nại Đ.30
	"urging":                         {"", ToAgency, nil},                                          // Luật Tiếp công dân Đ.26.3
	"referral":                       {"", ToAgency, nil},                                          // Luật Tố cáo Đ.36.2
	"acceptance_notice.denunciation": {"TB", ToSender, nil},                                        // Luật Tố cáo Đ.29.3
	"accused_notice.denunciation":    {"TB", ToNobody, []string{"accused"}},                        // Luật Tố cáo Đ.29.3; Nghị định 31/2019, mẫu 06
	"conclusion_notice.denunciation": {"TB", ToSender, nil},                                        // Luật Tố cáo Đ.35.3
	"acceptance.denunciation":        {"QĐ", ToNobody, []string{"verifiers"}},                      // Nghị định 31/2019, mẫu 04
	"extension.denunciation":         {"QĐ", ToNobody, []string{"denouncer", "accused", "bodies"}}, // Luật Tố cáo Đ.30.3
	"suspension.denunciation":        {"QĐ", ToNobody, []string{"denouncer", "accused"}},           // Luật Tố cáo Đ.34.4
	"resumption.denunciation":        {"QĐ", ToNobody, []string{"denouncer", "accused"}},           // Luật Tố cáo Đ.34.4
	"discontinuance.denunciation":    {"QĐ", ToNobody, []string{"denouncer", "accused"}},           // Luật Tố cáo Đ.34.4
	"conclusion.denunciation":        {"KL", ToNobody, []string{"accused", "manager"}},             // Luật Tố cáo Đ.35.3
	"refusal.denunciation":           {"TB", ToSender, nil},                                        // Luật Tố cáo Đ.29
}

// variants are the names under which a table may hold what is so for a type on this case: the narrowest first.
func (c *Case) variants(typ string) []string {
	out := []string{typ + "." + string(c.Kind), typ}
	if c.Kind == law.Complaint && c.Legal.Level == 2 {
		out = slices.Insert(out, 0, typ+".second")
	}
	return out
}

// LetterForm is how a paper of the type is made out on this case; an official letter to its sender where nothing else is said.
func (c *Case) LetterForm(typ string) LetterForm {
	for _, name := range c.variants(typ) {
		if f, ok := letterForms[name]; ok {
			return f
		}
	}
	return LetterForm{To: ToSender}
}

// LetterWords lists the keys of the catalogs that may hold the words for a type on this case, the narrowest first.
func (c *Case) LetterWords(key, typ string) []string {
	var out []string
	for _, name := range c.variants(typ) {
		out = append(out, "letter."+key+"."+name)
	}
	return out
}

// receiving are the papers of whoever received the letter, whoever the law lets decide it.
var receiving = []string{"guidance", "transfer", "urging", "split", "filing", "return"}

// issuer (cơ quan ban hành) is the unit whose paper it is: of a complaint or denunciation that of whoever the law lets decide it, of
// all else the nearest one with a seal of its own.
func issuer(o *office.Office, c *Case, m law.Move, now time.Time) string {
	if j := c.Judge(o, now); j.Inside && !slices.Contains(receiving, m.Letter) {
		return j.Unit
	}
	return o.Issuer(c.Unit)
}

// IssuedBy is the unit whose a paper of the type will be.
func (c *Case) IssuedBy(o *office.Office, typ string, now time.Time) string {
	m, _ := c.owesPaper(typ)
	return issuer(o, c, m, now)
}

// Issuer is the unit whose paper it is, also of one that was signed before that was kept.
func (p *Paper) Issuer(o *office.Office, c *Case) string { return cmp.Or(p.Of, o.Seat(c.Unit)) }

// leads reports whether the person heads the unit, is its deputy, or stands in for its head. A deputy chair of the People's Committee is its
// deputy also where he heads one of its units.
func leads(o *office.Office, who office.Staff, unit string, now time.Time) bool {
	_, chairs := chairTitle(who)
	return slices.Contains(o.Headed(who.ID, now), unit) || who.Deputy() && (who.Unit == unit || chairs && o.Seat(who.Unit) == unit)
}

// leadsFor is the unit for which the person signs: the issuer, that of the case, or the agency, where he leads one of them; else his own.
func leadsFor(o *office.Office, who office.Staff, c *Case, issued string, now time.Time) string {
	for _, unit := range []string{issued, c.Unit, o.Seat(c.Unit)} {
		if leads(o, who, unit, now) {
			return unit
		}
	}
	return who.Unit
}

// capacity is what stands over the signer's name (Nghị định 30/2020 Đ.13, Phụ lục I), each a line of the paper: the head of the People's
// Committee signs in its name (TM.), but what the law gives to him alone, as a decision on a complaint, for himself; the head of a unit
// signs what is the unit's own for himself, and the agency's by its head's order (TL.); a deputy for the head (KT.); whoever else stands
// in for a head by his authorization (TUQ.).
func capacity(o *office.Office, who office.Staff, c *Case, m law.Move, now time.Time) []string {
	seat, issued := o.Seat(c.Unit), issuer(o, c, m, now)
	at := leadsFor(o, who, c, issued, now)
	u, _ := o.Unit(at)
	own, headed := o.Staff(u.Head)
	headed = headed && own.ID != who.ID
	if headed && !who.Deputy() && slices.Contains(o.Headed(who.ID, now), at) {
		return []string{"TUQ. " + signsAs(own), signsAs(who)}
	}
	agency, _ := o.Unit(seat)
	var out []string
	switch chair, ok := o.Staff(agency.Head); {
	case at == issued && (m.Competent || m.Himself || !u.Authority): // for himself
	case at == seat && u.Authority:
		out = append(out, "TM. ỦY BAN NHÂN DÂN")
	case at != seat && ok:
		out = append(out, "TL. "+signsAs(chair))
	}
	if headed && leads(o, who, at, now) {
		out = append(out, "KT. "+signsAs(own))
	}
	if _, chairs := chairTitle(who); chairs && at != seat && own.ID == who.ID { // as the head of this unit, and not of the committee
		return append(out, headTitle(u))
	}
	return append(out, signsAs(who))
}

// headTitles are what the heads of units are called that begin so.
var headTitles = [][2]string{
	{"Trung tâm", "GIÁM ĐỐC"},
	{"Văn phòng", "CHÁNH VĂN PHÒNG"},
	{"Phòng", "TRƯỞNG PHÒNG"},
	{"Công an", "TRƯỞNG CÔNG AN"},
	{"Ban Chỉ huy", "CHỈ HUY TRƯỞNG"},
	{"Trạm", "TRẠM TRƯỞNG"},
	{"Ban", "TRƯỞNG BAN"},
}

// headTitle is what the head of a unit is called.
func headTitle(u office.Unit) string {
	for _, t := range headTitles {
		if strings.HasPrefix(u.Name.VI, t[0]) {
			return t[1]
		}
	}
	return "THỦ TRƯỞNG"
}

// signsAs is the title under which somebody signs: of the leaders of a People's Committee without its name, which heads the paper.
func signsAs(s office.Staff) string {
	title, _ := chairTitle(s)
	return strings.ToUpper(title)
}

// chairTitle is somebody's title, of the leaders of a People's Committee without its name; and whether he is one of them.
func chairTitle(s office.Staff) (title string, chairs bool) {
	title = cmp.Or(s.Title.VI, "Thủ trưởng")
	for _, committee := range []string{" UBND", " Ủy ban nhân dân", " Uỷ ban nhân dân"} {
		if short, _, found := strings.Cut(title, committee); found && strings.HasSuffix(vntext.Words(short), "chu tich") {
			return short, true
		}
	}
	return title, false
}
