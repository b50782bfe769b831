package app

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/web"
	"tiepdan/pkg/workday"
)

// setup is the first start of an installation: until somebody keeps the office, whoever has the secret that the program printed
// may make it.
type setup struct {
	app  *App
	mu   sync.Mutex
	mark []byte // keyed hash of the secret
}

// The values of the installation that the first start leaves behind.
const hoursMeta = "hours"

// beginSetup prints the one address at which an empty installation is set up, with a secret that is good until an administrator
// is there or the program starts again.
func (a *App) beginSetup(ctx context.Context, at net.Addr) {
	o, err := a.Store.Office(ctx)
	if err != nil && ctx.Err() == nil {
		a.Log.WarnContext(ctx, "cannot tell whether this is the first start: the office cannot be read; start again when the database answers", "error", err)
	}
	if err != nil || register.Begun(o) || !a.Config.Has("web") {
		return
	}
	secret := rand.Text()
	a.first.mu.Lock()
	a.first.mark = a.first.hash(secret)
	a.first.mu.Unlock()
	if _, err := fmt.Fprintf(a.Out, "\nThiết lập lần đầu / First start\n  %s/setup?secret=%s\n\n", a.addresses(at)[0], secret); err != nil {
		a.Log.WarnContext(ctx, "the address of the first start cannot be printed", "error", err)
	}
}

func (s *setup) hash(secret string) []byte {
	sum := s.app.Keys.MAC("setup", []byte(secret))
	return sum[:]
}

// Open reports whether the secret opens the first start now.
func (s *setup) Open(ctx context.Context, secret string) (bool, error) {
	s.mu.Lock()
	right := len(s.mark) > 0 && hmac.Equal(s.mark, s.hash(secret))
	s.mu.Unlock()
	if !right {
		return false, nil
	}
	o, err := s.app.Store.Office(ctx)
	return err == nil && !register.Begun(o), err
}

// testWait bounds how long the test letter is waited for.
const testWait = 5 * time.Second

// Make makes the office, and sends a letter through it.
func (s *setup) Make(ctx context.Context, p register.Plan, password, hours string) (web.Made, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := workday.ParseHours(hours)
	if hours != "" && err != nil {
		return web.Made{}, &casework.Error{Code: casework.Invalid, Key: "error.invalid", Fields: map[string]string{"hours": "error.field.hours"}}
	}
	lines, err := s.app.Register.SetUp(ctx, p, password)
	m := web.Made{Lines: lines}
	if err != nil || m.Wrong() {
		return m, err
	}
	if hours != "" {
		if err := s.app.Store.PutMeta(ctx, hoursMeta, hours); err != nil {
			return m, err
		}
		s.app.hours.Store(&h)
	}
	s.mark = nil
	m.Test, err = s.app.testLetter(ctx)
	return m, err
}

// testLetter files a letter at the first counter, waits until it is somebody's, and takes it back.
func (a *App) testLetter(ctx context.Context) (web.TestLetter, error) {
	o, err := a.Store.Office(ctx)
	if err != nil || len(o.Counters()) == 0 {
		return web.TestLetter{}, err
	}
	began := a.Now()
	filed, err := a.Desk.Submit(ctx, casework.Draft{
		Key: "setup/" + rand.Text(), Kind: law.Feedback, Counter: o.Counters()[0].ID, Unit: o.Counters()[0].Unit,
		Subject: "Đơn thử khi thiết lập hệ thống", Body: "Đơn này do hệ thống tự gửi để kiểm tra đường đi của đơn.", Anonymous: true, Language: "vi",
	})
	if err != nil {
		return web.TestLetter{}, err
	}
	t := web.TestLetter{Ref: filed.Case.Ref}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := began.Add(testWait); a.Now().Before(end); {
		c, err := a.Store.Get(ctx, filed.Case.ID)
		if err != nil {
			return t, err
		}
		if c.Assignee != "" {
			who, _ := o.Staff(c.Assignee)
			t.To, t.Took = who.Name, a.Now().Sub(began)
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return t, ctx.Err()
		}
	}
	_, err = a.Desk.Withdraw(ctx, filed.Code.String(), casework.Wish{Reason: "Đơn thử"})
	return t, err
}

// Hours are when counters are open: as the setting says, else as the first start was told.
func (a *App) Hours() workday.Hours {
	if h := a.hours.Load(); h != nil {
		return *h
	}
	return a.Config.Hours
}

// openHours reads what the first start was told, where no setting says otherwise.
func (a *App) openHours(ctx context.Context) error {
	if a.Config.HoursSet {
		return nil
	}
	text, known, err := a.Store.Meta(ctx, hoursMeta)
	if err != nil || !known {
		return err
	}
	h, err := workday.ParseHours(text)
	if err == nil {
		a.hours.Store(&h)
	}
	return err
}

// SetUpFrom makes the office of an installation out of a file: JSON with a list of items for each kind. It prints what it did
// and the one-time passwords.
func (a *App) SetUpFrom(ctx context.Context, raw []byte, out io.Writer) error {
	var in map[string][]map[string]any
	if err := json.Unmarshal(raw, &in); err != nil {
		return fmt.Errorf("read the office: %w", err)
	}
	var sheets []register.Sheet
	for _, k := range register.Kinds() {
		if len(in[string(k)]) > 0 {
			sheets = append(sheets, register.SheetOf(k, in[string(k)]))
		}
		delete(in, string(k))
	}
	for name := range in {
		return errors.New("there is no part of an office called " + name)
	}
	return a.adopt(ctx, sheets, out)
}

// SetUpFromTables is SetUpFrom for a spreadsheet with a sheet for each kind.
func (a *App) SetUpFromTables(ctx context.Context, raw []byte, out io.Writer) error {
	sheets, err := register.Sheets(raw)
	if err != nil {
		return plainly(err)
	}
	return a.adopt(ctx, sheets, out)
}

func (a *App) adopt(ctx context.Context, sheets []register.Sheet, out io.Writer) error {
	lines, err := a.Register.Adopt(ctx, sheets)
	if err != nil {
		return plainly(err)
	}
	wrong := 0
	for _, l := range lines {
		var said []string
		if l.Password != "" {
			said = append(said, "one-time password: "+l.Password)
		}
		for field, key := range l.Problems {
			said = append(said, field+": "+a.Words.Say("vi", key, nil))
		}
		if l.Do == register.Wrong {
			wrong++
		}
		if _, err := fmt.Fprintf(out, "%-10s %-24s %s  %s\n", l.Kind, l.ID, l.Do, strings.Join(said, "  ")); err != nil {
			return err
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d lines are wrong: nothing was done", wrong)
	}
	return nil
}
