package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

func TestMemoryLimitAsksTheEnvironmentThenTheGroup(t *testing.T) {
	was, percent := debug.SetMemoryLimit(-1), debug.SetGCPercent(100)
	defer func() { debug.SetMemoryLimit(was); debug.SetGCPercent(percent) }()
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "memory.max")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, tc := range []struct {
		what, env string
		files     []string
		want      int64
	}{
		{"GOMEMLIMIT is left alone", "777MiB", []string{file("400000000\n")}, 123 << 20},
		{"the group's limit", "", []string{"/nowhere", file("400000000\n")}, 300_000_000},
		{"a group without a limit", "", []string{file("max\n")}, usualLimit},
		{"no group at all", "", []string{"/nowhere"}, usualLimit},
		{"version 1's word for no limit", "", []string{file("9223372036854771712")}, usualLimit},
	} {
		debug.SetMemoryLimit(123 << 20)
		limitMemory(func(key string) string { return map[string]string{"GOMEMLIMIT": tc.env}[key] }, tc.files...)
		if got := debug.SetMemoryLimit(-1); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.what, got, tc.want)
		}
	}
}
