package workday

import (
	"cmp"
	"slices"
	"time"
)

// The sources of the proposed days.
const (
	lawOfDays  = "Bộ luật Lao động 2019 Đ.112"
	lawOfRest  = "Bộ luật Lao động 2019 Đ.111.3"
	cultureDay = "Nghị quyết 28/2026/QH16"
	yearly     = lawOfDays + "; dự kiến, chờ thông báo nghỉ lễ của năm"
)

// Propose is the year's table by the law alone: the holidays of Bộ luật Lao động Đ.112 and the days off in lieu of those
// that fall on a Saturday or Sunday (Đ.111.3). What the Prime Minister picks each year – which five days of Tết, which day
// beside Quốc khánh – is proposed as it has been picked so far, and not confirmed.
func Propose(year int) []Day {
	holidays := fixed(year)
	tet := number(Tet(year))
	for day := tet - 2; day < tet+3; day++ {
		holidays[day] = Day{Name: "Tết Nguyên đán", Source: yearly}
	}
	national := dayOf(year, time.September, 2)
	holidays[beside(national)] = Day{Name: "Quốc khánh", Source: yearly}

	days := make([]Day, 0, len(holidays)+5)
	for _, day := range sorted(holidays) {
		d := holidays[day]
		d.Date, d.Kind = begin(day).Format(time.DateOnly), Holiday
		days = append(days, d)
	}
	days = append(days, inLieu(holidays)...)
	slices.SortFunc(days, func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
	return days
}

// fixed are the days that the law itself sets.
func fixed(year int) map[int]Day {
	gioTo, _ := Solar(LunarDate{Day: 10, Month: 3, Year: year})
	days := map[int]Day{
		dayOf(year, time.January, 1):   {Name: "Tết Dương lịch", Source: lawOfDays, Confirmed: true},
		number(gioTo):                  {Name: "Giỗ Tổ Hùng Vương", Source: lawOfDays, Confirmed: true},
		dayOf(year, time.April, 30):    {Name: "Ngày Chiến thắng", Source: lawOfDays, Confirmed: true},
		dayOf(year, time.May, 1):       {Name: "Quốc tế Lao động", Source: lawOfDays, Confirmed: true},
		dayOf(year, time.September, 2): {Name: "Quốc khánh", Source: lawOfDays, Confirmed: true},
	}
	if year >= 2026 {
		days[dayOf(year, time.November, 24)] = Day{Name: "Ngày Văn hóa Việt Nam", Source: cultureDay, Confirmed: true}
	}
	return days
}

// beside is the second day of Quốc khánh: the one that makes the longer rest with Saturday and Sunday.
func beside(national int) int {
	switch weekday(national) {
	case time.Monday, time.Thursday, time.Sunday:
		return national + 1
	default:
		return national - 1
	}
}

// inLieu are the days off for holidays on days of rest: each the next working day that is not taken yet. A day taken for a
// day that is not confirmed is not confirmed either.
func inLieu(holidays map[int]Day) []Day {
	var days []Day
	taken := map[int]bool{}
	for _, day := range sorted(holidays) {
		if !resting(day) {
			continue
		}
		next := day + 1
		for _, holiday := holidays[next]; holiday || taken[next] || resting(next); _, holiday = holidays[next] {
			next++
		}
		taken[next] = true
		d := holidays[day]
		source := lawOfRest
		if !d.Confirmed {
			source = lawOfRest + "; dự kiến, chờ thông báo nghỉ lễ của năm"
		}
		days = append(days, Day{
			Date: begin(next).Format(time.DateOnly), Kind: Compensatory, Name: "Nghỉ bù " + d.Name, Source: source, Confirmed: d.Confirmed,
		})
	}
	return days
}

func resting(day int) bool {
	w := weekday(day)
	return w == time.Saturday || w == time.Sunday
}

func sorted(days map[int]Day) []int {
	keys := make([]int, 0, len(days))
	for day := range days {
		keys = append(keys, day)
	}
	slices.Sort(keys)
	return keys
}
