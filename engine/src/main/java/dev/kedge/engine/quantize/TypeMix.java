package dev.kedge.engine.quantize;

import dev.kedge.engine.weights.Blocks;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which type each tensor of a file gets. Matrices named {@code *.weight} whose rows fill blocks are
 * converted; vectors, norms, routers of mixtures of experts and everything else stay. The mixes
 * named M are those of llama.cpp's quantizer: six bits for the output matrix and, in the first and
 * last eighth of the blocks and every third between, for values and the last feed-forward matrix;
 * eight for keys and values of eight experts, which are small beside them.
 *
 * @param type of the file
 * @param pure whether every matrix gets the main type
 * @param layers blocks of the model
 * @param experts of a block, 0 for none
 * @param tied whether the embedding is the output matrix too
 * @param sharedByEight whether this is a 70B model, whose values eight query heads share
 */
public record TypeMix(
    FileType type, boolean pure, int layers, int experts, boolean tied, boolean sharedByEight) {
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,5})\\.(.*)");

  /**
   * The 4-bit type for a model: Q4_K_M, whose error is smaller at nearly the same size, or Q4_0
   * where most weights stand in rows that do not fill its blocks of 256 and would take more bits.
   */
  public static FileType fourBits(List<TensorInfo> tensors) {
    long all = 0;
    long fitting = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.shape().length < 2) continue;
      all += tensor.elements();
      if (tensor.shape()[0] % Blocks.SUPER == 0) fitting += tensor.elements();
    }
    return 2 * fitting >= all ? FileType.Q4_K_M : FileType.Q4_0;
  }

  /** The mix for a model with these keys. */
  public static TypeMix of(FileType type, boolean pure, Metadata metadata, boolean tied) {
    String prefix = metadata.string("general.architecture", "") + ".";
    long layers = metadata.integer(prefix + "block_count", 0);
    long heads = metadata.integer(prefix + "attention.head_count", 0);
    long kvHeads = metadata.integer(prefix + "attention.head_count_kv", heads);
    long experts = metadata.integer(prefix + "expert_count", 0);
    boolean seventy = layers == 80 && kvHeads > 0 && heads / kvHeads == 8;
    return new TypeMix(type, pure, Math.clamp(layers, 0, 1 << 16), (int) experts, tied, seventy);
  }

  /** The type for a tensor that is now stored as {@code now}. */
  public TensorType target(String name, long[] shape, TensorType now) {
    if (shape.length < 2
        || !name.endsWith(".weight")
        || name.endsWith("_norm.weight")
        || name.endsWith(".ffn_gate_inp.weight")) {
      return now;
    }
    TensorType wanted = pure ? type.main() : wanted(name, shape[0]);
    while (shape[0] % wanted.blockSize() != 0) {
      if (!wanted.quantized() || wanted.blockSize() == 32) return now;
      wanted = narrower(wanted);
    }
    return wanted;
  }

  /* For rows that do not fill blocks of 256. */
  private static TensorType narrower(TensorType type) {
    return switch (type) {
      case Q4_K -> TensorType.Q5_0;
      case Q5_K -> TensorType.Q5_1;
      case Q6_K -> TensorType.Q8_0;
      case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 -> type;
    };
  }

  private TensorType wanted(String name, long columns) {
    boolean embedding = name.equals("token_embd.weight");
    boolean output = name.equals("output.weight") || (embedding && tied);
    return switch (type) {
      case F32, F16, BF16 -> type.main();
      case Q4_0, Q8_0 -> embedding || output ? TensorType.Q8_0 : type.main();
      case Q6_K -> TensorType.Q6_K;
      case Q4_K_M, Q5_K_M -> {
        if (output) yield columns % Blocks.SUPER == 0 ? TensorType.Q6_K : TensorType.Q8_0;
        Matcher block = BLOCK.matcher(name);
        yield block.matches()
            ? inBlock(Integer.parseInt(block.group(1)), block.group(2))
            : type.main();
      }
    };
  }

  private TensorType inBlock(int layer, String role) {
    boolean eight = experts == 8;
    if (role.equals("attn_v.weight")) {
      if (eight) return TensorType.Q8_0;
      if (sharedByEight && type == FileType.Q4_K_M && !sensitive(layer)) return TensorType.Q5_K;
      return sensitive(layer) ? TensorType.Q6_K : type.main();
    }
    if (role.equals("attn_k.weight") && eight) return TensorType.Q8_0;
    if (role.equals("attn_output.weight") && eight) return TensorType.Q5_K;
    return role.startsWith("ffn_down") && sensitive(layer) ? TensorType.Q6_K : type.main();
  }

  private boolean sensitive(int layer) {
    int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
  }
}
