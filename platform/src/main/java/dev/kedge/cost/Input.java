package dev.kedge.cost;

/**
 * A number that goes into the comparison.
 *
 * @param name for people
 * @param value the best estimate
 * @param low the least that is plausible
 * @param high the most that is plausible
 * @param unit for people
 * @param source where it comes from: a measurement, a price with date, the task file
 */
public record Input(
    String name, double value, double low, double high, String unit, String source) {
  static Input exact(String name, double value, String unit, String source) {
    return new Input(name, value, value, value, unit, source);
  }

  static Input within(String name, double value, double share, String unit, String source) {
    return new Input(name, value, value * (1 - share), value * (1 + share), unit, source);
  }
}
