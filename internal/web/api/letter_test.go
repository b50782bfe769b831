package api

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/i18n"
)

// TestALetterBearsTheHeadOfWhoIssuesIt: the city's paper on a case that lies with a commune is the city's, and a division with a seal of its
// own stands under its agency (Nghị định 30/2020, Phụ lục I).
func TestALetterBearsTheHeadOfWhoIssuesIt(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	a := &API{Words: words, Now: func() time.Time { return time.Date(2026, 7, 6, 3, 0, 0, 0, time.UTC) }}
	o := office.New(caseworktest.Commune())
	c := &casework.Case{Kind: law.Complaint, Unit: "roads", Ref: "TD-1"}
	for of, want := range map[string][2][]string{
		"city":  {nil, {"ỦY BAN NHÂN DÂN", "THÀNH PHỐ"}},
		"ubnd":  {nil, {"ỦY BAN NHÂN DÂN"}},
		"roads": {{"ỦY BAN NHÂN DÂN"}, {"PHÒNG KINH TẾ"}},
		"":      {nil, {"ỦY BAN NHÂN DÂN"}}, // of one that was signed before this was kept
	} {
		l := a.Letter(o, c, &casework.Paper{Type: "decision", Of: of})
		if !slices.Equal(l.Upper, want[0]) || !slices.Equal(l.House, want[1]) {
			t.Errorf("%q: %q over %q", of, l.Upper, l.House)
		}
	}
}

// TestALetterSaysWhoReceivedIt by the name of whoever issues it, and takes a reason with a colon in it whole.
func TestALetterSaysWhoReceivedIt(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	a := &API{Words: words, Now: time.Now}
	o := office.New(caseworktest.Commune())
	for _, tc := range []struct{ past, typ, reason, to string }{
		{"refused", "refusal", "Điều 11: không đủ điều kiện", ""},
		{"transferred", "transfer", "thuộc thẩm quyền", "Sở Xây dựng"},
	} {
		note := tc.reason
		if tc.to != "" {
			note = tc.to + ": " + note
		}
		c := &casework.Case{Kind: law.Petition, Unit: "roads", Ref: "TD-1", History: []history.Entry{{Seq: 1, What: tc.past}}}
		w := a.Begin(o, casework.Opened{Case: c, Notes: map[int]string{1: note}}, tc.typ)
		if !strings.Contains(w.Text, tc.reason) || !strings.Contains(w.Text, tc.to) || !strings.Contains(w.Text, "Ủy ban nhân dân") || strings.Contains(w.Text, "Phòng Kinh tế") {
			t.Errorf("%s: %s", tc.typ, w.Text)
		}
	}
}
