package casework_test

import (
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// TestALetterOfAProgramIsOneCase for each channel and id, and a clerk says what it is; what denounces is sealed whatever the program
// calls it.
func TestALetterOfAProgramIsOneCase(t *testing.T) {
	d := caseworktest.New()
	file := func(channel, id string, kind law.Kind, body string) casework.Filed {
		t.Helper()
		f, err := d.FileHook(t.Context(), channel, id, casework.Draft{Kind: kind, Subject: "Tổng đài", Body: body, Category: "roads"})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	first := file("1022", "a", "", "Đường hỏng.")
	if again := file("1022", "a", "", "Đường hỏng."); !again.Replay || again.Case.ID != first.Case.ID || again.Code != first.Code {
		t.Errorf("the same again: %+v", again)
	}
	if other := file("sms", "a", "", "Đường hỏng."); other.Replay || other.Case.ID == first.Case.ID {
		t.Error("two channels share an id")
	}
	if _, err := d.FileHook(t.Context(), "1022", "a", casework.Draft{Subject: "Tổng đài", Body: "Chuyện khác."}); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("another letter of the same id: %v", err)
	}
	for _, err := range d.Route(t.Context(), first.Case.ID) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if c := stored(t, d, first.Case.ID); c.State != law.Triage || c.Unit != "" || c.Kind != law.Feedback {
		t.Errorf("%s %s lies with %q", c.Kind, c.State, c.Unit)
	}
	if c := file("1022", "b", law.Feedback, "Tôi tố cáo ông A nhận tiền.").Case; c.Kind != law.Denunciation || c.Body != "" {
		t.Errorf("a denunciation is %s, %q", c.Kind, c.Body)
	}
	if c := file("1022", "c", law.Petition, "Đề nghị mở rộng chợ.").Case; c.Kind != law.Petition {
		t.Errorf("a petition is %s", c.Kind)
	}
}
