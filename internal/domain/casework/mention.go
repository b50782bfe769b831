package casework

import (
	"regexp"
	"slices"
	"strings"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// calledKey is where a note's entry keeps the ids of those whom it calls.
const calledKey = "called"

// mostCalled is how many colleagues one note calls.
const mostCalled = 10

// mentions finds @names that begin a word: an address of mail calls nobody.
var mentions = regexp.MustCompile(`(?:^|[\s(\[,;:])@([\pL\pN][\pL\pN._-]*)`)

// doCall (nhắc tên) notes whom an internal note calls by @ and the sign-in name. Only who may see the case is called; anybody else's
// name is words like others. The note shows whom it called, so its writer, who sees the case, learns of a name whether it sees it too.
func doCall(_ *Desk, s *step) error {
	var called []string
	for _, m := range mentions.FindAllStringSubmatch(s.note, -1) {
		who, ok := s.o.ByUsername(strings.ToLower(strings.TrimRight(m[1], "._-")))
		if ok && who.ID != s.who && len(called) < mostCalled && s.o.May(who, office.See, s.c.File(), s.now) {
			called = merge(called, who.ID)
		}
	}
	s.data[calledKey] = strings.Join(called, ",")
	return nil
}

// Called are the ids of those whom an internal note called.
func Called(e history.Entry) []string {
	if e.What != law.PastNoted {
		return nil
	}
	return slices.Clone(fields(e.Data[calledKey]))
}
