package demo

import (
	"strconv"
	"time"
)

// maxScore is the best of the five faces.
const maxScore = 5

// daysOfRatings is how far back ratings reach.
const daysOfRatings = 90

// verdicts is how citizens rate: who comes to which counter, at which hour, and what they say.
type verdicts struct {
	Hours    []hourShare     `json:"hours"`
	Counters []counterRating `json:"counters"`
	Comments []comment       `json:"comments"`
	// Parts in a hundred: who answers the questions after the faces, who writes a comment, who scanned a genuine sticker.
	Criteria, Comment, Verified int
}

type hourShare struct {
	Hour   int `json:"hour"`
	Weight int `json:"weight"`
}

// counterRating is one counter's share of the visits and its scores 1 to 5; Worst lists the criteria it does badly in.
type counterRating struct {
	Counter string   `json:"counter"`
	Weight  int      `json:"weight"`
	Scores  []int    `json:"scores"`
	Worst   []string `json:"worst"`
}

// comment is what somebody said with a score; empty Counters fits all.
type comment struct {
	Scores   []int    `json:"scores"`
	Counters []string `json:"counters"`
	Text     string   `json:"text"`
}

// criteria are the citizen's criteria of Nghị định 118/2025/NĐ-CP Đ.33.1.
var criteria = []string{"attitude", "time", "visits", "agencies", "information", "costs", "explanation", "online"}

// Ratings returns n ratings of the last 90 days, oldest first; the same seed and time give the same ratings.
func (c *Content) Ratings(seed uint64, n int, now time.Time) []Rating {
	d := &dice{state: seed ^ 0x72617465}
	out := make([]Rating, 0, n)
	said := map[string]bool{}
	for range n {
		out = append(out, c.rating(d, said, now))
	}
	sortBy(out, func(r Rating) time.Time { return r.At })
	for i := range out {
		out[i].Key = "demo-rating-" + strconv.Itoa(i+1)
	}
	return out
}

func (c *Content) rating(d *dice, said map[string]bool, now time.Time) Rating {
	v := c.verdict
	weights := make([]int, len(v.Counters))
	for j, q := range v.Counters {
		weights[j] = q.Weight
	}
	q := v.Counters[d.weighted(weights)]
	r := Rating{Counter: q.Counter, At: v.visit(d, now), Score: d.weighted(q.Scores) + 1, Verified: d.chance(v.Verified)}
	if d.chance(v.Criteria) {
		r.Criteria = q.answers(d, r.Score)
	}
	if d.chance(v.Comment) {
		r.Comment = v.say(d, r, said)
	}
	return r
}

// visit throws a moment within the opening hours of a working day.
func (v verdicts) visit(d *dice, now time.Time) time.Time {
	weights := make([]int, len(v.Hours))
	for i, h := range v.Hours {
		weights[i] = h.Weight
	}
	for {
		day := dayOf(now).AddDate(0, 0, -d.between(0, daysOfRatings-1))
		hour := v.Hours[d.weighted(weights)].Hour
		at := day.Add(time.Duration(hour)*time.Hour + time.Duration(d.below(60))*time.Minute)
		if dayOff(day) || !at.Before(now) {
			continue
		}
		return at
	}
}

// answers throws the marks of some criteria around the score; what the counter does badly is marked lower.
func (q counterRating) answers(d *dice, score int) map[string]int {
	out := map[string]int{}
	for _, id := range criteria {
		if !d.chance(60) {
			continue
		}
		mark := score + d.weighted([]int{2, 6, 2}) - 1
		for _, w := range q.Worst {
			if w == id {
				mark--
			}
		}
		out[id] = min(max(mark, 1), maxScore)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// say throws a comment that fits the score and the counter and was not said yet; none when nothing is left.
func (v verdicts) say(d *dice, r Rating, said map[string]bool) string {
	var fit []string
	for _, c := range v.Comments {
		if !said[c.Text] && contains(c.Scores, r.Score) && (len(c.Counters) == 0 || contains(c.Counters, r.Counter)) {
			fit = append(fit, c.Text)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	text := pick(d, fit)
	said[text] = true
	return text
}
