package store

import (
	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
)

// The order of receipt stands before the _id in every index that grows by the clock: many cases are due at the same
// moment, and new ones then go to the end of their index instead of all over it.

// The collections with their indexes, each beside the query it serves.

func text(path string) docdb.Field  { return docdb.Field{Path: path, Type: docdb.Text} }
func asInt(path string) docdb.Field { return docdb.Field{Path: path, Type: docdb.Int} }
func moment(path string) docdb.Field {
	return docdb.Field{Path: path, Type: docdb.Time}
}

func latest(path string) docdb.Field { return docdb.Field{Path: path, Type: docdb.Text, Desc: true} }

func casesSchema() docdb.Schema {
	return docdb.Schema{
		Name: "cases",
		Indexes: []docdb.Index{
			{Name: "ref", Unique: true, Fields: []docdb.Field{text("ref")}, Serves: "a case by its reference"},
			{
				Name: "shelf", Serves: "boards, lists and their counts: a unit's cases, the most urgent first",
				Fields: append([]docdb.Field{text("shelf"), text("lane"), asInt("rank"), moment("received_at"), text("assignee")}, carried()...),
			},
			{
				Name: "assignee", Sparse: true, Serves: "one person's cases, the most urgent first",
				Fields: append([]docdb.Field{text("assignee"), text("lane"), asInt("rank"), moment("received_at"), text("shelf")}, carried()...),
			},
			{
				Name: "everything", Serves: "lists over more queues than are walked one by one",
				Fields: append([]docdb.Field{text("lane"), asInt("rank"), moment("received_at"), text("shelf"), text("assignee")}, carried()...),
			},
			{Name: "watch", Sparse: true, Fields: []docdb.Field{moment("watch_at"), moment("received_at")}, Serves: "the deadline watch: only what is due"},
			{Name: "shown", Sparse: true, Fields: []docdb.Field{{Path: "shown_at", Type: docdb.Time, Desc: true}}, Serves: "Open311: what changed in a time, the newest first"},
			{Name: "wary", Sparse: true, Fields: []docdb.Field{moment("wary_at"), moment("received_at")}, Serves: "the sweep: has every case a reader"},
			{Name: "unsent", Sparse: true, Fields: []docdb.Field{moment("unsent_at"), moment("received_at")}, Serves: "the sweep: whose entries call for notices or promise parts"},
			{Name: "stamp", Sparse: true, Fields: []docdb.Field{asInt("stamp")}, Serves: "the sweep: what was not announced, in the order of writing"},
		},
		Lists:  []docdb.List{{Path: "helpers", Serves: "the cases shared with one person, wherever they lie"}},
		Search: &docdb.Search{Path: "terms", Newest: "received_at", Places: []string{"shelf", "assignee"}, Serves: "search by words, newest first"},
		Queries: append(caseCounts(),
			docdb.Query{Name: "by_ref", Eq: []string{"ref"}},
			docdb.Query{Name: "by_refs", In: []string{"ref"}},
			docdb.Query{Name: "helping", Has: "helpers", Filter: found, MayOmit: found},
			docdb.Query{Name: "shelf", In: []string{"shelf", "lane"}, Range: "rank", Sort: byRank, Filter: ofShelf, MayOmit: ofShelf},
			docdb.Query{Name: "mine", Eq: []string{"assignee"}, In: []string{"lane"}, Range: "rank", Sort: byRank, Filter: ofPerson, MayOmit: ofPerson},
			docdb.Query{Name: "watch", Range: "watch_at", Sort: []docdb.Order{{Path: "watch_at"}, {Path: "received_at"}}},
			docdb.Query{Name: "shown", Range: "shown_at", Sort: []docdb.Order{{Path: "shown_at", Desc: true}}},
			docdb.Query{Name: "wary", Range: "wary_at", Sort: []docdb.Order{{Path: "wary_at"}, {Path: "received_at"}}},
			docdb.Query{Name: "unsent", Range: "unsent_at", Sort: []docdb.Order{{Path: "unsent_at"}, {Path: "received_at"}}},
			docdb.Query{Name: "stamped", Range: "stamp", Sort: []docdb.Order{{Path: "stamp"}}},
			docdb.Query{Name: "everything", In: []string{"lane"}, Range: "rank", Sort: byRank, Filter: ofAll, MayOmit: ofAll},
			docdb.Query{Name: "search", Terms: true, Filter: found, MayOmit: found},
		),
	}
}

// carried are the fields that lists of cases are narrowed by and counted by, at the end of each of their indexes.
func carried() []docdb.Field {
	return []docdb.Field{
		text("state"), text("kind"), text("standing"), asInt("doubt"), moment("replied_at"), text("category"), text("channel"), asInt("satisfaction.score"),
	}
}

// caseCounts are the counts: of each sort of list, whole and by each grouping.
func caseCounts() []docdb.Query {
	var out []docdb.Query
	for _, of := range []docdb.Query{
		{Name: "shelf", In: []string{"shelf", "lane"}, Filter: ofShelf},
		{Name: "mine", Eq: []string{"assignee"}, In: []string{"lane"}, Filter: ofPerson},
		{Name: "everything", In: []string{"lane"}, Filter: ofAll},
	} {
		for by, path := range groupings {
			q := of
			q.Name, q.Range, q.MayOmit, q.Counts = countOf(of.Name, by), "rank", of.Filter, true
			if path != "" {
				q.Group = []string{path}
			}
			if by == casework.ByShelf || by == casework.ByHolder {
				q.Least = "received_at"
			}
			out = append(out, q)
		}
	}
	return out
}

// groupings are the fields that counts are grouped by.
var groupings = map[casework.Grouping]string{
	casework.Whole: "", casework.ByShelf: "shelf", casework.ByHolder: "assignee", casework.ByStanding: "standing", casework.ByScore: "satisfaction.score",
}

// countOf names the count of a list by a grouping.
func countOf(list string, by casework.Grouping) string {
	return "count of " + list + " by " + string(by)
}

var (
	byRank = []docdb.Order{{Path: "rank"}, {Path: "received_at"}}
	// narrow are the conditions that every list carries.
	narrow   = []string{"state", "kind", "standing", "doubt", "replied_at", "category", "channel", "satisfaction.score", "received_at"}
	ofShelf  = append([]string{"assignee"}, narrow...)
	ofPerson = append([]string{"shelf"}, narrow...)
	ofAll    = append([]string{"shelf", "assignee"}, narrow...)
	found    = append([]string{"shelf", "lane", "assignee", "rank"}, narrow...)
)

func secretsSchema() docdb.Schema { return docdb.Schema{Name: "secrets"} }

func ratingsSchema() docdb.Schema {
	return docdb.Schema{
		Name: "ratings",
		Indexes: []docdb.Index{
			{Name: "counter_day", Fields: []docdb.Field{text("counter"), text("day")}, Serves: "a counter's ratings of some days"},
			{Name: "said", Sparse: true, Fields: []docdb.Field{text("said"), asInt("score"), latest("day")}, Serves: "what citizens wrote at some counters, the newest first"},
		},
		Queries: []docdb.Query{
			{Name: "said", In: []string{"said"}, Eq: []string{"score"}, Range: "day", Sort: []docdb.Order{{Path: "day", Desc: true}}},
			{Name: "of_counter", Eq: []string{"counter"}, Range: "day", Sort: []docdb.Order{{Path: "day"}}},
		},
	}
}

func sessionsSchema() docdb.Schema {
	return docdb.Schema{
		Name: "sessions",
		Indexes: []docdb.Index{
			{Name: "ends", Fields: []docdb.Field{moment("ends_at")}, Serves: "clearing ended sessions"},
			{Name: "staff", Fields: []docdb.Field{text("staff")}, Serves: "signing somebody out everywhere"},
		},
		Queries: []docdb.Query{
			{Name: "ended", Range: "ends_at", Sort: []docdb.Order{{Path: "ends_at"}}},
			{Name: "of_staff", Eq: []string{"staff"}},
		},
	}
}

// The office is small and read whole.
func officeSchemas() []docdb.Schema {
	return []docdb.Schema{{Name: "units"}, {Name: "staff", Indexes: []docdb.Index{
		{Name: "username", Unique: true, Fields: []docdb.Field{text("username")}, Serves: "two people never share a sign-in"},
	}}, {Name: "counters"}, {Name: "rules"}}
}

func metaSchema() docdb.Schema { return docdb.Schema{Name: "meta"} }

func jobsSchema() docdb.Schema {
	return docdb.Schema{
		Name:    "calendar_jobs",
		Indexes: []docdb.Index{{Name: "open", Sparse: true, Fields: []docdb.Field{moment("open")}, Serves: "changes of the calendar that are under way"}},
		Queries: []docdb.Query{{Name: "open", Range: "open", Sort: []docdb.Order{{Path: "open"}}}},
	}
}
