package app

import (
	"io/fs"

	"tiepdan/assets"
	"tiepdan/internal/casework"
	"tiepdan/pkg/workday"
)

// readCalendar reads the table of days off that the release carries.
func readCalendar() (*workday.Calendar, error) {
	raw, err := fs.ReadFile(assets.Files, "calendar/holidays.json")
	if err != nil {
		return nil, err
	}
	return workday.Parse(raw)
}

func (a *App) calendar() casework.Calendar { return a.days }
