package store_test

import (
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
)

// TestMailOfAnOlderReleaseIsStillSent: what waited in its outbox, which knew mail alone, is found; what was sent is left as it was.
func TestMailOfAnOlderReleaseIsStillSent(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			ctx, now := t.Context(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
			if err := k.store.AddDispatches(ctx, &casework.Dispatch{ID: "waits", V: 1, Case: "c", Due: &now}, &casework.Dispatch{ID: "new", V: 1, Case: "c", Way: casework.WaySMS, Due: &now}, &casework.Dispatch{ID: "sent", V: 1, Case: "c", SentAt: &now}); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := k.store.Place(ctx); err != nil {
					t.Fatal(err)
				}
			}
			for way, want := range map[casework.Way]string{casework.WayMail: "waits", casework.WaySMS: "new"} {
				due, err := k.store.DueDispatches(ctx, way, now.Add(time.Second), 10)
				if err != nil || len(due) != 1 || due[0].ID != want {
					t.Errorf("%s: %+v, %v", way, due, err)
				}
			}
		})
	}
}
