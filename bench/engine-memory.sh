#!/usr/bin/env bash
# Memory beyond weights and cache, on Linux: what the engine holds that is no page of a file, less keys and values.
# Usage: bench/engine-memory.sh MODEL.gguf [THREADS [PROMPT]]   (after ./mvnw -q -DskipTests install; the class
# SyntheticModel makes models of known shapes)
set -euo pipefail
model=$1
threads=${2:-$(nproc)}
prompt=${3:-512}
root=$(cd "$(dirname "$0")/.." && pwd)
classes="$root/bench/target/classes:$root/engine/target/classes"
java -XX:+UseSerialGC --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -cp "$classes" \
  dev.kedge.bench.engine.MemoryUse "$model" "$threads" "$prompt"
