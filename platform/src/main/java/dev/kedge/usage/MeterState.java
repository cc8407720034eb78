package dev.kedge.usage;

/**
 * How the {@link Meter} stands.
 *
 * @param recorded records taken by this process
 * @param stored records given to the store, those of an earlier process included
 * @param journalBytes on the disk and not yet released
 * @param stalls records that had to wait, because the journal was full or the disk took nothing
 * @param storeFailures transactions that failed; each is tried again
 * @param damagedFiles files set aside because something in them could not be read
 */
public record MeterState(
    long recorded,
    long stored,
    long journalBytes,
    long stalls,
    long storeFailures,
    long damagedFiles) {}
