/**
 * What was answered, and what it cost: one record per answered request, exactly once, and full
 * exchanges of the tasks that ask for it.
 *
 * <p>{@link dev.kedge.usage.Meter} is the way in. It appends a record to a journal of files and
 * returns; two threads of its own put the journal on the disk and move it into the store. {@link
 * dev.kedge.usage.UsageStore} keeps the records and adds them up by model, tenant, key, upstream or
 * day; {@link dev.kedge.usage.UsageCsv} exports them.
 *
 * <p>{@link dev.kedge.usage.Capture} keeps requests with their answers for later evaluation. It is
 * no part of the promise: where the machine is pressed, captured exchanges are dropped and counted,
 * records never. Exchanges lie in compressed files and not in the store, because they are large,
 * leave by age and size (a file is deleted at once, rows leave holes), and must not slow down the
 * store's one writer, on which budgets wait. Every text passes a {@link dev.kedge.usage.Redactor}
 * before the first byte of it is written, and credentials are taken out whatever the redactor does.
 */
@NullMarked
package dev.kedge.usage;

import org.jspecify.annotations.NullMarked;
