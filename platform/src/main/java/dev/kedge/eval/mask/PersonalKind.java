package dev.kedge.eval.mask;

/** Kinds of personal data, the surest first: where two overlap, the earlier one counts. */
public enum PersonalKind {
  EMAIL,
  IBAN,
  CARD,
  IP,
  NATIONAL_ID,
  PHONE,
  BIRTH_DATE,
  ADDRESS,
  NAME
}
