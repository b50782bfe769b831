package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/office"
)

var styleSheet = regexp.MustCompile(`href="(/static/tiepdan\.[0-9a-f]+\.css)"`)

// TestAnOfficeMakesThePagesItsOwn by its name and one colour, at once and in one file with the rest; taken back, they are as before.
func TestAnOfficeMakesThePagesItsOwn(t *testing.T) {
	st := newStand(t)
	now, err := st.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	whole := now.Whole()
	look := func(name office.Name, colour string) (page, styles string) {
		t.Helper()
		whole.Settings.Name, whole.Settings.Colour = name, colour
		st.Offices = caseworktest.Fixed{O: office.New(whole)}
		page = st.ask(t, http.MethodGet, "/", nil).body
		at := styleSheet.FindStringSubmatch(page)
		if at == nil {
			t.Fatalf("no styles: %s", page)
		}
		a := st.ask(t, http.MethodGet, at[1], nil)
		if a.status != http.StatusOK || !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, kept %q", at[1], a.status, a.header.Get("Cache-Control"))
		}
		return page, strings.ToLower(a.body)
	}
	plain, own := look(office.Name{}, "")
	page, styles := look(office.Name{VI: "Một cửa xã Hòa Vang", EN: "Hòa Vang one-stop shop"}, "#8A1C2B")
	if !strings.Contains(page, ">Một cửa xã Hòa Vang</span>") || !strings.Contains(page, "· Một cửa xã Hòa Vang</title>") {
		t.Errorf("the page does not bear the name: %s", page)
	}
	before, after := strings.Index(styles, "--brand:#8a1c2b"), strings.Index(styles, "--brand:#000")
	if before < 0 || after < before || strings.Count(styles, "--brand-soft:") != strings.Count(own, "--brand-soft:")+3 {
		t.Errorf("the colour stands at %d, that of paper at %d", before, after)
	}
	if again, s := look(office.Name{}, ""); s != own || strings.Contains(again, "Hòa Vang one") || !strings.Contains(plain, ">"+st.Words.Say("vi", "site.name", nil)+"</span>") {
		t.Error("taken back, the pages are not as before")
	}
}
