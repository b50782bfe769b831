package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/i18n"
)

// Speaker says something to a person by one way. An error with Refused() is final and says why; one with Unsure() means that nobody
// knows whether it went out; after any other it surely did not.
type Speaker interface {
	Say(ctx context.Context, s Spoken) error
}

// Spoken is what is said to one person.
type Spoken struct {
	ID   string // the same whenever the same thing is said
	To   string
	Text string
	Code bool // it holds the code: nobody else may read it

	Template string            // where the way has templates: which one, in place of Text
	Values   map[string]string // what it is filled in with
}

// Tell is how senders are told of their cases by short messages.
type Tell struct {
	Speakers map[casework.Way]Speaker
	Words    *i18n.Bundle
	BaseURL  func() string // where citizens reach the service
	// Templates reports whether a way with templates has one of that name; see Spoken.Template.
	Templates func(name string) bool
}

// Rester is a speaker that may have to rest, such as until its quota begins anew: then nothing is tried.
type Rester interface {
	Speaker
	Rests() bool
}

// errRests says why what is due is not tried.
var errRests = errors.New("the quota of notices by template is used up until the next day")

// Apart is a speaker whose people each have a provider of their own: one that is away keeps nobody else waiting.
type Apart interface {
	Speaker
	// Provider names the provider by which somebody is told.
	Provider(to string) string
}

// abreast is how many providers are spoken to at the same time where each person has his own.
const abreast = 8

// SendTold says what is due by every way but mail, and returns how many were told. No way waits for another.
func (w *Worker) SendTold(ctx context.Context) (int, error) {
	var wg sync.WaitGroup
	var all said
	for way, s := range w.Tell.Speakers {
		wg.Go(func() {
			due, err := w.Desk.Due(ctx, way, mailBatch)
			all.note(err)
			if r, ok := s.(Rester); ok && len(due) > 0 && r.Rests() {
				all.note(errRests)
				return
			}
			if a, ok := s.(Apart); ok {
				w.sayApart(ctx, a, due, &all)
			} else {
				w.sayInTurn(ctx, s, due, &all)
			}
		})
	}
	wg.Wait()
	return all.sent, errors.Join(all.errs...)
}

// said is what became of a sweep.
type said struct {
	mu   sync.Mutex
	sent int
	errs []error
	away map[string]bool // the providers that did not answer in this sweep
}

func (s *said) note(err error) {
	if err != nil && !errors.Is(err, casework.ErrStale) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.errs = append(s.errs, err)
	}
}

func (s *said) told() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent++
}

// gone remembers that a provider is away, or tells whether it is.
func (s *said) gone(provider string, away bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if away {
		if s.away == nil {
			s.away = map[string]bool{}
		}
		s.away[provider] = true
	}
	return s.away[provider]
}

// sayInTurn tells people of one provider; where it is away, the rest waits.
func (w *Worker) sayInTurn(ctx context.Context, s Speaker, due []*casework.Dispatch, all *said) {
	for _, x := range due {
		err := w.sayOne(ctx, s.Say, x)
		all.note(err)
		if err == nil {
			all.told()
		} else if !errors.Is(err, casework.ErrStale) {
			return
		}
	}
}

// errAway says that a provider did not answer somebody else in this sweep: the try counts as made.
var errAway = errors.New("its provider is away")

// sayApart tells people of many providers, some abreast; one that did not answer is not asked again in this sweep.
func (w *Worker) sayApart(ctx context.Context, s Apart, due []*casework.Dispatch, all *said) {
	say := func(ctx context.Context, m Spoken) error {
		at := s.Provider(m.To)
		if all.gone(at, false) {
			return errAway
		}
		err := s.Say(ctx, m)
		if err != nil && !final(err) {
			all.gone(at, true)
		}
		return err
	}
	var wg sync.WaitGroup
	turns := make(chan struct{}, abreast)
	for _, x := range due {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			err := w.sayOne(ctx, say, x)
			if err == nil {
				all.told()
			} else if !errors.Is(err, errAway) { // that was said once
				all.note(err)
			}
		})
	}
	wg.Wait()
}

// final reports whether a refusal is one that no other try mends.
func final(err error) bool {
	_, ok := errors.AsType[interface {
		error
		Refused() string
	}](err)
	return ok
}

func (w *Worker) sayOne(ctx context.Context, say func(context.Context, Spoken) error, x *casework.Dispatch) error {
	out, err := w.Desk.Claim(ctx, x)
	if err != nil {
		return err
	}
	err = say(ctx, w.Tell.compose(out))
	after := context.WithoutCancel(ctx) // what became of it is kept also when the program ends
	if refused, ok := errors.AsType[interface {
		error
		Refused() string
	}](err); ok {
		return w.Desk.Unsendable(after, x, refused.Refused())
	}
	if _, ok := errors.AsType[interface {
		error
		Unsure()
	}](err); ok {
		return errors.Join(fmt.Errorf("message of case %s: %w", x.Case, err), w.Desk.Unsure(after, x))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("message of case %s: %w", x.Case, err), w.Desk.Failed(after, x))
	}
	return w.Desk.Sent(after, x)
}

// compose writes the message: that something happened, and where it can be read. What was said stands on the page alone, and of a
// denunciation not even that there is one.
func (t *Tell) compose(o casework.Outgoing) Spoken {
	say := func(key string, args ...any) string { return t.Words.T(langOf(o.Case), key, args...) }
	if o.Way == casework.WayPush { // anybody may see a phone's screen: what it is about, and where, the phone itself knows
		key := "tell.push"
		if o.Case.Guarded() {
			key = "mail.neutral.told"
		}
		return Spoken{ID: o.ID, To: o.To, Text: say(key)}
	}
	base := strings.TrimRight(t.BaseURL(), "/")
	if o.Way == casework.WayZNS {
		return t.byTemplate(o, base)
	}
	told := say("mail.neutral.told")
	if !o.Case.Guarded() && (o.Way != casework.WayComment || o.Step == casework.StepReceived) {
		told = say("mail.told."+o.Step, "ref", o.Case.Ref)
	}
	parts := []string{told}
	if o.Refused > 0 {
		parts = append(parts, say("mail.refused_files", "n", o.Refused))
	}
	switch {
	case o.Code == "":
		parts = append(parts, say("tell.track", "url", base+"/t"))
	case o.Case.Guarded():
		parts = append(parts, say("tell.link", "url", base+"/t#"+o.Code), say("tell.go_on_there"))
	default:
		parts = append(parts, say("tell.link", "url", base+"/t#"+o.Code), say("tell.who_are_you"))
	}
	return Spoken{ID: o.ID, To: o.To, Text: strings.Join(parts, "\n"), Code: o.Code != ""}
}

// The templates by which is told, with the language after a line where it is not Vietnamese.
const (
	TemplateTold    = "told"    // takes ref, news, link
	TemplateNeutral = "neutral" // takes link alone
)

// byTemplate fills a template in: the reference, in a few words what happened, and where it can be read; of a denunciation where to
// read alone. Who reads another language than Vietnamese is told in Vietnamese where the office has no template in his.
func (t *Tell) byTemplate(o casework.Outgoing, base string) Spoken {
	name, lang := TemplateTold, langOf(o.Case)
	values := map[string]string{"link": base + "/t"}
	if o.Case.Guarded() {
		name = TemplateNeutral
	}
	switch in := name + "_" + lang; {
	case lang == "vi":
	case t.Templates != nil && t.Templates(in):
		name = in
	default:
		lang = "vi"
	}
	if !o.Case.Guarded() {
		values["ref"], values["news"] = o.Case.Ref, t.Words.T(lang, "zns."+o.Step)
	}
	return Spoken{ID: o.ID, To: o.To, Template: name, Values: values}
}

func langOf(c *casework.Case) string {
	if c.Language == "" {
		return "vi"
	}
	return c.Language
}
