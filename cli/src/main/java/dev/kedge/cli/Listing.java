package dev.kedge.cli;

import java.io.PrintWriter;

/** What a file of weights holds, for people and for scripts. */
interface Listing {
  /** Writes it as text that is safe for a terminal. */
  void print(PrintWriter out);

  /** The same as JSON. */
  String json();
}
