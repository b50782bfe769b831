package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// office fills a new data folder with the demo commune's office and returns the password of its staff.
func seedOffice(ctx context.Context, data string) (string, error) {
	a, err := opened(ctx, data)
	if err != nil {
		return "", err
	}
	if err := a.Demo(ctx, false); err != nil {
		return "", errors.Join(err, a.Close())
	}
	password, _, err := a.Store.Meta(ctx, "demo_password")
	return password, errors.Join(err, a.Close())
}

func opened(ctx context.Context, data string) (*app.App, error) {
	cfg, err := app.FromEnv("127.0.0.1:0", data, nil)
	if err != nil {
		return nil, err
	}
	return app.Open(ctx, cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
}

// capture is a store of one case in memory: the desk leads the case's life on it, and the result is written once.
type capture struct {
	*app.App
	c *casework.Case
}

func (m *capture) Insert(_ context.Context, c *casework.Case) error { m.c = c; return nil }

func (m *capture) Replace(_ context.Context, cs ...*casework.Case) []error {
	m.c = cs[0]
	return make([]error, len(cs))
}

func (m *capture) Many(context.Context, []string) ([]*casework.Case, error) {
	return []*casework.Case{m.c}, nil
}

func (m *capture) ByRef(context.Context, string) (*casework.Case, error) { return m.c, nil }

func (m *capture) ByRefs(context.Context, ...string) ([]*casework.Case, error) { return nil, nil }

func (m *capture) Get(context.Context, string) (*casework.Case, error) { return m.c, nil }

func (m *capture) List(context.Context, casework.Filter) ([]*casework.Case, string, error) {
	return nil, "", nil
}

func (m *capture) Count(context.Context, casework.Filter, casework.Grouping) ([]casework.Tally, error) {
	return nil, nil
}

func (m *capture) Wary(context.Context, string, int) ([]*casework.Case, string, error) {
	return nil, "", nil
}

func (m *capture) Shown(context.Context, time.Time, time.Time, string, int) ([]*casework.Case, string, error) {
	return nil, "", nil
}

func (m *capture) PutSecrets(context.Context, *casework.Secrets) error { return nil }

func (m *capture) AddSecrets(context.Context, *casework.Secrets) error { return nil }

func (m *capture) Secrets(context.Context, string) (*casework.Secrets, error) { return nil, nil } //nolint:nilnil // never asked

func (m *capture) Purge(context.Context) error { return nil }

type nobody struct{}

func (nobody) Announce(...*casework.Case) {}

// grow writes cases from number from to number to: nine in ten answered, one in ten open, over all units and a year.
func grow(ctx context.Context, data string, from, to int) (sample []string, err error) {
	a, err := opened(ctx, data)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var errs []error
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.NumCPU() {
		wg.Go(func() {
			for first := range next {
				codes, err := batch(ctx, a, first, min(first+batchSize, to))
				mu.Lock()
				errs, sample = append(errs, err), append(sample, codes[0])
				mu.Unlock()
			}
		})
	}
	for i := from; i < to; i += batchSize {
		next <- i
	}
	close(next)
	wg.Wait()
	sample = slices.DeleteFunc(sample, func(code string) bool {
		_, err := a.Desk.Follow(ctx, code)
		return err != nil
	})
	return sample, errors.Join(append(errs, a.Close())...)
}

const batchSize = 500

func batch(ctx context.Context, a *app.App, from, to int) ([]string, error) {
	cs := make([]*casework.Case, 0, to-from)
	codes := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		c, code, err := life(ctx, a, i)
		if err != nil {
			return []string{""}, err
		}
		cs, codes = append(cs, c), append(codes, code)
	}
	err := a.Store.PutCases(ctx, cs...)
	if _, taken := errors.AsType[*casework.TakenError](err); taken {
		err = nil // of a million references some hundred are drawn twice; the desk would draw again, here they are left out
	}
	return codes, err
}

// received makes a case as it is when it was just filed.
func received(ctx context.Context, a *app.App, i int) (*casework.Case, error) {
	m := &capture{App: a}
	d := *a.Desk
	d.Cases, d.Announce = m, nobody{}
	_, err := d.Submit(ctx, draft(i))
	return m.c, err
}

func draft(i int) casework.Draft {
	return casework.Draft{
		Key: rand.Text(), Kind: law.Feedback, Category: categories[i%len(categories)], Subject: fmt.Sprintf("Việc số %d ở tổ %d", i, i%97),
		Body:     fmt.Sprintf("Con đường trước nhà số %d bị ngập mỗi khi mưa lớn, đề nghị cơ quan kiểm tra và sửa chữa sớm cho bà con.", i),
		Contact:  casework.Contact{Name: "Nguyễn Văn Bình", Phone: "0905123456"},
		Location: casework.Location{Address: "thôn Hà Lam 1"}, Language: "vi", Channel: "qr",
	}
}

var categories = []string{"roads", "environment", "land", "construction", "procedure", "utilities", "social"}

func life(ctx context.Context, a *app.App, i int) (*casework.Case, string, error) {
	m := &capture{App: a}
	at := time.Now().AddDate(0, 0, -i%365).Add(-time.Duration(i%86400) * time.Second)
	d := *a.Desk
	d.Cases, d.Announce, d.Now = m, nobody{}, func() time.Time { return at }
	filed, err := d.Submit(ctx, draft(i))
	if err != nil {
		return nil, "", err
	}
	if err := d.Route(ctx, filed.Case.ID)[0]; err != nil {
		return nil, "", err
	}
	if o, _ := a.Store.Office(ctx); i%10 != 0 && m.c.Assignee != "" {
		who, _ := o.Staff(m.c.Assignee)
		if _, err := d.Move(ctx, who, casework.Order{Ref: m.c.Ref, Rev: m.c.Rev(), Move: "answer", Args: map[string]string{"text": "Đã sửa xong."}}); err != nil {
			return nil, "", err
		}
	}
	m.c.Announced, m.c.UnsentAt = len(m.c.History), nil
	return m.c, filed.Code.String(), nil
}
