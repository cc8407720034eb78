package dev.kedge.engine.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds the calls of tools in an answer while it arrives. Text is held back only as long as it may
 * be the beginning of a call: of a marker, or of the object up to its name. How the answer is cut
 * into pieces does not change what is found. One thread, one answer.
 *
 * <p>What is no proper call of a known tool is text, as it stands, marker included. A call that was
 * announced stays one: if the answer breaks off or its end is wrong, its arguments are incomplete.
 */
public final class ToolCallParser {
  /** What a call may hold before its arguments begin; more is text. */
  private static final int MOST_HELD = 1 << 16;

  private enum Place {
    /** Text in which a marker may come. */
    TEXT,
    /** Text to the end. */
    REST,
    /** At the start of an answer that may be a call as a whole. */
    START,
    /** Between a marker and the object. */
    BEFORE,
    IN_CALL,
    /** Behind an object: its end, or another object. */
    AFTER
  }

  private final ToolFormat format;
  private final Set<String> names;
  private final StringBuilder held = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder arguments = new StringBuilder();
  private final List<ToolCallPart> parts = new ArrayList<>();
  private Place place;
  private CallObject call;
  private int calls;
  /* Of what is awaited at BEFORE and AFTER, how much has come. */
  private int matched;
  private boolean bracket;

  /**
   * @param names of the tools that may be called
   */
  public ToolCallParser(ToolFormat format, Set<String> names) {
    this.format = format;
    this.names = Set.copyOf(names);
    this.place = format == ToolFormat.LLAMA ? Place.START : Place.TEXT;
    this.call = newCall();
  }

  private CallObject newCall() {
    return new CallObject(
        new CallObject.Listener() {
          @Override
          public boolean begin(String name) {
            if (!names.contains(name)) return false;
            flushText();
            held.setLength(0);
            parts.add(new ToolCallPart.Begin(calls++, name));
            return true;
          }

          @Override
          public void arguments(String json) {
            arguments.append(json);
          }
        });
  }

  /** Takes the next piece of the answer; gives what became certain, in order. */
  public List<ToolCallPart> text(String piece) {
    for (int i = 0; i < piece.length(); i++) read(piece.charAt(i));
    return taken();
  }

  /** Takes a control token of the answer, which has no text. */
  public List<ToolCallPart> control(String spelling) {
    boolean opens = spelling.equals(format.opening());
    if (opens && (place == Place.TEXT || place == Place.START || place == Place.AFTER)) {
      if (place == Place.TEXT) release();
      held.setLength(0);
      enter(Place.BEFORE);
    } else if (place == Place.AFTER && spelling.equals(format.closing())) {
      closed();
    }
    return taken();
  }

  /** Nothing follows. */
  public List<ToolCallPart> finish() {
    if (place == Place.AFTER) held.setLength(0);
    release();
    return taken();
  }

  /** How many calls were announced. */
  public int calls() {
    return calls;
  }

  private List<ToolCallPart> taken() {
    flushText();
    flushArguments();
    List<ToolCallPart> result = List.copyOf(parts);
    parts.clear();
    return result;
  }

  private void flushText() {
    if (text.isEmpty()) return;
    parts.add(new ToolCallPart.Text(text.toString()));
    text.setLength(0);
  }

  private void flushArguments() {
    if (arguments.isEmpty()) return;
    parts.add(new ToolCallPart.Arguments(calls - 1, arguments.toString()));
    arguments.setLength(0);
  }

  private void release() {
    text.append(held);
    held.setLength(0);
  }

  private void enter(Place next) {
    place = next;
    matched = 0;
    bracket = false;
  }

  private void read(char c) {
    switch (place) {
      case REST -> text.append(c);
      case TEXT -> search(c);
      case START -> start(c);
      case BEFORE -> before(c);
      case IN_CALL -> inCall(c);
      case AFTER -> after(c);
    }
  }

  /* Holds what may be the marker's beginning; no marker repeats its first character. */
  private void search(char c) {
    String marker = format.opening();
    if (c != marker.charAt(held.length())) {
      release();
      if (c != marker.charAt(0)) {
        text.append(c);
        return;
      }
    }
    held.append(c);
    if (held.length() == marker.length()) enter(Place.BEFORE);
  }

  private void start(char c) {
    held.append(c);
    if (space(c) && matched == 0) return;
    if (c == '{' && matched == 0) {
      beginCall(c);
      return;
    }
    if (c == format.opening().charAt(matched)) {
      if (++matched == format.opening().length()) enter(Place.BEFORE);
      return;
    }
    release();
    enter(Place.REST);
  }

  private static boolean space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private void before(char c) {
    held.append(c);
    if (space(c) && held.length() < MOST_HELD) return;
    if (format == ToolFormat.MISTRAL && c == '[' && !bracket) bracket = true;
    else if (c == '{' && (format != ToolFormat.MISTRAL || bracket)) beginCall(c);
    else broken();
  }

  private void beginCall(char c) {
    call = newCall();
    enter(Place.IN_CALL);
    call.read(c);
  }

  private void inCall(char c) {
    if (!call.begun()) held.append(c);
    CallObject.Status status = call.read(c);
    if (status == CallObject.Status.DONE) {
      flushArguments();
      held.setLength(0);
      enter(Place.AFTER);
    } else if (status == CallObject.Status.BROKEN || held.length() > MOST_HELD) {
      flushArguments();
      if (call.begun()) held.append(c);
      broken();
    }
  }

  private void broken() {
    release();
    enter(format == ToolFormat.LLAMA ? Place.REST : Place.TEXT);
  }

  private void closed() {
    held.setLength(0);
    enter(format == ToolFormat.HERMES ? Place.AFTER : Place.REST);
  }

  /* White space here is kept only if text follows. */
  private void after(char c) {
    held.append(c);
    if (space(c) && matched == 0 && held.length() < MOST_HELD) return;
    switch (format) {
      case HERMES -> afterHermes();
      case MISTRAL -> {
        if (c == ']') closed();
        else if (c == ',') comma();
        else if (c == '{' && bracket) beginCall(c);
        else broken();
      }
      case LLAMA -> {
        if (c == ';') comma();
        else if (c == '{') beginCall(c);
        else broken();
      }
    }
  }

  private void comma() {
    if (bracket) broken();
    else bracket = true;
  }

  /* The closing tag, then possibly the next opening tag; both begin alike. */
  private void afterHermes() {
    String closing = format.closing();
    String opening = format.opening();
    int from = held.length() - matched - 1;
    String found = held.substring(from);
    if (!closing.startsWith(found) && !opening.startsWith(found)) {
      String back = held.toString();
      held.setLength(0);
      enter(Place.TEXT);
      for (int i = 0; i < back.length(); i++) search(back.charAt(i));
      return;
    }
    matched++;
    if (found.equals(closing)) closed();
    else if (found.equals(opening)) enter(Place.BEFORE);
  }
}
