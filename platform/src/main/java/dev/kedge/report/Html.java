package dev.kedge.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A piece of HTML. It can only be made from escaped text and other pieces.
 *
 * @param markup well-formed HTML
 */
public record Html(String markup) {
  /** Nothing. */
  public static final Html EMPTY = new Html("");

  /** Text, with everything that could be markup escaped and control characters made visible. */
  public static Html text(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            case '\n', '\t' -> out.appendCodePoint(c);
            default -> out.appendCodePoint(Character.isISOControl(c) || isBidi(c) ? 0xFFFD : c);
          }
        });
    return new Html(out.toString());
  }

  /* Characters that turn the direction of text can make a report show something else than it says. */
  private static boolean isBidi(int c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  }

  /**
   * Text that comes back to us: escaped as it is, because what a form shows is what it sends. Only
   * what no HTML can hold is replaced.
   */
  static Html attribute(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            case 0 -> out.append('\uFFFD');
            case '\r' -> out.append("&#13;");
            default -> out.appendCodePoint(c);
          }
        });
    return new Html(out.toString());
  }

  /** Pieces one after the other. */
  public static Html all(List<Html> parts) {
    return new Html(parts.stream().map(Html::markup).collect(Collectors.joining()));
  }

  /** Pieces one after the other. */
  public static Html all(Html... parts) {
    return all(Arrays.asList(parts));
  }

  /**
   * An element.
   *
   * @param tag a name, optionally with classes: {@code td.number}
   */
  public static Html element(String tag, Html... content) {
    int dot = tag.indexOf('.');
    String name = dot < 0 ? tag : tag.substring(0, dot);
    String classes = dot < 0 ? "" : " class=\"" + tag.substring(dot + 1).replace('.', ' ') + "\"";
    return new Html("<" + name + classes + ">" + all(content).markup + "</" + name + ">");
  }

  /** An element around text. */
  public static Html element(String tag, String text) {
    return element(tag, text(text));
  }

  /** A heading that links can point to. */
  public static Html section(String id, String title) {
    return new Html("<h2 id=\"" + text(id).markup + "\">" + text(title).markup + "</h2>");
  }

  /** A table; cells that begin with a digit or sign are aligned as numbers. */
  public static Html table(List<String> head, List<List<String>> rows) {
    Html header =
        head.stream().allMatch(String::isEmpty)
            ? EMPTY
            : element(
                "tr",
                all(
                    IntStream.range(0, head.size())
                        .mapToObj(k -> element(numbers(rows, k) ? "th.number" : "th", head.get(k)))
                        .toList()));
    List<Html> body =
        rows.stream()
            .map(row -> element("tr", all(row.stream().map(Html::cell).toList())))
            .toList();
    return element(
        "div.scroll", element("table", element("thead", header), element("tbody", all(body))));
  }

  private static Html cell(String text) {
    return element(isNumber(text) ? "td.number" : "td", text);
  }

  private static boolean isNumber(String text) {
    return text.matches("[-+−≈€$<]?\\s?[0-9].*") && text.length() < 24;
  }

  /* A heading stands over its column as the column stands; cells without a figure say nothing. */
  private static boolean numbers(List<List<String>> rows, int column) {
    boolean any = false;
    for (List<String> row : rows) {
      String cell = column < row.size() ? row.get(column) : "";
      if (cell.isEmpty() || cell.equals("–")) continue;
      if (!isNumber(cell)) return false;
      any = true;
    }
    return any;
  }

  /** A whole page. */
  public static String page(String title, Html... body) {
    return "<!doctype html>\n"
        + "<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
        + " content=\"width=device-width, initial-scale=1\"><meta"
        + " http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
        + " 'unsafe-inline'\"><title>"
        + text(title).markup
        + "</title><style>"
        + Style.CSS
        + "</style></head><body><main>"
        + all(body).markup
        + "</main></body></html>\n";
  }
}
