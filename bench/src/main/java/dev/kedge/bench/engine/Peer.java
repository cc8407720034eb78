package dev.kedge.bench.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;

/** Another engine in a process of its own. For one thread. */
final class Peer implements AutoCloseable {
  private final String name;
  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;
  private final String description;

  /** llama.cpp by the program of bench/llama/peer.c. */
  static Peer llama(Path program, Path library, Path model, int threads, int sequences, int context)
      throws IOException {
    return new Peer(
        "llama.cpp",
        List.of(
            program.toString(),
            library.toString(),
            model.toString(),
            String.valueOf(threads),
            String.valueOf(sequences),
            String.valueOf(context)));
  }

  /**
   * Starts a program that says "ready" and more about itself, then answers each line that asks for
   * a measurement by one with tokens per second.
   */
  Peer(String name, List<String> command) throws IOException {
    this.name = name;
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    answers = process.inputReader();
    questions = process.outputWriter();
    description = read();
  }

  String name() {
    return name;
  }

  /** Which instructions it uses. */
  String description() {
    return description;
  }

  double promptTokensPerSecond(int tokens) {
    return ask("prompt " + tokens);
  }

  double generateTokensPerSecond(int tokens, int sequences) {
    return ask("generate " + tokens + " " + sequences);
  }

  double generateTokensPerSecondAfter(int tokens, int depth) {
    return ask("depth " + tokens + " " + depth);
  }

  private double ask(String question) {
    try {
      questions.write(question + "\n");
      questions.flush();
      return Double.parseDouble(read());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String read() throws IOException {
    String line = answers.readLine();
    if (line == null) throw new IOException(name + " ended; run it by hand to see its message");
    return line;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
