package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Activations;
import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Workers;

/** Runs matrix products on all workers. */
record Products(Kernels kernels, Workers workers) {
  /** {@code out[t · rows + row] = weights[row] · in[t]}. */
  record Product(Matrix weights, Activations in, float[] out) {}

  /* Cuts the rows of all products into parts; for one token as small as can be, since then parts are
   * done in a row, for several tokens into many per thread, so that none waits long for the last one. */
  void multiply(int tokens, Product... products) {
    int rows = 0;
    int grain = 1;
    for (Product product : products) {
      rows += product.weights.rows();
      grain = Math.max(grain, product.weights.grain());
    }
    int wanted = rows / (workers.threads() * 32);
    int size = tokens == 1 ? grain : Math.max(1, wanted / grain) * grain;
    int parts = 0;
    for (Product product : products) parts += parts(product, size);
    if (tokens == 1) {
      workers.runRanges(parts, (from, to, _) -> range(products, size, from, to, tokens));
    } else {
      workers.run(parts, (part, _) -> range(products, size, part, part + 1, tokens));
    }
  }

  /* Parts from … to − 1 of all products together. */
  private void range(Product[] products, int size, int from, int to, int tokens) {
    int first = 0;
    for (Product product : products) {
      Matrix matrix = product.weights;
      int begin = Math.max(from - first, 0) * size;
      int end = Math.min((to - first) * size, matrix.rows());
      if (begin < end) {
        kernels.multiply(matrix, begin, end, product.in, tokens, product.out, matrix.rows());
      }
      first += parts(product, size);
    }
  }

  private static int parts(Product product, int size) {
    return (product.weights.rows() + size - 1) / size;
  }
}
