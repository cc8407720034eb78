#!/usr/bin/env bash
# Many streams on one engine, beside a plain batch of as many sequences: throughput while all generate, throughput of
# clients that come and go, and waits between tokens while a 4,000-token prompt is read.
# Usage: bench/engine-streams.sh MODEL.gguf [THREADS [STREAMS]]   (after ./mvnw -q -DskipTests install; a synthetic model
# serves: bench/engine synthetic 1.1b Q4_0 FILE makes one)
set -euo pipefail
model=$1
threads=${2:-$(nproc)}
streams=${3:-64}
root=$(cd "$(dirname "$0")/.." && pwd)
classes="$root/bench/target/classes:$root/engine/target/classes"
java=(java -Xmx3g --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -cp "$classes")
for what in "steady 4" "traffic 2" "stall 1"; do
  # shellcheck disable=SC2086
  set -- $what
  "${java[@]}" dev.kedge.bench.engine.ManyStreams "$model" "$1" "$streams" "$threads" "$2" 4000
done
