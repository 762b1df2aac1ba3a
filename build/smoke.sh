#!/usr/bin/env bash
# Does what a stranger does: a new web app, the package from a folder, the two lines; then asks whether the copy arrives.
# usage: smoke.sh <folder with the package> <work folder, created>
set -euo pipefail

packages=$(cd "$1" && pwd)
mkdir -p "$2"
cd "$2"
pids=()

finish() {
  local status=$? pid
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [ "$status" -ne 0 ]; then
    tail -n 50 ./*.log || true
  fi
  exit "$status"
}
trap finish EXIT

# Waits up to 30 seconds for a line in a log.
await() {
  local tries
  for tries in {1..300}; do
    if grep -q "$1" "$2" 2>/dev/null; then
      return
    fi
    sleep 0.1
  done
  echo "after 30 seconds, no \"$1\" in $2"
  return 1
}

start() {
  local name=$1
  shift
  env ASPNETCORE_URLS=http://127.0.0.1:0 "$@" "./$name/out/$name" >"$name.log" 2>&1 &
  pids+=($!)
  await 'Now listening on' "$name.log"
  address=$(sed -n 's|.*Now listening on: \(http://[0-9.:]*\).*|\1|p' "$name.log" | head -n 1)
}

# A folder of its own for restored packages: a cached one of the same version would be tested instead of the new one.
export NUGET_PACKAGES="$PWD/restored"
version=$(basename "$packages"/ShadowMiddleware.[0-9]*.nupkg .nupkg)
version=${version#ShadowMiddleware.}

# Adds to the sources of the user, which Polly.Core comes from.
cat >nuget.config <<XML
<configuration>
  <packageSources>
    <add key="packed" value="$packages" />
  </packageSources>
</configuration>
XML

dotnet new web -n Shadow -o Shadow --no-restore
cat >Shadow/Program.cs <<'CS'
var app = WebApplication.CreateBuilder(args).Build();
app.Run(async context =>
{
    using var reader = new StreamReader(context.Request.Body);
    var body = await reader.ReadToEndAsync();
    Console.WriteLine($"copy: {context.Request.Method} {context.Request.Path} tag={context.Request.Headers["X-Shadow-Request"]} body={body}");
});
app.Run();
CS
dotnet build Shadow -c Release -o Shadow/out
start Shadow
shadow=$address

dotnet new web -n Primary -o Primary --no-restore
dotnet add Primary package ShadowMiddleware --version "$version"
# Not one that a registry happens to have under the same name.
grep -qF "$packages" restored/shadowmiddleware/"$version"/.nupkg.metadata
sed -i \
  -e '/WebApplication.CreateBuilder/a builder.Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"));' \
  -e '/builder.Build()/a app.UseTrafficMirroring();' \
  -e '/app.MapGet/a app.MapPost("/orders", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync());' \
  Primary/Program.cs
cat Primary/Program.cs
dotnet build Primary -c Release -o Primary/out -warnaserror
# The schema by which editors complete appsettings.json.
schema=$(dotnet msbuild Primary -getItem:JsonSchemaSegment | sed -n 's/.*"FullPath": "\(.*ConfigurationSchema.json\)".*/\1/p')
grep -q '"TrafficMirroring"' "$schema"
start Primary "TrafficMirroring__Shadows__v2__Address=$shadow"

# By hand over a socket, so that nothing needs to be installed.
timeout 20 bash -c '
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf "POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntea" >&3
  cat <&3' _ "${address##*:}" >response.log
grep -q '^HTTP/1.1 200' response.log
grep -q tea response.log
await '^copy: POST /orders tag=v2;id="[0-9a-f]\{32\}" body=tea$' Shadow.log
grep '^copy:' Shadow.log
