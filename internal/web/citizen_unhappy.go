package web

import (
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// way is one thing the law offers a citizen who is not satisfied, and until when.
type way struct {
	Key   string // words under unhappy.<Key>
	Days  int    // 0: no end
	Until time.Time
	Law   string
}

// lastWord is when the office gave its last word, since the letter was begun or taken up again; zero for never.
func lastWord(c *casework.Case) (at time.Time) {
	for _, e := range c.History {
		switch e.What {
		case "answered", "refused", "decided", "concluded":
			at = e.At
		case "reconsidered": // what was said before is no more
			at = time.Time{}
		}
	}
	return at
}

// waysOn lists what the law offers after the office's last word. The time to complain again runs from the day the citizen
// received the decision; here it was published to him at once, so it runs from then (Luật Khiếu nại Đ.7, 33).
func waysOn(cal casework.Calendar, c *casework.Case) []way {
	from := lastWord(c)
	if from.IsZero() {
		return nil
	}
	switch {
	case c.Legal.Next != "":
		return nil
	case c.Kind == law.Complaint && c.Legal.Level == 2:
		return []way{{Key: "court", Law: "Luật Khiếu nại 2011 Đ.7, Đ.42"}}
	case c.Kind == law.Complaint && (c.State == law.Refused || c.Legal.EndedAs == law.Refused):
		return []way{{Key: "refused_complaint", Law: "Luật Khiếu nại 2011 Đ.7, Đ.27"}, {Key: "court", Law: "Luật Khiếu nại 2011 Đ.7"}}
	case c.Kind == law.Complaint:
		days := c.AppealDays()
		until, _ := cal.Days(from, days)
		for i := range c.Clocks { // once it was sent, the day on which he got it counts
			if c.Clocks[i].Name == law.Appealing {
				until = c.Clocks[i].Due
			}
		}
		return []way{
			{Key: "second_complaint", Days: days, Until: until, Law: "Luật Khiếu nại 2011 Đ.7, Đ.33"},
			{Key: "court", Law: "Luật Khiếu nại 2011 Đ.7, Đ.42"},
		}
	case c.Kind == law.Denunciation:
		return []way{{Key: "denounce_on", Law: "Luật Tố cáo 2018 Đ.37, Đ.38"}}
	case c.Kind == law.Praise:
		return nil
	default:
		return []way{{Key: "petition_again", Law: "Nghị định 154/2026/NĐ-CP Đ.4"}, {Key: "complain_instead", Law: "Luật Khiếu nại 2011 Đ.7, Đ.9"}}
	}
}
