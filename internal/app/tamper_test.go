package app_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	_ "modernc.org/sqlite" // opens the database file behind the program's back

	"tiepdan/internal/app"
	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// reopened opens the program's data without serving it.
func reopened(t *testing.T, cfg app.Config) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func checked(t *testing.T, a *app.App) audit.Report {
	t.Helper()
	report, err := a.Verify(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// tampered is a data folder with one answered case, one denunciation, and the roots of all its days.
type tampered struct {
	cfg              app.Config
	path             string
	whole            []byte // the database file as the program left it
	ref, id, accuses string
	doc, early       []byte // the case's document, and as it was before the answer
	entries          int
}

func tamperable(t *testing.T) *tampered {
	t.Helper()
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", map[string]any{"kind": "feedback", "category": "roads", "subject": "ZSUBJECTZ đèn đường hỏng", "body": "ZBODYZ sửa giúp."})
	head := r.signIn(t, headOf(t, r, d.ref))
	d.moves(t, head, do("start"))
	accused := complainant()
	accused["kind"], accused["category"] = "denunciation", "staff"
	x := &tampered{cfg: r.Config, ref: d.ref, accuses: r.begin(t, "/api/v1/cases", accused).ref}
	x.early = x.document(t, r)
	d.moves(t, head, do("answer", "text", "ZANSWERZ đã sửa xong."))
	c, err := r.Store.ByRef(t.Context(), d.ref)
	if err != nil {
		t.Fatal(err)
	}
	x.id, x.entries = c.ID, len(c.History)
	r.stop()

	a := reopened(t, x.cfg)
	if report := checked(t, a); report.Broken > 0 || report.Roots != 0 {
		t.Fatalf("before anything was changed: %+v", report)
	}
	a.Now = func() time.Time { return time.Now().AddDate(0, 0, 1).Add(2 * time.Hour) }
	if root, err := a.SealDays(t.Context()); err != nil || root == nil || root.Cases != 2 {
		t.Fatalf("sealing the days: %+v, %v", root, err)
	}
	if root, err := a.SealDays(t.Context()); err != nil || root != nil {
		t.Fatalf("sealed twice: %+v, %v", root, err)
	}
	if report := checked(t, a); report.Broken > 0 || report.Roots != 1 {
		t.Fatalf("after sealing: %+v", report)
	}
	c, err = a.Store.ByRef(t.Context(), d.ref)
	if err != nil {
		t.Fatal(err)
	}
	if x.doc, err = bson.Marshal(c); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	x.path = strings.TrimPrefix(x.cfg.Store, "sqlite:")
	if x.whole, err = os.ReadFile(x.path); err != nil {
		t.Fatal(err)
	}
	return x
}

// document reads the case's document through the program.
func (x *tampered) document(t *testing.T, r *running) []byte {
	t.Helper()
	c, err := r.Store.ByRef(t.Context(), x.ref)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := bson.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// flip changes one bit of the byte that stands off bytes after the nth mark in the case's document, in the database file.
func (x *tampered) flip(t *testing.T, mark string, nth, off int) []byte {
	t.Helper()
	at := 0
	for range nth {
		i := bytes.Index(x.doc[at:], []byte(mark))
		if i < 0 {
			t.Fatalf("no %q in the document", mark)
		}
		at += i + len(mark)
	}
	at += off
	file := slices.Clone(x.whole)
	hits := 0
	// The document may be cut by the pages of the file: some window around the byte lies on one page.
	for from := at - 24; from <= at && hits == 0; from += 6 {
		window := x.doc[from : from+25]
		for i := 0; ; hits++ {
			j := bytes.Index(file[i:], window)
			if j < 0 {
				break
			}
			file[i+j+at-from] ^= 1
			i += j + len(window)
		}
	}
	if hits == 0 {
		t.Fatalf("%q is not in the file", mark)
	}
	return file
}

// TestOneChangedByteIsNamed changes single bytes of the database file, then rows behind the program's back, and is told
// case, entry and field each time.
func TestOneChangedByteIsNamed(t *testing.T) {
	x := tamperable(t)
	for name, c := range map[string]struct {
		mark     string
		nth, off int
		entry    int
		field    string
	}{
		"subject":          {"ZSUBJECTZ", 1, -1, x.entries, "subject"},
		"body":             {"ZBODYZ", 1, -1, x.entries, "body"},
		"answer":           {"ZANSWERZ", 1, -1, x.entries, "answer.text"},
		"state":            {"\x02state\x00", 1, 4, x.entries, "state"},
		"unit":             {"\x02unit\x00", 1, 4, x.entries, "unit"},
		"time of receipt":  {"\x09received_at\x00", 1, 1, x.entries, "received_at"},
		"limit":            {"\x09due\x00", 1, 2, x.entries, "clocks.due"},
		"who did it":       {"\x02actor\x00", 2, 4, 2, "actor"},
		"what was done":    {"\x02what\x00", 3, 4, 3, "what"},
		"time of answer":   {"\x09at\x00", 1, 2, x.entries, "answer"},
		"hash of an entry": {"\x05hash\x00", 2, 9, 2, "hash"},
	} {
		t.Run(name, func(t *testing.T) {
			x.found(t, x.flip(t, c.mark, c.nth, c.off), func(f audit.Finding) bool {
				return f.Case == x.ref && f.Entry == c.entry && f.Field == c.field
			})
		})
	}
}

// found writes the file, verifies, and looks for a finding.
func (x *tampered) found(t *testing.T, file []byte, is func(audit.Finding) bool) {
	t.Helper()
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Remove(x.path + end); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(x.path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	a := reopened(t, x.cfg)
	report := checked(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(report.Found, is) {
		t.Errorf("found only %v", report.Found)
	}
	if report.Broken > 3 {
		t.Errorf("one change is told as %d: %v", report.Broken, report.Found)
	}
}

// TestRowsChangedBehindTheProgramAreFound does what somebody with the database's password can do, with histories that hold
// by themselves: only the signed root knows better.
func TestRowsChangedBehindTheProgramAreFound(t *testing.T) {
	x := tamperable(t)
	for name, c := range map[string]struct {
		change string
		args   []any
		want   audit.Finding
	}{
		"column":        {"UPDATE c_cases SET f_shelf='elsewhere' WHERE id=?", []any{x.id}, audit.Finding{Case: x.ref, Entry: x.entries, Field: "index of shelf"}},
		"rolled back":   {"UPDATE c_cases SET doc=? WHERE id=?", []any{x.early, x.id}, audit.Finding{Case: x.ref, Entry: x.entries, Field: "hash", Root: day(t)}},
		"deleted":       {"DELETE FROM c_cases WHERE id=?", []any{x.id}, audit.Finding{Case: x.ref, Entry: x.entries, Field: "entry", Root: day(t)}},
		"unreadable":    {"UPDATE c_cases SET doc=substr(doc,1,100) WHERE id=?", []any{x.id}, audit.Finding{Case: x.id, Field: "document"}},
		"sealed letter": {"DELETE FROM c_secrets WHERE id LIKE (SELECT id FROM c_cases WHERE f_ref=?)||'%'", []any{x.accuses}, audit.Finding{Case: x.accuses, Entry: 1, Field: "sealed parts"}},
		"heads":         {"DELETE FROM c_heads", nil, audit.Finding{Root: day(t), Field: "heads"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, end := range []string{"-wal", "-shm"} {
				if err := os.Remove(x.path + end); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(x.path, x.whole, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", x.path)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := db.ExecContext(t.Context(), c.change, c.args...); err != nil {
				t.Fatal(err)
			} else if n, _ := got.RowsAffected(); n == 0 {
				t.Fatal("nothing was changed")
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			a := reopened(t, x.cfg)
			report := checked(t, a)
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(report.Found, c.want) {
				t.Errorf("found %d: %v", report.Broken, report.Found[:min(3, len(report.Found))])
			}
		})
	}
}

// day is the day the root of the test is of.
func day(t *testing.T) string {
	t.Helper()
	return audit.Due(time.Now().AddDate(0, 0, 1).Add(2 * time.Hour)).Add(-time.Minute).Format(time.DateOnly)
}

// TestForgedHistoriesAreFound adds a case that pretends to be of yesterday and signs a root with another key.
func TestForgedHistoriesAreFound(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		r.stop()
		a := reopened(t, r.Config)
		a.Now = func() time.Time { return time.Now().AddDate(0, 0, 1).Add(2 * time.Hour) }
		root, err := a.SealDays(t.Context())
		if err != nil || root == nil {
			t.Fatalf("sealing: %+v, %v", root, err)
		}
		if got := published(t, a); !strings.Contains(got, "root: "+root.Day) || !strings.Contains(got, hex.EncodeToString(root.Sum())) {
			t.Errorf("the root is not published: %q", got)
		}
		forger := *a.Desk
		forger.Now = func() time.Time { return time.Now().AddDate(0, 0, -1) }
		filed, err := forger.Submit(t.Context(), casework.Draft{
			Key: "forged", Kind: law.Feedback, Category: "roads", Subject: "Đường hỏng", Body: "Sửa giúp.", Language: "vi", Channel: "qr",
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := checked(t, a).Found, (audit.Finding{Case: filed.Case.Ref, Entry: 1, Field: "entry", Root: root.Day}); !slices.Contains(got, want) {
			t.Errorf("the backdated case is not found: %v", got)
		}
		root.Day, root.Cases = "2099-01-01", root.Cases+1
		if err := a.Store.AddRoot(t.Context(), root); err != nil {
			t.Fatal(err)
		}
		if got, want := checked(t, a).Found, (audit.Finding{Root: "2099-01-01", Field: "signature"}); !slices.Contains(got, want) {
			t.Errorf("the forged root is not found: %v", got)
		}
	})
}

// published is the page of the roots.
func published(t *testing.T, a *app.App) string {
	t.Helper()
	s, err := a.Web()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	got := (&running{URL: "http://" + l.Addr().String()}).call(t, "GET", "/verify/roots", nil)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	return string(got.Raw)
}

// TestDocumentChangedInMongoIsNamed edits a document with the database's own client.
func TestDocumentChangedInMongoIsNamed(t *testing.T) {
	r := open(t, func(c *app.Config) { mongoServer(t, c) })
	d := r.begin(t, "/api/v1/cases", map[string]any{"kind": "feedback", "category": "roads", "subject": "Đèn đường hỏng", "body": "Sửa giúp."})
	r.stop()
	at, err := url.Parse(r.Config.Store)
	if err != nil {
		t.Fatal(err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI(r.Config.Store))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(t.Context()) }() // the test is over
	cases := client.Database(path.Base(at.Path)).Collection("cases")
	got, err := cases.UpdateOne(t.Context(), bson.M{"ref": d.ref}, bson.M{"$set": bson.M{"subject": "Đèn đường sáng", "history.0.actor": "staff/x"}})
	if err != nil || got.ModifiedCount != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	report := checked(t, reopened(t, r.Config))
	for _, want := range []audit.Finding{{Case: d.ref, Entry: 1, Field: "actor"}, {Case: d.ref, Entry: 2, Field: "subject"}} {
		if !slices.Contains(report.Found, want) {
			t.Errorf("%v is not among %v", want, report.Found)
		}
	}
}
