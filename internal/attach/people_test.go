package attach_test

import (
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

func find(t *testing.T, s *shop, id string) (office.Staff, bool) {
	t.Helper()
	o, err := s.desk.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, ok := o.Staff(id)
	if !ok {
		t.Fatalf("no %s", id)
	}
	return who, ok
}

func now(t *testing.T, s *shop) *casework.Case {
	t.Helper()
	c, err := s.desk.Kept.Get(t.Context(), s.id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ref(t *testing.T, s *shop) string {
	t.Helper()
	return now(t, s).Ref
}
