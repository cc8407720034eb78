package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The web pages. Any thread may call. */
public final class Console {
  private static final System.Logger LOG = System.getLogger(Console.class.getName());
  private static final String SIGN_IN = "/console/sign-in";

  private final Assets assets = new Assets();
  private final Frame frame = new Frame(assets);
  private final Routes routes = new Routes();
  private final Door door;
  private final DoorPages doorPages;
  private final long cookieSeconds;

  /** A console over its parts; it closes none of them. */
  public Console(ConsoleParts parts) {
    Sessions sessions =
        new Sessions(
            parts.section().session(), parts.section().idle(), parts.clock(), parts.random());
    door = new Door(parts.access(), parts.open(), sessions);
    doorPages = new DoorPages(door, frame);
    cookieSeconds = parts.section().session().toSeconds();
    new HomePage(parts, frame).add(routes);
    new TaskPages(parts, frame).add(routes);
    new DatasetPages(parts.datasets(), frame).add(routes);
    new LabelPages(parts.labelling(), frame).add(routes);
    new DecidePages(parts.labelling(), frame).add(routes);
    new RunPages(parts.data(), frame).add(routes);
    new ComparePages(parts.data(), frame).add(routes);
    new DriftPages(parts.data(), frame).add(routes);
    new GatePages(parts.gates(), frame).add(routes);
    new RolloutPages(parts.rollouts(), frame).add(routes);
    new EvidencePages(parts.gates(), parts.data(), frame).add(routes);
  }

  /** Answers a request, with an error page at worst. */
  public Reply answer(Visit visit) {
    Optional<Assets.Asset> asset = assets.at(visit.path());
    if (asset.isPresent() && visit.method().equals("GET")) {
      return Reply.asset(asset.get().type(), asset.get().content());
    }
    String sent = visit.cookie(cookieName(visit));
    String cookie = Sessions.isCookie(sent) ? sent : door.newCookie();
    Reply reply;
    try {
      reply = guarded(visit, cookie);
    } catch (KedgeException e) {
      reply = failed(visit, e.failure());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, visit.path() + " failed", e);
      reply =
          failed(
              visit,
              new Failure.Broken(
                  "Something went wrong here; the log of the server says what.",
                  "internal",
                  false));
    }
    boolean known = cookie.equals(sent) || reply.headers().containsKey("Set-Cookie");
    return known ? reply : withCookie(reply, visit, cookie);
  }

  private Reply guarded(Visit visit, String cookie) {
    Fields form = form(visit);
    if (visit.method().equals("POST")) door.check(visit, cookie, form);
    Optional<Visitor> visitor = door.visitor(cookie);
    if (visit.path().equals(SIGN_IN) || visit.path().equals("/console/name")) {
      return entering(visit, cookie, form);
    }
    if (visit.path().equals("/console/sign-out") && visit.method().equals("POST")) {
      door.signOut(cookie);
      return Reply.seeOther(door.isOpen() ? "/" : SIGN_IN);
    }
    if (visitor.isEmpty()) return turnedAway(visit);
    return dispatched(visit, visitor.get(), form);
  }

  private Reply entering(Visit visit, String cookie, Fields form) {
    String next = DoorPages.next(Fields.parse(visit.query()).text("next"));
    String token = door.token(cookie);
    if (!visit.method().equals("POST")) return doorPages.show(token, next, "", 200);
    try {
      String fresh = doorPages.enter(form);
      door.signOut(cookie);
      return withCookie(Reply.seeOther(DoorPages.next(form.text("next"))), visit, fresh);
    } catch (KedgeException e) {
      Failure failure = e.failure();
      return doorPages.show(
          token, DoorPages.next(form.text("next")), failure.message(), failure.status());
    }
  }

  private static Reply turnedAway(Visit visit) {
    if (visit.method().equals("POST")) {
      throw new KedgeException(
          new Failure.Unauthorized("You are signed out: sign in and send it again.", "signed_out"));
    }
    String here = visit.query().isEmpty() ? visit.path() : visit.path() + "?" + visit.query();
    String next = DoorPages.next(here);
    return Reply.seeOther(Fields.address(SIGN_IN, Map.of("next", next.equals("/") ? "" : next)));
  }

  private Reply dispatched(Visit visit, Visitor visitor, Fields form) {
    List<Routes.Found> found = routes.find(visit.path());
    if (found.isEmpty()) {
      throw new KedgeException(new Failure.NotFound("There is no such page.", "not_found"));
    }
    for (Routes.Found one : found) {
      Routes.Route route = one.route();
      if (!route.method().equals(visit.method())) continue;
      Ask ask = new Ask(visit, visitor, one.steps(), Fields.parse(visit.query()), form);
      try {
        if (!route.roles().isEmpty()) visitor.require(route.roles());
        return route.handler().answer(ask);
      } catch (KedgeException e) {
        log(visit, e.failure());
        return frame.page(ask, DoorPages.failure(e.failure()));
      }
    }
    return failed(
        visit,
        new Failure.Invalid("This page does not take " + visit.method() + ".", "method", ""));
  }

  private static Fields form(Visit visit) {
    return visit.method().equals("POST")
        ? Fields.parse(new String(visit.body(), StandardCharsets.UTF_8))
        : Fields.EMPTY;
  }

  private Reply failed(Visit visit, Failure failure) {
    log(visit, failure);
    return frame.bare(DoorPages.failure(failure));
  }

  private static void log(Visit visit, Failure failure) {
    if (failure instanceof Failure.Broken) {
      LOG.log(Level.WARNING, visit.path() + ": " + failure.message());
    }
  }

  private static String cookieName(Visit visit) {
    // The prefix makes browsers refuse a cookie of this name that anybody else sets.
    return visit.encrypted() ? "__Host-kedge" : "kedge";
  }

  private Reply withCookie(Reply reply, Visit visit, String cookie) {
    boolean secure =
        visit.encrypted() || visit.origin().filter(o -> o.startsWith("https://")).isPresent();
    return reply.with(
        "Set-Cookie",
        cookieName(visit)
            + "="
            + cookie
            + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
            + cookieSeconds
            + (secure ? "; Secure" : ""));
  }
}
