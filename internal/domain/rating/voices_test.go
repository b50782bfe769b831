package rating_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
)

// spoken keeps comments and their answers as the store does, one a page.
type spoken struct {
	ratings []*rating.Rating
	replies map[string]*rating.Reply
}

func (s *spoken) Commented(_ context.Context, of rating.Asked) ([]*rating.Rating, string, error) {
	var all []*rating.Rating
	for _, r := range s.ratings {
		if slices.Contains(of.Counters, r.Said) && r.Score == of.Score && of.From <= r.Day && r.Day <= of.To {
			all = append(all, r)
		}
	}
	at, _ := strconv.Atoi(of.After)
	if at >= len(all) {
		return nil, "", nil
	}
	next := ""
	if at+1 < len(all) {
		next = strconv.Itoa(at + 1)
	}
	return all[at : at+1], next, nil
}

func (s *spoken) GetRating(_ context.Context, id string) (*rating.Rating, error) {
	for _, r := range s.ratings {
		if r.ID == id {
			return r, nil
		}
	}
	return nil, rating.ErrNoComment
}

func (s *spoken) Replies(_ context.Context, ids []string) ([]*rating.Reply, error) {
	var out []*rating.Reply
	for _, id := range ids {
		if r, ok := s.replies[id]; ok {
			out = append(out, r)
		}
	}
	return out, nil
}

func (s *spoken) PutReply(_ context.Context, r *rating.Reply) error {
	was := int64(0)
	if old, ok := s.replies[r.ID]; ok {
		was = old.V
	}
	if was != r.V-1 {
		return rating.ErrStale
	}
	s.replies[r.ID] = r
	return nil
}

func (s *spoken) OpenReplies(_ context.Context, counter, since string, _ int) ([]*rating.Reply, error) {
	var out []*rating.Reply
	for _, r := range s.replies {
		if r.Open == counter && r.On >= since {
			out = append(out, r)
		}
	}
	return out, nil
}

// voices is a book of a commune whose counter k had ratings on the given days of November: each with so many of a score.
func voices(at *time.Time, days ...*rating.Tally) (*rating.Book, *spoken) {
	b, shelf := book(at)
	shelf.days = days
	s := &spoken{replies: map[string]*rating.Reply{}}
	b.Voices, b.Offices = s, caseworktest.Fixed{O: office.New(caseworktest.Commune())}
	return b, s
}

func said(id, day string, score int, text string) *rating.Rating {
	r := &rating.Rating{ID: id, Counter: "c1", Day: day, Score: score, Comment: text, Verified: true}
	r.Place()
	return r
}

// TestNothingIsToldOfFewerThanFive: a day with few ratings is told with those after it, today and what is left over not at all; and
// what was told of a period stays as it was on every later day.
func TestNothingIsToldOfFewerThanFive(t *testing.T) {
	now := time.Date(2026, 11, 10, 5, 0, 0, 0, time.UTC)
	b, s := voices(&now, day(2, 3, 1), day(3, 1, 5), day(4, 1, 5), day(5, 4, 5), day(10, 9, 1))
	s.ratings = []*rating.Rating{said("a", "2026-11-02", 1, "Chờ lâu"), said("b", "2026-11-05", 1, "Chưa đủ"), said("c", "2026-11-10", 1, "Hôm nay")}
	q := rating.QuarterOf(now)
	of, err := b.Served(t.Context(), []string{"c1"}, q)
	if err != nil {
		t.Fatal(err)
	}
	if k := of["c1"]; k.N != 5 || k.Satisfied != 40 || len(k.Periods) != 1 || k.Periods[0].From != "2026-11-02" || k.Periods[0].To != "2026-11-04" {
		t.Errorf("%+v", k)
	}
	cs, next, err := b.Comments(t.Context(), []string{"c1"}, []int{1, 2, 3, 4, 5}, q, "")
	if err != nil || next != "" || len(cs) != 1 || cs[0].ID != "a" || cs[0].From != "2026-11-02" || cs[0].To != "2026-11-04" {
		t.Errorf("%+v %q %v", cs, next, err)
	}
	for later := 11; later < 20; later++ {
		now = time.Date(2026, 11, later, 5, 0, 0, 0, time.UTC)
		again, err := b.Served(t.Context(), []string{"c1"}, q)
		if err != nil || again["c1"].Periods[0].Satisfied != 40 || again["c1"].Periods[0].To != "2026-11-04" {
			t.Errorf("on the %dth the first period is %+v, %v", later, again["c1"].Periods[0], err)
		}
		if k := again["c1"]; k.N != 18 || len(k.Periods) != 2 {
			t.Errorf("on the %dth there are %d ratings in %d periods", later, k.N, len(k.Periods))
		}
	}
}

// TestCommentsComeLowestFirst, page by page, each once, without what somebody could be found by.
func TestCommentsComeLowestFirst(t *testing.T) {
	now := time.Date(2026, 11, 10, 5, 0, 0, 0, time.UTC)
	b, s := voices(&now, day(2, 80, 3))
	for i := range 75 {
		s.ratings = append(s.ratings, said(strconv.Itoa(i), "2026-11-02", 5-i%5, "Gọi tôi số 0905 123 456, hồ sơ H12.3-261102-0001"))
	}
	seen, last, after := map[string]bool{}, 0, ""
	for {
		cs, next, err := b.Comments(t.Context(), []string{"c1"}, []int{1, 2, 3, 4, 5}, rating.QuarterOf(now), after)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cs {
			if seen[c.ID] || c.Score < last {
				t.Errorf("%s of %d after %d, seen %t", c.ID, c.Score, last, seen[c.ID])
			}
			seen[c.ID], last = true, c.Score
			if c.Text != "Gọi tôi số •••, hồ sơ H•••" {
				t.Errorf("told: %s", c.Text)
			}
		}
		if after = next; next == "" {
			break
		}
	}
	if len(seen) != 75 {
		t.Errorf("%d of 75 comments", len(seen))
	}
}

// TestTheOfficeAnswersAComment: whoever heads the unit, once over what he saw, and in public without what somebody is found by.
func TestTheOfficeAnswersAComment(t *testing.T) {
	now := time.Date(2026, 11, 10, 5, 0, 0, 0, time.UTC)
	o := office.New(caseworktest.Commune())
	k := o.Counters()[0]
	u, _ := o.Unit(k.Unit)
	for head, _, ok := o.Acting(u.ID, now); !ok || head.ID == ""; head, _, ok = o.Acting(u.ID, now) {
		u, _ = o.Unit(u.Parent)
	}
	head, _, _ := o.Acting(u.ID, now)
	full, empty := &rating.Tally{Counter: k.ID, Day: "2026-11-02", Verified: [5]int{5}}, &rating.Tally{Counter: k.ID, Day: "2026-11-10", Verified: [5]int{5}}
	b, s := voices(&now, full, empty)
	for _, r := range []*rating.Rating{said("a", "2026-11-02", 1, "Chờ lâu"), said("b", "2026-11-10", 1, "Hôm nay")} {
		r.Counter, r.Said = k.ID, k.ID
		s.ratings = append(s.ratings, r)
	}
	answer := func(who office.Staff, in rating.Answer) error {
		_, err := b.Answer(t.Context(), who, in)
		return err
	}
	for _, other := range o.AllStaff() {
		if may := o.MayAnswerRating(other, k.ID, now); !may && !errors.Is(answer(other, rating.Answer{ID: "a", Text: "x"}), rating.ErrNoComment) {
			t.Errorf("%s answers", other.ID)
		}
	}
	if err := answer(head, rating.Answer{ID: "b", Text: "x"}); !errors.Is(err, rating.ErrNoComment) {
		t.Errorf("a comment of today is answered: %v", err)
	}
	for text, public := range map[string]bool{"": false, "Xin gọi 0905.123.456": true} {
		if m, ok := errors.AsType[rating.MistakesError](answer(head, rating.Answer{ID: "a", Text: text, Public: public})); !ok || m["text"] == "" {
			t.Errorf("%q is kept", text)
		}
	}
	if err := answer(head, rating.Answer{ID: "a", Text: "Gọi lại 0905.123.456"}); err != nil {
		t.Errorf("an internal note: %v", err)
	}
	if open, err := b.Public(t.Context(), []string{k.ID}, now.AddDate(0, 0, -30)); err != nil || len(open) != 0 {
		t.Errorf("an internal note is public: %v %v", open, err)
	}
	if err := answer(head, rating.Answer{ID: "a", Text: "Từ thứ Hai có thêm người tiếp nhận.", Public: true}); !errors.Is(err, rating.ErrStale) {
		t.Errorf("over an answer that was not seen: %v", err)
	}
	if err := answer(head, rating.Answer{ID: "a", Text: "Từ thứ Hai có thêm người tiếp nhận.", Public: true, V: 1}); err != nil {
		t.Error(err)
	}
	if open, err := b.Public(t.Context(), []string{k.ID}, now.AddDate(0, 0, -30)); err != nil || len(open[k.ID]) != 1 {
		t.Errorf("the public answer: %v %v", open, err)
	}
}

// TestQuarters: their names, their days, and the one before.
func TestQuarters(t *testing.T) {
	for at, want := range map[string][3]string{
		"2026-01-01T00:30:00+07:00": {"2026-q1", "2026-01-01", "2026-03-31"}, "2026-12-31T20:00:00Z": {"2027-q1", "2027-01-01", "2027-03-31"},
		"2026-11-10T05:00:00Z": {"2026-q4", "2026-10-01", "2026-12-31"},
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		q := rating.QuarterOf(moment)
		from, to := q.Span()
		if got := [3]string{q.String(), from.Format(time.DateOnly), to.Format(time.DateOnly)}; got != want {
			t.Errorf("%s: %v, want %v", at, got, want)
		}
		if back, ok := rating.ParseQuarter(q.String()); !ok || back != q {
			t.Errorf("%s is read as %v", q, back)
		}
		before := q.Before()
		if _, end := before.Span(); !end.AddDate(0, 0, 1).Equal(from) {
			t.Errorf("before %s is %s", q, before)
		}
	}
	for _, bad := range []string{"", "2026", "2026-q5", "2026-q0", "x-q1", "2026-q1x"} {
		if q, ok := rating.ParseQuarter(bad); ok {
			t.Errorf("%q is read as %v", bad, q)
		}
	}
}

// TestLowRatingsAreToldOfPeriods that are over, have enough ratings and one under 3, and not for long.
func TestLowRatingsAreToldOfPeriods(t *testing.T) {
	now := time.Date(2026, 11, 10, 5, 0, 0, 0, time.UTC)
	b, _ := voices(&now, day(2, 4, 5), day(3, 1, 2), day(4, 5, 3), day(5, 4, 1), day(10, 9, 1))
	low := func() []rating.Period {
		got, err := b.Low(t.Context(), []string{"c1"})
		if err != nil {
			t.Fatal(err)
		}
		return got["c1"]
	}
	if got := low(); len(got) != 1 || got[0].From != "2026-11-02" || got[0].To != "2026-11-03" {
		t.Errorf("%+v", got)
	}
	now = now.AddDate(0, 0, 10)
	if got := low(); len(got) != 1 || got[0].From != "2026-11-05" || got[0].To != "2026-11-10" {
		t.Errorf("ten days later: %+v", got)
	}
}
