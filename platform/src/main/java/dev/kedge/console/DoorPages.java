package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;

/** Signing in, giving a name, and what one reads where one cannot go on. */
final class DoorPages {
  private final Door door;
  private final Frame frame;

  DoorPages(Door door, Frame frame) {
    this.door = door;
    this.frame = frame;
  }

  /** Only paths of our own: a link to the sign-in must not be able to lead elsewhere. */
  static String next(String path) {
    boolean ours = path.matches("/(console(/[A-Za-z0-9_.~%/-]*)?(\\?[A-Za-z0-9_.~%=&+-]*)?)?");
    return ours ? path : "/";
  }

  /** The form that lets somebody in. */
  Reply show(String token, String next, String problem, int status) {
    Html form = door.isOpen() ? nameForm(token, next, problem) : keyForm(token, next, problem);
    String title = door.isOpen() ? "Your name" : "Sign in";
    return frame.bare(new Page(status, title, form));
  }

  /** Lets somebody in by a form; the new cookie. */
  String enter(Fields form) {
    return door.isOpen()
        ? door.name(form.text("name"))
        : door.signIn(form.text("credential").strip());
  }

  private static Html keyForm(String token, String next, String problem) {
    return Html.all(
        Html.element("h1", "Sign in"),
        Html.element(
            "p.lead",
            "With a key that has the role labeller, approver, auditor or admin, or with a token of"
                + " your identity provider."),
        Widgets.problem(problem),
        Widgets.form("/console/sign-in")
            .with("autocomplete", "off")
            .around(
                Widgets.hidden("token", token),
                Widgets.hidden("next", next),
                Tag.of("label").with("for", "credential").around("Key or token"),
                described(
                        Tag.of("input")
                            .with("id", "credential")
                            .with("name", "credential")
                            .with("type", "password")
                            .with("autocomplete", "current-password")
                            .with("spellcheck", "false")
                            .with("maxlength", 16_384)
                            .flag("required")
                            .flag("autofocus"),
                        problem)
                    .alone(),
                Tag.of("p.hint").around("kedge keys create NAME --role labeller makes one."),
                Tag.of("button.primary").around("Sign in")));
  }

  private static Html nameForm(String token, String next, String problem) {
    return Html.all(
        Html.element("h1", "Your name"),
        Html.element(
            "p.lead",
            "This server is reachable from this machine only and asks for no key. Labels and"
                + " decisions are recorded under the name you give; nobody checks it."),
        Widgets.problem(problem),
        Widgets.form("/console/name")
            .around(
                Widgets.hidden("token", token),
                Widgets.hidden("next", next),
                Tag.of("label").with("for", "name").around("Name"),
                described(
                        Tag.of("input")
                            .with("id", "name")
                            .with("name", "name")
                            .with("autocomplete", "name")
                            .with("maxlength", 60)
                            .flag("required")
                            .flag("autofocus"),
                        problem)
                    .alone(),
                Tag.of("button.primary").around("Go on")));
  }

  private static Tag described(Tag input, String problem) {
    return problem.isEmpty()
        ? input
        : input.with("aria-describedby", "problem").with("aria-invalid", "true");
  }

  /** What went wrong, with a way back. */
  static Page failure(Failure failure) {
    String title =
        switch (failure.status()) {
          case 400 -> "That does not fit";
          case 401 -> "Signed out";
          case 403 -> "Not allowed";
          case 404 -> "Not found";
          case 413 -> "Too large";
          case 503 -> "Not now";
          default -> "That failed";
        };
    return new Page(
        failure.status(),
        title,
        Html.all(
            Html.element("h1", title),
            Tag.of("p.problem").with("role", "alert").around(failure.message()),
            Html.element("p", Widgets.link("/", "Home"))));
  }
}
