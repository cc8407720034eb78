package dev.kedge.gate;

import java.util.List;
import java.util.Map;

/**
 * What a gate found; complete, so that it can be signed and read years later.
 *
 * @param id names the gate: letters, digits, '-' and '.'
 * @param task the task's name
 * @param version of Kedge
 * @param atMs when it was judged, milliseconds since 1970
 * @param current the model in use
 * @param candidate the model that wants its place
 * @param dataset what both answered
 * @param settings how they were asked, in words
 * @param settingsSha256 digest of everything in them that an answer depends on
 * @param rules the task's rules as they stood
 * @param rulesSha256 of these
 * @param noise how exact the answers are
 * @param findings rule by rule
 * @param outcome of all
 * @param notes what a reader must know
 */
public record GateResult(
    String id,
    String task,
    String version,
    long atMs,
    Side current,
    Side candidate,
    Data dataset,
    Map<String, String> settings,
    String settingsSha256,
    String rules,
    String rulesSha256,
    Noise noise,
    SignOffRule signOff,
    List<Finding> findings,
    Outcome outcome,
    List<String> notes) {
  public GateResult {
    settings = Map.copyOf(settings);
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }

  /**
   * One of the two models.
   *
   * @param label for people
   * @param digest SHA-256 of the model file; of name and fingerprint for a model behind an address
   * @param kind {@code file} or {@code server}
   * @param runs ids of the runs that were compared, in {@code DATA/runs}
   * @param answersSha256 of the first run's cases with their answers
   */
  public record Side(
      String label, String digest, String kind, List<String> runs, String answersSha256) {
    public Side {
      runs = List.copyOf(runs);
    }
  }

  /**
   * The cases.
   *
   * @param name for people
   * @param sha256 of the file
   * @param cases how many
   */
  public record Data(String name, String sha256, long cases) {}

  /**
   * What the current model does to itself: how often it answers the same case differently.
   *
   * @param exact whether it never did: every difference then belongs to the candidate
   * @param compared cases that it answered more than once
   * @param changed of these, how many had different answers
   * @param sentence in words
   */
  public record Noise(boolean exact, long compared, long changed, String sentence) {}
}
