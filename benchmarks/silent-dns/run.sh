#!/usr/bin/env bash
# Shows that a DNS server that accepts questions and never answers them does not keep the primary from answering. In a network of its own
# (unshare), so it needs Linux, python3 and the right to make namespaces, and changes nothing outside.
#
#   benchmarks/silent-dns/run.sh [seconds]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
seconds=${1:-20}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build app.cs -c Release -v q -o "$work/app" >/dev/null
echo 'nameserver 127.0.0.53' >"$work/resolv.conf"

DOTNET_PROCESSOR_COUNT=2 unshare -rnm bash -euo pipefail -s "$work" "$seconds" <<'INSIDE'
ip link set lo up
mount --bind "$1/resolv.conf" /etc/resolv.conf
python3 -c '
import signal, socket
dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
dns.bind(("127.0.0.53", 53))
signal.pause()' &
dns=$!
dotnet "$1/app/app.dll" &
app=$!
trap 'kill $dns $app' EXIT
python3 - "$2" <<'CLIENT'
import sys, threading, time, urllib.request

def ask():
    began = time.monotonic()
    try:
        urllib.request.urlopen("http://127.0.0.1:5000/", timeout=60).read()
    except OSError:
        return None
    return time.monotonic() - began

while ask() is None:
    time.sleep(0.1)

took, until = [], time.monotonic() + float(sys.argv[1])

def client():
    while time.monotonic() < until:
        took.append(ask() or 60)
        time.sleep(0.02)

clients = [threading.Thread(target=client) for _ in range(4)]
for each in clients: each.start()
for each in clients: each.join()
took.sort()
print(f"{len(took)} requests, median {took[len(took) // 2] * 1000:.1f} ms, p99 {took[len(took) * 99 // 100] * 1000:.1f} ms, worst {took[-1] * 1000:.0f} ms")
CLIENT
INSIDE
