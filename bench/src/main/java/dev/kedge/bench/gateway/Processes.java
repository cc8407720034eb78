package dev.kedge.bench.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongToDoubleFunction;

/** The processes of a measurement; closing ends them all. For one thread. */
final class Processes implements AutoCloseable {
  private final Path logs;
  private final List<Process> started = new ArrayList<>();

  Processes(Path logs) {
    this.logs = logs;
  }

  /** Starts a process and waits until it listens. */
  Process start(String name, List<String> command, int port) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(logs.resolve(name + ".log").toFile());
    Process process = builder.start();
    started.add(process);
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < until) {
      if (!process.isAlive()) {
        throw new IOException(name + " ended at once; see " + logs.resolve(name + ".log"));
      }
      if (listens(port)) return process;
      pause();
    }
    throw new IOException(name + " does not listen on port " + port);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A port that nobody uses now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** What a command prints; fails if the command does. */
  static String output(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    StringBuilder text = new StringBuilder();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      reader.lines().forEach(line -> text.append(line).append('\n'));
    }
    if (process.waitFor() != 0) throw new IOException(command.getFirst() + " failed: " + text);
    return text.toString();
  }

  /**
   * Resident memory of a process and its children in MiB, or NaN where the system does not tell.
   */
  static double residentMiB(long pid) {
    return sum(pid, Processes::resident);
  }

  /** Processor time of a process and its children in µs, or NaN where the system does not tell. */
  static double processorMicros(long pid) {
    return sum(pid, Processes::processor);
  }

  private static double sum(long pid, LongToDoubleFunction figure) {
    double sum = figure.applyAsDouble(pid);
    for (ProcessHandle child :
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).toList()) {
      double one = figure.applyAsDouble(child.pid());
      if (!Double.isNaN(one)) sum += one;
    }
    return sum;
  }

  private static double resident(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
      }
    } catch (IOException e) {
      return Double.NaN;
    }
    return Double.NaN;
  }

  private static double processor(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      /* Fields 14 and 15 of proc_pid_stat(5), in hundredths of a second; field 2 may hold blanks. */
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10_000.0;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  @Override
  public void close() {
    for (Process process : started.reversed()) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
