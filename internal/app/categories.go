package app

import (
	"context"

	"tiepdan/assets/demo"
	"tiepdan/internal/domain/office"
)

// seedCategories keeps, on the first start, the subjects that every commune deals with; the office then changes them as it
// likes.
func (a *App) seedCategories(ctx context.Context) error {
	const seeded = "categories"
	if _, known, err := a.Store.Meta(ctx, seeded); err != nil || known {
		return err
	}
	content, err := demo.Load()
	if err != nil {
		return err
	}
	for _, c := range content.Categories {
		if err := a.Store.PutCategory(ctx, office.Category{ID: c.ID, V: 1, Name: office.Name{VI: c.VI, EN: c.EN}}); err != nil {
			return err
		}
	}
	return a.Store.PutMeta(ctx, seeded, "yes")
}
