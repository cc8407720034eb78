package dev.kedge.eval.run;

import java.util.List;

/** A metric that is only worth something beside a measurement of itself. */
interface Calibrated {
  /** How well it agrees with people, to be shown beside its figures. */
  List<Figure> agreement();
}
