package dev.kedge.engine;

/**
 * What a model file holds.
 *
 * @param name as the file gives it, else its file name
 * @param architecture e.g. {@code llama}
 * @param parameters number of weights
 * @param contextLength longest sequence in tokens
 * @param vocabularySize tokens
 * @param layers blocks
 * @param embeddingLength width of the residual stream
 * @param fileType the type that most weights are stored in, e.g. {@code Q4_0}
 * @param bytes size of the file
 */
public record ModelInfo(
    String name,
    String architecture,
    long parameters,
    int contextLength,
    int vocabularySize,
    int layers,
    int embeddingLength,
    String fileType,
    long bytes) {}
