package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/web/api"
	"tiepdan/internal/web/live"
)

// livePath is the one address whose answer does not end by itself: neither the deadline of requests nor the server's write
// time-out holds for it. Instead each event has a deadline of its own, which lets slow readers go.
const livePath = "/staff/live"

// The times of a stream.
const (
	liveLasts   = 24 * time.Hour // instead of the write time-out; the page connects again
	liveWrite   = 10 * time.Second
	liveBeat    = 15 * time.Second // a word that proves the connection to proxies, and a look whether the session goes on
	liveAgain   = 3000             // milliseconds after which a page that was let go comes back
	liveAsk     = 5 * time.Second  // for a question to the store
	automatic   = "X-Automatic"    // a request that the page made by itself, not its person
	eventStream = "text/event-stream"
)

// lasting gives the stream its own write time-out, and leaves all others theirs.
func lasting(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	var u fasthttp.URI
	if err := u.Parse(nil, h.RequestURI()); err == nil && string(u.Path()) == livePath {
		return fasthttp.RequestConfig{WriteTimeout: liveLasts}
	}
	return fasthttp.RequestConfig{}
}

// showLive is the stream of what changes while a page is open: server-sent events with ids only. It begins with counts, whatever
// Last-Event-ID says: whoever was away looks at everything anew.
func (s *Server) showLive(c *fiber.Ctx) error {
	if s.Live == nil {
		return fiber.ErrNotFound
	}
	who, session, err := s.Doors.Look(c.UserContext(), c.Cookies(staffCookie))
	if err == nil && who.OnceUntil == nil {
		err = s.lacksFactor(c, who, session)
	}
	if errors.Is(err, signin.ErrSignedOut) || err == nil && who.OnceUntil != nil {
		return c.Status(http.StatusUnauthorized).SendString("") // a program reads it, which no sign-in page helps
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, eventStream)
	c.Set(fiber.HeaderCacheControl, "no-store, no-transform")
	c.Set("X-Accel-Buffering", "no")
	if c.Method() == fiber.MethodHead {
		return nil
	}
	joined, err := s.Live.Join(who.ID, session.ID)
	if err != nil {
		return &api.FaultError{Status: http.StatusServiceUnavailable, Key: "error.busy", Wait: liveAgain * time.Millisecond}
	}
	st := &stream{Server: s, Stream: joined, token: c.Cookies(staffCookie), ctx: context.WithoutCancel(c.UserContext()), conn: c.Context().Conn()}
	c.Context().SetBodyStreamWriter(st.run)
	return nil
}

// lacksFactor is ErrSignedOut for whom his role demands a second factor that he has not set up.
func (s *Server) lacksFactor(c *fiber.Ctx, who office.Staff, session signin.Session) error {
	o, err := s.Offices.Office(c.UserContext())
	if err == nil && o.LacksFactor(who) && !session.Factor {
		return signin.ErrSignedOut
	}
	return err
}

// stream writes what one open page is told.
type stream struct {
	*Server
	*live.Stream
	token string
	ctx   context.Context //nolint:containedctx // the values of the request, without its end
	conn  interface{ SetWriteDeadline(t time.Time) error }
}

func (st *stream) run(w *bufio.Writer) {
	defer st.Leave()
	defer func() {
		if r := recover(); r != nil {
			st.Log.ErrorContext(st.ctx, "a page's stream panicked", "panic", fmt.Sprint(r))
		}
	}()
	beat := time.NewTicker(liveBeat)
	defer beat.Stop()
	if st.write(w, fmt.Sprintf("retry: %d\n\n", liveAgain)) != nil {
		return
	}
	for {
		var err error
		select {
		case <-st.Done:
			return
		case m := <-st.Messages:
			err = st.tell(w, m)
		case <-beat.C:
			if !st.goesOn() {
				return
			}
			err = st.write(w, ":\n\n")
		}
		if err != nil {
			return
		}
	}
}

// goesOn reports whether the session still lasts; a store that is away ends nobody's.
func (st *stream) goesOn() bool {
	ctx, cancel := context.WithTimeout(st.ctx, liveAsk)
	defer cancel()
	_, _, err := st.Doors.Look(ctx, st.token)
	return !errors.Is(err, signin.ErrSignedOut)
}

// tell writes one event. What says to look anew brings the number beside the bell.
func (st *stream) tell(w *bufio.Writer, m live.Message) error {
	if m.Event == live.Counts || m.Event == live.Notice {
		data, ok := st.counted()
		if !ok && m.Event == live.Notice {
			return nil // nothing that is false; the next look says it
		}
		m.Data = data
	}
	return st.write(w, "event: "+m.Event+"\ndata: "+string(m.Data)+"\n\n")
}

// counted is how many notices the person has not read; an empty object when that cannot be said now.
func (st *stream) counted() (data []byte, ok bool) {
	ctx, cancel := context.WithTimeout(st.ctx, liveAsk)
	defer cancel()
	who, _, err := st.Doors.Look(ctx, st.token)
	if err != nil {
		return []byte("{}"), false
	}
	n, err := st.Desk.Unread(ctx, who)
	if err != nil {
		return []byte("{}"), false
	}
	data, err = json.Marshal(map[string]int64{"unread": n})
	return data, err == nil
}

func (st *stream) write(w *bufio.Writer, text string) error {
	until := time.Now().Add(liveWrite) //nolint:forbidigo // the kernel's clock, which the deadline is compared with
	if err := st.conn.SetWriteDeadline(until); err != nil {
		return err
	}
	if _, err := w.WriteString(text); err != nil {
		return err
	}
	return w.Flush()
}

// lookersPage is who else looks at a case.
type lookersPage struct {
	page
	Ref   string
	Names []string
}

// look notes that this person looks at the case, or goes from it, and answers who else does.
func (s *Server) look(c *fiber.Ctx) error {
	if s.Live == nil {
		return fiber.ErrNotFound
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	seen, err := s.Desk.Find(c.UserContext(), staffOf(c), c.Params("ref"))
	if err != nil {
		return err
	}
	s.Looks(live.Look{Case: seen.ID, Staff: staffOf(c).ID, Gone: c.FormValue("gone") == "yes"})
	return s.render(c, "staff/lookers", lookersPage{page: s.words(lang(c)), Ref: seen.Ref, Names: s.lookers(o, staffOf(c), seen)})
}

// lookers are the names of those who look at the case beside this person.
func (s *Server) lookers(o *office.Office, who office.Staff, c *casework.Case) []string {
	if s.Live == nil {
		return nil
	}
	ids := s.Live.Looking(c.ID, who.ID)
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if m, ok := o.Staff(id); ok && o.May(m, office.See, c.File(), s.Now()) { // who had it open when it was sealed is named no more
			out = append(out, m.Name)
		}
	}
	return out
}
