package app

import "context"

// demoSubjects are the subjects that the demo's administrator has opened to programs of others.
var demoSubjects = []string{"roads", "environment"}

func (a *App) demoPublic(ctx context.Context) error {
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	for _, id := range demoSubjects {
		for _, c := range o.Categories() {
			if c.ID != id {
				continue
			}
			c.Public = true
			if err := a.Store.PutCategory(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}
