package dev.kedge.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Charts as inline SVG, each with a title that a screen reader reads. */
public final class Chart {
  private static final int WIDTH = 900;
  private static final int LEFT = 190;
  private static final int ROW = 34;

  private Chart() {}

  /** One bar: a share with its interval, all from 0 to 1. */
  public record ShareBar(String label, double value, double low, double high) {}

  /** One point of a curve. */
  public record Point(double x, double y) {}

  /** A named curve, with the outline of its range where it has one. */
  public record Curve(String label, List<Point> points, List<Point> range) {
    public Curve(String label, List<Point> points) {
      this(label, points, List.of());
    }
  }

  /** A vertical line across curves. */
  public record Marker(String label, double x) {}

  /**
   * One horizontal bar of an amount.
   *
   * @param parts stacked from the left
   * @param low where the whisker begins; no whisker where it equals {@code high}
   * @param high where the whisker ends
   * @param text shown behind the bar
   */
  public record AmountBar(String label, List<Double> parts, double low, double high, String text) {}

  /**
   * Horizontal bars of shares with whiskers for their intervals, and a line at the target (none
   * below 0).
   */
  public static Html shares(String title, List<ShareBar> bars, double target) {
    int top = target >= 0 ? 20 : 0;
    int height = top + bars.size() * ROW + 40;
    StringBuilder svg = open(title, height);
    for (int percent = 0; percent <= 100; percent += 20) {
      double x = x(percent / 100.0);
      line(svg, "grid", x, top + 6, x, height - 28);
      label(svg, "soft", x, height - 10, "middle", percent + " %");
    }
    for (int i = 0; i < bars.size(); i++) {
      ShareBar bar = bars.get(i);
      double y = top + 10 + i * ROW;
      label(svg, "", LEFT - 10, y + 17, "end", bar.label());
      rect(svg, i % 2 == 0 ? "bar" : "bar2", LEFT, y + 4, x(bar.value()) - LEFT, ROW - 14);
      double middle = y + 4 + (ROW - 14) / 2.0;
      line(svg, "line", x(bar.low()), middle, x(bar.high()), middle);
      line(svg, "line", x(bar.low()), middle - 5, x(bar.low()), middle + 5);
      line(svg, "line", x(bar.high()), middle - 5, x(bar.high()), middle + 5);
    }
    if (target >= 0) {
      line(svg, "target", x(target), top, x(target), height - 26);
      label(svg, "", x(target), 14, "middle", "target " + number(100 * target) + " %");
    }
    return new Html(svg.append("</svg></div>").toString());
  }

  /**
   * Horizontal bars of amounts from 0, all to one scale.
   *
   * @param legend names of the parts in order; empty where each bar has one part
   */
  public static Html amounts(String title, List<String> legend, List<AmountBar> bars) {
    int top = legend.isEmpty() ? 6 : 30;
    int height = top + bars.size() * ROW + 8;
    double most =
        bars.stream()
            .mapToDouble(bar -> Math.max(bar.high(), sum(bar.parts())))
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    double scale = (WIDTH - LEFT - 270) / (most <= 0 ? 1 : most);
    StringBuilder svg = open(title, height);
    for (int i = 0; i < legend.size(); i++) {
      rect(svg, part(i), LEFT + i * 150.0, 8, 14, 10);
      label(svg, "", LEFT + 20 + i * 150.0, 18, "start", legend.get(i));
    }
    for (int i = 0; i < bars.size(); i++) {
      AmountBar bar = bars.get(i);
      double y = top + i * ROW;
      label(svg, "", LEFT - 10, y + 19, "end", bar.label());
      double at = LEFT;
      for (int p = 0; p < bar.parts().size(); p++) {
        double width = bar.parts().get(p) * scale;
        rect(svg, part(p), at, y + 5, width, ROW - 14);
        at += width;
      }
      double middle = y + 5 + (ROW - 14) / 2.0;
      double end = at;
      if (bar.high() > bar.low()) {
        end = Math.max(at, LEFT + bar.high() * scale);
        line(svg, "line", LEFT + bar.low() * scale, middle, LEFT + bar.high() * scale, middle);
      }
      label(svg, "", end + 10, y + 19, "start", bar.text());
    }
    return new Html(svg.append("</svg></div>").toString());
  }

  private static double sum(List<Double> parts) {
    return parts.stream().mapToDouble(Double::doubleValue).sum();
  }

  private static String part(int index) {
    return index == 0 ? "bar" : "bar" + (index % 3 + 1);
  }

  /** Curves over a common x axis, both axes from 0; the legend names them in order. */
  public static Html curves(String title, String xAxis, String yAxis, List<Curve> curves) {
    return curves(title, xAxis, yAxis, curves, List.of());
  }

  /** The same with vertical lines. */
  public static Html curves(
      String title, String xAxis, String yAxis, List<Curve> curves, List<Marker> markers) {
    int height = 300;
    double right = WIDTH - 20;
    double bottom = height - 44;
    double maxX = axisEnd(max(curves, true));
    double maxY = axisEnd(max(curves, false));
    StringBuilder svg = open(title, height);
    for (int i = 0; i <= 4; i++) {
      double y = bottom - (bottom - 30) * i / 4;
      line(svg, "grid", 80, y, right, y);
      label(svg, "soft", 72, y + 4, "end", number(maxY * i / 4));
      double x = 80 + (right - 80) * i / 4;
      label(svg, "soft", x, bottom + 18, i == 4 ? "end" : "middle", number(maxX * i / 4));
    }
    label(svg, "soft", right, height - 8, "end", xAxis);
    label(svg, "soft", 8, 16, "start", yAxis);
    Scale scale = new Scale((right - 80) / maxX, (bottom - 30) / maxY, bottom);
    for (Marker marker : markers) {
      double x = 80 + marker.x() * scale.perX();
      line(svg, "target", x, 26, x, bottom);
      boolean late = x > right - 220;
      label(svg, "", late ? x - 6 : x + 6, 42, late ? "end" : "start", marker.label());
    }
    for (int c = 0; c < curves.size(); c++) {
      String number = c % 2 == 0 ? "" : "2";
      Curve curve = curves.get(c);
      if (!curve.range().isEmpty()) poly(svg, "polygon", "band" + number, scale.of(curve.range()));
      poly(svg, "polyline", "curve" + number, scale.of(curve.points()));
      rect(svg, "bar" + number, 300 + c * 240.0, 7, 14, 10);
      label(svg, "", 320 + c * 240.0, 17, "start", curve.label());
    }
    return new Html(svg.append("</svg></div>").toString());
  }

  /** The next number above whose quarters are easy to read. */
  public static double axisEnd(double max) {
    double unit = Math.pow(10, Math.floor(Math.log10(max)));
    for (double step : new double[] {1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8}) {
      if (step * unit >= max) return step * unit;
    }
    return 10 * unit;
  }

  /** Where points of a plot come to lie in the picture. */
  private record Scale(double perX, double perY, double bottom) {
    String of(List<Point> points) {
      return points.stream()
          .map(p -> coordinate(80 + perX * p.x()) + "," + coordinate(bottom - perY * p.y()))
          .collect(Collectors.joining(" "));
    }
  }

  private static void poly(StringBuilder svg, String tag, String style, String points) {
    svg.append("<%s class=\"%s\" points=\"%s\"/>".formatted(tag, style, points));
  }

  private static double max(List<Curve> curves, boolean horizontal) {
    double max =
        curves.stream()
            .flatMap(c -> Stream.concat(c.points().stream(), c.range().stream()))
            .mapToDouble(p -> horizontal ? p.x() : p.y())
            .max()
            .orElse(1);
    return max <= 0 ? 1 : max;
  }

  private static StringBuilder open(String title, int height) {
    String safe = Html.text(title).markup();
    return new StringBuilder("<div class=\"scroll\"><svg role=\"img\" viewBox=\"0 0 ")
        .append(WIDTH)
        .append(' ')
        .append(height)
        .append("\"><title>")
        .append(safe)
        .append("</title>");
  }

  private static double x(double share) {
    return LEFT + (WIDTH - LEFT - 30) * Math.clamp(share, 0, 1);
  }

  private static void line(
      StringBuilder svg, String style, double x1, double y1, double x2, double y2) {
    svg.append(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
            .formatted(style, coordinate(x1), coordinate(y1), coordinate(x2), coordinate(y2)));
  }

  private static void rect(
      StringBuilder svg, String style, double x, double y, double width, double height) {
    svg.append(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\"/>"
            .formatted(
                style,
                coordinate(x),
                coordinate(y),
                coordinate(Math.max(0, width)),
                coordinate(height)));
  }

  private static void label(
      StringBuilder svg, String style, double x, double y, String anchor, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
            .formatted(style, coordinate(x), coordinate(y), anchor, Html.text(text).markup()));
  }

  private static String coordinate(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String number(double value) {
    if (value >= 1_000_000) return String.format(Locale.ROOT, "%.1f M", value / 1e6);
    if (value >= 10_000) return String.format(Locale.ROOT, "%.0f k", value / 1e3);
    return String.format(
        Locale.ROOT, value >= 100 || value == Math.rint(value) ? "%.0f" : "%.2f", value);
  }
}
