package web

import (
	"fmt"
	"testing"
	"time"

	"tiepdan/internal/web/api"
	"tiepdan/pkg/limit"
)

// TestAnHonestCounterGetsThroughAFlood: two hundred citizens in an hour behind the office's one address, and a hundred thousand
// strangers with an address each who write to the same counter meanwhile. Whoever answers the question gets through.
func TestAnHonestCounterGetsThroughAFlood(t *testing.T) {
	now := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	b, err := limit.New(doors, rememberedKeys, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	const strangers, citizens = 100_000, 200
	flood, honest, asked := 0, 0, 0
	for i := range strangers {
		now = now.Add(time.Hour / strangers)
		if b.Ask(api.DoorFile, limit.Who{Client: fmt.Sprintf("2001:db8:%x:%x::/64", i>>16, i&0xffff), Place: "c1"}, false).Verdict == limit.Passes {
			flood++
		}
		if i%(strangers/citizens) > 0 {
			continue
		}
		who := limit.Who{Client: "198.51.100.7", Device: fmt.Sprint("phone", i), Place: "c1"}
		d := b.Ask(api.DoorFile, who, false)
		if d.Verdict == limit.NeedsProof {
			asked++
			d = b.Ask(api.DoorFile, who, true)
		}
		if d.Verdict == limit.Passes {
			honest++
		} else {
			t.Errorf("citizen %d: %v for %v", i, d.Verdict, d.Wait)
		}
	}
	if honest != citizens || flood > 100+400 { // the counter's burst, and its hour
		t.Errorf("%d of %d citizens and %d of the flood got through", honest, citizens, flood)
	}
	t.Logf("%d of %d citizens, %d of them with a proof; %d of %d strangers", honest, citizens, asked, flood, strangers)
}
