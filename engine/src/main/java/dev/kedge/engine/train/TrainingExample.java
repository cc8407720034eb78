package dev.kedge.engine.train;

/**
 * One pair to learn from; the loss counts the answer alone.
 *
 * @param prompt what the user writes
 * @param answer what the model should answer
 */
public record TrainingExample(String prompt, String answer) {}
