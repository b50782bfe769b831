package web

import (
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// facts are the sentences that state facts of one case to its sender. They come from the case itself, see casework.Told; a page
// adds none of its own.
type facts struct {
	page
	c *casework.Case
}

// sentence puts a told fact into the reader's words.
func (p page) sentence(t casework.Told) string {
	return p.T(t.Key, "date", p.Date(t.Due), "law", cite(p.Lang, t.Law), "days", t.Days, "more", t.More, "far", t.Far, "far_more", t.FarMore)
}

// Cite writes a source of the law as a sentence cites it.
func (p page) Cite(source string) string { return cite(p.Lang, source) }

// Title thanks for what came in by the name of its kind.
func (s facts) Title() string { return s.T("page.receipt.title." + string(s.c.Kind)) }

// Now says where the case stands.
func (s facts) Now() string { return s.sentence(s.c.ToldNow()) }

// Short says it where nothing else of the case stands: once it was answered, by its status alone.
func (s facts) Short() string {
	if s.c.Answer != nil || s.c.State.Ended() {
		return s.Heading()
	}
	return s.Now()
}

// Heading is the status in a word or two.
func (s facts) Heading() string { return s.T(s.c.ToldStatus()) }

// Withdrawal says what is so of a withdrawal besides, or nothing.
func (s facts) Withdrawal() string { return s.maybe(s.c.ToldWithdrawal()) }

// Due says what happens by which day and law, or nothing.
func (s facts) Due() string { return s.maybe(s.c.ToldDue(s.page.Now)) }

// Then says what comes after acceptance, or nothing.
func (s facts) Then() string { return s.maybe(s.c.ToldThen()) }

// Sign says how the signature that the law wants can still be brought, or nothing.
func (s facts) Sign() string { return s.maybe(s.c.ToldSign()) }

// Late says that the office is late, or nothing.
func (s facts) Late() string { return s.maybe(s.c.ToldWarning(s.page.Now)) }

func (s facts) maybe(t casework.Told, ok bool) string {
	if !ok {
		return ""
	}
	return s.sentence(t)
}

// DueDay is what the running clock is a limit of, and its day; empty and zero without one.
func (s facts) DueDay() (d dueDay) {
	if k, ok := s.c.Running(); ok && !s.c.State.Ended() {
		d = dueDay{s.T(s.c.ClockKey(k.Name)), k.Due}
		if k.Name == law.Documents {
			d.Of = s.T("told.label.documents")
		}
	}
	return d
}

// dueDay is a day with what it is a limit of.
type dueDay struct {
	Of string
	At time.Time
}

// Said are the sentences about the receipt's case.
func (p receiptPage) Said() facts { return facts{p.page, p.Case} }

// Said are the sentences about the case that is followed.
func (p trackPage) Said() facts { return facts{p.page, p.Seen.Case} }
