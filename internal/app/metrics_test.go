package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheFiguresTellRoutesAndNoAddress reads the figures after requests that carried secrets in their addresses.
func TestTheFiguresTellRoutesAndNoAddress(t *testing.T) {
	r := open(t, nil)
	token := r.counterToken(t, "quay-1")
	r.call(t, "GET", "/q/"+token, nil)
	r.call(t, "GET", "/api/v1/cases/ABCD-EFGH-JKMN-PQRS", nil)
	r.call(t, "GET", "/nowhere/at-all-secret", nil)
	r.call(t, "GET", "/", nil)
	figures := r.call(t, "GET", "/metrics", nil)
	if figures.Status != http.StatusOK {
		t.Fatalf("%d %s", figures.Status, figures.Raw)
	}
	text := string(figures.Raw)
	for _, want := range []string{
		`tiepdan_http_answers_total{method="GET",route="/q/:token",status="200"} 1`,
		`tiepdan_http_answers_total{method="GET",route="",status="404"} 1`,
		`tiepdan_http_answers_total{method="GET",route="/",status="200"} 1`,
		`tiepdan_http_answer_seconds_count{route="/api/v1/cases/:code"} 1`,
		`tiepdan_check_failed{check="database"} 0`, `tiepdan_check_failed{check="events"} 0`,
		"tiepdan_disk_free_bytes ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the figures lack %s", want)
		}
	}
	for _, secret := range []string{token, "ABCD-EFGH", "at-all-secret"} {
		if strings.Contains(text, secret) {
			t.Errorf("the figures hold %s of an address", secret)
		}
	}
	named := regexp.MustCompile(`\b(?:tiepdan|process)_[a-z_]+`)
	for _, file := range []string{"prometheus/alerts.yml", "prometheus/alerts_test.yml", "grafana/dashboards/tiepdan.json"} {
		raw, err := os.ReadFile(filepath.Join("../../deployments", filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		names := named.FindAllString(string(raw), -1)
		if len(names) == 0 {
			t.Errorf("%s names no figure", file)
		}
		for _, name := range names {
			if !strings.Contains(text, "\n"+name) {
				t.Errorf("%s asks for %s, which the program does not have", file, name)
			}
		}
	}
}
