package dev.kedge.eval.run;

import dev.kedge.base.KedgeException;
import dev.kedge.report.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of one run, {@code DATA/runs/ID}. Any thread may read.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {
  static final JsonMapper JSON = new JsonMapper();
  private static final String ID = "[A-Za-z0-9._-]{1,80}";

  /** The folder of a run in a data folder. */
  public static RunFolder of(Path data, String id) {
    if (!id.matches(ID) || id.startsWith("."))
      throw KedgeException.invalid("no run is named " + id);
    return new RunFolder(data.resolve("runs").resolve(id));
  }

  /** The ids of all runs in a data folder, oldest first. */
  public static List<String> ids(Path data) throws IOException {
    Path runs = data.resolve("runs");
    if (!Files.isDirectory(runs)) return List.of();
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("manifest.json")))
          .map(folder -> String.valueOf(folder.getFileName()))
          .sorted()
          .toList();
    }
  }

  /** Whether a run began here. */
  public boolean exists() {
    return Files.exists(path.resolve("manifest.json"));
  }

  /**
   * What the run was and found.
   *
   * @throws KedgeException if there is no such run or its manifest is broken
   */
  public RunManifest manifest() {
    Path file = path.resolve("manifest.json");
    try {
      return JSON.readValue(Files.readString(file), RunManifest.class);
    } catch (IOException e) {
      throw KedgeException.invalid("no run at " + path + "; kedge eval run makes one");
    } catch (JacksonException e) {
      throw KedgeException.invalid(file + ": not a manifest: " + e.getOriginalMessage());
    }
  }

  /** Writes the manifest; it appears whole or not at all. */
  void write(RunManifest manifest) throws IOException {
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest);
    WholeFile.write(path.resolve("manifest.json"), text + "\n");
  }

  /** The page for people. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** The cases' file. */
  public Path casesFile() {
    return path.resolve("cases.jsonl");
  }

  /**
   * All cases in the order of the data set, read as they are taken.
   *
   * @throws IOException if there is no file of cases
   */
  public RunCases cases() throws IOException {
    return new RunCases(casesFile());
  }
}
