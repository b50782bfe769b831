package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Insert keeps a new case.
func (s *Store) Insert(ctx context.Context, c *casework.Case) error {
	if err := s.outbox.stamp(ctx, c); err != nil {
		return err
	}
	err := one(ctx, s.cases, docdb.Insert, c)
	s.outbox.written(c, err)
	if err = wrap("insert case", err); err == nil {
		s.fresh.put(c)
		s.filed(c)
	}
	return err
}

// Replace stores changed cases, each on its own and only over the version before it.
func (s *Store) Replace(ctx context.Context, cs ...*casework.Case) []error {
	errs := make([]error, len(cs))
	writes := make([]docdb.Write, 0, len(cs))
	at := make([]int, 0, len(cs))
	if err := s.outbox.stamp(ctx, cs...); err != nil {
		return slices.Repeat([]error{err}, len(cs))
	}
	for i, c := range cs {
		s.fresh.forget(c.ID)
		raw, err := bson.Marshal(c)
		if err != nil {
			s.outbox.drop(c)
			errs[i] = fmt.Errorf("encode case %s: %w", c.ID, err)
			continue
		}
		writes, at = append(writes, docdb.Write{Op: docdb.Replace, Doc: raw}), append(at, i)
	}
	for i, err := range s.cases.Write(ctx, writes...) {
		s.outbox.written(cs[at[i]], err)
		errs[at[i]] = wrap("replace case", err)
	}
	return errs
}

// PutCases keeps cases as they are, over whatever was there: for restoring and moving, not for changing.
func (s *Store) PutCases(ctx context.Context, cs ...*casework.Case) error {
	writes := make([]docdb.Write, 0, len(cs))
	for _, c := range cs {
		if c.Standing == "" { // it comes from a release that knew no views
			c.Place()
		}
		raw, err := bson.Marshal(c)
		if err != nil {
			return fmt.Errorf("encode case %s: %w", c.ID, err)
		}
		writes = append(writes, docdb.Write{Op: docdb.Upsert, Doc: raw})
	}
	return wrap("put cases", errors.Join(s.cases.Write(ctx, writes...)...))
}

// Get reads a case by its id.
func (s *Store) Get(ctx context.Context, id string) (*casework.Case, error) {
	c, err := get[casework.Case](ctx, s.cases, id)
	s.outbox.raise(c)
	return c, wrap("get case", err)
}

// Many reads the cases that exist among ids.
func (s *Store) Many(ctx context.Context, ids []string) ([]*casework.Case, error) {
	found, ids := s.fresh.take(ids)
	if len(ids) == 0 {
		return found, nil
	}
	raws, err := s.cases.GetMany(ctx, ids)
	if err != nil {
		return nil, wrap("get cases", err)
	}
	cs, err := decodeAll[casework.Case](raws)
	s.outbox.raise(cs...)
	return append(found, cs...), err
}

// ByRef reads a case by its reference.
func (s *Store) ByRef(ctx context.Context, ref string) (*casework.Case, error) {
	return s.first(ctx, docdb.Find{Query: "by_ref", Where: []docdb.Cond{docdb.Eq("ref", ref)}, Limit: 1})
}

// ByRefs reads the cases that exist among references.
func (s *Store) ByRefs(ctx context.Context, refs ...string) ([]*casework.Case, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	cs, _, err := s.find(ctx, docdb.Find{Query: "by_refs", Where: []docdb.Cond{docdb.In("ref", refs...)}, Limit: len(refs)})
	return cs, err
}

func (s *Store) first(ctx context.Context, f docdb.Find) (*casework.Case, error) {
	cs, _, err := s.find(ctx, f)
	if err != nil {
		return nil, err
	}
	if len(cs) == 0 {
		return nil, wrap("", docdb.ErrNotFound)
	}
	return cs[0], nil
}

func (s *Store) find(ctx context.Context, f docdb.Find) ([]*casework.Case, string, error) {
	raws, next, err := s.cases.Find(ctx, f)
	if err != nil {
		return nil, "", wrap("find cases by "+f.Query, err)
	}
	cs, err := decodeAll[casework.Case](raws)
	s.outbox.raise(cs...)
	return cs, next, err
}

// List reads one page of a list: a search newest first, what is shared with a helper by id, everything else by rank.
func (s *Store) List(ctx context.Context, f casework.Filter) ([]*casework.Case, string, error) {
	q := docdb.Find{After: f.After, Limit: f.Limit}
	if len(f.Words) > 0 && f.Helper == "" {
		return s.search(ctx, f, q)
	}
	q.Query, q.Where = listQuery(f)
	return s.find(docdb.For(ctx, docdb.ForStaff), q)
}

// wide is how many queues are walked one by one; more are read in one walk over all cases of the lanes, which passes over what
// lies elsewhere.
const wide = 64

// listQuery chooses the declared query and states every condition of the filter for it.
func listQuery(f casework.Filter) (string, []docdb.Cond) {
	lanes := lanesOf(f)
	where := append(dueRange(f), conditions(f)...)
	if len(lanes) > 0 {
		where = append(where, docdb.In("lane", lanes...))
	}
	switch {
	case f.Helper != "":
		return "helping", append(where, docdb.Has("helpers", f.Helper))
	case len(f.Words) > 0:
		return "search", where
	case f.Assignee != "":
		return "mine", where
	case len(f.Shelves)*len(lanes) > wide:
		return "everything", where
	default:
		return "shelf", where
	}
}

// lanesOf lists the lanes a filter reads; none is any.
func lanesOf(f casework.Filter) []string {
	switch {
	case f.AnyLane:
		return nil
	case !f.Ended:
		return []string{string(f.Lane)}
	}
	var out []string
	for _, l := range law.Lanes() {
		if l != law.LaneOpen {
			out = append(out, string(l))
		}
	}
	return out
}

// conditions states what a filter asks for besides lanes, times and words.
func conditions(f casework.Filter) []docdb.Cond {
	var where []docdb.Cond
	add := func(path string, values ...string) {
		values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		switch {
		case len(values) == 1:
			where = append(where, docdb.Eq(path, values[0]))
		case len(values) > 1:
			where = append(where, docdb.In(path, values...))
		}
	}
	add("state", states(f)...)
	add("kind", string(f.Kind))
	add("category", f.Category)
	add("channel", f.Channel)
	add("standing", texts(f.Standing)...)
	add("assignee", holders(f)...)
	if len(f.Shelves) > 0 {
		where = append(where, docdb.In("shelf", f.Shelves...))
	}
	if len(f.Doubts) > 0 {
		where = append(where, docdb.In("doubt", f.Doubts...))
	}
	if f.Replied {
		where = append(where, docdb.Between("replied_at", nil, nil))
	}
	if len(f.Score) > 0 {
		where = append(where, docdb.Between("satisfaction.score", int64(f.Score[0]), int64(f.Score[1])+1))
	}
	if f.From != nil || f.To != nil {
		where = append(where, docdb.Between("received_at", end(f.From), end(f.To)))
	}
	return where
}

// end is one end of a span; an open one is nil.
func end(at *time.Time) any {
	if at == nil {
		return nil
	}
	return *at
}

func texts[T ~string](of []T) []string {
	out := make([]string, 0, len(of))
	for _, t := range of {
		out = append(out, string(t))
	}
	return out
}

// nobody and nowhere stand for conditions that contradict each other: no case has them.
const nobody, nowhere = "-", "-"

// states are the states that a filter's two conditions leave.
func states(f casework.Filter) []string {
	switch {
	case f.State == "":
		return texts(f.States)
	case len(f.States) > 0 && !slices.Contains(f.States, f.State):
		return []string{nowhere}
	default:
		return []string{string(f.State)}
	}
}

// holders are the people that a filter's two conditions leave.
func holders(f casework.Filter) []string {
	switch {
	case f.Assignee == "":
		return slices.Clone(f.Holders)
	case len(f.Holders) > 0 && !slices.Contains(f.Holders, f.Assignee):
		return []string{nobody}
	default:
		return []string{f.Assignee}
	}
}

// Count counts what List finds, in groups.
func (s *Store) Count(ctx context.Context, f casework.Filter, by casework.Grouping) ([]casework.Tally, error) {
	f.Words = nil
	list, where := listQuery(f)
	if f.Helper != "" || len(lanesOf(f)) == 0 {
		return nil, fmt.Errorf("count cases: %w", docdb.ErrUndeclared) // looked at one by one, see the desk
	}
	found, err := s.cases.Count(docdb.For(ctx, docdb.ForStaff), docdb.Find{Query: countOf(list, by), Where: where})
	if err != nil {
		return nil, wrap("count cases", err)
	}
	out := make([]casework.Tally, 0, len(found))
	for _, g := range found {
		t := casework.Tally{N: int(g.N)}
		if len(g.Key) > 0 {
			switch k := g.Key[0].(type) {
			case string:
				t.Key = k
			case int64:
				t.Score = int(k)
			}
		}
		if ms, ok := g.Least.(int64); ok {
			t.Oldest = time.UnixMilli(ms).UTC()
		}
		out = append(out, t)
	}
	return out, nil
}

// dueRange states the range of ranks; lists by rank always have one.
func dueRange(f casework.Filter) []docdb.Cond {
	var from, to any
	if f.DueFrom != nil {
		from = f.DueFrom.UnixMilli()
	}
	if f.DueTo != nil {
		to = f.DueTo.UnixMilli()
	}
	if (len(f.Words) > 0 || f.Helper != "") && from == nil && to == nil {
		return nil
	}
	return []docdb.Cond{docdb.Between("rank", from, to)}
}

// Unsent reads one page of the cases whose entries call for notices, or whose parts wait to be filed, since before the given time, the oldest
// first; those too that a program before this one had not announced.
func (s *Store) Unsent(ctx context.Context, before time.Time, after string, limit int) ([]*casework.Case, string, error) {
	return s.find(docdb.For(ctx, docdb.ForBackground), docdb.Find{Query: "unsent", Where: []docdb.Cond{docdb.Between("unsent_at", nil, before)}, After: after, Limit: limit})
}

// Waiting reads one page of the cases that were received before the given time and lie unrouted.
func (s *Store) Waiting(ctx context.Context, before time.Time, after string, limit int) ([]*casework.Case, string, error) {
	cs, next, err := s.find(docdb.For(ctx, docdb.ForBackground), docdb.Find{Query: "shelf", After: after, Limit: limit, Where: []docdb.Cond{
		docdb.In("shelf", office.TriageShelf, office.SealedTriageShelf), docdb.In("lane", string(law.LaneOpen)),
		docdb.Between("rank", nil, nil), docdb.Eq("state", string(law.Received)),
	}})
	return slices.DeleteFunc(cs, func(c *casework.Case) bool { return !c.ReceivedAt.Before(before) }), next, err
}

// Due reads open cases the watch must look at, the most urgent first.
func (s *Store) Due(ctx context.Context, before time.Time, limit int) ([]*casework.Case, error) {
	cs, _, err := s.find(docdb.For(ctx, docdb.ForBackground), docdb.Find{Query: "watch", Where: []docdb.Cond{docdb.Between("watch_at", nil, before)}, Limit: limit})
	return cs, err
}

// Wary reads a page of the open cases of which it can be in doubt who may read them, the oldest first.
func (s *Store) Wary(ctx context.Context, after string, limit int) ([]*casework.Case, string, error) {
	return s.find(docdb.For(ctx, docdb.ForBackground), docdb.Find{Query: "wary", Where: []docdb.Cond{docdb.Between("wary_at", nil, nil)}, After: after, Limit: limit})
}

// Shown reads a page of the cases that Open311 tells of and that changed since from and before to, the newest first.
func (s *Store) Shown(ctx context.Context, from, to time.Time, after string, limit int) ([]*casework.Case, string, error) {
	return s.find(docdb.For(ctx, docdb.ForStaff), docdb.Find{Query: "shown", Where: []docdb.Cond{docdb.Between("shown_at", from, to)}, After: after, Limit: limit})
}

// EachCase streams all cases until each fails. It reads everything there is: for what happens hardly ever.
func (s *Store) EachCase(ctx context.Context, each func(*casework.Case) error) error {
	return wrap("read all cases", s.cases.Scan(docdb.For(ctx, docdb.ForBackground), func(raw bson.Raw) error {
		c, err := decode[casework.Case](raw)
		if err != nil {
			return err
		}
		return each(c)
	}))
}

// PutSecrets keeps the sealed parts of a denunciation.
func (s *Store) PutSecrets(ctx context.Context, sec *casework.Secrets) error {
	return wrap("put secrets", one(ctx, s.secrets, docdb.Upsert, sec))
}

// AddSecrets keeps the sealed parts of a denunciation unless they are there already.
func (s *Store) AddSecrets(ctx context.Context, sec *casework.Secrets) error {
	return wrap("add secrets", one(ctx, s.secrets, docdb.Insert, sec))
}

// Secrets reads the sealed parts of a denunciation.
func (s *Store) Secrets(ctx context.Context, id string) (*casework.Secrets, error) {
	sec, err := get[casework.Secrets](ctx, s.secrets, id)
	return sec, wrap("get secrets", err)
}

// EachSecret streams the sealed parts of all denunciations.
func (s *Store) EachSecret(ctx context.Context, each func(*casework.Secrets)) error {
	return wrap("read secrets", s.secrets.Scan(docdb.For(ctx, docdb.ForBackground), func(raw bson.Raw) error {
		sec, err := decode[casework.Secrets](raw)
		if err == nil {
			each(sec)
		}
		return err
	}))
}

// Purge takes what erased cases left behind out of the database's files.
func (s *Store) Purge(ctx context.Context) error {
	return wrap("purge", errors.Join(s.cases.Purge(ctx), s.secrets.Purge(ctx)))
}
