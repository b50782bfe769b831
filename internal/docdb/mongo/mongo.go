// Package mongo is the engine of docdb for MongoDB and servers that speak like it (FerretDB, DocumentDB): single-document
// writes with their condition in the filter, majority and journal, indexes ensured on open. Transactions, $lookup, text and
// TTL indexes and pipeline updates are not used.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"tiepdan/internal/docdb"
	"tiepdan/pkg/turn"
)

// Engine is one database of a server or cluster.
type Engine struct {
	client *mongo.Client
	db     *mongo.Database
	turns  *[64]turn.Turn // by document, where the server is not atomic by itself; else nil
	alone  *alone         // likewise
	mu     sync.Mutex
	open   map[string]bool
}

// selectWithin is how long a server is looked for: whoever waits is told soon that there is none.
const selectWithin = 4 * time.Second

// defaultName is the database when the address names none.
const defaultName = "tiepdan"

// Open connects to the address; the database is the path in it.
func Open(ctx context.Context, uri string) (*Engine, error) {
	journal := true
	opts := options.Client().ApplyURI(uri).SetAppName("tiepdan").
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal}).
		SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary()).SetRetryWrites(retries(uri)).
		SetServerSelectionTimeout(selectWithin)
	client, err := mongo.Connect(opts)
	if err != nil {
		return nil, fmt.Errorf("connect to MongoDB: %w", err)
	}
	e := &Engine{client: client, db: client.Database(nameOf(uri)), open: map[string]bool{}}
	if err := e.Ping(ctx); err != nil {
		return nil, errors.Join(err, client.Disconnect(ctx))
	}
	if err := e.inspect(ctx); err != nil {
		return nil, errors.Join(err, client.Disconnect(ctx))
	}
	return e, nil
}

// inspect learns what kind of server it is. FerretDB 1 looks a document up and changes it in two steps, so that two
// writers may both find the version they read; there, this process changes one document at a time, and must be the only one.
func (e *Engine) inspect(ctx context.Context) error {
	info, err := e.db.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		return fmt.Errorf("ask MongoDB for its version: %w", err)
	}
	if _, err := info.LookupErr("ferretdbVersion"); err == nil {
		e.turns = new([64]turn.Turn)
		e.alone, err = beAlone(ctx, e.db.Collection("alone"))
		return err
	}
	return nil
}

// retries leaves the driver's default unless the address says otherwise.
func retries(uri string) bool { return !strings.Contains(uri, "retryWrites=false") }

func nameOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return defaultName
	}
	if name := strings.Trim(u.Path, "/"); name != "" {
		return name
	}
	return defaultName
}

// Aged is false: every program declares and keeps all its indexes, and what documents lack is found by what they hold.
func (e *Engine) Aged() bool { return false }

// Alone is true of servers that take one process only.
func (e *Engine) Alone() bool { return e.alone != nil }

// Settle has nothing to do.
func (e *Engine) Settle(context.Context) error { return nil }

// Ping asks the primary.
func (e *Engine) Ping(ctx context.Context) error {
	if err := e.client.Ping(ctx, readpref.Primary()); err != nil {
		return fmt.Errorf("ping MongoDB: %w", err)
	}
	return nil
}

// Clock is the time of the server.
func (e *Engine) Clock(ctx context.Context) (time.Time, error) {
	said, err := e.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Raw()
	if err != nil {
		return time.Time{}, fmt.Errorf("ask MongoDB for its clock: %w", err)
	}
	at, _ := said.Lookup("localTime").TimeOK() // a server that does not say has none
	return at, nil
}

// Copy is not offered.
func (*Engine) Copy(context.Context, string) error { return docdb.ErrNoCopy }

// Close ends the connections.
func (e *Engine) Close() error {
	ctx := context.Background() //nolint:forbidigo // closing must not depend on a caller who left
	e.alone.close(ctx)
	return e.client.Disconnect(ctx)
}

// Open ensures the indexes of the schema.
func (e *Engine) Open(ctx context.Context, s docdb.Schema) (docdb.Collection, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.open[s.Name] {
		return nil, fmt.Errorf("collection %s is open already", s.Name)
	}
	c := &collection{e: e, s: s, c: e.db.Collection(s.Name)}
	if err := c.ensure(ctx); err != nil {
		return nil, fmt.Errorf("ensure indexes of %s: %w", s.Name, err)
	}
	e.open[s.Name] = true
	return docdb.Telling(c, trouble), nil
}

type collection struct {
	e *Engine
	s docdb.Schema
	c *mongo.Collection

	plain atomic.Bool // the server lacks some of what groups may be asked for; see groupLeast
}

// ensure creates the declared indexes and drops those of ours that are declared no longer.
func (c *collection) ensure(ctx context.Context) error {
	var models []mongo.IndexModel
	add := func(name string, keys bson.D, opts *options.IndexOptionsBuilder) {
		models = append(models, mongo.IndexModel{Keys: keys, Options: opts.SetName(name)})
	}
	for _, ix := range c.s.Indexes {
		add(ix.Name, c.keys(ix), c.options(ix))
	}
	for _, l := range c.s.Lists {
		add("list_"+l.Path, bson.D{{Key: l.Path, Value: 1}, {Key: "_id", Value: 1}}, options.Index())
	}
	if s := c.s.Search; s != nil {
		keys := bson.D{{Key: s.Path, Value: 1}}
		if len(s.Places) > 0 {
			keys = append(keys, bson.E{Key: s.Places[0], Value: 1})
		}
		add("search", append(keys, bson.E{Key: s.Newest, Value: -1}), options.Index())
	}
	return c.sync(ctx, models)
}

// sync drops the indexes that differ from the declared ones, and creates what is missing.
func (c *collection) sync(ctx context.Context, models []mongo.IndexModel) error {
	specs, err := c.c.Indexes().ListSpecifications(ctx)
	if err != nil {
		return fmt.Errorf("list indexes: %w", err)
	}
	have := map[string]string{"_id_": ""}
	for _, sp := range specs {
		have[sp.Name] = sp.KeysDocument.String()
	}
	var missing []mongo.IndexModel
	want := map[string]bool{"_id_": true}
	for _, m := range models {
		keys, err := bson.Marshal(m.Keys)
		if err != nil {
			return fmt.Errorf("encode index: %w", err)
		}
		name := nameOfIndex(m)
		if have[name] == bson.Raw(keys).String() {
			want[name] = true
			continue
		}
		missing = append(missing, m)
	}
	for name := range have {
		if !want[name] {
			if err := c.c.Indexes().DropOne(ctx, name); err != nil {
				return fmt.Errorf("drop index %s: %w", name, err)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if _, err := c.c.Indexes().CreateMany(ctx, missing); err != nil {
		return fmt.Errorf("create indexes: %w", err)
	}
	return nil
}

func nameOfIndex(m mongo.IndexModel) string {
	var o options.IndexOptions
	for _, set := range m.Options.List() {
		_ = set(&o) // only names and flags are set here
	}
	return *o.Name
}

func (c *collection) keys(ix docdb.Index) bson.D {
	var keys bson.D
	tie := c.s.TieAt(ix)
	for i, f := range ix.Fields {
		if i == tie && !ix.Unique {
			keys = append(keys, bson.E{Key: "_id", Value: 1})
		}
		dir := 1
		if f.Desc {
			dir = -1
		}
		keys = append(keys, bson.E{Key: f.Path, Value: dir})
	}
	if tie == len(ix.Fields) && !ix.Unique {
		keys = append(keys, bson.E{Key: "_id", Value: 1})
	}
	return keys
}

// options: documents that lack a field of a unique index are exempt from it, which MongoDB says with sparse for one field.
func (*collection) options(ix docdb.Index) *options.IndexOptionsBuilder {
	o := options.Index()
	if ix.Unique {
		o.SetUnique(true).SetSparse(true)
	}
	return o
}
