package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Kernels;

/**
 * Where the keys and values of {@link Kernels#PAGE} consecutive positions stand in a page of the
 * cache: [layer][head][keys transposed: size × PAGE, then values: PAGE × size].
 */
public record PageLayout(int layers, int kvHeads, int headSize) {
  /** Floats of one page. */
  public int floats() {
    return Math.multiplyExact(layers * 2 * kvHeads, headSize * Kernels.PAGE);
  }

  int keys(int layer, int head) {
    return (layer * kvHeads + head) * 2 * headSize * Kernels.PAGE;
  }

  int values(int layer, int head) {
    return keys(layer, head) + headSize * Kernels.PAGE;
  }
}
