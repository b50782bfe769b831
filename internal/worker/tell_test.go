package worker

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/i18n"
)

// TestAPhonesScreenSaysNothing of a case: no reference, no step, no address, no code; of a denunciation not even that there is a letter.
func TestAPhonesScreenSaysNothing(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	tell := &Tell{Words: words, BaseURL: func() string { return "https://tiepdan.example.vn" }}
	for kind, want := range map[law.Kind]string{law.Feedback: "tell.push", law.Denunciation: "mail.neutral.told"} {
		for _, lang := range []string{"vi", "en"} {
			c := &casework.Case{Kind: kind, Ref: "TD26-AAAAAA", Language: lang}
			got := tell.compose(casework.Outgoing{Case: c, To: "x", Code: "7K3M9QXW2B4D8T6V", Dispatch: &casework.Dispatch{Way: casework.WayPush, Step: "answered", Refused: 2}})
			if got.Text != words.T(lang, want) || got.Code || strings.Contains(got.Text, "TD26") {
				t.Errorf("%s in %s: %+v", kind, lang, got)
			}
		}
	}
}

// TestATemplateIsToldNothingOfTheLetter: in the words of its language, or Vietnamese where the office has no template in his; of a
// denunciation where to read alone.
func TestATemplateIsToldNothingOfTheLetter(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	tell := &Tell{Words: words, BaseURL: func() string { return "https://tiepdan.example.vn/" }, Templates: func(name string) bool { return name == "told_en" }}
	for _, tc := range []struct {
		kind            law.Kind
		lang, name, ref string
		news            string
	}{
		{law.Feedback, "", "told", "TD26-AAAAAA", words.T("vi", "zns.answered")},
		{law.Feedback, "en", "told_en", "TD26-AAAAAA", words.T("en", "zns.answered")},
		{law.Denunciation, "vi", "neutral", "", ""},
		{law.Denunciation, "en", "neutral", "", ""},
	} {
		c := &casework.Case{Kind: tc.kind, Ref: "TD26-AAAAAA", Language: tc.lang, Subject: "Đèn tắt", Body: "Đèn tắt"}
		got := tell.compose(casework.Outgoing{Case: c, To: "+84905123456", Dispatch: &casework.Dispatch{ID: "x.3", Way: casework.WayZNS, Step: "answered"}})
		if got.Template != tc.name || got.Values["ref"] != tc.ref || got.Values["news"] != tc.news || got.Values["link"] != "https://tiepdan.example.vn/t" || got.Text != "" || got.ID != "x.3" {
			t.Errorf("%s %q: %+v", tc.kind, tc.lang, got)
		}
	}
	for _, lang := range []string{"vi", "en"} {
		for _, step := range casework.DispatchSteps() {
			if said := words.T(lang, "zns."+step); utf8.RuneCountInString(said) > 30 { // what Zalo lets a state be
				t.Errorf("%s: %q", step, said)
			}
		}
	}
}

// resting has a quota that is used up.
type resting struct{ over bool }

func (r *resting) Rests() bool                       { return r.over }
func (r *resting) Say(context.Context, Spoken) error { return nil }

// TestAUsedUpQuotaCostsNoTry: what is due waits whole until the speaker speaks again.
func TestAUsedUpQuotaCostsNoTry(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	d := caseworktest.New()
	d.Outbox = &caseworktest.Outbox{}
	reach, err := d.Vault.SealPersonal([]byte("zns\x00+84905123456"), "c/reach")
	if err != nil {
		t.Fatal(err)
	}
	now, s := d.Clock, &resting{over: true}
	if err := errors.Join(d.Kept.Insert(t.Context(), &casework.Case{ID: "c", Ref: "c", V: 1, Kind: law.Feedback, Reach: reach}),
		d.Outbox.AddDispatches(t.Context(), &casework.Dispatch{ID: "c.2", V: 1, Case: "c", Step: "answered", Way: casework.WayZNS, Due: &now})); err != nil {
		t.Fatal(err)
	}
	w := &Worker{Desk: d.Desk, Tell: &Tell{Speakers: map[casework.Way]Speaker{casework.WayZNS: s}, Words: words, BaseURL: func() string { return "" }}}
	for range 20 {
		if sent, err := w.SendTold(t.Context()); sent != 0 || err == nil {
			t.Fatalf("told %d: %v", sent, err)
		}
	}
	s.over = false
	if sent, err := w.SendTold(t.Context()); sent != 1 || err != nil {
		t.Errorf("told %d: %v", sent, err)
	}
}

// providers speak to people who each have a provider of their own: some never answer until somebody else was told, or fail at once.
type providers struct {
	told  chan struct{}
	mu    sync.Mutex
	asked map[string]int
}

func (p *providers) Provider(to string) string { return to[:strings.IndexByte(to, '/')] }

func (p *providers) Say(_ context.Context, s Spoken) error {
	at := p.Provider(s.To)
	p.mu.Lock()
	p.asked[at]++
	p.mu.Unlock()
	switch at {
	case "good":
		close(p.told)
		return nil
	case "dead":
		return errors.New("connection refused")
	}
	<-p.told
	return errors.New("no answer in time")
}

// TestOneDeadBrowserKeepsNobodyWaiting: whose provider does not answer has no say in when others are told, and is asked no more in the
// sweep; what was not sent is tried again.
func TestOneDeadBrowserKeepsNobodyWaiting(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	d := caseworktest.New()
	d.Outbox = &caseworktest.Outbox{}
	to := []string{"slow1/a", "slow2/a", "good/a"}
	for i := range 3 * abreast {
		to = append(to, "dead/"+strconv.Itoa(i))
	}
	for _, at := range to {
		reach, err := d.Vault.SealPersonal([]byte("push\x00"+at), at+"/reach")
		if err != nil {
			t.Fatal(err)
		}
		now := d.Clock
		if err := errors.Join(d.Kept.Insert(t.Context(), &casework.Case{ID: at, Ref: at, V: 1, Kind: law.Feedback, Reach: reach}),
			d.Outbox.AddDispatches(t.Context(), &casework.Dispatch{ID: at, V: 1, Case: at, Step: "answered", Way: casework.WayPush, Due: &now})); err != nil {
			t.Fatal(err)
		}
	}
	p := &providers{told: make(chan struct{}), asked: map[string]int{}}
	w := &Worker{Desk: d.Desk, Tell: &Tell{Speakers: map[casework.Way]Speaker{casework.WayPush: p}, Words: words, BaseURL: func() string { return "" }}}
	sent, err := w.SendTold(t.Context())
	if sent != 1 || err == nil || p.asked["good"] != 1 || p.asked["slow1"] != 1 || p.asked["dead"] > abreast {
		t.Errorf("told %d, asked %v: %v", sent, p.asked, err)
	}
	d.Clock = d.Clock.Add(3 * time.Minute)
	if again, err := d.Due(t.Context(), casework.WayPush, 100); err != nil || len(again) != len(to)-1 {
		t.Errorf("%d wait for another try: %v", len(again), err)
	}
}
