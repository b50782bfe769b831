package casework_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
)

var update = flag.Bool("update", false, "write the tables of the law anew")

// TestTheLawIsPrintedWhole compares the tables with the document that lawyers read. After a change on purpose:
// go test ./internal/domain/casework -run Printed -update.
func TestTheLawIsPrintedWhole(t *testing.T) {
	name := filepath.Join(testkit.Root(t), "deployments", "docs", "law.md")
	got := printed()
	if *update {
		if err := os.WriteFile(name, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); d != "" {
		t.Errorf("the document tells another law (-document +program):\n%s", d)
	}
}

func printed() []byte {
	var b bytes.Buffer
	b.WriteString("# Các bảng pháp luật của chương trình\n\nThe tables that decide what may become of a case, printed from the program and compared with it by a test.\n")
	b.WriteString("\n## Trạng thái · States\n\n| state | told to the citizen | ended |\n|---|---|---|\n")
	for _, s := range law.States() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", s, s.Status(), mark(s.Ended()))
	}
	b.WriteString("\n## Các bước · Moves\n\n| move | kinds | instance | from → to | by | conditions | asks | clocks: stop / start | letter, form | received | source |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, m := range law.Moves() {
		to := string(m.To)
		if to == "" {
			to = "·"
		}
		who := string(m.By)
		if m.Needs != "" {
			who = strings.TrimSuffix(string(m.Needs)+" or "+string(m.Or), " or ")
		}
		if m.Competent {
			who += ", competent"
		}
		if m.Where != "" {
			who += ", " + string(m.Where)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s → %s | %s | %s | %s | %s / %s | %s | %s | %s |\n", m.Name, list(m.Kinds, "all"), level(m.Level),
			from(m), to, who, list(m.Guards, ""), asked(m), clocks(m.Stops), clocks(m.Starts),
			strings.Trim(strings.Join(append([]string{m.Letter}, m.With...), ", ")+", "+m.Form, ", "), span(m.Since, m.Until), m.Source)
	}
	b.WriteString("\n## Thời hạn · Clocks\n\n| clock | kinds | instance | remote | complex | forwarded | length | counted from | received | source | sure |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range law.ClockRules() {
		unit := "days"
		if r.Workdays {
			unit = "working days"
		}
		fmt.Fprintf(&b, "| %s | %s%s | %s | %s | %s | %s | %d %s%s | %s | %s | %s | %s |\n", r.Clock, list(r.Kinds, "all"), strings.TrimRight(", "+string(r.In)+list(r.Against, ""), ", "), level(r.Level), either(r.Remote),
			either(r.Complex), mark(r.Forwards), r.Days, unit, map[bool]string{true: " (the office's own)"}[r.Office], r.From, span(r.Since, r.Until), r.Source, mark(r.Sure))
	}
	b.WriteString("\n## Thẩm quyền · Competence\n\n| kind | of | decision or act of | decides first | decides next | from | source | sure |\n|---|---|---|---|---|---|---|---|\n")
	for _, c := range office.Competences() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", c.Kind, c.Of, c.By, c.First, c.Second, span(c.Since, c.Until), c.Source, mark(c.Sure))
	}
	b.WriteString("\n## Nhắc việc · Reminders\n\n| step | when | told | told while nobody has it | source | sure |\n|---|---|---|---|---|---|\n")
	for _, s := range law.WatchSteps() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", s.Name, when(s), list(s.To, ""), list(s.Waiting, ""), s.Source, mark(s.Sure))
	}
	b.WriteString("\n## Điều kiện · Conditions\n\n| condition | source |\n|---|---|\n")
	for _, g := range casework.Guards() {
		fmt.Fprintf(&b, "| %s | %s |\n", g.Name, g.Source)
	}
	return b.Bytes()
}

// when says in words when a step comes.
func when(s law.WatchStep) string {
	switch {
	case s.Percent > 0:
		return fmt.Sprintf("%d %% of the time", s.Percent)
	case s.Target:
		return "the internal target"
	case s.Workdays > 0:
		return fmt.Sprintf("%d working days after the end or the last move", s.Workdays)
	case s.Name == law.SaidForced:
		return "when the sender says so"
	case s.Weekly:
		return "every 7 days"
	default:
		return "45 days after receipt without being handled"
	}
}

func list[T ~string](of []T, none string) string {
	if len(of) == 0 {
		return none
	}
	var words []string
	for _, v := range of {
		words = append(words, string(v))
	}
	return strings.Join(words, ", ")
}

// from lists where the move starts; of a closed case in brackets the ends that it may have come of.
func from(m law.Move) string {
	var out []string
	for _, s := range m.From {
		if s == law.Closed && len(m.Ended) > 0 {
			s += law.State(" (" + list(m.Ended, "") + ")")
		}
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
}

func clocks(of []law.ClockName) string {
	if len(of) > 15 {
		return "all"
	}
	return list(of, "")
}

func asked(m law.Move) string {
	var out []string
	for _, a := range m.Asks {
		s := a.Name
		if !a.Required {
			s += "?"
		}
		if len(a.OneOf) > 0 {
			s += " (" + strings.Join(a.OneOf, " ") + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func mark(b bool) string { return map[bool]string{true: "yes"}[b] }

func level(n int) string { return map[int]string{1: "first", 2: "second"}[n] }

func either(n int) string { return map[int]string{1: "yes", -1: "no"}[n] }

func span(since, until time.Time) string {
	day := func(t time.Time) string { return t.In(casework.Vietnam).Format("02/01/2006") }
	switch {
	case !since.IsZero():
		return "from " + day(since)
	case !until.IsZero():
		return "before " + day(until)
	default:
		return ""
	}
}

// TestTableIsWhole checks what a table of data can get wrong: names nobody knows, rows nobody can reach, moves without source.
func TestTableIsWhole(t *testing.T) {
	known := map[string]bool{}
	for _, g := range casework.Guards() {
		known[g.Name] = true
	}
	reached := map[law.State]bool{law.Received: true, law.Triage: true, law.Assigned: true}
	for _, m := range law.Moves() {
		if m.To != "" {
			reached[m.To] = true
		}
		if m.Source == "" || m.Past == "" || len(m.From) == 0 || m.By == law.Staff && m.Needs == "" {
			t.Errorf("%s lacks a source, a name in the past, a beginning or a right", m.Name)
		}
		for _, g := range m.Guards {
			if !known[g] {
				t.Errorf("%s: nobody knows the condition %s", m.Name, g)
			}
		}
		for _, e := range m.Does {
			if !slices.Contains(casework.EffectNames(), e) {
				t.Errorf("%s: nobody knows the effect %s", m.Name, e)
			}
		}
		for _, s := range m.From {
			if !slices.Contains(law.States(), s) {
				t.Errorf("%s starts from %q", m.Name, s)
			}
		}
	}
	for _, s := range law.States() {
		if !reached[s] {
			t.Errorf("nothing leads to %s", s)
		}
		if left := slices.ContainsFunc(law.Moves(), func(m law.Move) bool {
			again := slices.Contains(m.Guards, law.SaidForced) || s == law.Closed && len(m.Ended) > 0 // withdrawn under threat, or new facts
			return m.StartsFrom(s) && m.By != law.System && !again
		}); left == (s == law.Closed) {
			t.Errorf("%s can be left: %t", s, left)
		}
	}
}

// TestLawOfTheDayOfReceiptCounts: a complaint received on 30/06/2026 has ten days to be accepted, on 01/07/2026 seven
// working days (Luật Khiếu nại Đ.27; Nghị định 155/2026 Đ.10).
func TestLawOfTheDayOfReceiptCounts(t *testing.T) {
	for day, want := range map[string]struct {
		days     int
		workdays bool
		form     string
	}{
		"2026-06-30T23:59:59+07:00": {10, false, "03 Nghị định 124/2020"},
		"2026-07-01T00:00:00+07:00": {7, true, "03 Nghị định 155/2026"},
	} {
		at, err := time.Parse(time.RFC3339, day)
		if err != nil {
			t.Fatal(err)
		}
		c := filedAt(t, law.Complaint, at)
		k := c.Clocks[0]
		m, _ := casework.FindMove(c, "accept")
		if k.Name != law.Acceptance || k.Days != want.days || k.Workdays != want.workdays || m.Form != want.form {
			t.Errorf("%s: %+v, accepted by form %q", day, k, m.Form)
		}
	}
}

// filedAt is a case as it stands when it was filed at the moment.
func filedAt(t *testing.T, kind law.Kind, at time.Time) *casework.Case {
	t.Helper()
	d := caseworktest.New()
	d.Clock = at
	return submit(t, d, draft(kind)).Case
}
