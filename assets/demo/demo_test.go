package demo_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tiepdan/assets/demo"
	"tiepdan/pkg/vntext"
)

var now = time.Date(2026, 11, 23, 15, 30, 0, 0, time.FixedZone("+07", 7*60*60))

const plansWanted, ratingsWanted = 300, 3000

func load(t *testing.T) *demo.Content {
	t.Helper()
	c, err := demo.Load()
	if err != nil {
		t.Fatalf("the content does not hold together:\n%v", err)
	}
	return c
}

func TestTheOfficeIsThatOfACommuneOfToday(t *testing.T) {
	c := load(t)
	if len(c.Units) < 10 || len(c.Counters) < 6 || len(c.Staff) < 18 || len(c.Place.Thon) < 10 {
		t.Errorf("%d units, %d counters, %d staff, %d hamlets", len(c.Units), len(c.Counters), len(c.Staff), len(c.Place.Thon))
	}
	for _, u := range c.Units {
		if strings.Contains(u.Name.VI, "huyện") {
			t.Errorf("%s: districts were closed on 01/07/2025", u.Name.VI)
		}
	}
	for _, role := range []string{"reception", "officer", "head", "inspector", "admin"} {
		if !slices.ContainsFunc(c.Staff, func(s demo.Staff) bool { return slices.Contains(s.Roles, role) }) {
			t.Errorf("nobody signs in as %s", role)
		}
	}
	if !slices.ContainsFunc(c.Staff, func(s demo.Staff) bool { return s.Away != nil && s.Away.Delegate != "" }) {
		t.Error("no head is away with a delegate")
	}
}

func TestThreeHundredCasesInTheirShares(t *testing.T) {
	got := map[string]int{}
	for _, p := range load(t).Cases(1, now) {
		got[p.Kind]++
	}
	want := map[string]int{"feedback": 135, "petition": 60, "complaint": 45, "praise": 36, "denunciation": 24}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}

func TestCasesStandInVariedStates(t *testing.T) {
	got := map[string]int{}
	for _, p := range load(t).Cases(1, now) {
		got[p.State]++
	}
	for _, s := range []string{"assigned", "triage", "accepted", "in_progress", "needs_info", "review", "answered", "refused", "transferred", "withdrawn", "closed"} {
		if got[s] == 0 {
			t.Errorf("no case is %s: %v", s, got)
		}
	}
}

func TestNoCaseLooksCopied(t *testing.T) {
	plans := load(t).Cases(1, now)
	said := make([]map[string]bool, len(plans))
	for i, a := range plans {
		said[i] = runs(a.Body)
		for j, b := range plans[:i] {
			if s := alike(said[i], said[j]); s > 0.4 {
				t.Errorf("%s and %s share %.0f %% of their words:\n%s\n%s", a.Key, b.Key, s*100, a.Body, b.Body)
			}
		}
	}
}

// runs are the runs of three words in a text.
func runs(s string) map[string]bool {
	w, out := strings.Fields(s), map[string]bool{}
	for i := range len(w) - 2 {
		out[strings.Join(w[i:i+3], " ")] = true
	}
	return out
}

// alike is the share of runs that the shorter text has in common with the other.
func alike(x, y map[string]bool) float64 {
	both := 0
	for r := range x {
		if y[r] {
			both++
		}
	}
	return float64(both) / float64(max(1, min(len(x), len(y))))
}

// texts is all that a plan says.
func texts(p demo.CasePlan) []string {
	out := []string{p.Subject, p.Body, p.About, p.Address, p.Contact.Name, p.Contact.Address}
	for _, s := range p.Steps {
		for _, v := range s.Args {
			out = append(out, v)
		}
	}
	return out
}

func TestEveryTextIsFilledInAndNFC(t *testing.T) {
	left := regexp.MustCompile(`[{}\[\]|]|  |\.\.|ông ông|bà bà|đồng đồng`)
	for _, p := range load(t).Cases(7, now) {
		for _, s := range texts(p) {
			if m := left.FindString(s); m != "" {
				t.Errorf("%s of %s has %q left: %s", p.Key, p.Letter, m, s)
			}
			if vntext.NFC(s) != s {
				t.Errorf("%s of %s is not NFC: %q", p.Key, p.Letter, s)
			}
		}
		if p.Subject == "" || vntext.Runes(p.Subject) > 200 || vntext.Runes(p.Body) < 60 {
			t.Errorf("%s of %s is too short or too long: %q %q", p.Key, p.Letter, p.Subject, p.Body)
		}
	}
}

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	c := load(t)
	if diff := cmp.Diff(c.Cases(5, now), load(t).Cases(5, now)); diff != "" {
		t.Errorf("cases differ:\n%s", diff)
	}
	if diff := cmp.Diff(c.Ratings(5, 200, now), load(t).Ratings(5, 200, now)); diff != "" {
		t.Errorf("ratings differ:\n%s", diff)
	}
	if cmp.Equal(c.Cases(5, now), c.Cases(6, now)) {
		t.Error("another seed tells the same cases")
	}
}

func TestIdsOfPlansLeadSomewhere(t *testing.T) {
	c := load(t)
	counters, categories := map[string]bool{"": true}, map[string]bool{"": true}
	for _, k := range c.Counters {
		counters[k.ID] = true
	}
	for _, g := range c.Categories {
		categories[g.ID] = true
	}
	keys := map[string]bool{}
	for _, p := range c.Cases(3, now) {
		if !counters[p.Counter] || !categories[p.Category] || keys[p.Key] {
			t.Errorf("%s: counter %q, category %q", p.Key, p.Counter, p.Category)
		}
		keys[p.Key] = true
	}
}

func TestWritersHaveWellFormedPhonesAndIDs(t *testing.T) {
	c := load(t)
	staff := map[string]bool{}
	for _, s := range c.Staff {
		staff[vntext.Fold(s.Name)] = true
	}
	phones, numbers := map[string]bool{}, map[string]bool{}
	shape := regexp.MustCompile(`^((049|048|051|046|079)[0-3]|C)\d{8}$`)
	for _, p := range c.Cases(2, now) {
		if p.Anonymous {
			if p.Contact != (demo.Contact{}) {
				t.Errorf("%s is anonymous and names %v", p.Key, p.Contact)
			}
			continue
		}
		if _, ok := vntext.Phone(p.Contact.Phone); !ok || phones[p.Contact.Phone] {
			t.Errorf("%s: phone %q is wrong or taken", p.Key, p.Contact.Phone)
		}
		phones[p.Contact.Phone] = true
		if staff[vntext.Fold(p.Contact.Name)] {
			t.Errorf("%s is written by the member of staff %s", p.Key, p.Contact.Name)
		}
		id := p.Contact.IDNumber
		if formal(p.Kind) && id == "" {
			t.Errorf("%s is a %s without an identity number", p.Key, p.Kind)
		}
		if id == "" {
			continue
		}
		if _, ok := vntext.CitizenID(id); !ok || !shape.MatchString(id) || numbers[id] {
			t.Errorf("%s: identity number %q is wrong or taken", p.Key, id)
		}
		numbers[id] = true
		woman := (id[3]-'0')%2 == 1 && id[0] != 'C'
		if strings.Contains(p.Contact.Name, " Thị ") && !woman || strings.Contains(p.Contact.Name, " Văn ") && woman {
			t.Errorf("%s: %s bears the number %s of the other sex", p.Key, p.Contact.Name, id)
		}
	}
}

func formal(kind string) bool { return kind == "complaint" || kind == "denunciation" }

func TestStepsFollowTheLawAndTheClock(t *testing.T) {
	for seed := range uint64(5) {
		for _, p := range load(t).Cases(seed, now) {
			steps(t, p)
		}
	}
}

func steps(t *testing.T, p demo.CasePlan) {
	t.Helper()
	if !p.FiledAt.Before(now) || p.FiledAt.Before(now.AddDate(0, 0, -121)) {
		t.Errorf("%s was filed at %s", p.Key, p.FiledAt)
	}
	at, accepted := p.FiledAt, false
	for _, s := range p.Steps {
		if !s.At.After(at) || !s.At.Before(now) {
			t.Errorf("%s of %s: %s at %s, after %s", p.Key, p.Letter, s.Do, s.At, at)
		}
		at = s.At
		accepted = accepted || s.Do == "accept"
		if formal(p.Kind) && s.Do == "answer" && !accepted {
			t.Errorf("%s: a %s answered without acceptance", p.Key, p.Kind)
		}
		if p.Anonymous && (s.Do == "accept" || s.Do == "rate" && formal(p.Kind)) {
			t.Errorf("%s of %s is anonymous and %s", p.Key, p.Letter, s.Do)
		}
		if wants[s.Do] != "" && s.Args[wants[s.Do]] == "" {
			t.Errorf("%s of %s: %s without %s", p.Key, p.Letter, s.Do, wants[s.Do])
		}
	}
}

// wants is what a step cannot do without.
var wants = map[string]string{
	"ask_info": "text", "propose": "text", "answer": "outcome", "refuse": "reason", "transfer": "to", "assign": "unit",
	"write": "text", "rate": "score", "withdraw": "reason",
}

func TestTwoDenunciationsNameStaff(t *testing.T) {
	c := load(t)
	named := map[string]bool{}
	for _, p := range c.Cases(1, now) {
		for _, s := range c.Staff {
			if p.Kind == "denunciation" && strings.Contains(p.Body, s.Name) {
				named[s.ID] = true
			}
		}
	}
	if diff := cmp.Diff(map[string]bool{"dia-chinh": true, "chu-tich": true}, named); diff != "" {
		t.Errorf("denounced (-want +got):\n%s", diff)
	}
}

func TestDenunciationsNeverFollowTheirField(t *testing.T) {
	c := load(t)
	for _, g := range c.Categories {
		found := false
		for _, r := range c.Rules {
			if r.Kind == "denunciation" && r.Category == g.ID {
				found = r.Unit == "ubnd-xa"
			}
		}
		if !found {
			t.Errorf("a denunciation about %s would go to the unit of its field", g.ID)
		}
	}
}

func TestRatingsReachBackNinetyDaysAndOneCounterIsWorse(t *testing.T) {
	c := load(t)
	ratings := c.Ratings(1, ratingsWanted, now)
	if len(ratings) != ratingsWanted {
		t.Fatalf("%d ratings", len(ratings))
	}
	sum, n, said := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, r := range ratings {
		if r.Score < 1 || r.Score > 5 || !r.At.Before(now) || r.At.Before(now.AddDate(0, 0, -91)) {
			t.Errorf("%s: score %d at %s", r.Key, r.Score, r.At)
		}
		if r.Comment != "" && said[r.Comment] {
			t.Errorf("said twice: %s", r.Comment)
		}
		said[r.Comment] = true
		sum[r.Counter] += r.Score
		n[r.Counter]++
	}
	if len(n) != len(c.Counters) || len(said) < 50 {
		t.Errorf("%d counters rated, %d comments", len(n), len(said))
	}
	worst := float64(sum["quay-3"]) / float64(n["quay-3"])
	for id := range n {
		if mean := float64(sum[id]) / float64(n[id]); id != "quay-3" && mean < worst+0.5 {
			t.Errorf("%s is rated %.2f, the worst counter %.2f", id, mean, worst)
		}
	}
}

func TestPlansAreThreeHundredForAnySeedAndTime(t *testing.T) {
	c := load(t)
	for seed := range uint64(20) {
		if n := len(c.Cases(seed, now.AddDate(0, int(seed), int(seed)))); n != plansWanted {
			t.Errorf("seed %d: %d plans", seed, n)
		}
	}
}
