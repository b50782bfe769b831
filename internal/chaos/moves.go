package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"tiepdan/internal/domain/office"
)

// A case is a register: its revision and whom it is given to. A move says in If-Match which revision it has seen, so it is a
// compare-and-set; reading the case is a read. Whatever order the program let them happen in, one must explain all answers.
type (
	// call is what somebody asked of a case: to look, or to give it to somebody when it is still as he saw it.
	call struct {
		ref  string
		sets bool
		rev  int
		to   string
		note string // which move it was, in the history too
	}
	// reply is what he was told.
	reply struct {
		stale bool
		rev   int
		to    string
	}
	// register is a case as the order of all calls makes it.
	register struct {
		rev int
		to  string
	}
)

// moves is what the movers did.
type moves struct {
	token    string
	refs     []string
	officers []string

	mu    sync.Mutex
	begun time.Time
	done  []porcupine.Operation
	open  []porcupine.Operation // whose answer never came
	n     int
}

const contested = 3 // cases that all movers fight for

// openMoves files the cases that are fought for, and signs in the head whom they came to.
func (st *storm) openMoves(ctx context.Context) error {
	m := &st.moves
	m.begun = time.Now()
	for range contested {
		told, err := st.send(ctx, &sent{n: len(st.letters)})
		if err != nil || !told.acked {
			return errors.Join(errors.New("no letter can be filed"), err)
		}
		st.letters = append(st.letters, &told)
		m.refs = append(m.refs, told.ref)
		if err := await(ctx, "routing", func() bool { return st.routed(ctx, told.code) }); err != nil {
			return err
		}
	}
	return st.becomeHead(ctx)
}

// becomeHead signs in whom the cases came to, whom a receptionist sees.
func (st *storm) becomeHead(ctx context.Context) error {
	m := &st.moves
	anybody := slices.IndexFunc(st.office.AllStaff(), func(s office.Staff) bool { return s.Has(office.Reception) })
	if anybody < 0 {
		return errors.New("the office has no reception")
	}
	if err := st.signIn(ctx, st.office.AllStaff()[anybody]); err != nil {
		return err
	}
	var first seen
	if status, err := st.askOf(ctx, m.refs[0], &first); err != nil || status != http.StatusOK {
		return errors.Join(fmt.Errorf("look at %s: %d", m.refs[0], status), err)
	}
	for _, s := range st.office.AllStaff() {
		if s.Unit == first.Unit && s.Has(office.Officer) {
			m.officers = append(m.officers, s.ID)
		}
		if s.ID == first.Assignee {
			if err := st.signIn(ctx, s); err != nil {
				return err
			}
		}
	}
	if len(m.officers) < 2 {
		return fmt.Errorf("unit %q has nobody to give cases to: %+v", first.Unit, first)
	}
	return nil
}

func (st *storm) signIn(ctx context.Context, s office.Staff) error {
	var session struct {
		Token string `json:"token"`
	}
	status, err := st.ask(ctx, "POST /api/v1/staff/sessions", map[string]string{"username": s.Username, "password": st.password}, &session)
	if err != nil || status != http.StatusCreated {
		return errors.Join(fmt.Errorf("sign in as %s: %d", s.Username, status), err)
	}
	st.moves.token = session.Token
	return nil
}

// askOf asks for a case as the member of staff who is signed in.
func (st *storm) askOf(ctx context.Context, ref string, into *seen) (status int, err error) {
	return st.ask(ctx, "GET /api/v1/staff/cases/"+ref, nil, into, "Authorization", "Bearer "+st.moves.token)
}

// seen is what the API tells of a case.
type seen struct {
	Version  int    `json:"version"`
	Unit     string `json:"unit"`
	Assignee string `json:"assignee"`
	History  []struct {
		Seq  int    `json:"seq"`
		Note string `json:"note"`
	} `json:"history"`
}

// move looks at a case and gives it to somebody, again and again.
func (st *storm) move(ctx context.Context, client int) {
	m := &st.moves
	for ctx.Err() == nil {
		ref := m.refs[rand.IntN(len(m.refs))]
		rest := 4 * restAfter
		if now, ok := st.look(ctx, client, ref); !ok || !st.give(ctx, client, ref, now) {
			rest = restUpset
		}
		select {
		case <-time.After(rest):
		case <-ctx.Done():
		}
	}
}

func (st *storm) look(ctx context.Context, client int, ref string) (now seen, ok bool) {
	begun := time.Since(st.moves.begun)
	status, err := st.askOf(ctx, ref, &now)
	if err != nil || status != http.StatusOK {
		return now, false
	}
	st.moves.keep(client, begun, call{ref: ref}, &reply{rev: now.Version, to: now.Assignee})
	return now, true
}

func (st *storm) give(ctx context.Context, client int, ref string, now seen) bool {
	m := &st.moves
	others := slices.DeleteFunc(slices.Clone(m.officers), func(id string) bool { return id == now.Assignee })
	m.mu.Lock()
	m.n++
	in := call{ref: ref, sets: true, rev: now.Version, to: others[m.n%len(others)], note: "chuyển " + strconv.Itoa(m.n)}
	m.mu.Unlock()
	begun := time.Since(m.begun)
	var after seen
	status, err := st.ask(ctx, "POST /api/v1/staff/cases/"+ref+"/moves/assign", map[string]string{"assignee": in.to, "note": in.note},
		&after, "Authorization", "Bearer "+m.token, "If-Match", fmt.Sprintf(`"%d"`, in.rev))
	switch {
	case err == nil && status == http.StatusOK:
		m.keep(client, begun, in, &reply{rev: in.rev + 1, to: in.to}) // the answer may show what others did right after
		return true
	case err == nil && status == http.StatusConflict:
		m.keep(client, begun, in, &reply{stale: true})
		return true
	}
	m.keep(client, begun, in, nil)
	return false
}

// keep notes what was asked and told; nil is an answer that never came.
func (m *moves) keep(client int, begun time.Duration, in call, out *reply) {
	m.mu.Lock()
	defer m.mu.Unlock()
	op := porcupine.Operation{ClientId: client, Input: in, Call: int64(begun), Return: int64(time.Since(m.begun))}
	if out == nil {
		op.Return = math.MaxInt64
		m.open = append(m.open, op)
		return
	}
	op.Output = *out
	m.done = append(m.done, op)
}

// byCase parts what was done: cases know nothing of each other.
func byCase(history []porcupine.Operation) [][]porcupine.Operation {
	by := map[string][]porcupine.Operation{}
	for _, op := range history {
		ref := op.Input.(call).ref //nolint:forcetypeassert // keep put it there
		by[ref] = append(by[ref], op)
	}
	return slices.Collect(maps.Values(by))
}

// model is what a case may answer.
func model(start map[string]register) porcupine.Model {
	return porcupine.Model{
		Partition: byCase,
		Init:      func() any { return register{} }, // unknown until the first call tells
		Step: func(state, input, output any) (bool, any) {
			r, in, out := state.(register), input.(call), output.(reply) //nolint:forcetypeassert // keep put them there
			if r == (register{}) {
				r = start[in.ref]
			}
			switch {
			case !in.sets:
				return out.rev == r.rev && out.to == r.to, r
			case out.stale:
				return in.rev != r.rev, r
			default:
				return in.rev == r.rev && out.rev == r.rev+1, register{out.rev, out.to}
			}
		},
	}
}

const judging = time.Minute // for all histories of a scene

// judge compares what the movers were told with the histories, and looks for an order that explains all of it. A move whose answer
// never came has happened when its note stands in the history.
func (st *storm) judge(ctx context.Context, got *tally) error {
	m := &st.moves
	got.moves = len(m.done) + len(m.open)
	where, err := st.noted(ctx)
	if err != nil {
		return err
	}
	all, start := slices.Clone(m.done), map[string]register{}
	for _, op := range m.done {
		in, out := op.Input.(call), op.Output.(reply) //nolint:forcetypeassert // keep put them there
		if was, ok := start[in.ref]; !in.sets && (!ok || out.rev < was.rev) {
			start[in.ref] = register{out.rev, out.to} // the first that anybody saw
		}
		if in.sets && !out.stale && where[in.ref+in.note] != out.rev {
			got.movesLost++
			got.because("%s of %s was acknowledged as %d, stands at %d", in.note, in.ref, out.rev, where[in.ref+in.note])
		}
	}
	for _, op := range m.open {
		in := op.Input.(call) //nolint:forcetypeassert // keep put it there
		if at := where[in.ref+in.note]; at > 0 {
			op.Output = reply{rev: at, to: in.to}
			all = append(all, op)
		}
	}
	if how := porcupine.CheckOperationsTimeout(model(start), all, judging); how != porcupine.Ok {
		got.twisted++
		got.because("the moves are %s as a register", how)
	}
	return nil
}

// noted reads the histories of all cases that were fought for: at which revision each move stands, by case and note.
func (st *storm) noted(ctx context.Context) (where map[string]int, err error) {
	where = map[string]int{}
	for _, ref := range st.moves.refs {
		var last seen
		if status, err := st.askOf(ctx, ref, &last); err != nil || status != http.StatusOK {
			return nil, errors.Join(fmt.Errorf("read %s: %d", ref, status), err)
		}
		for _, h := range last.History {
			if h.Note != "" {
				where[ref+h.Note] = h.Seq
			}
		}
	}
	return where, nil
}
