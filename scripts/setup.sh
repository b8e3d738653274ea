#!/usr/bin/env bash
# Installs what is missing for building (`build`), for all checks (`test`) or for measuring beside peers (`bench`), and nothing else.
#
# Needs root only when a Debian package is missing. Says what it installs before it does.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly NEXTEST_VERSION=0.9.143
readonly NODE_OLDEST=20.19

fail() {
  echo "setup: $*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# One apt-get for all packages given; none given, nothing done.
install_debian_packages() {
  (($# > 0)) || return 0
  have apt-get || fail "missing: $*; expected them to be installed (no apt-get on this machine)"
  ((EUID == 0)) || fail "missing: $*; run as root: apt-get install --no-install-recommends $*"
  echo "setup: installing Debian packages: $*"
  apt-get update --quiet --quiet
  DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends "$@"
}

node_is_new_enough() {
  have node && have npm || return 1
  local found
  found=$(node --version)
  [[ $(printf '%s\n' "$NODE_OLDEST" "${found#v}" | sort --version-sort | head -n 1) == "$NODE_OLDEST" ]]
}

# `npm ci` in a folder, unless its node_modules already come from this very lock file.
install_npm_packages() {
  local folder=$1 stamp=$1/node_modules/.installed-from wanted
  [[ -f $folder/package-lock.json ]] || fail "$folder/package-lock.json does not exist; expected it to be committed beside package.json"
  wanted=$(sha256sum <"$folder/package-lock.json")
  [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return 0
  echo "setup: installing npm packages of $folder"
  (cd "$folder" && npm ci --no-audit --no-fund)
  echo "$wanted" >"$stamp"
}

setup_build() {
  local packages=()
  have cc || packages+=(gcc libc6-dev)
  have git || packages+=(git)
  install_debian_packages "${packages[@]}"
  have cargo || fail "Rust is missing; expected rustup (https://rustup.rs), which reads rust-toolchain.toml"
  cargo --version >/dev/null || fail "cargo does not run with rust-toolchain.toml; expected a stable toolchain"
}

# The console is optional for a build: the server then says on its page how to build it.
setup_console_if_possible() {
  [[ -f web-console/package.json ]] || return 0
  if node_is_new_enough; then
    install_npm_packages web-console
  else
    echo "!!! SKIPPED console: Node.js $NODE_OLDEST or newer with npm is not installed; the server runs without it"
  fi
}

setup_test() {
  local packages=() folder folders=()
  for folder in web-console tests/browser; do
    [[ -f $folder/package.json ]] && folders+=("$folder")
  done
  if ((${#folders[@]} > 0)); then
    have node || packages+=(nodejs)
    have npm || packages+=(npm)
  fi
  if [[ -f tests/browser/package.json ]]; then
    have chromium || have chromium-browser || have google-chrome || packages+=(chromium)
  fi
  install_debian_packages "${packages[@]}"
  have cargo-fmt && cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
  have cargo-clippy && cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
  if ! have cargo-nextest; then
    echo "setup: building cargo-nextest $NEXTEST_VERSION"
    cargo install --quiet --locked cargo-nextest --version "$NEXTEST_VERSION"
  fi
  ((${#folders[@]} == 0)) || node_is_new_enough || fail "Node.js $(node --version) is too old; expected $NODE_OLDEST or newer"
  for folder in "${folders[@]}"; do
    install_npm_packages "$folder"
  done
}

# Peers that a machine does not have are left out of the table, which says so: without root they stay missing.
setup_bench() {
  local packages=()
  have taskset || packages+=(util-linux)
  have redis-server || packages+=(redis-server)
  compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null || packages+=(postgresql postgresql-postgis)
  have node && have npm || packages+=(nodejs npm)
  if ((${#packages[@]} > 0)); then
    if have apt-get && ((EUID == 0)); then
      install_debian_packages "${packages[@]}"
    else
      echo "!!! SKIPPED peers: ${packages[*]} are not installed, and this is not root on Debian; their rows say so"
    fi
  fi
  if have node && have npm; then
    install_npm_packages loadtest/peers
  fi
}

# One after the other, never joined by `&&`: that would switch `set -e` off inside the functions.
case ${1:-} in
  build)
    setup_build
    setup_console_if_possible
    ;;
  test)
    setup_build
    setup_test
    ;;
  bench)
    setup_build
    setup_bench
    ;;
  *)
    echo "setup: unknown goal '${1:-}'; expected build, test or bench" >&2
    exit 2
    ;;
esac
echo "setup: all that $1 needs is there"
