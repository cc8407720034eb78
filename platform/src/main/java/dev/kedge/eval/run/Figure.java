package dev.kedge.eval.run;

import dev.kedge.eval.score.Measure;

/**
 * A figure of a run with its doubt.
 *
 * @param name such as {@code exact}, {@code class.f1.macro}, {@code json.fields.recall}
 * @param measure the measure of the cases from which it is made
 * @param kind how the cases add up
 * @param better which way is better
 * @param unit of a mean; empty for shares and F1, which go from 0 to 1
 * @param value the figure
 * @param low lower end of the 95 % interval
 * @param high upper end
 * @param n cases or items under it
 * @param interval how the interval was made, such as {@code Wilson}
 * @param definition in words
 */
public record Figure(
    String name,
    String measure,
    Measure.Kind kind,
    Measure.Better better,
    String unit,
    double value,
    double low,
    double high,
    long n,
    String interval,
    String definition) {}
