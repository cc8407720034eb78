#!/usr/bin/env bash
# Many streams through `kedge serve` and HTTP, beside a plain batch of as many sequences and beside the same streams
# without HTTP; then the waits between tokens of running streams while a 4,000-token prompt is read.
# Usage: bench/served-streams.sh MODEL.gguf [THREADS [STREAMS]]   (a synthetic model serves: bench/engine synthetic
# 1.1b Q4_0 FILE makes one)
set -euo pipefail
model=$(realpath "$1")
threads=${2:-$(nproc)}
streams=${3:-64}
home="$(cd "$(dirname "$0")/.." && pwd)"
cd "$home"
./kedge --version >/dev/null
mvn=./mvnw
command -v mvn >/dev/null && mvn=mvn
"$mvn" -q -B -ntp -Dquick -DskipTests -pl bench -am package dependency:build-classpath \
  -Dmdep.outputFile="$home/bench/target/classpath" >&2
java="${JAVA_HOME:-/nonexistent}/bin/java"
if ! "$java" -version 2>&1 | grep -q '"25'; then
  java="$(ls -d /usr/lib/jvm/*25*/bin/java 2>/dev/null | head -1)"
fi
for what in "throughput 4" "stall 1"; do
  # shellcheck disable=SC2086
  set -- $what
  "${java:-java}" -Xmx3g --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -cp "$home/bench/target/classes:$(cat bench/target/classpath)" \
    dev.kedge.bench.engine.ServedStreams "$model" "$1" "$streams" "$threads" "$2" 4000
done
