#!/usr/bin/env bash
# Many streams on one engine: throughput beside the plain batch, then stalls while a 4,000-token prompt is read.
# Usage: bench/engine-streams.sh MODEL.gguf [THREADS]   (after ./mvnw -q -DskipTests install; a synthetic model serves:
# the class SyntheticModel 110m Q4_0 FILE makes one)
set -euo pipefail
model=$1
threads=${2:-$(nproc)}
root=$(cd "$(dirname "$0")/.." && pwd)
classes="$root/bench/target/classes:$root/engine/target/classes"
java=(java -Xmx3g --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -cp "$classes")
"${java[@]}" dev.kedge.bench.engine.ManyStreams "$model" 64 4000 256 "$threads" 24 5
"${java[@]}" dev.kedge.bench.engine.ManyStreams "$model" 64 4000 256 "$threads" 24 0
"${java[@]}" dev.kedge.bench.engine.AttentionSpeed "$threads" 4000 8 8 4 128
