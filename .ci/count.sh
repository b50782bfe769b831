#!/usr/bin/env bash
# Prints `N passed, N failed, N skipped` of the test events that a folder's files hold, and fails when none passed or one failed.
# A package that failed without a failed test, for it did not build or a test stopped it, counts as one failure.
set -euo pipefail
cat "$1"/*.json 2>/dev/null | awk '
  { action = field("Action"); test = field("Test"); package = field("Package") }
  test != "" && action == "pass" { passed++ }
  test != "" && action == "skip" { skipped++ }
  test != "" && action == "fail" { failed++; blamed[package] = 1 }
  test == "" && action == "fail" { broken[package] = 1 }
  function field(name,   at, rest) {
    at = index($0, "\"" name "\":\"")
    if (!at) return ""
    rest = substr($0, at + length(name) + 4)
    return substr(rest, 1, index(rest, "\"") - 1)
  }
  END {
    for (package in broken) if (!(package in blamed)) failed++
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit !(passed > 0 && failed == 0)
  }'
