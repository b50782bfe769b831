package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// filedAs is what a caller was told about the case of a key.
type filedAs struct {
	Status int    `json:"-"`
	Ref    string `json:"reference"`
	Code   string `json:"tracking_code"`
}

// fileKey files the case of a number under the key of that number.
func fileKey(t *testing.T, url string, n int) (got filedAs, err error) {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"kind": "feedback", "category": "roads", "subject": fmt.Sprintf("Đèn đường số %d hỏng", n), "body": "Đề nghị sửa giúp.",
	})
	if err != nil {
		return got, err
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/v1/cases", bytes.NewReader(body))
	if err != nil {
		return got, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", fmt.Sprintf("crash-%016d", n))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return got, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&got)
	got.Status = resp.StatusCode
	return got, err
}

// fileKeys files the cases of some numbers and returns their codes.
func fileKeys(t *testing.T, url string, from, to int) (codes []string) {
	t.Helper()
	for n := from; n < to; n++ {
		got, err := fileKey(t, url, n)
		if err != nil || got.Status != http.StatusCreated {
			t.Fatalf("case %d: %+v, %v", n, got, err)
		}
		codes = append(codes, got.Code)
	}
	return codes
}

func statusAt(t *testing.T, url, code string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/v1/cases/"+code, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var v struct{ Status string }
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v.Status
}

// TestOutageOfTheBusIsNotTheCitizensTrouble takes nats-server away while cases are filed and ratings given: all are
// acknowledged, and all are routed once it is back.
func TestOutageOfTheBusIsNotTheCitizensTrouble(t *testing.T) {
	bus := testkit.NATSServer(t)
	r := open(t, func(c *app.Config) { c.NATS = bus.URL })
	before, err := fileKey(t, r.URL, 0)
	if err != nil || before.Status != http.StatusCreated {
		t.Fatalf("%+v, %v", before, err)
	}
	until(t, "routing", func() bool { return statusAt(t, r.URL, before.Code) == "assigned" })
	bus.Kill(t)
	until(t, "noticing the outage", func() bool { return r.call(t, "GET", "/readyz", nil).Status != http.StatusOK })
	var codes []string
	for n := 1; n <= 60; n++ {
		begun := time.Now()
		got, err := fileKey(t, r.URL, n)
		if err != nil || got.Status != http.StatusCreated {
			t.Fatalf("case %d in the outage: %+v, %v", n, got, err)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("case %d waited %s for the bus", n, took)
		}
		codes = append(codes, got.Code)
	}
	rated := r.call(t, "POST", "/api/v1/ratings", map[string]any{"counter": r.counterToken(t, "quay-3"), "score": 4})
	if rated.Status != http.StatusCreated {
		t.Errorf("rating in the outage: %d %s", rated.Status, rated.Raw)
	}
	bus.Start(t)
	for _, code := range codes {
		until(t, "routing after the outage", func() bool { return statusAt(t, r.URL, code) == "assigned" })
	}
	if log := r.Log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("an outage that healed is no error: %s", log)
	}
	r.checkAll(t)
}
