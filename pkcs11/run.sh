#!/usr/bin/env bash
# Everything about this folder on a clean clone: SoftHSM, the compiled binding, the library, types, lint, tests.
# The last line is `N passed, N failed`. Kept apart from `npm cit`, which needs no compiler.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd .. && pwd)

stop() {
  echo "pkcs11: $1" >&2
  exit 1
}

softhsm_is_there() {
  [[ -e "${SOFTHSM2_LIBRARY:-/usr/lib/softhsm/libsofthsm2.so}" ]] || [[ -e /usr/lib64/softhsm/libsofthsm.so ]] ||
    [[ -e /opt/homebrew/lib/softhsm/libsofthsm2.so ]]
}

if ! softhsm_is_there; then
  command -v apt-get >/dev/null || stop 'SoftHSM 2 is missing and there is no apt-get: install it, and set SOFTHSM2_LIBRARY to the path of libsofthsm2.so'
  as_root=()
  if [[ $(id -u) != 0 ]]; then
    sudo -n true 2>/dev/null || stop 'SoftHSM 2 is missing: run `apt-get install softhsm2` as root, or let this user use sudo'
    as_root=(sudo -n)
  fi
  # A list of packages that is too old, or empty, is the usual reason for a package that cannot be found.
  apt_install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 softhsm2; }
  apt_install >/dev/null 2>&1 || { "${as_root[@]}" apt-get update -qq && apt_install >/dev/null; } || stop 'apt-get could not install softhsm2'
  softhsm_is_there || stop 'softhsm2 is installed, but not its library: set SOFTHSM2_LIBRARY to the path of libsofthsm2.so'
fi

# The binding has no binaries of its own: node-gyp compiles it.
for tool in c++ make python3; do
  command -v "$tool" >/dev/null || stop "$tool is missing, which it takes to compile the PKCS#11 binding: apt-get install build-essential python3"
done
# Node's headers are often beside it. node-gyp would fetch them.
prefix=$(node -p 'require("node:path").resolve(process.execPath, "../..")')
if [[ $(npm config get nodedir 2>/dev/null) == undefined && -e "$prefix/include/node/node_api.h" ]]; then
  export npm_config_nodedir=$prefix
fi

[[ -e "$root/node_modules/.package-lock.json" ]] || npm ci --prefix "$root" --no-audit --no-fund
built=$root/dist/esm/index.js
if [[ ! -e $built || -n $(find "$root/src" -newer "$built" -print -quit) ]]; then npm run build --prefix "$root"; fi

npm ci --no-audit --no-fund
node -e 'require("pkcs11js")' || stop 'the binding was not compiled: does npm keep install scripts from running? (npm install-scripts ls)'

npx --no-install tsc -p .
npx --no-install eslint . --max-warnings 0

output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
node --import tsx --test --test-reporter=spec test/*.test.ts | tee "$output" || status=$?
# What the reporter sums up at its end: `pass 3`, `fail 0`, `cancelled 0`, each after a sign.
awk 'NF == 3 && $2 == "pass" { passed = $3 }
     NF == 3 && ($2 == "fail" || $2 == "cancelled") { failed += $3 }
     END { printf "%d passed, %d failed\n", passed, failed }' "$output"
exit "$status"
