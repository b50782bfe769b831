package store

import (
	"context"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
)

func papersSchema() docdb.Schema {
	return docdb.Schema{
		Name:    "papers",
		Indexes: []docdb.Index{{Name: "case", Fields: []docdb.Field{text("case"), moment("begun")}, Serves: "what was written on a case"}},
		Queries: []docdb.Query{{Name: "of_case", Eq: []string{"case"}, Sort: []docdb.Order{{Path: "begun"}}}},
	}
}

func numbersSchema() docdb.Schema {
	return docdb.Schema{
		Name: "numbers",
		Indexes: []docdb.Index{
			{Name: "paper", Unique: true, Fields: []docdb.Field{text("paper")}, Serves: "the number of a paper, which has one at most"},
			{Name: "book", Fields: []docdb.Field{text("book"), {Path: "n", Type: docdb.Int, Desc: true}}, Serves: "the last number of a series"},
		},
		Queries: []docdb.Query{
			{Name: "of_paper", Eq: []string{"paper"}},
			{Name: "of_book", Eq: []string{"book"}, Sort: []docdb.Order{{Path: "n", Desc: true}}},
		},
	}
}

// papersRead bounds what is read of one case, above what the desk lets be written.
const papersRead = 100

// AddPaper keeps a new paper.
func (s *Store) AddPaper(ctx context.Context, p *casework.Paper) error {
	return wrap("add paper", one(ctx, s.papers, docdb.Insert, p))
}

// SetPaper stores a changed paper over the version before it.
func (s *Store) SetPaper(ctx context.Context, p *casework.Paper) error {
	return wrap("set paper", one(ctx, s.papers, docdb.Replace, p))
}

// PapersOf reads what was written on a case, what was begun first at the head.
func (s *Store) PapersOf(ctx context.Context, id string) ([]*casework.Paper, error) {
	raws, _, err := s.papers.Find(ctx, docdb.Find{Query: "of_case", Where: []docdb.Cond{docdb.Eq("case", id)}, Limit: papersRead})
	if err != nil {
		return nil, wrap("list papers", err)
	}
	return decodeAll[casework.Paper](raws)
}

// AddNumber takes a number of a series.
func (s *Store) AddNumber(ctx context.Context, n *casework.Number) error {
	return wrap("take number", s.keep(ctx, "numbers", docdb.Insert, n))
}

// NumberOf reads the number of a paper.
func (s *Store) NumberOf(ctx context.Context, paper string) (*casework.Number, error) {
	raws, _, err := s.numbers.Find(ctx, docdb.Find{Query: "of_paper", Where: []docdb.Cond{docdb.Eq("paper", paper)}, Limit: 1})
	switch {
	case err != nil:
		return nil, wrap("read number", err)
	case len(raws) == 0:
		return nil, wrap("read number", docdb.ErrNotFound)
	default:
		return decode[casework.Number](raws[0])
	}
}

// LastNumber is the last one that was taken of a series.
func (s *Store) LastNumber(ctx context.Context, book string) (int, error) {
	raws, _, err := s.numbers.Find(ctx, docdb.Find{Query: "of_book", Where: []docdb.Cond{docdb.Eq("book", book)}, Limit: 1})
	if err != nil || len(raws) == 0 {
		return 0, wrap("read last number", err)
	}
	n, err := decode[casework.Number](raws[0])
	if err != nil {
		return 0, err
	}
	return n.N, nil
}
