package dev.kedge.console;

import dev.kedge.config.Role;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which path is handled by what, and for whom. Filled while the console is built. */
final class Routes {
  private static final int MOST_STEPS = 12;

  private final List<Route> routes = new ArrayList<>();

  /** What answers. */
  interface Handler {
    Reply answer(Ask ask);
  }

  /**
   * One path.
   *
   * @param steps of the path, {@code *} for any
   * @param roles of which a visitor needs one; none for everybody who is let in
   */
  record Route(String method, List<String> steps, Set<Role> roles, Handler handler) {
    /** What stands in place of the stars, if the path fits. */
    Optional<List<String>> match(List<String> path) {
      if (path.size() != steps.size()) return Optional.empty();
      List<String> found = new ArrayList<>();
      for (int i = 0; i < steps.size(); i++) {
        if (steps.get(i).equals("*")) found.add(path.get(i));
        else if (!steps.get(i).equals(path.get(i))) return Optional.empty();
      }
      return Optional.of(found);
    }
  }

  /** A route with what stands in place of the stars. */
  record Found(Route route, List<String> steps) {}

  /**
   * Reads.
   *
   * @param path with {@code *} for variable steps
   */
  void get(String path, Handler handler, Role... roles) {
    routes.add(new Route("GET", split(path), Set.of(roles), handler));
  }

  /** Changes. */
  void post(String path, Handler handler, Role... roles) {
    routes.add(new Route("POST", split(path), Set.of(roles), handler));
  }

  /** Who handles a path, whatever the method: one route per method. */
  List<Found> find(String path) {
    List<String> steps = split(path);
    if (steps.size() > MOST_STEPS) return List.of();
    List<Found> found = new ArrayList<>();
    for (Route route : routes) {
      route.match(steps).ifPresent(variable -> found.add(new Found(route, variable)));
    }
    return found;
  }

  private static List<String> split(String path) {
    return Arrays.stream(path.split("/", MOST_STEPS + 2))
        .filter(step -> !step.isEmpty())
        .map(Routes::decode)
        .toList();
  }

  private static String decode(String step) {
    try {
      return URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return "\uFFFD";
    }
  }
}
