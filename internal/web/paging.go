package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"
)

// mostPast is how many pages one can go back one by one; from further on the way back begins at the first.
const mostPast = 40

// mostPages bounds the number that an address may say.
const mostPages = 99_999

// pager leads through a long list, forth and back. A cursor knows only what comes after it, so the address brings along those
// of the pages before, and which page this is; how many there are nobody counts.
type pager struct {
	page
	path       string
	conditions url.Values
	at, next   string   // the cursor of this page ("" on the first), and of the one after it ("" on the last)
	past       []string // the cursors of the pages before
	Number     int      // which page this is, from 1
}

// newPager reads where in a list the request is. The conditions are names and values in turn; empty ones are left out.
func newPager(c *fiber.Ctx, p page, next string, conditions ...string) pager {
	n, _ := strconv.Atoi(c.Query("page")) // not a number is the first page
	out := pager{page: p, path: c.Path(), conditions: url.Values{}, at: c.Query("cursor"), next: next, Number: min(max(n, 1), mostPages)}
	for _, cursor := range c.Context().QueryArgs().PeekMulti("past") {
		out.past = append(out.past, string(cursor))
	}
	if out.at == "" {
		out.past, out.Number = nil, 1
	}
	for pair := range slices.Chunk(conditions, 2) {
		if pair[1] != "" {
			out.conditions.Set(pair[0], pair[1])
		}
	}
	return out
}

// Many reports whether there is more than this one page.
func (p pager) Many() bool { return p.next != "" || p.at != "" }

// Later is the address of the next page, or "".
func (p pager) Later() string {
	if p.next == "" {
		return ""
	}
	past := append(slices.Clone(p.past), p.at)
	return p.address(p.next, past[max(0, len(past)-mostPast):], p.Number+1)
}

// Earlier is the address of the page before, or "". Where its cursor is not known any more it is the first page.
func (p pager) Earlier() string {
	switch n := len(p.past); {
	case p.at == "":
		return ""
	case n == 0:
		return p.address("", nil, 1)
	default:
		return p.address(p.past[n-1], p.past[:n-1], max(p.Number-1, 1))
	}
}

// address is a whole address, path and query: a template escapes a query that stands by itself as one value, and the cursor is
// lost in it.
func (p pager) address(cursor string, past []string, number int) string {
	v := maps.Clone(p.conditions)
	if cursor != "" {
		v["cursor"], v["past"], v["page"] = []string{cursor}, past, []string{strconv.Itoa(number)}
	}
	if len(v) == 0 {
		return p.path
	}
	return p.path + "?" + v.Encode()
}
