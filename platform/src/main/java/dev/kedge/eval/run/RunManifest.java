package dev.kedge.eval.run;

import dev.kedge.eval.score.Measure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run was and what it found: {@code manifest.json}.
 *
 * @param id names its folder; later runs sort behind earlier ones
 * @param task the task's name, or the public filter's
 * @param dataset what was asked
 * @param model who answered
 * @param settings how was asked, in words; the digest stands beside
 * @param settingsSha256 digest of everything in the settings that an answer depends on
 * @param version of Kedge
 * @param state how far it came
 * @param startedMs milliseconds since 1970
 * @param endedMs likewise; 0 while it runs
 * @param cases how many were scored
 * @param failed of these, how many have no answer
 * @param asked calls that this run made
 * @param reused answers that the journal already had
 * @param measures what was measured per case, with definitions
 * @param figures what came out, headline first
 * @param tables of which the figures are made
 * @param notes what a reader must know, such as a server that changed during the run
 */
public record RunManifest(
    String id,
    String task,
    Data dataset,
    ModelMark model,
    Map<String, String> settings,
    String settingsSha256,
    String version,
    State state,
    long startedMs,
    long endedMs,
    long cases,
    long failed,
    long asked,
    long reused,
    List<Measure> measures,
    List<Figure> figures,
    RunTables tables,
    List<String> notes) {
  public RunManifest {
    settings = Map.copyOf(settings);
    measures = List.copyOf(measures);
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
  }

  /** How far a run came. */
  public enum State {
    RUNNING,
    COMPLETE,
    CANCELLED
  }

  /**
   * The cases.
   *
   * @param name the file's name, or that of the data set
   * @param sha256 of its content
   * @param cases how many
   */
  public record Data(String name, String sha256, long cases) {}

  /**
   * Who answered.
   *
   * @param label for people
   * @param digest SHA-256 of the model file; of name and fingerprint for a model behind an address
   * @param kind {@code file} or {@code server}
   * @param fingerprints what the server said about itself, each once
   */
  public record ModelMark(String label, String digest, String kind, List<String> fingerprints) {
    public ModelMark {
      fingerprints = List.copyOf(fingerprints);
    }
  }

  /** The figure of this name. */
  public Optional<Figure> figure(String name) {
    return figures.stream().filter(figure -> figure.name().equals(name)).findFirst();
  }
}
