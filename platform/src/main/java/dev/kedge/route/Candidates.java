package dev.kedge.route;

import dev.kedge.backend.Backend;
import java.util.List;
import java.util.Optional;

/**
 * Who may answer calls of a model.
 *
 * @param model as callers name it
 * @param groups in order of failover, balanced within
 * @param lastResort a model of this process that answers where no group does
 */
public record Candidates(String model, List<List<Replica>> groups, Optional<Backend> lastResort) {
  public Candidates {
    groups = groups.stream().map(List::copyOf).toList();
  }
}
