package dev.kedge.usage.capture;

/** Draws a share of the requests by their ids: the same ones every time and on every node. */
final class Sample {
  private Sample() {}

  /** Whether an id is in; the ids of a share are in every larger share too. */
  static boolean has(String id, double share) {
    // The upper 53 bits as a number from 0 to 1, 1 excluded.
    return (hash(id) >>> 11) * 0x1p-53 < share;
  }

  /** FNV-1a, then the finalizer of SplitMix64, because neighbours must not stay neighbours. */
  private static long hash(String id) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
