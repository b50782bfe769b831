package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/semaphore"

	"tiepdan/internal/web/api"
)

// The bounds of uploads, all at once. A form without files is none: letters go on while files wait.
const (
	maxUploads     = 24
	maxUploadsFrom = 8         // from one address: an office whose citizens share one is served
	maxUploadBytes = 256 << 20 // announced; what comes lies in temporary files until its request ends
	uploadPatience = 5 * time.Second
	uploadTime     = 10 * time.Minute // 30 MB over a slow network
	uploadGrace    = 30 * time.Second
	slowestUpload  = 2 << 10 // bytes a second after the grace: half of what the slowest phones in use send
	drainTime      = 5 * time.Second
	drainIdle      = time.Second
)

// intake counts the uploads that are under way.
type intake struct {
	places, bytes *semaphore.Weighted

	mu   sync.Mutex
	from map[string]int
}

func newIntake() *intake {
	return &intake{places: semaphore.NewWeighted(maxUploads), bytes: semaphore.NewWeighted(maxUploadBytes), from: map[string]int{}}
}

// enter takes a place for so many bytes from an address, waiting a moment for one.
func (i *intake) enter(ctx context.Context, from string, n int64) (leave func(), err error) {
	if !i.add(from, 1) {
		return nil, errFull
	}
	ctx, cancel := context.WithTimeout(ctx, uploadPatience)
	defer cancel()
	if i.places.Acquire(ctx, 1) != nil {
		i.add(from, -1)
		return nil, errFull
	}
	if i.bytes.Acquire(ctx, n) != nil {
		i.places.Release(1)
		i.add(from, -1)
		return nil, errFull
	}
	return func() {
		i.bytes.Release(n)
		i.places.Release(1)
		i.add(from, -1)
	}, nil
}

// add counts an address up or down, and reports whether it may have one more.
func (i *intake) add(from string, n int) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if n > 0 && i.from[from] >= maxUploadsFrom {
		return false
	}
	if i.from[from] += n; i.from[from] == 0 {
		delete(i.from, from)
	}
	return true
}

var (
	errFull   = &api.FaultError{Status: http.StatusServiceUnavailable, Key: "error.file_busy"}
	errNoRoom = &api.FaultError{Status: http.StatusInsufficientStorage, Key: "error.no_room"}
	errSlow   = &api.FaultError{Status: http.StatusRequestTimeout, Key: "error.too_slow"}
)

// filed says of which case an upload is; "" is none.
type filed func(*fiber.Ctx) string

func codeInPath(c *fiber.Ctx) string { return c.Params("code") }

// codeOfReceipt is the case whose receipt this browser has seen; the form itself must bring the same code.
func (s *Server) codeOfReceipt(c *fiber.Ctx) string {
	v, _ := s.carriedIn(c, addingCookie, c.Cookies(addingCookie))
	return v.Code
}

// codeInCookie is the case that the address names, or "" when its cookie is gone.
func (s *Server) codeInCookie(c *fiber.Ctx) string {
	v, _ := s.carriedIn(c, c.Params("handle"), c.Cookies(caseCookie+c.Params("handle")))
	return v.Code
}

// upload reads a form that may carry files, however slowly it comes; only then the request's own time begins. A new letter is
// taken with its files.
func (s *Server) upload(c *fiber.Ctx) error { return s.receive(c, nil) }

// uploadTo reads files for the case with the code. Whether there is such a case, whether it takes files, and whether there
// is room is asked before the body is read, but for the first eight kilobytes, which the server reads with the header.
func (s *Server) uploadTo(code filed) fiber.Handler {
	return func(c *fiber.Ctx) error {
		return s.receive(c, func() error {
			if !s.hasRoom() {
				return errNoRoom
			}
			return s.takes(c, code(c))
		})
	}
}

// writeTo is uploadTo for a message, which goes on where files do not.
func (s *Server) writeTo(code filed) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if code(c) == "" { // the page will ask for it: a message passes, files do not
			if c.Request().Header.ContentLength() > maxForm {
				return s.turnAway(c, fiber.ErrRequestEntityTooLarge)
			}
			return small(c)
		}
		return s.receive(c, func() error {
			if err := s.takes(c, code(c)); err != nil && api.FaultOf(err).Status != http.StatusConflict {
				return err
			}
			return nil
		})
	}
}

// takes asks whether the case of a code takes files, and whether the budget of uploads is not used up; wrong codes are counted.
func (s *Server) takes(c *fiber.Ctx, code string) error {
	if err := s.api.Gate.Closed(c, api.DoorUpload, s.placeOf(c, code)); err != nil {
		return err
	}
	return s.guessed(c, s.Attachments.Takes(c.UserContext(), code))
}

func (s *Server) hasRoom() bool { return s.Room == nil || s.Room() }

// receive reads a form once ask, which may be nil, has nothing against it.
func (s *Server) receive(c *fiber.Ctx, ask func() error) error {
	if s.Attachments == nil || !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		return small(c)
	}
	n := c.Request().Header.ContentLength()
	if n < 0 || n > maxBody {
		return s.turnAway(c, fiber.ErrRequestEntityTooLarge)
	}
	if ask != nil {
		if err := ask(); err != nil {
			return s.turnAway(c, err)
		}
	}
	if n > maxForm {
		leave, err := s.intake.enter(c.UserContext(), s.api.Gate.Client(c), int64(n))
		if err != nil {
			return s.turnAway(c, err)
		}
		defer leave()
		defer s.counted()()
	}
	if err := s.read(c); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), s.Timeout)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// counted tells that an upload is under way until done is called.
func (s *Server) counted() (done func()) {
	if s.Uploads == nil {
		return func() {}
	}
	s.Uploads(1)
	return func() { s.Uploads(-1) }
}

// read reads the form at its own pace, but not slower than slowestUpload.
func (s *Server) read(c *fiber.Ctx) error {
	defer bind(c, uploadPace(s.Now()))()
	_, err := c.MultipartForm()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.Context().SetConnectionClose()
		return errSlow
	default:
		return &api.FaultError{Status: http.StatusBadRequest, Key: "error.bad_request"}
	}
}

// uploadPace is until when more must have come, by how much there is.
func uploadPace(began time.Time) func(read int64) time.Time {
	return func(read int64) time.Time {
		return began.Add(min(uploadGrace+time.Duration(read)*time.Second/slowestUpload, uploadTime))
	}
}

// turnAway answers with the reason and hangs up. What is on its way is thrown away first, for a short while, or the sender
// would see a broken connection instead of the reason.
func (s *Server) turnAway(c *fiber.Ctx, why error) error {
	if stream := c.Context().RequestBodyStream(); stream != nil {
		end := s.Now().Add(drainTime)
		done := bind(c, func(int64) time.Time {
			if idle := s.Now().Add(drainIdle); idle.Before(end) {
				return idle
			}
			return end
		})
		_, _ = io.CopyN(io.Discard, stream, maxBody) // whatever it is, it is not wanted
		done()
	}
	c.Context().SetConnectionClose()
	return why
}

// line is a connection whose reading may be bound to a pace, so that nobody holds a place by sending a byte now and then.
// It is read by one request at a time.
type line struct {
	net.Conn
	until func(read int64) time.Time // nil binds to nothing
	came  int64
}

func (l *line) Read(p []byte) (int, error) {
	if l.until != nil {
		if err := l.SetReadDeadline(l.until(l.came)); err != nil {
			return 0, err
		}
	}
	n, err := l.Conn.Read(p)
	l.came += int64(n)
	return n, err
}

// bind binds the connection of a request until done is called.
func bind(c *fiber.Ctx, until func(read int64) time.Time) (done func()) {
	l, ok := c.Context().Conn().(*line)
	if !ok { // a test without a network
		return func() {}
	}
	l.until, l.came = until, 0
	return func() { l.until = nil }
}

// lines makes a line of each connection.
type lines struct{ net.Listener }

func (l lines) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &line{Conn: c}, nil
}
