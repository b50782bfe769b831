#!/usr/bin/env bash
# What `make lint` checks beyond golangci-lint. Every broken rule is reported, not the first alone.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0

broken() {
  echo "lint: $1" >&2
  if [[ -n ${2:-} ]]; then printf '%s\n' "$2" | sed 's/^/  /' >&2; fi
  failed=1
}

# A mirror or proxy is the machine's choice, so no file names a package registry. The names are put together
# from two columns so that this list does not find itself.
registries() {
  while read -r domain hosts; do
    for host in $hosts; do echo "$host.$domain"; done
  done <<'END'
golang.org proxy sum index
npmjs.org registry
npmjs.com registry
yarnpkg.com registry
debian.org deb ftp security snapshot
pythonhosted.org files
crates.io index static
apache.org repo.maven
END
}

registry_names() {
  local found
  found=$(registries | git grep -nIiFf - || true)
  if [[ -n $found ]]; then broken 'a package registry is named in' "$found"; fi
}

tidy_modules() {
  local module diff
  while read -r module; do
    diff=$(go -C "$(dirname "$module")" mod tidy -diff 2>&1) || broken "$module is not tidy" "$(head -n 40 <<<"$diff")"
  done < <(git ls-files go.mod '*/go.mod')
}

top_level() {
  local extra
  extra=$(git ls-files | cut -d/ -f1 | sort -u |
    grep -vxE 'cmd|internal|pkg|assets|deployments|docker-compose\.yml|go\.mod|go\.sum|README\.md|Makefile|LICENSE|\..+' || true)
  if [[ -n $extra ]]; then broken 'files at the top that belong elsewhere' "$extra"; fi
}

# What deployments/ holds is read by the programs that will read it.
deployed() {
  local said unit
  said=$(go run -C .ci/deploy . ../.. 2>&1) || broken 'deployments' "$said"
  if command -v promtool >/dev/null; then
    said=$(promtool check config deployments/prometheus/prometheus.yml 2>&1) || broken 'prometheus.yml' "$said"
    said=$(promtool test rules deployments/prometheus/alerts_test.yml 2>&1) || broken 'alerts.yml' "$said"
  fi
  if command -v caddy >/dev/null; then
    said=$(HOST=localhost caddy adapt --config deployments/caddy/Caddyfile 2>&1) || broken 'Caddyfile' "$said"
  fi
  if command -v systemd-analyze >/dev/null; then
    unit=$(mktemp -d)
    sed 's,^ExecStart=.*,ExecStart=/bin/true,' deployments/systemd/tiepdan.service >"$unit/tiepdan.service"
    said=$(systemd-analyze verify --man=no "$unit/tiepdan.service" 2>&1) || broken 'tiepdan.service' "$said"
    if [[ $said == *tiepdan.service* ]]; then broken 'tiepdan.service' "$said"; fi
    rm -rf "$unit"
  fi
}

registry_names
tidy_modules
deployed
top_level
exit "$failed"
