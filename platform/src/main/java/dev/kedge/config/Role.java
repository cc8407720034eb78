package dev.kedge.config;

import java.util.Locale;

/** What somebody may do beside being known. */
public enum Role {
  /** Call models. */
  USER,
  /** Read usage, budgets and logs of all tenants; no calls. */
  AUDITOR,
  /** Label examples in the console, blindly: sees no run and no other's label. */
  LABELLER,
  /** Read everything in the console, settle disagreements of labellers, sign gate decisions. */
  APPROVER,
  /** Everything: keys, drains, reloads, and what the others may. */
  ADMIN;

  /** As in configuration files: {@code admin}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
