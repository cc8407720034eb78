package dev.kedge.bench.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;

/** llama.cpp in a process of its own, see bench/llama/peer.c. For one thread. */
final class Peer implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;
  private final String description;

  Peer(Path program, Path library, Path model, int threads, int sequences, int context)
      throws IOException {
    List<String> command =
        List.of(
            program.toString(),
            library.toString(),
            model.toString(),
            String.valueOf(threads),
            String.valueOf(sequences),
            String.valueOf(context));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    answers = process.inputReader();
    questions = process.outputWriter();
    description = read();
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
    if (line == null) throw new IOException("llama.cpp's process ended; see its own message");
    return line;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
