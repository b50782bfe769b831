package store_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// letter files a letter of somebody's and brings it to the unit that has to do with it.
func (k *kept) letter(t *testing.T, kind law.Kind, body string, from casework.Contact) *casework.Case {
	t.Helper()
	k.now = k.now.Add(time.Second)
	filed, err := k.Submit(t.Context(), casework.Draft{Key: rand.Text(), Kind: kind, Subject: "Đường hư hỏng", Body: body, Category: "roads", Contact: from})
	if err != nil {
		t.Fatal(err)
	}
	if errs := k.Route(t.Context(), filed.Case.ID); errs[0] != nil {
		t.Fatal(errs[0])
	}
	return k.get(t, filed.Case.ID)
}

func (k *kept) person(t *testing.T, id string) office.Staff {
	t.Helper()
	o, err := k.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, ok := o.Staff(id)
	if !ok {
		t.Fatalf("there is no %s", id)
	}
	return who
}

// found are the subjects' numbers of what a search tells on all its pages.
func (k *kept) found(ctx context.Context, t *testing.T, who office.Staff, w casework.Wanted) (out []string) {
	t.Helper()
	w.State = casework.AnyState
	for {
		cs, next, err := k.List(ctx, who, w)
		if err != nil {
			t.Fatalf("%s asks for %+v: %v", who.ID, w, err)
		}
		for _, c := range cs {
			out = append(out, c.Body)
		}
		if w.After = next; next == "" {
			return out
		}
	}
}

// TestASenderIsFoundByWhoMaySeeHim: by his whole name, its last two words and his telephone however it is written, and never what is
// sealed. Who only sees the case finds nothing by them, and neither do parts of either.
func TestASenderIsFoundByWhoMaySeeHim(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			be := casework.Contact{Name: "Võ Thị Bé", Phone: "0905 123 456", Address: "Thôn Quý Mỹ"}
			k.letter(t, law.Feedback, "một", be)
			k.letter(t, law.Feedback, "võ thị bé ở thôn Đông đã kể", casework.Contact{Name: "Lê Văn Tám", Phone: "0905000000"})
			given := k.letter(t, law.Feedback, "hai", be)
			k.letter(t, law.Denunciation, "sealed", be)
			k.letter(t, law.Feedback, "không tên", casework.Contact{})
			order := casework.Order{Ref: given.Ref, Rev: given.Rev(), Move: "assign", Args: map[string]string{"assignee": "officer"}}
			if _, err := k.Move(t.Context(), k.person(t, "roadhead"), order); err != nil {
				t.Fatal(err)
			}
			said := "võ thị bé ở thôn Đông đã kể"
			for _, tc := range []struct {
				who, query string
				want       []string
			}{
				{"reception", "Võ Thị Bé", []string{"hai", "một", said}},
				{"reception", "vo thi be", []string{"hai", "một", said}},
				{"roadhead", "Thị Bé", []string{"hai", "một", said}},
				{"roadhead", "0905123456", []string{"hai", "một"}},
				{"reception", "+84 905.123.456", []string{"hai", "một"}},
				{"officer", "Võ Thị Bé", []string{"hai", said}}, // his own, and what is said in a letter of his unit
				{"officer", "0905123456", []string{"hai"}},
				{"chair", "0905123456", nil}, // he sees the cases and not who sent them
				{"chair", "Võ Thị Bé", []string{said}},
				{"inspector", "0905123456", nil},
				{"admin", "0905123456", nil},
				{"reception", "Võ Thị", []string{said}}, // no part of a name but its end
				{"reception", "0905123457", nil},
				{"reception", "Bé Thị", []string{said}},
			} {
				for _, limit := range []int{0, 1} {
					if got := k.found(t.Context(), t, k.person(t, tc.who), casework.Wanted{Query: tc.query, Limit: limit}); !slices.Equal(got, tc.want) {
						t.Errorf("%s asks for %q by %d: %q, want %q", tc.who, tc.query, limit, got, tc.want)
					}
				}
			}
		})
	}
}

// TestStrangersDoNotAskForSenders: the store is not asked for a sender in any queue in which the person may not see him, so that
// neither a count nor a time tells of him.
func TestStrangersDoNotAskForSenders(t *testing.T) {
	k := onSQLite(t)
	k.letter(t, law.Feedback, "một", casework.Contact{Name: "Võ Thị Bé", Phone: "0905123456"})
	asked := &asking{Cases: k.Cases}
	k.Cases = asked
	k.found(t.Context(), t, k.person(t, "roadhead"), casework.Wanted{Query: "0905123456", Unit: "centre"})
	if slices.Contains(asked.senders, "open/roads") {
		t.Errorf("in a unit, senders were asked for in %q", asked.senders)
	}
	for who, want := range map[string][]string{"chair": {"open/ubnd", "mine"}, "inspector": {"mine"}, "officer": {"mine"}, "roadhead": {"open/roads", "mine"}} {
		asked.senders = nil
		k.found(t.Context(), t, k.person(t, who), casework.Wanted{Query: "0905123456"})
		if !slices.Equal(asked.senders, want) {
			t.Errorf("%s: senders were asked for in %q, want %q", who, asked.senders, want)
		}
	}
}

// asking notes in which queues a sender is asked for.
type asking struct {
	casework.Cases
	senders []string
}

func (a *asking) List(ctx context.Context, f casework.Filter) ([]*casework.Case, string, error) {
	if len(f.Words) == 1 && strings.HasPrefix(f.Words[0], docdb.Unsaid) {
		if f.Assignee != "" {
			a.senders = append(a.senders, "mine")
		}
		a.senders = append(a.senders, f.Shelves...)
	}
	return a.Cases.List(ctx, f)
}

// TestWhatAnOlderReleaseKeptIsFoundBySender: it is looked for once, and the history holds as before; who had himself forgotten is
// found no more.
func TestWhatAnOlderReleaseKeptIsFoundBySender(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			c := k.letter(t, law.Feedback, "một", casework.Contact{Name: "Võ Thị Bé", Phone: "0905123456"}).Clone()
			whole := len(c.Terms)
			c.Terms = slices.DeleteFunc(slices.Clone(c.Terms), func(w string) bool { return strings.HasPrefix(w, docdb.Unsaid) })
			if c.V++; len(c.Terms) != whole-3 {
				t.Fatalf("%d search words, %d of them said", whole, len(c.Terms))
			}
			if err := k.store.Replace(t.Context(), c)[0]; err != nil {
				t.Fatal(err)
			}
			who := k.person(t, "reception")
			find := func() string { return fmt.Sprint(k.found(t.Context(), t, who, casework.Wanted{Query: "Thị Bé"})) }
			if got := find(); got != "[]" || len(c.Check()) > 0 {
				t.Fatalf("found %s before; %v", got, c.Check())
			}
			for range 2 {
				if err := k.store.SeekSenders(t.Context(), k.SeekSender); err != nil {
					t.Fatal(err)
				}
			}
			now := k.get(t, c.ID)
			if got := find(); got != "[một]" || now.V != c.V+1 || len(now.Check()) > 0 {
				t.Errorf("found %s; version %d after %d; %v", got, now.V, c.V, now.Check())
			}
		})
	}
}

// TestWhoFindsASenderIsRecorded: to guess a name or a number rightly is to be shown it, so inspection reads of it and the case tells of it,
// once an hour. What was only said in a letter is no showing, and who finds nothing leaves no trace of a person.
func TestWhoFindsASenderIsRecorded(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			be := casework.Contact{Name: "Võ Thị Bé", Phone: "0905123456"}
			first, second := k.letter(t, law.Feedback, "một", be), k.letter(t, law.Feedback, "hai", be)
			said := k.letter(t, law.Feedback, "võ thị bé kể", casework.Contact{Name: "Lê Văn Tám"})
			shown := func(c *casework.Case) (n int) {
				for _, e := range k.get(t, c.ID).History {
					if e.What == "contact_shown" && e.Actor == history.ByStaff("roadhead") {
						n++
					}
				}
				return n
			}
			o, err := k.Offices.Office(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			recorded := func(want ...int) {
				t.Helper()
				as, _, err := k.Accesses.ListAccesses(t.Context(), casework.ContactShown, o.Seat(first.Unit), "", 10)
				if got := []int{shown(first), shown(second), shown(said), len(as)}; err != nil || !slices.Equal(got, want) {
					t.Errorf("recorded %v, want %v: %v", got, want, err)
				}
			}
			head := k.person(t, "roadhead")
			k.found(t.Context(), t, head, casework.Wanted{Query: "0905123457"})
			k.found(t.Context(), t, k.person(t, "chair"), casework.Wanted{Query: "0905123456"})
			recorded(0, 0, 0, 0)
			if _, _, err := k.List(t.Context(), head, casework.Wanted{Query: "Võ Thị Bé", State: casework.AnyState, Limit: 1}); err != nil {
				t.Fatal(err)
			}
			recorded(0, 1, 0, 1) // the other one is on the next page
			for range 2 {
				k.found(t.Context(), t, head, casework.Wanted{Query: "Võ Thị Bé"})
			}
			recorded(1, 1, 0, 2)
		})
	}
}
