package dev.kedge.rollout;

/** Which side of a rollout. */
public enum Arm {
  CURRENT,
  CANDIDATE
}
