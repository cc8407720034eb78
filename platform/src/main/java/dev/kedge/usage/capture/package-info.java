/**
 * Full exchanges of the tasks that ask for it: requests with their answers, sampled, redacted,
 * bounded in size and age.
 *
 * <p>{@link dev.kedge.usage.capture.Capture} decides by the rules of the configuration and hands
 * out a {@link dev.kedge.usage.capture.Recording}, which gathers an answer's parts at the cost of a
 * list entry each. All else happens on one thread behind a bounded queue: the answer is put
 * together from parts or relayed events, every text passes the {@link
 * dev.kedge.usage.capture.Redactor}, and lines of JSON are compressed and appended to files. Where
 * queue or memory are full, exchanges are dropped and counted; a call never waits.
 *
 * <p>A task is a folder of gzip files named by the time of their beginning; each file is a sequence
 * of gzip members, so that what was written before a crash stays readable ({@code zcat} reads
 * them). Age and size remove whole files. {@link dev.kedge.usage.capture.CaptureFolder} is the same
 * for the server and for the command that lists, exports and deletes meanwhile; a lock file per
 * task keeps the two apart.
 *
 * <p>Taken out of every request whatever the redactor does: values of fields that hold credentials,
 * things in texts that look like credentials, and media, in which no text can be redacted. Headers
 * are never seen here.
 */
@NullMarked
package dev.kedge.usage.capture;

import org.jspecify.annotations.NullMarked;
