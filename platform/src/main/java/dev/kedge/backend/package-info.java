/** The only door to models: those in this process and those behind an address. */
@NullMarked
package dev.kedge.backend;

import org.jspecify.annotations.NullMarked;
