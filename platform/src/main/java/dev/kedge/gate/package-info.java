/**
 * The upgrade gate: no version of a model takes the place of another unless it keeps the task's
 * rules and people have signed.
 *
 * <p>The judge reads the runs of the current model and of the candidate over the same cases and
 * judges rule by rule; a {@link dev.kedge.gate.Finding} per rule, a {@link
 * dev.kedge.gate.GateResult} for all. {@link dev.kedge.gate.GateDesk} keeps results, takes
 * signatures by {@link dev.kedge.gate.SignOffRule} and makes the evidence; {@link
 * dev.kedge.gate.GateEvidence} says what is in it, {@link dev.kedge.gate.EvidenceCheck} checks it
 * with nothing but a public key.
 *
 * <p>To pass, every rule must hold: each metric is tested at 2.5 % for "not worse by its margin",
 * without adjustment, because a wrong pass needs the one bad metric itself to pass. To fail, one
 * rule suffices, and with many rules one false alarm is likely: what counts as shown difference is
 * adjusted over all rules by Holm. Between the two lies undecided, and it says how many more cases
 * would decide.
 *
 * <p>Models in this process are exact: the same file gives the same answers, and every difference
 * belongs to the candidate. This is checked, by asking some cases again. Where answers are not
 * exact, every model is asked several times, the scores of a case are averaged before they are
 * compared, and whether the candidate's answers changed more often than the current model's change
 * by themselves is tested case by case (noise floor).
 *
 * <p>Rows in the store are only ever added and chained by digests. The store holds the truth; the
 * files beside it are copies for people.
 */
@NullMarked
package dev.kedge.gate;

import org.jspecify.annotations.NullMarked;
