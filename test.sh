#!/usr/bin/env bash
# Runs every test: ./test.sh, or ./test.sh --long for soaks and large data as well.
# Installs what the tests need. The last line is "N passed, N failed"; a test that is skipped counts as failed.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 LC_ALL=C.UTF-8

filter=(-trait- Category=Long) limit=45m
for argument in "$@"; do
  case $argument in
    --long) filter=() limit=3h ;;
    *) echo "usage: $0 [--long]" >&2; exit 2 ;;
  esac
done

passed=0 failed=0
finish() { echo "$passed passed, $failed failed"; exit $((failed > 0)); }
give_up() { echo "FAILED: $1"; failed=$((failed + 1)); finish; }

install_packages() {
  local missing=()
  while read -r kind name command; do
    [ -z "$command" ] || ! command -v "$command" > /dev/null || continue
    case $kind in
      run | test) [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name") ;;
    esac
  done < packages.txt
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  echo "== installing ${missing[*]}"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update \
    && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" > /dev/null
}

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# run PROJECT: its output goes to a log, its verdict to a file beside it. A test that hangs is named there, and ends the project.
run() {
  timeout --kill-after=10 "$limit" "tests/$1/bin/Debug/net10.0/$1" -noColor -noLogo -longRunning 120 "${filter[@]}" < /dev/null > "$logs/$1.log" 2>&1
  echo $? > "$logs/$1.exit"
}

# report PROJECT: adds it to the sum, shows what failed.
report() {
  local code total=0 errors=0 bad=0 skipped=0 left=0 pattern
  code=$(cat "$logs/$1.exit")
  pattern='Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+), Time: ([0-9.]+)s'
  if [[ $(grep "  $1  *Total: " "$logs/$1.log" | tail -n 1) =~ $pattern ]]; then
    total=${BASH_REMATCH[1]} errors=${BASH_REMATCH[2]} bad=${BASH_REMATCH[3]} skipped=${BASH_REMATCH[4]} left=${BASH_REMATCH[5]}
  fi
  local good=$((total - bad - skipped - left)) wrong=$((errors + bad + skipped + left))
  # A runner that crashed, or that found nothing to run, has not passed.
  if [ "$wrong" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$good" -eq 0 ]; }; then wrong=1; fi
  passed=$((passed + good)) failed=$((failed + wrong))
  [ "$wrong" -eq 0 ] || cat "$logs/$1.log"
  printf '%-20s %5d passed %5d failed %5d skipped %8s s\n' "$1" "$good" "$((wrong - skipped))" "$skipped" "${BASH_REMATCH[6]:-?}"
}

install_packages || give_up "packages could not be installed"

echo "== build"
dotnet build Appliance.sln --nologo -v q < /dev/null || give_up "the solution does not build"
# What the interop tests call is the product as it is delivered.
dotnet build src/Appliance -c Release --nologo -v q < /dev/null || give_up "the release does not build"
echo "== format"
if dotnet format Appliance.sln --no-restore --verify-no-changes < /dev/null; then passed=$((passed + 1)); else failed=$((failed + 1)); fi

echo "== tests"
projects=()
for folder in tests/*/; do
  name=$(basename "$folder")
  [ ! -f "$folder/$name.csproj" ] || [ "$name" = Interop ] || projects+=("$name")
done
for name in "${projects[@]}"; do
  [ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
  run "$name" &
done
wait
for name in "${projects[@]}"; do report "$name"; done
# Real peers and measured time: the machine is theirs alone.
export TANDEM_FIGURES="$logs/figures.txt"
run Interop
report Interop
[ ! -s "$TANDEM_FIGURES" ] || { echo "== figures"; cat "$TANDEM_FIGURES"; }
finish
