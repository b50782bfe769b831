package app_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// seededCases are the demo's open cases, whoever may see them.
func seededCases(t *testing.T, r *running) []*casework.Case {
	t.Helper()
	watched, err := r.Store.Due(t.Context(), r.Now().AddDate(100, 0, 0), 1000)
	if err != nil {
		t.Fatal(err)
	}
	wary, _, err := r.Store.Wary(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(watched, wary)
	slices.SortFunc(all, func(a, b *casework.Case) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b *casework.Case) bool { return a.ID == b.ID })
}

// TestTheDemosCasesAreOpenToWhomTheyConcern: every open case of the demo has a reader and a way on, nobody reads one that is or
// may be about him, and the pages of every member of staff answer.
func TestTheDemosCasesAreOpenToWhomTheyConcern(t *testing.T) {
	r := openSeeded(t)
	if got := list311(t, r, "services.json"); len(got) != 2 {
		t.Errorf("the demo offers by Open311: %v", got)
	}
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cases := seededCases(t, r)
	kinds := map[law.Kind]int{}
	for _, c := range cases {
		kinds[c.Kind]++
	}
	t.Logf("%d open cases: %v", len(cases), kinds)
	if len(kinds) < 5 || len(cases) < 50 {
		t.Fatalf("the demo has too few open cases: %v", kinds)
	}
	who := map[string][]string{}
	for _, s := range o.AllStaff() {
		who[s.ID] = r.signIn(t, s.Username)
	}
	waysOn := &sync.Map{}
	var wg sync.WaitGroup
	for _, s := range o.AllStaff() {
		wg.Go(func() {
			for _, page := range []string{"/staff", "/staff/cases", "/staff/cases?state=any&q=duong", "/staff/notices", "/staff/accesses", "/staff/me"} {
				if got := r.opens(t, page, who[s.ID]); got != http.StatusOK {
					t.Errorf("%s opens %s: %d", s.ID, page, got)
				}
			}
			for _, c := range cases {
				r.seededCase(t, s, who[s.ID], c, waysOn)
			}
		})
	}
	wg.Wait()
	for _, c := range cases {
		if !o.Led(c.File(), r.Now()) {
			t.Errorf("nobody leads %s, a %s, on", c.Ref, c.Kind)
		}
		if _, ok := waysOn.Load(c.ID); !ok {
			t.Errorf("%s, a %s in %s, has no way on", c.Ref, c.Kind, c.State)
		}
	}
}

// seededCase opens one case as one member of staff, and the pages that it offers him.
func (r *running) seededCase(t *testing.T, s office.Staff, in []string, c *casework.Case, waysOn *sync.Map) {
	t.Helper()
	path, want := "/staff/cases/"+c.Ref, http.StatusNotFound
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Error(err)
		return
	}
	if o.May(s, office.See, c.File(), r.Now()) {
		want = http.StatusOK
	}
	if slices.Contains(slices.Concat(c.About, c.Suspects), s.ID) {
		want = http.StatusNotFound
	}
	if got := r.opens(t, path, in); got != want {
		t.Errorf("%s opens %s, a %s about %v: %d, want %d", s.ID, c.Ref, c.Kind, c.About, got, want)
	}
	if want != http.StatusOK {
		return
	}
	a := r.call(t, http.MethodGet, "/api/v1"+path, nil, in...)
	moves, _ := a.JSON["moves"].([]any)
	if a.Status != http.StatusOK {
		t.Errorf("%s reads %s: %d %s", s.ID, c.Ref, a.Status, a.Raw)
	}
	if len(moves) > 0 {
		waysOn.Store(c.ID, true)
	}
	for _, more := range []string{"strip", "split"} {
		if strings.Contains(string(a.Raw), `"name":"`+more+`"`) {
			if got := r.opens(t, path+"/"+more, in); got != http.StatusOK {
				t.Errorf("%s opens %s/%s: %d", s.ID, path, more, got)
			}
		}
	}
}

// opens asks for a page of the staff's and returns its status.
func (r *running) opens(t *testing.T, path string, in []string) int {
	t.Helper()
	token := strings.TrimPrefix(in[1], "Bearer ")
	return r.call(t, http.MethodGet, path, nil, "Cookie", "staff="+token).Status
}
