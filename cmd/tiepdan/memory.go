package main

import (
	"bytes"
	"os"
	"runtime/debug"
	"strconv"
)

// The collector's settings: a small machine's share. Most of what a request allocates is gone when it ends: collecting less often
// costs little memory, and none past the limit.
const (
	gcPercent  = 200
	usualLimit = 140 << 20 // bytes, where nobody else says
)

// limitMemory sets the collector's soft limit: GOMEMLIMIT and GOGC win where they are set, then the cgroup's limit less a quarter
// for what the collector does not see, then the share of a small machine.
func limitMemory(env func(string) string, cgroup ...string) {
	if env("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if env("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(memoryOf(cgroup...))
}

// cgroupLimits are where Linux tells a group's memory limit: version 2, then version 1.
var cgroupLimits = []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}

// memoryOf is the limit for a group whose own limit stands in one of the files; "max", and more than any machine has, is none.
func memoryOf(files ...string) int64 {
	for _, path := range files {
		raw, err := os.ReadFile(path) //nolint:gosec // the kernel's own files
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(string(bytes.TrimSpace(raw)), 10, 64); err == nil && n > 0 && n < 1<<50 {
			return n / 4 * 3
		}
	}
	return usualLimit
}
