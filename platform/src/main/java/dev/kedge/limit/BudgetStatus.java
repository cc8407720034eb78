package dev.kedge.limit;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Money;
import java.time.Instant;

/**
 * A budget in its present period, as the store knows it; nodes report about once a second.
 *
 * @param account its id
 * @param label its name for people
 * @param per whether it starts anew each hour, day or month
 * @param starts of the period
 * @param ends of the period
 * @param limit of the period, as the last node knew it
 * @param spent by settled calls
 * @param held reserved by calls in progress, or on hand at nodes that run
 * @param unaccounted at nodes that ended without accounting for it: spent just before, or lost for
 *     this period
 * @param overrun the part of {@code spent} that calls cost beyond their reservation
 * @param left what can still be leased
 */
public record BudgetStatus(
    String account,
    String label,
    CalendarPeriod per,
    Instant starts,
    Instant ends,
    Money limit,
    Money spent,
    Money held,
    Money unaccounted,
    Money overrun,
    Money left) {}
