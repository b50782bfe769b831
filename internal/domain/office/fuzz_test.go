package office_test

import (
	"testing"

	"tiepdan/internal/domain/office"
)

// FuzzSticker: no token but the ones that were signed opens a counter.
func FuzzSticker(f *testing.F) {
	c := commune()
	s := office.Stickers{MAC: fakeMAC}
	o := office.New(c)
	own := s.Token(c.Counters[0])
	for _, seed := range []string{own, "", "...", "centre.c1.1.", own + ".", "centre.c1.-1.x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if k, err := s.Read(o, token); err == nil && token != own {
			t.Errorf("%q opens %s", token, k.ID)
		}
	})
}
