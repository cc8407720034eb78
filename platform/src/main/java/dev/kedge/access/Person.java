package dev.kedge.access;

import dev.kedge.config.Role;
import java.util.List;
import java.util.Set;

/** Whom a token vouches for: its claims in our terms. No models means all. */
record Person(String subject, String tenant, Set<Role> roles, List<String> models) {}
