package dev.kedge.engine.quantize;

import static dev.kedge.engine.weights.JsonText.quoted;

import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.TensorType;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * From what and how a model file was made. It depends on contents and options only, so that two
 * runs anywhere can be compared byte by byte: no time, no folder, no machine.
 *
 * @param version of Kedge
 * @param inputName the input's file name without folders
 * @param options under which the file was made; threads and force do not enter the log
 * @param tensors how many tensors of the output have each type
 */
public record BuildLog(
    String version,
    String inputName,
    FileDigest input,
    FileDigest output,
    QuantizeOptions options,
    SortedMap<TensorType, Integer> tensors) {
  public BuildLog {
    tensors = new TreeMap<>(tensors);
  }

  /** The log as JSON, in lines, with a fixed order of keys. */
  public String toJson() {
    StringBuilder counts = new StringBuilder();
    for (Map.Entry<TensorType, Integer> count : tensors.entrySet()) {
      counts.append(counts.isEmpty() ? "" : ", ");
      counts.append(quoted(count.getKey().name())).append(": ").append(count.getValue());
    }
    return String.format(
        Locale.ROOT,
        """
        {
          "kedge": %s,
          "input": {"name": %s, "bytes": %d, "sha256": %s},
          "output": {"bytes": %d, "sha256": %s},
          "options": {"type": %s, "pure": %b, "requantize": %b},
          "tensors": {%s}
        }
        """,
        quoted(version),
        quoted(inputName),
        input.bytes(),
        quoted(input.sha256()),
        output.bytes(),
        quoted(output.sha256()),
        quoted(options.type().name().toLowerCase(Locale.ROOT)),
        options.pure(),
        options.requantize(),
        counts);
  }
}
