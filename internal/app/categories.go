package app

import (
	"tiepdan/assets/demo"
	"tiepdan/internal/office"
	"tiepdan/internal/web"
)

// categoryIDs are what letters may name as their subject.
func categoryIDs() []string {
	var out []string
	for _, c := range categories() {
		out = append(out, c.ID)
	}
	return out
}

// categories are the subjects citizens choose from: those every commune deals with. A list that cannot be read hides the
// question, for a letter without a subject is routed all the same.
func categories() []web.Category {
	content, err := demo.Load()
	if err != nil {
		return nil
	}
	out := make([]web.Category, 0, len(content.Categories))
	for _, c := range content.Categories {
		out = append(out, web.Category{ID: c.ID, Name: office.Name{VI: c.VI, EN: c.EN}})
	}
	return out
}
