package casework_test

import (
	"strings"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/trackcode"
)

// FuzzTrackingCode: whatever is typed, following never panics, and opens the case for its own code only.
func FuzzTrackingCode(f *testing.F) {
	d := caseworktest.New()
	filed, err := d.Submit(f.Context(), draft(law.Feedback))
	if err != nil {
		f.Fatal(err)
	}
	own := filed.Code.String()
	for _, seed := range []string{
		own, strings.ToLower(own), filed.Code.Plain(), " " + own + "\n", own[:18], own + "0", "", "0000-0000-0000-0000", "ILOU", "\xff\xfe",
		filed.Case.ID, filed.Case.Ref, strings.Repeat("0", 1<<16), trackcode.FromBytes(make([]byte, 9)).String(),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := d.Follow(t.Context(), typed)
		code, parseErr := trackcode.Parse(typed)
		switch {
		case err == nil && (parseErr != nil || code != filed.Code || got.Case.ID != filed.Case.ID):
			t.Errorf("%q opens %s", typed, got.Case.Ref)
		case err != nil && parseErr == nil && code == filed.Code:
			t.Errorf("%q is the code, yet %v", typed, err)
		case err != nil && err.Error() != "not_found: error.code_not_found":
			t.Errorf("%q: %v", typed, err)
		}
	})
}

func TestCitizenReadsHisOwnSideOnly(t *testing.T) {
	at := walk(t, draft(law.Denunciation), []string{"accept", "ask_info", "give_info", "propose", "send_back", "conclude"})
	f, err := at.desk.Follow(t.Context(), at.code)
	if err != nil || f.Answer == nil || f.Answer.Text != "lời" || len(f.Messages) != 2 || !f.Messages[1].Citizen {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, s := range f.Timeline {
		if s.Event == "proposed" || s.Event == "sent_back" || s.Note != "" {
			t.Errorf("the citizen is told %+v", s)
		}
	}
}

func TestCitizenIsToldWhyHisCaseWasRefused(t *testing.T) {
	for _, kind := range []law.Kind{law.Feedback, law.Denunciation} {
		at := walk(t, draft(kind), []string{"refuse"})
		f, err := at.desk.Follow(t.Context(), at.code)
		if last := f.Timeline[len(f.Timeline)-1]; err != nil || last.Event != "refused" || last.Note != "lời" {
			t.Errorf("%s: %+v, %v", kind, last, err)
		}
	}
}

func TestSatisfactionWaitsForAnAnswerAndTheLastWordCounts(t *testing.T) {
	at := walk(t, draft(law.Feedback), nil)
	if _, err := at.desk.Rate(t.Context(), at.code, 5, ""); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("before an answer: %v", err)
	}
	at = walk(t, draft(law.Feedback), []string{"answer"})
	for score, ok := range map[int]bool{0: false, 6: false, -1: false, 2: true, 4: true} {
		if _, err := at.desk.Rate(t.Context(), at.code, score, ""); ok != (err == nil) || !ok && fields(err)["score"] == "" {
			t.Errorf("score %d: %v", score, err)
		}
	}
	c, err := at.desk.Rate(t.Context(), at.code, 3, "tạm được")
	if err != nil || c.Satisfaction.Score != 3 || c.Satisfaction.Comment != "tạm được" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestMessagesAreBounded(t *testing.T) {
	at := walk(t, draft(law.Feedback), nil)
	blank := " \n\u200b"
	for text, ok := range map[string]bool{"": false, blank: false, strings.Repeat("ế", 5000): true, strings.Repeat("ế", 5001): false} {
		if _, err := at.desk.Write(t.Context(), at.code, text); ok != (err == nil) || !ok && fields(err)["text"] == "" {
			t.Errorf("%d bytes: %v", len(text), err)
		}
	}
	for range casework.MaxMessages - 1 {
		if _, err := at.desk.Write(t.Context(), at.code, "x"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := at.desk.Write(t.Context(), at.code, "x"); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("one too many: %v", err)
	}
}

func TestBoardSortsByUrgency(t *testing.T) {
	d := caseworktest.New()
	for _, key := range []string{"late", "soon", "rest"} {
		f := draft(law.Feedback)
		f.Key = key
		routed(t, d, f)
		d.Clock = d.Clock.AddDate(0, 0, 12)
	}
	d.Clock = caseworktest.Start.AddDate(0, 0, 24)
	for view, want := range map[string]int{"": 3, casework.ViewOverdue: 1, casework.ViewSoon: 1} {
		w := casework.Wanted{View: view}
		cs, _, err := d.List(t.Context(), staff(t, d, "roadhead"), w)
		n, counted := d.Count(t.Context(), staff(t, d, "roadhead"), w)
		if err != nil || counted != nil || len(cs) != want || n != want {
			t.Errorf("%q lists %d and counts %d, want %d: %v %v", view, len(cs), n, want, err, counted)
		}
	}
	if b, err := d.Board(t.Context(), staff(t, d, "admin"), ""); err != nil || b.Tiles[0].N+len(b.Units)+len(b.People) != 0 {
		t.Errorf("an administrator's board: %+v, %v", b, err)
	}
}
