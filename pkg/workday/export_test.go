package workday

import "time"

// TetAt is mùng 1 by a calendar kept so many hours ahead of UTC.
func TetAt(hours, year int) time.Time {
	day, _ := zone(hours).solar(LunarDate{Day: 1, Month: 1, Year: year})
	return begin(day)
}
