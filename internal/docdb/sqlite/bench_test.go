package sqlite_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/docdb/sqlite"
)

// caseLike is a schema of the size the service uses: six indexes and search words.
func caseLike() docdb.Schema {
	text := func(p string) docdb.Field { return docdb.Field{Path: p, Type: docdb.Text} }
	at := func(p string) docdb.Field { return docdb.Field{Path: p, Type: docdb.Time} }
	return docdb.Schema{
		Name: "bench",
		Indexes: []docdb.Index{
			{Name: "code", Unique: true, Fields: []docdb.Field{text("code")}},
			{Name: "ref", Unique: true, Fields: []docdb.Field{text("ref")}},
			{Name: "shelf", Fields: []docdb.Field{text("shelf"), text("lane"), at("due"), text("state")}},
			{Name: "assignee", Sparse: true, Fields: []docdb.Field{text("assignee"), at("due")}},
			{Name: "watch", Sparse: true, Fields: []docdb.Field{at("watch")}},
			{Name: "unsent", Sparse: true, Fields: []docdb.Field{at("unsent")}},
		},
		Search:  &docdb.Search{Path: "terms", Newest: "at"},
		Queries: []docdb.Query{{Name: "board", In: []string{"shelf"}, Eq: []string{"lane"}, Sort: []docdb.Order{{Path: "due"}}}},
	}
}

var start = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func caseDoc(b *testing.B, n int64) bson.Raw {
	b.Helper()
	h := fmt.Sprintf("%016x", uint64(n)*0x9E3779B97F4A7C15)
	raw, err := bson.Marshal(bson.D{
		{Key: "_id", Value: h},
		{Key: "v", Value: int64(1)},
		{Key: "code", Value: "c" + h},
		{Key: "ref", Value: "r" + h},
		{Key: "shelf", Value: fmt.Sprint("unit", n%10)},
		{Key: "lane", Value: "open"},
		{Key: "due", Value: start.Add(time.Duration(n) * time.Second)},
		{Key: "state", Value: "received"},
		{Key: "watch", Value: start},
		{Key: "unsent", Value: start},
		{Key: "at", Value: start.Add(time.Duration(n) * 200 * time.Microsecond)},
		{Key: "terms", Value: strings.Fields("con duong truoc nha toi bi ngap nuoc moi khi mua lon")},
		{Key: "body", Value: strings.Repeat("Con đường trước nhà tôi bị ngập. ", 28)},
	})
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

// BenchmarkInsert prints durable inserts per second with 64 writers in group commit.
func BenchmarkInsert(b *testing.B) {
	e, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	c, err := e.Open(b.Context(), caseLike())
	if err != nil {
		b.Fatal(err)
	}
	var n atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := c.Write(b.Context(), docdb.Write{Op: docdb.Insert, Doc: caseDoc(b, n.Add(1))})[0]; err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
}

// BenchmarkPurge prints how long one document's words take to be gone from the index and the files, beside how many others are
// stored, and the longest that a writer waited meanwhile.
func BenchmarkPurge(b *testing.B) {
	for _, stored := range []int64{10_000, 100_000} {
		b.Run(strconv.FormatInt(stored, 10), func(b *testing.B) {
			e, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
			if err != nil {
				b.Fatal(err)
			}
			defer e.Close()
			c, err := e.Open(b.Context(), caseLike())
			if err != nil {
				b.Fatal(err)
			}
			put := func(ws ...docdb.Write) {
				for _, err := range c.Write(b.Context(), ws...) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			var n int64
			for n < stored {
				var ws []docdb.Write
				for range 500 {
					n++
					ws = append(ws, docdb.Write{Op: docdb.Insert, Doc: caseDoc(b, n)})
				}
				put(ws...)
			}
			var wait time.Duration
			next := n
			for b.Loop() {
				put(docdb.Write{Op: docdb.Delete, ID: fmt.Sprintf("%016x", uint64(n)*0x9E3779B97F4A7C15), IfVersion: 1})
				n--
				done := make(chan error, 1)
				go func() { done <- c.Purge(b.Context()) }()
				for busy := true; busy; {
					select {
					case err := <-done:
						if err != nil {
							b.Fatal(err)
						}
						busy = false
					default:
						next++
						began := time.Now()
						put(docdb.Write{Op: docdb.Insert, Doc: caseDoc(b, next)})
						wait = max(wait, time.Since(began))
					}
				}
			}
			b.ReportMetric(float64(wait.Milliseconds()), "ms-longest-wait")
		})
	}
}
