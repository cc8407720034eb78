/**
 * The {@code kedge} command: one class per subcommand, each a thin shell over the platform. Exit
 * codes: 0 good, 1 a negative verdict, 2 wrong use, 3 failure. Results go to standard output,
 * progress and errors to standard error.
 */
@NullMarked
package dev.kedge.cli;

import org.jspecify.annotations.NullMarked;
