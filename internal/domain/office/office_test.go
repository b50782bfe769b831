package office_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/domain/office"
)

var now = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

// commune is a small office: the city above, the commune, two of its units, and their people.
func commune() office.Content {
	return office.Content{
		Units: []office.Unit{
			{ID: "city", Name: office.Name{VI: "UBND thành phố"}, Level: office.Province, Authority: true, Head: "mayor"},
			{ID: "commune", Parent: "city", Name: office.Name{VI: "UBND xã"}, Level: office.Commune, Authority: true, Head: "chair"},
			{ID: "economy", Parent: "commune", Name: office.Name{VI: "Phòng Kinh tế"}, Level: office.Commune, Head: "economist"},
			{ID: "centre", Parent: "commune", Name: office.Name{VI: "Trung tâm"}, Level: office.Commune, Head: "director"},
		},
		Staff: []office.Staff{
			{ID: "mayor", Username: "mayor", Name: "Trần Quốc Bảo", Unit: "city", Roles: []office.Role{office.Head}},
			{ID: "chair", Username: "chair", Name: "Lê Văn Chín", Unit: "commune", Roles: []office.Role{office.Head}},
			{
				ID: "economist", Username: "economist", Name: "Phạm Thị Hoa", Unit: "economy", Roles: []office.Role{office.Head},
				Away: []office.Absence{{From: now.AddDate(0, 0, 10), To: now.AddDate(0, 0, 12), Delegate: "officer"}},
			},
			{ID: "director", Username: "director", Name: "Ngô Đình Khôi", Unit: "centre", Roles: []office.Role{office.Head}},
			{ID: "officer", Username: "officer", Name: "Võ Thành Nam", Unit: "economy", Roles: []office.Role{office.Officer}},
			{ID: "desk", Username: "desk", Name: "Đỗ Thị Lan", Unit: "centre", Roles: []office.Role{office.Reception}},
			{ID: "watch", Username: "watch", Name: "Huỳnh Tấn Phát", Unit: "commune", Roles: []office.Role{office.Inspector}},
			{ID: "admin", Username: "admin", Name: "Bùi Quang Huy", Unit: "centre", Roles: []office.Role{office.Admin}},
		},
		Counters: []office.Counter{{ID: "c1", Unit: "centre", Version: 1, Name: office.Name{VI: "Quầy 1"}}},
		Rules: []office.Rule{
			{ID: "land", Category: "land", Unit: "economy"},
			{ID: "attitude", Keyword: "thái độ", Unit: "centre"},
			{ID: "attitude-land", Keyword: "thái độ", Category: "land", Unit: "commune"},
			{ID: "road", Keyword: "đường", Kind: "feedback", Unit: "economy"},
		},
	}
}

func TestRouteChoosesTheMostSpecificRuleAndItsHead(t *testing.T) {
	o := office.New(commune())
	away := now.AddDate(0, 0, 11)
	for _, tc := range []struct {
		name string
		s    office.Subject
		at   time.Time
		want office.Decision
	}{
		{"category", office.Subject{Kind: "complaint", Category: "land"}, now, office.Decision{Unit: "economy", Assignee: "economist", Rule: "land"}},
		{"keyword is found without its marks", office.Subject{Kind: "feedback", Text: "thai do cua can bo"}, now, office.Decision{Unit: "centre", Assignee: "director", Rule: "attitude"}},
		{"two conditions beat one", office.Subject{Category: "land", Text: "thai do"}, now, office.Decision{Unit: "commune", Assignee: "chair", Rule: "attitude-land"}},
		{"a keyword is a whole word", office.Subject{Kind: "feedback", Text: "duongxa"}, now, office.Decision{}},
		{"the citizen's own choice", office.Subject{Unit: "centre", Category: "land"}, now, office.Decision{Unit: "centre", Assignee: "director"}},
		{"a delegate while the head is away", office.Subject{Category: "land"}, away, office.Decision{Unit: "economy", Assignee: "officer", Delegated: true, Rule: "land"}},
		{"past the head it is about", office.Subject{Category: "land", About: []string{"economist"}}, now, office.Decision{Unit: "commune", Assignee: "chair", Rule: "land", Past: "economy"}},
		{"past the delegate it is about", office.Subject{Category: "land", About: []string{"officer"}}, away, office.Decision{Unit: "commune", Assignee: "chair", Rule: "land", Past: "economy"}},
		{"nothing fits: triage", office.Subject{Kind: "petition"}, now, office.Decision{}},
		{"a denunciation of an official goes to the agency that manages him", office.Subject{Category: "land", Secret: true, About: []string{"officer"}}, now, office.Decision{Unit: "commune", Assignee: "chair", Rule: "land", Past: "economy"}},
		{"a denunciation of the chair goes to the city", office.Subject{Secret: true, Home: "centre", About: []string{"chair"}}, now, office.Decision{Unit: "city", Assignee: "mayor", Past: "commune"}},
		{"a denunciation never waits in a shared queue", office.Subject{Secret: true}, now, office.Decision{Unit: "commune", Assignee: "chair"}},
		{"nobody left above", office.Subject{Unit: "city", About: []string{"mayor"}}, now, office.Decision{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, o.Route(tc.s, tc.at)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStickersRefuseForgedAndRevokedTokens(t *testing.T) {
	c := commune()
	s := office.Stickers{MAC: fakeMAC}
	token := s.Token(c.Counters[0])
	if k, err := s.Read(office.New(c), token); err != nil || k.ID != "c1" {
		t.Fatalf("Read(own token) = %v, %v", k.ID, err)
	}
	c.Counters[0].Version = 2
	if _, err := s.Read(office.New(c), token); !errors.Is(err, office.ErrRevoked) {
		t.Errorf("old version: got %v, want ErrRevoked", err)
	}
	for _, bad := range []string{"", "x", "centre.c1.2.AAAA", "centre.c1.1", token + "x", "economy" + token[6:]} {
		if _, err := s.Read(office.New(c), bad); !errors.Is(err, office.ErrForged) {
			t.Errorf("Read(%q): got %v, want ErrForged", bad, err)
		}
	}
}

func TestTheFrontDoorOpensCountersAndTheOfficeAsAWhole(t *testing.T) {
	c := commune()
	o, s := office.New(c), office.Stickers{MAC: fakeMAC}
	k, err := s.Read(o, s.Online(c.Counters[0]))
	if err != nil || k.ID != "c1" || !k.Online() || k.Place() == "c1" {
		t.Errorf("a counter: %+v, %v", k, err)
	}
	if k, err = s.Read(o, s.Token(c.Counters[0])); err != nil || k.Online() || k.Place() != "c1" {
		t.Errorf("a sticker: %+v, %v", k, err)
	}
	if k, err = s.Read(o, s.Online(office.Counter{Unit: "centre"})); err != nil || k.ID != "" || !k.Online() || k.Name.VI == "" {
		t.Errorf("the office: %+v, %v", k, err)
	}
	for _, gone := range []office.Counter{{Unit: "nowhere"}, {ID: "c9", Unit: "centre"}, {ID: "c1", Unit: "economy"}} {
		if _, err := s.Read(o, s.Online(gone)); !errors.Is(err, office.ErrRevoked) {
			t.Errorf("%+v: %v, want ErrRevoked", gone, err)
		}
	}
}
