package worker

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/casework"
	"tiepdan/internal/casework/caseworktest"
	"tiepdan/pkg/i18n"
)

// TestAPhonesScreenSaysNothing of a case: no reference, no step, no address, no code; of a denunciation not even that there is a letter.
func TestAPhonesScreenSaysNothing(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	tell := &Tell{Words: words, BaseURL: func() string { return "https://tiepdan.example.vn" }}
	for kind, want := range map[casework.Kind]string{casework.Feedback: "tell.push", casework.Denunciation: "mail.neutral.told"} {
		for _, lang := range []string{"vi", "en"} {
			c := &casework.Case{Kind: kind, Ref: "TD26-AAAAAA", Language: lang}
			got := tell.compose(casework.Outgoing{Case: c, To: "x", Code: "7K3M9QXW2B4D8T6V", Dispatch: &casework.Dispatch{Way: casework.WayPush, Step: "answered", Refused: 2}})
			if got.Text != words.T(lang, want) || got.Code || strings.Contains(got.Text, "TD26") {
				t.Errorf("%s in %s: %+v", kind, lang, got)
			}
		}
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
		if err := errors.Join(d.Kept.Insert(t.Context(), &casework.Case{ID: at, Ref: at, V: 1, Kind: casework.Feedback, Reach: reach}),
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
