package app

import (
	"context"

	"tiepdan/assets/demo"
)

// DemoSome is Demo with every nth of its cases.
func (a *App) DemoSome(ctx context.Context, nth int) error {
	return a.demo(ctx, func(plans []demo.CasePlan) (some []demo.CasePlan) {
		for i, p := range plans {
			if i%nth == 0 {
				some = append(some, p)
			}
		}
		return some
	})
}
