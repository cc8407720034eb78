package dev.kedge.engine.train;

/**
 * The arrays of one pass over at most {@code tokens} tokens. Kept per layer: what the backward pass
 * cannot cheaply compute again (norms and the product of gate and value are computed twice).
 */
final class Activations {
  final int tokens;

  /** Residual stream at the start of each layer, and after the last: [layers + 1][tokens × dim]. */
  final float[][] stream;

  /** Residual stream after attention: [layers][tokens × dim]. */
  final float[][] middle;

  /** Rotated queries and keys, and values: [layers][tokens × qkvDim]. */
  final float[][] qkv;

  /** Attention before its output projection: [layers][tokens × dim]. */
  final float[][] attended;

  /** Gates and values of the feed-forward part: [layers][tokens × 2 ffn]. */
  final float[][] gateUp;

  /* Work arrays, valid within one step of one layer. */
  final float[] normed;
  final float[] inner;
  final float[] scales;
  final float[] dStream;
  final float[] dNormed;
  final float[] dQkv;
  final float[] dGateUp;
  final float[] dInner;

  Activations(LlamaShape shape, int tokens) {
    this.tokens = tokens;
    int layers = shape.layers();
    int dim = Math.multiplyExact(tokens, shape.dim());
    int wide = Math.multiplyExact(tokens, 2 * shape.ffn());
    stream = new float[layers + 1][dim];
    middle = new float[layers][dim];
    attended = new float[layers][dim];
    qkv = new float[layers][Math.multiplyExact(tokens, shape.qkvDim())];
    gateUp = new float[layers][wide];
    normed = new float[dim];
    inner = new float[tokens * shape.ffn()];
    scales = new float[tokens];
    dStream = new float[dim];
    dNormed = new float[dim];
    dQkv = new float[tokens * shape.qkvDim()];
    dGateUp = new float[wide];
    dInner = new float[tokens * shape.ffn()];
  }
}
