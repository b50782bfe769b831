#!/usr/bin/env bash
# Installs what `make lint` and `make test` need and this machine lacks. Runs in a second when all is there.
# What cannot be installed (no root, no Debian) is named; it is an error where CI is set.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=.ci/bin
mkdir -p "$bin"

missing() {
  echo "tools: $*" >&2
  if [[ -n ${CI:-} ]]; then exit 1; fi
}

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

# debian COMMAND-THAT-TELLS PACKAGE...: installs the packages unless the command succeeds.
debian() {
  local present=$1
  shift
  if eval "$present" >/dev/null 2>&1; then return; fi
  if ! command -v apt-get >/dev/null || ! as_root true 2>/dev/null; then
    missing "please install by hand: $*"
    return
  fi
  echo "tools: installing $*"
  if [[ -z ${updated:-} ]]; then
    as_root apt-get update -qq
    updated=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  eval "$present" >/dev/null 2>&1 || missing "installed $*, but still not there: $present"
}

go_tool() {
  go build -modfile=.ci/tools.mod -trimpath -ldflags='-s -w' -o "$bin/" "$@"
}

# axe checks pages against WCAG inside the browser tests. The version is pinned, with its checksum, in package-lock.json.
axe() {
  local want have
  want=$(sed -n 's/.*"axe-core": "\(.*\)".*/\1/p' .ci/package.json)
  have=$(sed -n 's/^  "version": "\(.*\)".*/\1/p' .ci/node_modules/axe-core/package.json 2>/dev/null || true)
  if [[ $want == "$have" ]]; then return; fi
  debian 'command -v npm' nodejs npm
  command -v npm >/dev/null || return 0
  (cd .ci && npm ci --no-progress --loglevel=error) || missing 'axe-core did not install'
}

# Lighthouse judges the citizens' pages; it is installed for that alone.
lighthouse() {
  debian 'command -v chromium' chromium
  debian 'command -v npm' nodejs npm
  if cmp -s .ci/lighthouse/package-lock.json .ci/lighthouse/node_modules/.installed; then return; fi
  (cd .ci/lighthouse && npm ci --no-progress --loglevel=error && cp package-lock.json node_modules/.installed) || missing 'lighthouse did not install'
}

# FerretDB is the MongoDB server of the tests, a `tool` of its module; built here so that no test waits for it.
mongo() {
  if [[ ! -f .ci/mongo/go.mod ]]; then return; fi
  go build -C .ci/mongo -o ../bin/ferretdb ./ferretdb
}

# A provider of single sign-on, for the tests of it.
openid() {
  if [[ ! -f .ci/oidc/go.mod ]]; then return; fi
  go build -C .ci/oidc -o ../bin/openid ./provider
}

case ${1:-} in
  lint)
    go_tool github.com/golangci/golangci-lint/v2/cmd/golangci-lint
    debian 'command -v promtool' prometheus # tests the alerts
    debian 'command -v caddy' caddy
    debian 'command -v systemd-analyze' systemd
    ;;
  test)
    debian 'command -v gcc && test -f /usr/include/stdlib.h' gcc libc6-dev # the race detector needs cgo
    debian 'command -v chromium' chromium
    debian 'fc-list "Noto Sans:lang=vi" family | grep .' fontconfig fonts-noto-core # Ộ, Ễ: the same on every machine
    debian 'test -x /usr/sbin/clamd' clamav-daemon # looks at attachments
    debian 'test -x /usr/sbin/dovecot && test -x /usr/lib/dovecot/lmtp && test -x /usr/lib/dovecot/imap' dovecot-imapd dovecot-lmtpd # mailboxes
    debian 'command -v pdftoppm && command -v zbarimg' poppler-utils zbar-tools # print posters and read them back
    axe
    go_tool gotest.tools/gotestsum
    mongo
    openid
    ;;
  lighthouse) lighthouse ;;
  *)
    echo "usage: $0 lint|test|lighthouse" >&2
    exit 2
    ;;
esac
