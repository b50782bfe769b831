package web

import (
	"net/http"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

func TestASharedPhoneIsOfferedToRememberNothing(t *testing.T) {
	st := newStand(t)
	path := "/t/h/" + st.handle
	asks := func() (onCase, onList bool) {
		return strings.Contains(st.ask(t, http.MethodGet, path, nil).body, "data-remember"), strings.Contains(st.ask(t, http.MethodGet, "/t", nil).body, "data-codes")
	}
	if a, b := asks(); !a || !b {
		t.Errorf("on a phone of one's own: %v, %v", a, b)
	}
	st.cookies = append(st.cookies, &http.Cookie{Name: phoneCookie, Value: sharedPhone})
	if a, b := asks(); a || b {
		t.Errorf("on a shared phone: %v, %v", a, b)
	}
}

func TestNoCodeOfAGuardedSenderIsRemembered(t *testing.T) {
	for name, want := range map[string]struct {
		c    casework.Case
		kept bool
	}{
		"feedback":          {casework.Case{Kind: law.Feedback}, true},
		"complaint":         {casework.Case{Kind: law.Complaint}, true},
		"denunciation":      {casework.Case{Kind: law.Denunciation}, false},
		"split from sealed": {casework.Case{Kind: law.Petition, SealedSender: "x"}, false},
	} {
		if got := keeps(&want.c, "code", false); (got != nil) != want.kept {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWhatIsHeldOfACaseIsReadOnAPage(t *testing.T) {
	st := newStand(t)
	path := "/t/h/" + st.handle
	if _, err := st.desk.Write(t.Context(), st.code, "Tôi gửi thêm số thửa."); err != nil {
		t.Fatal(err)
	}
	a := st.ask(t, http.MethodGet, path+"/data", nil)
	for _, want := range []string{"Tôi gửi thêm số thửa.", "data-print", st.Words.Say("vi", "event.received", nil), "print."} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page of one's own data lacks %q", want)
		}
	}
}
