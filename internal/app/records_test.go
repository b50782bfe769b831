package app_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/google/go-cmp/cmp/cmpopts"

	gocmp "github.com/google/go-cmp/cmp"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
)

// gone deletes a document with the database's own client.
func gone(t *testing.T, cfg app.Config, coll, id string) {
	t.Helper()
	if file, ok := strings.CutPrefix(cfg.Store, "sqlite:"); ok {
		db, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		got, err := db.ExecContext(t.Context(), "DELETE FROM c_"+coll+" WHERE id=?", id)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := got.RowsAffected(); n != 1 {
			t.Fatalf("%s/%s: %d rows deleted", coll, id, n)
		}
		return
	}
	at, err := url.Parse(cfg.Store)
	if err != nil {
		t.Fatal(err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI(cfg.Store))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.WithoutCancel(t.Context())) }() // the test is over
	got, err := client.Database(path.Base(at.Path)).Collection(coll).DeleteOne(t.Context(), bson.M{"_id": id})
	if err != nil || got.DeletedCount != 1 {
		t.Fatalf("%s/%s: %+v, %v", coll, id, got, err)
	}
}

// written is what an office wrote that no case's history vouches for.
type written struct {
	accesses []string
	ratings  []*rating.Rating
	cases    []*casework.Case
	rule     office.Rule
	days     []casework.DayRow
}

func write(t *testing.T, r *running) written {
	t.Helper()
	var w written
	for range 3 {
		d := r.begin(t, "/api/v1/cases", complainant())
		c := r.caseOf(t, d.ref)
		w.cases = append(w.cases, c)
		head := headOf(t, r, d.ref)
		if got := r.call(t, "POST", "/api/v1/staff/cases/"+d.ref+"/contact", nil, r.signIn(t, head)...); got.Status != 200 {
			t.Fatalf("showing the contact: %d %s", got.Status, got.Raw)
		}
		o, err := r.Store.Office(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		as, _, err := r.Store.ListAccesses(t.Context(), casework.ContactShown, o.Seat(c.Unit), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range as {
			if !slices.Contains(w.accesses, a.ID) {
				w.accesses = append(w.accesses, a.ID)
			}
		}
	}
	book := *r.Book
	book.Now = func() time.Time { return time.Now().AddDate(0, 0, -1) }
	for _, visit := range []string{"a", "b", "c"} {
		made, err := book.Record(t.Context(), rating.Ballot{Visit: visit, Counter: "quay-3", Score: 4, Verified: true})
		if err != nil {
			t.Fatal(err)
		}
		w.ratings = append(w.ratings, made)
	}
	if err := book.Count(t.Context(), rating.Key{Counter: "quay-3", Day: w.ratings[0].Day})[0]; err != nil {
		t.Fatal(err)
	}
	w.rule = office.Rule{ID: "new-rule", V: 1, Keyword: "đèn đường", Unit: "phong-kinh-te"}
	if err := r.Store.PutRule(t.Context(), w.rule); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.days, err = r.Store.DayRows(t.Context()); err != nil || len(w.days) < 2 {
		t.Fatalf("calendar: %d, %v", len(w.days), err)
	}
	return w
}

// TestRecordsChangedBehindTheProgramAreFound changes, deletes and adds everything that no case's history vouches for, and a
// whole case of today, before any root was made.
func TestRecordsChangedBehindTheProgramAreFound(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		w := write(t, r)
		r.stop()
		a := reopened(t, r.Config)
		if report := checked(t, a); report.Broken > 0 || report.Records < 20 {
			t.Fatalf("before anything was changed: %+v", report)
		}
		ledger := a.Store.Ledger
		a.Store.Ledger = nil // what is written now is written behind the program's back
		want := w.tamper(t, a)
		a.Store.Ledger = ledger
		sorted := cmpopts.SortSlices(func(a, b audit.Finding) bool {
			return cmp.Or(cmp.Compare(a.Record, b.Record), cmp.Compare(a.Case, b.Case)) < 0
		})
		if diff := gocmp.Diff(want, checked(t, a).Found, sorted); diff != "" {
			t.Errorf("found otherwise: %s", diff)
		}
		a.Now = func() time.Time { return time.Now().AddDate(0, 0, 1).Add(2 * time.Hour) }
		root, err := a.SealDays(t.Context())
		if err != nil || root == nil || len(root.Tips) == 0 || !strings.Contains(root.Text(), "records: sha256:") {
			t.Fatalf("sealing: %+v, %v", root, err)
		}
		if got, want := checked(t, a).Found, (audit.Finding{Case: w.cases[0].Ref, Field: audit.Whole, Root: root.Day}); !slices.Contains(got, want) {
			t.Errorf("the root forgot the case that was gone: %v", got)
		}
		gone(t, r.Config, "ledger", pageOf(root.Tips[0]))
		if got, want := checked(t, a).Found, (audit.Finding{Record: "ledger/" + pageOf(root.Tips[0]), Field: "deleted"}); !slices.Contains(got, want) {
			t.Errorf("the end of the ledger was taken away: %v", got)
		}
	})
}

func pageOf(tip audit.Tip) string {
	return fmt.Sprintf("%s/%08d", tip.Strand, tip.Seq)
}

// tamper changes things and says what is to be found.
func (w written) tamper(t *testing.T, a *app.App) []audit.Finding {
	t.Helper()
	x, err := a.Store.GetAccess(t.Context(), w.accesses[0])
	if err != nil {
		t.Fatal(err)
	}
	x.V, x.By = x.V+1, "somebody-else"
	rated := *w.ratings[0]
	rated.Score = 1
	rule, day := w.rule, w.days[0]
	rule.Unit = "van-phong"
	day.V, day.Name = day.V+1, "Ngày nghỉ khác"
	tally, err := a.Store.GetTally(t.Context(), "quay-3/"+rated.Day)
	if err != nil || tally == nil {
		t.Fatalf("no tally: %v", err)
	}
	tally.V, tally.Verified[4] = tally.V+1, 50
	for _, err := range []error{
		a.Store.SetAccess(t.Context(), x), a.Store.Put(t.Context(), &rated), a.Store.PutRule(t.Context(), rule), a.Store.PutDays(t.Context(), day),
		a.Store.PutTally(t.Context(), tally), a.Store.PutRule(t.Context(), office.Rule{ID: "planted", V: 1, Keyword: "đất", Unit: "van-phong"}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	gone(t, a.Config, "accesses", w.accesses[1])
	gone(t, a.Config, "ratings", w.ratings[1].ID)
	gone(t, a.Config, "days", w.days[1].Date)
	gone(t, a.Config, "cases", w.cases[0].ID)
	return []audit.Finding{
		{Record: "accesses/" + w.accesses[0], Field: "document"},
		{Record: "accesses/" + w.accesses[1], Field: "deleted"},
		{Record: "ratings/" + w.ratings[0].ID, Field: "document"},
		{Record: "ratings/" + w.ratings[1].ID, Field: "deleted"},
		{Record: "rules/new-rule", Field: "document"},
		{Record: "rules/planted", Field: "unknown"},
		{Record: "days/" + w.days[0].Date, Field: "document"},
		{Record: "days/" + w.days[1].Date, Field: "deleted"},
		{Record: "tallies/" + tally.ID, Field: "sum"},
		{Case: w.cases[0].Ref, Field: audit.Whole},
	}
}
