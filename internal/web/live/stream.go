package live

import "time"

// Stream is one open page.
type Stream struct {
	// Messages are what the page is told next.
	Messages <-chan Message
	// Done is closed when the stream ends: at the end of its session or of the program, or because its reader is too slow.
	Done <-chan struct{}

	hub            *Hub
	staff, session string
	began          time.Time
	messages       chan Message
	done           chan struct{}
}

// Join opens a stream for a person's session. Its first message says to look at everything anew, so that nothing is missed that
// happened before. A session that has too many open loses the oldest: most often one that its browser closed already.
func (h *Hub) Join(staff, session string) (*Stream, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.streams) >= mostStreams {
		return nil, ErrFull
	}
	if old := h.oldest(session); old != nil {
		h.drop(old)
	}
	messages, done := make(chan Message, mostQueued), make(chan struct{})
	s := &Stream{Messages: messages, Done: done, hub: h, staff: staff, session: session, began: h.Now(), messages: messages, done: done}
	h.streams[s] = true
	h.send(s, Message{Event: Counts})
	return s, nil
}

// oldest is the stream that has to go before the session may have another; nil while it has room.
func (h *Hub) oldest(session string) (old *Stream) {
	n := 0
	for s := range h.streams {
		if s.session != session {
			continue
		}
		n++
		if old == nil || s.began.Before(old.began) {
			old = s
		}
	}
	if n < mostOfOne {
		return nil
	}
	return old
}

// Leave ends a stream whose page is gone.
func (s *Stream) Leave() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.drop(s)
}

// Open counts the streams.
func (h *Hub) Open() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams)
}

// Close ends every stream and opens no other.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.streams {
		h.drop(s)
	}
}

// send queues a message. Whoever left so many unread is too slow: he is let go, and looks at everything anew when he is back.
func (h *Hub) send(s *Stream, m Message) {
	select {
	case s.messages <- m:
	default:
		h.drop(s)
	}
}

func (h *Hub) drop(s *Stream) {
	if h.streams[s] {
		delete(h.streams, s)
		close(s.done)
	}
}
