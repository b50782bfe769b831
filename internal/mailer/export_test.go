package mailer

import "time"

// Grace sets how long a conversation may go on when its context has ended.
func (s *Server) Grace(d time.Duration) { s.grace = d }
