package turn_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"tiepdan/pkg/turn"
)

func TestOneAtATimeAndNobodyLongerThanHeHas(t *testing.T) {
	var turns turn.Turn
	end, err := turns.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := turns.Take(short); !errors.Is(err, context.Canceled) {
			t.Errorf("took a taken turn: %v", err)
		}
	})
	cancel()
	wg.Wait()
	end()
	end, err = turns.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	end()
	if _, err := turns.Take(short); !errors.Is(err, context.Canceled) {
		t.Errorf("took a free turn without time: %v", err)
	}
}
