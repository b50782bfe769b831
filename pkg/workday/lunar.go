package workday

import (
	"math"
	"time"
)

// LunarDate is a day of the Vietnamese lunar calendar (âm lịch). Leap marks the second of two months of one number.
type LunarDate struct {
	Day, Month, Year int
	Leap             bool
}

// Lunar tells the lunar date of the moment's day in Vietnam, meant for the years 1900 to 2199.
//
// The rules: a month begins on the day of the new moon; the winter solstice falls into month 11; where thirteen months
// stand between two such months, the first of them in which the sun enters no new sign of thirty degrees is a leap month.
// New moon and sun are computed, at the hour of Vietnam: the Chinese calendar, one hour ahead, differs now and then.
func Lunar(t time.Time) LunarDate { return vietnam.lunar(number(t)) }

// Solar is the day of a lunar date, at its first moment in Vietnam, and false where there is no such date.
func Solar(d LunarDate) (time.Time, bool) {
	day, ok := vietnam.solar(d)
	return begin(day), ok
}

// Tet is mùng 1 Tết of the year, at its first moment in Vietnam.
func Tet(year int) time.Time {
	t, _ := Solar(LunarDate{Day: 1, Month: 1, Year: year})
	return t
}

// zone is the hour, ahead of UTC, by which a lunar calendar is kept.
type zone int

const vietnam zone = 7

// around is the lunar year from one month 11 to the next, the months told by the number of their new moon.
type around struct {
	first int // the month 11 before the year
	leap  int // which month after it is the leap month, 0 for none
}

// around looks at the months from the winter solstice before the year to that in it.
func (z zone) around(year int) around {
	a := around{first: z.solstice(year - 1)}
	if z.solstice(year)-a.first < 13 {
		return a
	}
	for i := 1; i < 13; i++ {
		if z.sign(a.first+i) == z.sign(a.first+i+1) {
			a.leap = i
			return a
		}
	}
	return a
}

// solstice is the month of the year's winter solstice: the last to begin before the sun has come to 270 degrees.
func (z zone) solstice(year int) int {
	k := z.month(dayOf(year, time.December, 31))
	for z.sign(k) >= 9 {
		k--
	}
	return k
}

// month is the month that holds the day.
func (z zone) month(day int) int {
	k := int(math.Round((float64(day)-newMoon(0))/meanMonth)) + 1
	for z.start(k) > day {
		k--
	}
	return k
}

// start is the day on which the month begins.
func (z zone) start(k int) int {
	return int(math.Floor(newMoon(k) + float64(z)/24))
}

// sign is in which twelfth of its way the sun stands as the month's first day begins.
func (z zone) sign(k int) int {
	return int(sun(float64(z.start(k))-float64(z)/24) / 30)
}

func (z zone) lunar(day int) LunarDate {
	year := begin(day).In(Vietnam).Year()
	k := z.month(day)
	if k >= z.solstice(year) {
		year++
	}
	a := z.around(year)
	i := k - a.first
	d := LunarDate{Day: day - z.start(k) + 1, Leap: a.leap > 0 && i == a.leap}
	if a.leap > 0 && i >= a.leap {
		i--
	}
	d.Month, d.Year = (i+10)%12+1, year
	if i < 2 {
		d.Year--
	}
	return d
}

func (z zone) solar(d LunarDate) (int, bool) {
	if d.Month < 1 || d.Month > 12 || d.Day < 1 {
		return 0, false
	}
	year, i := d.Year, (d.Month+1)%12
	if i < 2 {
		year++
	}
	a := z.around(year)
	switch {
	case d.Leap && (a.leap == 0 || i != a.leap-1):
		return 0, false
	case d.Leap, a.leap > 0 && i >= a.leap:
		i++
	}
	day := z.start(a.first+i) + d.Day - 1
	return day, day < z.start(a.first+i+1)
}

// The sky, after Jean Meeus, "Astronomical Algorithms" and "Astronomical Formulae for Calculators": new moons to some
// seconds, the sun to some seconds of arc, which it passes in a few minutes.

const (
	meanMonth = 29.530588861
	epoch     = 2440587.5 // the Julian day on which 1970 began
	century   = 36525.0
)

// newMoon is the time of the new moon k (0: January 2000) in days since 1970, in universal time.
func newMoon(k int) float64 {
	n := float64(k)
	t := n / 1236.85
	e := 1 - 0.002516*t - 0.0000074*t*t
	angle := [4]float64{ // sun's anomaly, moon's anomaly, moon's latitude, ascending node
		2.5534 + 29.10535670*n - 0.0000014*t*t,
		201.5643 + 385.81693528*n + 0.0107582*t*t + 0.00001238*t*t*t,
		160.7108 + 390.67050284*n - 0.0016118*t*t - 0.00000227*t*t*t,
		124.7746 - 1.56375588*n + 0.0020672*t*t,
	}
	at := 2451550.09766 + meanMonth*n + 0.00015437*t*t - 0.00000015*t*t*t
	for _, w := range moonWaves {
		sum := 0.0
		for i, times := range w.of {
			sum += times * angle[i]
		}
		at += w.size * math.Pow(e, math.Abs(w.of[0])) * sin(sum)
	}
	for _, w := range planetWaves {
		at += w[0] * sin(w[1]+w[2]*n)
	}
	return at - epoch - lag(2000+n/12.3685)/secondsOfDay
}

type wave struct {
	size float64
	of   [4]float64
}

var moonWaves = [...]wave{
	{-0.40720, [4]float64{0, 1, 0, 0}},
	{0.17241, [4]float64{1, 0, 0, 0}},
	{0.01608, [4]float64{0, 2, 0, 0}},
	{0.01039, [4]float64{0, 0, 2, 0}},
	{0.00739, [4]float64{-1, 1, 0, 0}},
	{-0.00514, [4]float64{1, 1, 0, 0}},
	{0.00208, [4]float64{2, 0, 0, 0}},
	{-0.00111, [4]float64{0, 1, -2, 0}},
	{-0.00057, [4]float64{0, 1, 2, 0}},
	{0.00056, [4]float64{1, 2, 0, 0}},
	{-0.00042, [4]float64{0, 3, 0, 0}},
	{0.00042, [4]float64{1, 0, 2, 0}},
	{0.00038, [4]float64{1, 0, -2, 0}},
	{-0.00024, [4]float64{-1, 2, 0, 0}},
	{-0.00017, [4]float64{0, 0, 0, 1}},
	{-0.00007, [4]float64{2, 1, 0, 0}},
	{0.00004, [4]float64{0, 2, -2, 0}},
	{0.00004, [4]float64{3, 0, 0, 0}},
	{0.00003, [4]float64{1, 1, -2, 0}},
	{0.00003, [4]float64{0, 2, 2, 0}},
	{-0.00003, [4]float64{1, 1, 2, 0}},
	{0.00003, [4]float64{-1, 1, 2, 0}},
}

// planetWaves are size, angle at k = 0 and angle a month.
var planetWaves = [...][3]float64{
	{0.000325, 299.77, 0.107408},
	{0.000165, 251.88, 0.016321},
	{0.000164, 251.83, 26.651886},
	{0.000126, 349.42, 36.412478},
	{0.000110, 84.66, 18.206239},
	{0.000062, 141.74, 53.303771},
	{0.000060, 207.14, 2.453732},
	{0.000056, 154.84, 7.306860},
	{0.000047, 34.52, 27.261239},
	{0.000042, 207.19, 0.121824},
	{0.000040, 291.34, 1.844379},
	{0.000037, 161.72, 24.198154},
	{0.000035, 239.56, 25.513099},
}

// sun is the apparent longitude of the sun in degrees, from 0 to 360, so many days after 1970 began in universal time.
func sun(days float64) float64 {
	year := 1970 + days/365.2425
	t := (days + epoch + lag(year)/secondsOfDay - 2415020) / century // since 1900
	m := 358.47583 + 35999.04975*t - 0.00015*t*t
	long := 279.69668 + 36000.76892*t + 0.0003025*t*t +
		(1.919460-0.004789*t-0.000014*t*t)*sin(m) + (0.020094-0.0001*t)*sin(2*m) + 0.000293*sin(3*m) +
		0.00134*sin(90+153.23+22518.7541*t) + 0.00154*sin(90+216.57+45037.5082*t) + // Venus
		0.00200*sin(90+312.69+32964.3577*t) + // Jupiter
		0.00179*sin(350.74+445267.1142*t) + 0.00178*sin(231.19+20.2*t) + // moon, and a long period
		-0.00569 - 0.00479*sin(259.18-1934.142*t) // aberration and nutation
	long = math.Mod(long, 360)
	if long < 0 {
		long += 360
	}
	return long
}

// lag is by how many seconds the even time of the formulas is ahead of universal time (ΔT): measured, later estimated.
func lag(year float64) float64 {
	const first, step = 1900, 20
	table := [...]float64{-3, 21, 24, 33, 51, 64, 70, 85, 115, 155, 203, 252, 300, 350, 398, 442}
	i := min(max(int(year-first)/step, 0), len(table)-2)
	part := (year - float64(first+step*i)) / step
	return table[i] + part*(table[i+1]-table[i])
}

func sin(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }
