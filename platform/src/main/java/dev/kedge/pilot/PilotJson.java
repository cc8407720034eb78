package dev.kedge.pilot;

import dev.kedge.load.LoadReport;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A pilot for machines. */
public final class PilotJson {
  private static final JsonMapper JSON = new JsonMapper();

  private PilotJson() {}

  /** The whole report. */
  public static String text(PilotResult result) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(toMap(result)) + "\n";
  }

  private static Map<String, Object> toMap(PilotResult result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", 1);
    map.put("task", result.task().name());
    map.put("description", result.task().description());
    map.put("date", result.date().toString());
    map.put("kedge", result.version());
    map.put("command", result.command());
    Map<String, Object> decision = new LinkedHashMap<>();
    decision.put("title", result.decision().title());
    decision.put("summary", result.decision().summary());
    decision.put("reasons", result.decision().findings().stream().map(Finding::toMap).toList());
    map.put("decision", decision);
    map.put("model", result.original());
    map.put("digestChecked", result.digestChecked());
    map.put("model4Bit", result.quantized());
    map.put("machine", result.machine());
    map.put("arithmetic", result.arithmetic());
    map.put("evaluation", result.evaluation().toMap());
    map.put("load", new LoadReport(result.load()).toMap());
    map.put("measured", result.measured());
    map.put("cost", result.cost().toMap());
    return map;
  }
}
