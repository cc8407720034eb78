package dev.kedge.bench.gateway;

/** Just enough of HTTP/1.1 for the two ends of a measurement that we wrote both. */
final class RawHttp {
  private RawHttp() {}

  /** The index after the blank line, or -1. */
  static int endOfHead(byte[] bytes, int size) {
    for (int i = 3; i < size; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') return i + 1;
    }
    return -1;
  }

  /** The value of Content-Length, or 0 where there is none. */
  static int contentLength(byte[] bytes, int head) {
    int at = header(bytes, head, "content-length:");
    if (at < 0) return 0;
    int value = 0;
    while (bytes[at] == ' ') at++;
    while (bytes[at] >= '0' && bytes[at] <= '9') value = 10 * value + bytes[at++] - '0';
    return value;
  }

  /** Whether the head says that the body comes in chunks. */
  static boolean chunked(byte[] bytes, int head) {
    return header(bytes, head, "transfer-encoding:") >= 0;
  }

  /** The status. */
  static int status(byte[] bytes) {
    return 100 * (bytes[9] - '0') + 10 * (bytes[10] - '0') + bytes[11] - '0';
  }

  /* The index after the name, which is given in lower case. */
  private static int header(byte[] bytes, int head, String name) {
    for (int i = 0; i + name.length() < head; i++) {
      if (bytes[i] != '\n') continue;
      int j = 0;
      while (j < name.length() && lower(bytes[i + 1 + j]) == name.charAt(j)) j++;
      if (j == name.length()) return i + 1 + j;
    }
    return -1;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }
}
