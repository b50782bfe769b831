package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// signedBy signs a paper of the type as the person, and returns it with the case.
func signedBy(t *testing.T, d *caseworktest.Desk, who office.Staff, w casework.Written) (*casework.Case, *casework.Paper, error) {
	t.Helper()
	f := casework.Final{Written: w, Rev: rev(t, d, w.Ref)}
	p, err := d.WritePaper(t.Context(), who, f.Written)
	if err != nil {
		return nil, nil, err
	}
	f.V = p.V
	if _, _, f.Seen, err = d.Preview(t.Context(), who, f); err != nil {
		return nil, nil, err
	}
	return d.Sign(t.Context(), who, f)
}

// TestATransferredDenunciationsLetterIsSigned: it goes to the agency that the move named, though the case lies where it always lay.
func TestATransferredDenunciationsLetterIsSigned(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Denunciation)
	f.Category = "roads"
	c := routed(t, d, f).Case
	makeMove(t, d, c.ID, "transfer")
	c = stored(t, d, c.ID)
	_, p, err := signedBy(t, d, staff(t, d, c.Assignee), casework.Written{Ref: c.Ref, Type: "transfer", Said: casework.Wording{Text: "Chuyển đơn để giải quyết theo thẩm quyền."}})
	if err != nil {
		t.Fatal(err)
	}
	note := ""
	if v, err := d.Open(t.Context(), staff(t, d, c.Assignee), c.Ref); err == nil {
		note = v.LastNote("transferred")
	}
	if p.Said.To == "" || !strings.HasPrefix(note, p.Said.To+": ") || !strings.HasPrefix(p.Symbol, "01M/PC-") {
		t.Errorf("to %q of %q, numbered %s", p.Said.To, note, p.Symbol)
	}
	if _, p, err = d.Send(t.Context(), staff(t, d, c.Assignee), c.Ref, rev(t, d, c.Ref), p.Name); err != nil || p.State != casework.PaperSent {
		t.Errorf("%s, %v", p.State, err)
	}
}

// TestWhoeverDecidesSignsForHimself: the chair signs a decision on what lies with a division as the chair and not in the committee's
// name, and the division's other papers go by his order; who stands in, for him; a division's own decision is its head's.
func TestWhoeverDecidesSignsForHimself(t *testing.T) {
	chairs := func(t *testing.T, f casework.Draft, moves ...string) (*caseworktest.Desk, *casework.Case) {
		t.Helper()
		d := caseworktest.New()
		id := signedIn(t, d, f).Case.ID
		for _, m := range moves {
			makeMove(t, d, id, m)
		}
		return d, stored(t, d, id)
	}
	own := draft(law.Complaint)
	own.Contested = string(office.OfUnit)
	for _, tc := range []struct {
		what   string
		f      casework.Draft
		moves  []string
		who    string
		typ    string
		as, no string // what stands over the name, and the end of the symbol
	}{
		{"the chair decides", draft(law.Complaint), []string{"accept", "start"}, "chair", "decision", "THỦ TRƯỞNG", "/QĐ-UBND"},
		{"the chair accepts", draft(law.Complaint), []string{"accept"}, "chair", "acceptance", "THỦ TRƯỞNG", "/TB-UBND"},
		{"a division asks for papers", draft(law.Complaint), []string{"accept", "ask_info"}, "roadhead", "ask_info", "TL. THỦ TRƯỞNG|THỦ TRƯỞNG", ""},
		{"the chair asks for papers", draft(law.Complaint), []string{"accept", "ask_info"}, "chair", "ask_info", "TM. ỦY BAN NHÂN DÂN|THỦ TRƯỞNG", ""},
		{"the chair tells the accused", draft(law.Denunciation), []string{"accept"}, "chair", "accused_notice", "THỦ TRƯỞNG", "/TB-"},
		{"a division refers elsewhere what is its own", own, []string{"guide"}, "roadhead", "guidance", "TL. THỦ TRƯỞNG|THỦ TRƯỞNG", "/HD-UBND"},
		{"a division decides what is its own", own, []string{"accept", "start"}, "roadhead", "decision", "THỦ TRƯỞNG", "/QĐ-"},
	} {
		d, c := chairs(t, tc.f, tc.moves...)
		_, p, err := signedBy(t, d, staff(t, d, tc.who), casework.Written{Ref: c.Ref, Type: tc.typ, Said: casework.Wording{Text: "Nội dung văn bản.", Outcome: map[bool]string{true: "upheld"}[tc.typ == "decision"]}})
		if err != nil {
			t.Errorf("%s: %v", tc.what, err)
			continue
		}
		if got := strings.Join(p.Capacity, "|"); got != tc.as || !strings.Contains(p.Symbol, tc.no) {
			t.Errorf("%s: as %q, numbered %s", tc.what, got, p.Symbol)
		}
		if tc.typ == "acceptance" && p.Said.To != tc.f.Contact.Name {
			t.Errorf("%s and addresses %q", tc.what, p.Said.To)
		}
		if own := tc.f.Contested == string(office.OfUnit); own == strings.HasSuffix(p.Symbol, "UBND") && tc.typ == "decision" {
			t.Errorf("%s: numbered %s", tc.what, p.Symbol)
		}
	}
	d, c := chairs(t, draft(law.Complaint), "accept", "start")
	if _, _, err := signedBy(t, d, staff(t, d, "roadhead"), casework.Written{Ref: c.Ref, Type: "decision", Said: casework.Wording{Text: "Nội dung.", Outcome: "upheld"}}); key(err) != "error.competence.commune_chair" {
		t.Errorf("the division's head signs the chair's decision: %v", err)
	}
}

// TestALettersFormIsTheLaws: its kind, whom it is addressed to and who gets it.
func TestALettersFormIsTheLaws(t *testing.T) {
	first := &casework.Case{Kind: law.Complaint, Legal: casework.Legal{Level: 1}}
	second := &casework.Case{Kind: law.Complaint, Legal: casework.Legal{Level: 2}}
	secret := &casework.Case{Kind: law.Denunciation}
	for _, tc := range []struct {
		c    *casework.Case
		typ  string
		kind string
		to   casework.Addressee
		copy string
	}{
		{first, "acceptance", "TB", casework.ToSender, "inspectorate"},
		{secret, "acceptance", "QĐ", casework.ToNobody, "verifiers"},
		{first, "decision", "QĐ", casework.ToNobody, "superior"},
		{second, "decision", "QĐ", casework.ToNobody, "first"},
		{secret, "conclusion", "KL", casework.ToNobody, "manager"},
		{secret, "transfer", "PC", casework.ToAgency, "sender"},
		{first, "answer", "", casework.ToSender, ""},
		{secret, "refusal", "TB", casework.ToSender, ""},
	} {
		f := tc.c.LetterForm(tc.typ)
		if f.Kind != tc.kind || f.To != tc.to || tc.copy != "" && !slices.Contains(f.Copies, tc.copy) || tc.copy == "" && len(f.Copies) > 0 {
			t.Errorf("%s of a %s: %+v", tc.typ, tc.c.Kind, f)
		}
		if tc.c == secret && slices.Contains(f.Copies, "forwarder") {
			t.Errorf("%s tells who passed a denunciation on", tc.typ)
		}
	}
}

// TestAnotherKindBlocksNoPaper: what was drafted before the letter was given another kind is not shown, and keeps nobody from
// writing a paper of the type.
func TestAnotherKindBlocksNoPaper(t *testing.T) {
	d, ref, officer, head := desks(t, law.Feedback)
	p, err := d.WritePaper(t.Context(), officer, casework.Written{Ref: ref, Type: "refusal", Said: casework.Wording{Text: "Từ chối."}})
	if err != nil {
		t.Fatal(err)
	}
	c := stored(t, d, p.Case)
	if _, err := d.Move(t.Context(), head, casework.Order{Ref: ref, Rev: c.Rev(), Move: "reclassify", Args: map[string]string{"kind": "denunciation", "reason": "Có nội dung tố cáo."}}); err != nil {
		t.Fatal(err)
	}
	c = stored(t, d, p.Case)
	o, _ := d.Offices.Office(t.Context())
	for _, who := range o.AllStaff() {
		next, err := d.WritePaper(t.Context(), who, casework.Written{Ref: ref, Type: "refusal", Said: casework.Wording{Text: "Không thụ lý."}})
		if err != nil {
			continue
		}
		if next.Name == p.Name || !next.Secret {
			t.Errorf("%s after %s", next.Name, p.Name)
		}
		return
	}
	t.Errorf("nobody can write a refusal on %s: %v", ref, c.State)
}

// TestTakenOverTheAcceptanceIsTheSuperiors: of several rows that owe a paper, it belongs to the one that was made.
func TestTakenOverTheAcceptanceIsTheSuperiors(t *testing.T) {
	at := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC)
	c := &casework.Case{
		Kind: law.Denunciation, State: law.Accepted, Legal: casework.Legal{Level: 2}, ReceivedAt: at,
		History: []history.Entry{{Seq: 1, At: at, What: "received"}, {Seq: 2, At: at, What: "urged"}, {Seq: 3, At: at, What: "taken_over"}},
	}
	if m := casework.OwesPaper(c, "acceptance"); m.Name != "take_over" {
		t.Errorf("it belongs to %s", m.Name)
	}
}

// TestWhoDecidesKnowsWhoComplains: his papers name the complainant, which is recorded; no other head does, and nobody who denounced.
func TestWhoDecidesKnowsWhoComplains(t *testing.T) {
	d := caseworktest.New()
	ref := signedIn(t, d, draft(law.Complaint)).Case.Ref
	if got, err := d.ShowContact(t.Context(), staff(t, d, "chair"), ref); err != nil || got.Name != "Võ Thị Bé" {
		t.Errorf("%+v, %v", got, err)
	}
	f := draft(law.Feedback)
	if _, err := d.ShowContact(t.Context(), staff(t, d, "chair"), routed(t, d, f).Case.Ref); key(err) != "error.contact_forbidden" {
		t.Errorf("of feedback that lies with a division: %v", err)
	}
	f = draft(law.Denunciation)
	f.Key, f.Category = "secret", "roads"
	if _, err := d.ShowContact(t.Context(), staff(t, d, "chair"), routed(t, d, f).Case.Ref); err == nil {
		t.Error("of a denunciation")
	}
}

// TestAPaperOfAnEarlierRoundGoesOutNoMore: a refusal of before the case was taken up again is no paper of now.
func TestAPaperOfAnEarlierRoundGoesOutNoMore(t *testing.T) {
	d := caseworktest.New()
	id := signedIn(t, d, draft(law.Complaint)).Case.ID
	for _, m := range []string{"refuse", "reconsider"} {
		d.Clock = d.Clock.Add(time.Hour)
		makeMove(t, d, id, m)
	}
	d.Clock = d.Clock.Add(time.Hour)
	makeMove(t, d, id, "accept")
	ref := stored(t, d, id).Ref
	if _, _, err := signedBy(t, d, staff(t, d, "chair"), casework.Written{Ref: ref, Type: "refusal", Said: casework.Wording{Text: "Không thụ lý."}}); key(err) != "error.paper_before_move" {
		t.Errorf("a refusal goes out on an accepted complaint: %v", err)
	}
}

// TestWhoSignsForWhom: a unit's paper bears its own name where it has a seal, a deputy signs for the head, and whoever else stands in
// for him by his authorization.
func TestWhoSignsForWhom(t *testing.T) {
	away := office.Absence{From: caseworktest.Start.AddDate(0, 0, -1), To: caseworktest.Start.AddDate(0, 0, 30)}
	titles := map[string]string{"chair": "Chủ tịch UBND xã Thăng Bình", "vice": "Phó Chủ tịch Ủy ban nhân dân xã", "roadhead": "Trưởng phòng Kinh tế", "second": "Phó Trưởng phòng", "officer": "Chuyên viên"}
	for _, tc := range []struct {
		what       string
		seal       bool
		standsIn   map[string]string // for the absent head, who stands in
		who        string
		as, symbol string
	}{
		{"the head of a unit without a seal", false, nil, "roadhead", "TL. CHỦ TỊCH|TRƯỞNG PHÒNG KINH TẾ", "UBND"},
		{"its deputy", false, map[string]string{"roadhead": "second"}, "second", "TL. CHỦ TỊCH|KT. TRƯỞNG PHÒNG KINH TẾ|PHÓ TRƯỞNG PHÒNG", "UBND"},
		{"the head of a unit with a seal", true, nil, "roadhead", "TRƯỞNG PHÒNG KINH TẾ", "PKT"},
		{"its deputy", true, map[string]string{"roadhead": "second"}, "second", "KT. TRƯỞNG PHÒNG KINH TẾ|PHÓ TRƯỞNG PHÒNG", "PKT"},
		{"a deputy chair who heads it", false, nil, "vice", "TM. ỦY BAN NHÂN DÂN|KT. CHỦ TỊCH|PHÓ CHỦ TỊCH", "UBND"},
		{"a deputy chair who heads one with a seal", true, nil, "vice", "TRƯỞNG PHÒNG", "PKT"},
		{"who stands in for its head", true, map[string]string{"roadhead": "officer"}, "officer", "TUQ. TRƯỞNG PHÒNG KINH TẾ|CHUYÊN VIÊN", "PKT"},
	} {
		d := caseworktest.New()
		content := caseworktest.Commune()
		content.Staff = append(content.Staff, office.Staff{ID: "vice", Unit: "ubnd", Roles: []office.Role{office.Head}}, office.Staff{ID: "second", Unit: "roads", Roles: []office.Role{office.Head}})
		for i := range content.Staff {
			s := &content.Staff[i]
			s.Title.VI = titles[s.ID]
			if by := tc.standsIn[s.ID]; by != "" {
				away.Delegate = by
				s.Away = []office.Absence{away}
			}
		}
		for i := range content.Units {
			if content.Units[i].ID != "roads" {
				continue
			}
			if content.Units[i].Seal = tc.seal; tc.who == "vice" {
				content.Units[i].Head, content.Staff[len(content.Staff)-2].Unit = "vice", "roads"
			}
		}
		d.Offices = caseworktest.Fixed{O: office.New(content)}
		f := draft(law.Petition)
		f.Category = "roads"
		c := routed(t, d, f).Case
		for _, m := range []string{" start", " ask_info"} {
			wantOK(t, ordered(t, d, c.ID, c.Assignee+m, nil))
		}
		_, p, err := signedBy(t, d, staff(t, d, tc.who), casework.Written{Ref: c.Ref, Type: "ask_info", Said: casework.Wording{Text: "Đề nghị bổ sung giấy tờ."}})
		if err != nil {
			t.Errorf("%s: %v", tc.what, err)
			continue
		}
		if got := strings.Join(p.Capacity, "|"); got != tc.as || !strings.Contains(strings.SplitN(p.Symbol, "-", 2)[0], "/"+tc.symbol) {
			t.Errorf("%s: as %q, numbered %s; want %q of %s", tc.what, got, p.Symbol, tc.as, tc.symbol)
		}
	}
	d := caseworktest.New()
	content := caseworktest.Commune()
	for i := range content.Staff {
		s := &content.Staff[i]
		s.Title.VI = titles[s.ID]
		if s.ID == "chair" {
			away.Delegate = "vice"
			s.Away = []office.Absence{away}
		}
	}
	content.Staff = append(content.Staff, office.Staff{ID: "vice", Unit: "ubnd", Roles: []office.Role{office.Head}, Title: office.Name{VI: titles["vice"]}})
	content.Units[2].Seal = true // roads: whose complaint it is is decided by the chair all the same
	d.Offices = caseworktest.Fixed{O: office.New(content)}
	id := signedIn(t, d, draft(law.Complaint)).Case.ID
	for _, m := range []string{"accept", "start"} {
		makeMove(t, d, id, m)
	}
	c := stored(t, d, id)
	for typ, want := range map[string]string{"acceptance": "KT. CHỦ TỊCH|PHÓ CHỦ TỊCH", "decision": "KT. CHỦ TỊCH|PHÓ CHỦ TỊCH"} {
		w := casework.Written{Ref: c.Ref, Type: typ, Said: casework.Wording{Text: "Nội dung."}}
		if typ == "decision" {
			w.Said.Outcome = "upheld"
		}
		_, p, err := signedBy(t, d, staff(t, d, "vice"), w)
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		if got := strings.Join(p.Capacity, "|"); got != want || !strings.HasSuffix(p.Symbol, "-UBND") {
			t.Errorf("%s: as %q, numbered %s", typ, got, p.Symbol)
		}
	}
}

// TestWhatGoesWithAConclusionMovesNothing: the notice of it to the denouncer is signed and sent once it is made, by whoever decides the
// case, and leaves the case where it stands.
func TestWhatGoesWithAConclusionMovesNothing(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Denunciation)
	f.Category = "roads"
	id := routed(t, d, f).Case.ID
	c := stored(t, d, id)
	w := casework.Written{Ref: c.Ref, Type: "conclusion_notice", Said: casework.Wording{Text: "Thông báo kết luận."}}
	for _, m := range concluding() {
		if _, _, err := signedBy(t, d, staff(t, d, c.Assignee), w); key(err) != "error.paper_before_move" {
			t.Errorf("before it is made: %v", err)
		}
		w.V++
		makeMove(t, d, id, m)
	}
	_, p, err := signedBy(t, d, staff(t, d, c.Assignee), w)
	if err != nil {
		t.Fatal(err)
	}
	if _, p, err = d.Send(t.Context(), staff(t, d, c.Assignee), c.Ref, rev(t, d, c.Ref), p.Name); err != nil || p.State != casework.PaperSent {
		t.Errorf("%v %v", p, err)
	}
	if now := stored(t, d, id); now.State != law.Concluded || p.Said.To != "" {
		t.Errorf("%s, addressed to %q", now.State, p.Said.To)
	}
}
