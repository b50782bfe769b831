package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/workday"
)

// seedCalendar keeps the table of days off that the release carries, unless the office has one.
func (a *App) seedCalendar(ctx context.Context) error {
	raw, err := fs.ReadFile(assets.Files, "calendar/holidays.json")
	if err != nil {
		return err
	}
	var days []workday.Day
	if err := json.Unmarshal(raw, &days); err != nil {
		return fmt.Errorf("read calendar: %w", err)
	}
	return a.Store.SeedDays(ctx, days)
}

func (a *App) calendar() casework.Calendar { return a.Store.Calendar() }
