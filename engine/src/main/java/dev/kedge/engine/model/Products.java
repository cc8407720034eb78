package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Activations;
import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Workers;

/** Runs matrix products on all workers. */
record Products(Kernels kernels, Workers workers) {
  /** {@code out[t · rows + row] = weights[row] · in[t]}. */
  record Product(Matrix weights, Activations in, float[] out) {}

  private static final int SMALL = 128;

  /* Cuts the rows of all products into parts, several per thread so that none waits for long; as
   * small as can be for one token, since then none has its weights in a cache of its own. */
  void multiply(int tokens, Product... products) {
    int rows = 0;
    int grain = 1;
    for (Product product : products) {
      rows += product.weights.rows();
      grain = Math.max(grain, product.weights.grain());
    }
    int wanted = rows / (workers.threads() * 8);
    if (tokens == 1) wanted = Math.min(wanted, SMALL);
    int size = Math.max(1, wanted / grain) * grain;
    int parts = 0;
    for (Product product : products) parts += parts(product, size);
    workers.run(
        parts,
        (part, _) -> {
          int index = part;
          int p = 0;
          while (index >= parts(products[p], size)) index -= parts(products[p++], size);
          Matrix matrix = products[p].weights;
          int to = Math.min(matrix.rows(), (index + 1) * size);
          kernels.multiply(
              matrix, index * size, to, products[p].in, tokens, products[p].out, matrix.rows());
        });
  }

  private static int parts(Product product, int size) {
    return (product.weights.rows() + size - 1) / size;
  }
}
