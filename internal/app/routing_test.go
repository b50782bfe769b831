package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/worker"
)

type silent struct{}

func (silent) Announce(...*casework.Case) {}

// lost files a case whose event the bus never gets.
func lost(t *testing.T, r *running, key string) *casework.Case {
	t.Helper()
	d := *r.Desk
	d.Announce = silent{}
	filed, err := d.Submit(t.Context(), casework.Draft{Key: key, Kind: law.Feedback, Category: "roads", Subject: "Đường hỏng", Body: "Đường hỏng nặng."})
	if err != nil {
		t.Fatal(err)
	}
	return filed.Case
}

func assignments(c *casework.Case) int {
	n := 0
	for _, e := range c.History {
		if e.What == "assigned" {
			n++
		}
	}
	return n
}

func TestSweepRoutesAndAnnouncesWhatTheBusLost(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Sweep = 50 * time.Millisecond })
	c := lost(t, r, "lost-1")
	until(t, "the sweep", func() bool {
		got, err := r.Store.Get(t.Context(), c.ID)
		return err == nil && got.State == law.Assigned && got.Announced == len(got.History) && got.UnsentAt == nil
	})
}

// TestHopelessEventsStopNoSweep puts more cases than one step of a sweep takes before another, none of which can be announced.
func TestHopelessEventsStopNoSweep(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Roles = []string{"web"} })
	for i := range 300 {
		c := lost(t, r, fmt.Sprint("odd letter number ", i)).Clone()
		c.History = slices.Clone(c.History)
		c.History[0].At = time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC) // no event can say such a time
		c.V++
		if err := errors.Join(r.Store.Replace(t.Context(), c)...); err != nil {
			t.Fatal(err)
		}
	}
	last := lost(t, r, "the one behind them all")
	w := r.Worker()
	w.Now = func() time.Time { return time.Now().Add(time.Hour) }
	if _, err := w.SweepOwed(t.Context()); err != nil {
		t.Error(err)
	}
	until(t, "knowing that the case behind them was announced, when the bus has synced", func() bool {
		got, err := r.Store.Get(t.Context(), last.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got.Announced == len(got.History)
	})
	if !strings.Contains(r.Log.String(), "can never be published") {
		t.Error("the log says nothing of them")
	}
}

// TestWhatAnOlderProgramHadNotAnnouncedIs keeps a case as a program did that noted in each case what was announced.
func TestWhatAnOlderProgramHadNotAnnouncedIs(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Roles = []string{"web"} })
	c := lost(t, r, "an older letter").Clone()
	at := c.ReceivedAt
	c.Stamp, c.UnsentAt = 0, &at
	if err := r.Store.PutCases(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	w := r.Worker()
	w.Now = func() time.Time { return time.Now().Add(time.Hour) }
	if n, err := w.SweepUnsent(t.Context()); err != nil || n != 1 {
		t.Errorf("the sweep took up %d: %v", n, err)
	}
	until(t, "the mark, which is raised when the bus has synced", func() bool {
		got, err := r.Store.Get(t.Context(), c.ID)
		return err == nil && got.UnsentAt == nil && got.Announced == len(got.History)
	})
}

func TestMessageHandledTwiceAndManyWorkersRouteOnce(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Roles = []string{"web"} })
	var ids []string
	for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
		ids = append(ids, lost(t, r, key).ID)
	}
	w := &worker.Worker{Desk: r.Desk, Store: r.Store, Now: func() time.Time { return time.Now().Add(time.Hour) }, Log: r.App.Log, Every: time.Hour, Patient: time.Minute}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			r.Desk.Route(context.WithoutCancel(t.Context()), append(ids, ids...)...)
			_, _ = w.SweepWaiting(context.WithoutCancel(t.Context())) // a stale case is another worker's
		})
	}
	wg.Wait()
	for _, id := range ids {
		c, err := r.Store.Get(t.Context(), id)
		if err != nil || assignments(c) != 1 || c.CheckHistory() != nil {
			t.Errorf("case %s has %d assignments, %v", id, assignments(c), err)
		}
	}
}

// TestDenunciationIsSealedFromItsFirstByte files one and searches everything the program keeps and tells for who filed it.
func TestDenunciationIsSealedFromItsFirstByte(t *testing.T) {
	r := open(t, nil)
	filed := r.call(t, "POST", "/api/v1/cases", map[string]any{
		"kind": "denunciation", "counter": r.counterToken(t, "quay-1"), "subject": "Nhũng nhiễu ZKQ", "body": "Tôi là Mạc Thị Ẩn Danh, bị đòi tiền XWV khi làm giấy tờ.",
		"contact": map[string]string{"name": "Mạc Thị Ẩn Danh", "phone": "0905777123", "address": "Thôn Bí Mật 9", "id_number": "049199001234"},
	})
	if filed.Status != 201 {
		t.Fatalf("filing: %d %s", filed.Status, filed.Raw)
	}
	code, ref := filed.JSON["tracking_code"].(string), filed.JSON["reference"].(string)
	until(t, "routing", func() bool { return r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["status"] == "assigned" })
	for _, who := range []string{"quynhtln", "bonnt", "lucht", "nhatcm"} {
		h := r.signIn(t, who)
		if a := r.call(t, "GET", "/api/v1/staff/cases/"+ref, nil, h...); a.Status != 404 {
			t.Errorf("%s may open it: %d", who, a.Status)
		}
		for _, q := range []string{"", "?q=" + ref, "?q=zkq", "?q=nhung+nhieu"} {
			if a := r.call(t, "GET", "/api/v1/staff/cases"+q, nil, h...); bytes.Contains(a.Raw, []byte(ref)) {
				t.Errorf("%s finds it by %q", who, q)
			}
		}
	}
	head := r.call(t, "GET", "/api/v1/staff/cases/"+ref, nil, r.signIn(t, headOf(t, r, ref))...)
	if head.Status != 200 || bytes.Contains(head.Raw, []byte("0905777123")) || bytes.Contains(head.Raw, []byte("Bí Mật")) {
		t.Errorf("the head sees %s", head.Raw)
	}
	r.stop()
	secrets := []string{"Mạc Thị", "Ẩn Danh", "905777123", "Bí Mật", "049199001234", "ZKQ", "XWV", "zkq", code}
	err := filepath.WalkDir(r.Config.Data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, s := range secrets {
			if bytes.Contains(raw, []byte(s)) {
				t.Errorf("%s holds %q in the clear", path, s)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets {
		if strings.Contains(r.Log.String(), s) {
			t.Errorf("the log tells %q", s)
		}
	}
}
