package dev.kedge.report;

import java.util.regex.Pattern;

/**
 * An element with attributes. Values are escaped, addresses can only lead to this server, and
 * neither scripts nor styles can be written into the markup. Immutable.
 */
public final class Tag {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern LOCAL = Pattern.compile("[#?].*|/([^/\\\\].*)?", Pattern.DOTALL);

  private final String name;
  private final String attributes;

  private Tag(String name, String attributes) {
    this.name = name;
    this.attributes = attributes;
  }

  /**
   * An element without attributes.
   *
   * @param name of the element, optionally with classes: {@code td.number}
   */
  public static Tag of(String name) {
    int dot = name.indexOf('.');
    String element = dot < 0 ? name : name.substring(0, dot);
    if (!NAME.matcher(element).matches() || element.equals("style")) {
      throw new IllegalArgumentException("no element is named '" + element + "'");
    }
    Tag tag = new Tag(element, "");
    return dot < 0 ? tag : tag.with("class", name.substring(dot + 1).replace('.', ' '));
  }

  /**
   * The same with an attribute.
   *
   * @throws IllegalArgumentException if the attribute could carry code or lead elsewhere
   */
  public Tag with(String attribute, String value) {
    boolean code = attribute.startsWith("on") || attribute.equals("style");
    if (code || !NAME.matcher(attribute).matches()) {
      throw new IllegalArgumentException("no attribute may be named '" + attribute + "'");
    }
    boolean address =
        switch (attribute) {
          case "href", "src", "action", "formaction" -> true;
          default -> false;
        };
    if (address && !LOCAL.matcher(value).matches()) {
      throw new IllegalArgumentException("an address must begin with '/', '#' or '?'");
    }
    return new Tag(
        name, attributes + " " + attribute + "=\"" + Html.attribute(value).markup() + "\"");
  }

  /** The same with a number as attribute. */
  public Tag with(String attribute, long value) {
    return with(attribute, Long.toString(value));
  }

  /** The same with an attribute that has no value. */
  public Tag flag(String attribute) {
    return with(attribute, "");
  }

  /** The same, with an attribute that has no value where {@code on}. */
  public Tag flag(String attribute, boolean on) {
    return on ? flag(attribute) : this;
  }

  /** The element around other pieces. */
  public Html around(Html... content) {
    // The first line break in these is no part of their text.
    String start = name.equals("pre") || name.equals("textarea") ? "\n" : "";
    return new Html(
        "<" + name + attributes + ">" + start + Html.all(content).markup() + "</" + name + ">");
  }

  /** The element around text. */
  public Html around(String text) {
    return around(name.equals("textarea") ? Html.attribute(text) : Html.text(text));
  }

  /** An element that has no end, such as {@code input}. */
  public Html alone() {
    return new Html("<" + name + attributes + ">");
  }
}
