#!/usr/bin/env bash
# Runs the appliance: ./run.sh [options of 'tandem run', for example --data DIR or --set sip.udp_port=5070].
# On a fresh Debian host with the .NET 10 SDK this is the only command needed: it installs missing packages, builds, starts.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

missing=()
while read -r kind name command _; do
  [ "$kind" = run ] || continue
  [ -z "$command" ] || ! command -v "$command" > /dev/null || continue
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2> /dev/null)" = installed ] || missing+=("$name")
done < packages.txt
if [ ${#missing[@]} -gt 0 ]; then
  sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  echo "Installing Debian packages: ${missing[*]}"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" > /dev/null
fi

echo "Building (seconds when nothing changed)"
./tandem --version > /dev/null

exec ./tandem run "$@"
