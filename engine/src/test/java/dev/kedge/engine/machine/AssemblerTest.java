package dev.kedge.engine.machine;

import static dev.kedge.engine.machine.Instruction.*;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.*;
import static dev.kedge.engine.machine.Shift.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the GNU assembler 2.40, whose listing the expected bytes are from. */
class AssemblerTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void instructionsHaveTheBytesThatAnotherAssemblerGivesThem(
      String instruction, Consumer<Assembler> write, String bytes) {
    Assembler code = new Assembler();
    write.accept(code);
    assertThat(HexFormat.ofDelimiter(" ").formatHex(code.code())).as(instruction).isEqualTo(bytes);
  }

  static Stream<Arguments> instructionsHaveTheBytesThatAnotherAssemblerGivesThem() {
    return Stream.of(
        of("vpdpbusd zmm0, zmm16, zmm20", c -> c.emit(VPDPBUSD, 0, 16, 20), "62 b2 7d 40 50 c4"),
        of("vpdpbusd zmm15, zmm31, zmm9", c -> c.emit(VPDPBUSD, 15, 31, 9), "62 52 05 40 50 f9"),
        of(
            "vpdpbusd zmm1, zmm2, [r8+r9+4]",
            c -> c.emit(VPDPBUSD, 1, 2, at(R8, R9, 1).plus(4)),
            "62 92 6d 48 50 8c 08 04 00 00 00"),
        of(
            "vpmultishiftqb zmm20, zmm25, zmm18",
            c -> c.emit(VPMULTISHIFTQB, 20, 25, 18),
            "62 a2 b5 40 83 e2"),
        of("vpandd zmm16, zmm17, zmm31", c -> c.emit(VPANDD, 16, 17, 31), "62 81 75 40 db c7"),
        of("vpxord zmm28, zmm28, zmm28", c -> c.emit(VPXORD, 28, 28, 28), "62 01 1d 40 ef e4"),
        of("vmulps zmm24, zmm9, zmm30", c -> c.emit(VMULPS, 24, 9, 30), "62 01 34 48 59 c6"),
        of(
            "vfmadd213ps zmm5, zmm26, [r14+512]",
            c -> c.emit(VFMADD213PS, 5, 26, at(R14, 512)),
            "62 d2 2d 40 a8 6e 08"),
        of(
            "vfmadd213ps zmm5, zmm26, [r14+8192]",
            c -> c.emit(VFMADD213PS, 5, 26, at(R14, 8192)),
            "62 d2 2d 40 a8 ae 00 20 00 00"),
        of(
            "vfmadd213ps zmm5, zmm26, [r14+100]",
            c -> c.emit(VFMADD213PS, 5, 26, at(R14, 100)),
            "62 d2 2d 40 a8 ae 64 00 00 00"),
        of(
            "vfmadd231ps zmm16, zmm2, [r11+r10-476]{1to16}",
            c -> c.emitEach(VFMADD231PS, 16, 2, at(R11, R10, 1).plus(-476)),
            "62 82 6d 58 b8 44 13 89"),
        of(
            "vfmadd231ps zmm22, zmm20, zmm16",
            c -> c.emit(VFMADD231PS, 22, 20, 16),
            "62 a2 5d 40 b8 f0"),
        of("vcvtdq2ps zmm17, zmm4", c -> c.emit(VCVTDQ2PS, 17, 4), "62 e1 7c 48 5b cc"),
        of(
            "vpbroadcastd zmm31, [rdi+92]",
            c -> c.emit(VPBROADCASTD, 31, at(RDI, 92)),
            "62 62 7d 48 58 7f 17"),
        of(
            "vpbroadcastd zmm4, [r8+r9*2+40]",
            c -> c.emit(VPBROADCASTD, 4, at(R8, R9, 2).plus(40)),
            "62 92 7d 48 58 64 48 0a"),
        of(
            "vpbroadcastd zmm4, [r13+1]",
            c -> c.emit(VPBROADCASTD, 4, at(R13, 1)),
            "62 d2 7d 48 58 a5 01 00 00 00"),
        of("vmovdqu32 zmm16, [r12]", c -> c.emit(VMOVDQU32, 16, at(R12)), "62 c1 7e 48 6f 04 24"),
        of("vmovdqu32 zmm1, [r13]", c -> c.emit(VMOVDQU32, 1, at(R13)), "62 d1 7e 48 6f 4d 00"),
        of(
            "vmovdqu32 zmm1, [rsp+64]",
            c -> c.emit(VMOVDQU32, 1, at(RSP, 64)),
            "62 f1 7e 48 6f 4c 24 01"),
        of(
            "vmovdqu32 zmm30, [rdi-128]",
            c -> c.emit(VMOVDQU32, 30, at(RDI, -128)),
            "62 61 7e 48 6f 77 fe"),
        of(
            "vmovdqu16 zmm17{k2}, zmm19",
            c -> c.emitMasked(VMOVDQU16, 17, 2, 19),
            "62 a1 ff 4a 6f cb"),
        of("vmovdqu32 [r14+576], zmm15", c -> c.store(at(R14, 576), 15), "62 51 7e 48 7f 7e 09"),
        of("vmovdqu32 [r12], zmm31", c -> c.store(at(R12), 31), "62 41 7e 48 7f 3c 24"),
        of("vpsrld zmm19, zmm17, 4", c -> c.shift(VPSRLD, 19, 17, 4), "62 b1 65 40 72 d1 04"),
        of("vpsrad zmm1, zmm30, 3", c -> c.shift(VPSRAD, 1, 30, 3), "62 91 75 48 72 e6 03"),
        of("vpslld zmm18, zmm17, 16", c -> c.shift(VPSLLD, 18, 17, 16), "62 b1 6d 40 72 f1 10"),
        of(
            "vpternlogd zmm20, zmm19, zmm29, 0xE4",
            c -> c.ternary(20, 19, 29, 0xE4),
            "62 83 65 40 25 e5 e4"),
        of("vpmaxsd zmm2, zmm2, zmm3", c -> c.emit(VPMAXSD, 2, 2, 3), "62 f2 6d 48 3d d3"),
        of("vpminud zmm23, zmm23, zmm2", c -> c.emit(VPMINUD, 23, 23, 2), "62 e2 45 40 3b fa"),
        of("vpmaxud zmm22, zmm22, zmm2", c -> c.emit(VPMAXUD, 22, 22, 2), "62 e2 4d 40 3f f2"),
        of(
            "vshuff32x4 zmm3, zmm2, zmm18, 0x4E",
            c -> c.shuffleQuarters(3, 2, 18, 0x4E),
            "62 b3 6d 48 23 da 4e"),
        of("vpshufd zmm3, zmm18, 0xB1", c -> c.shuffleInts(3, 18, 0xB1), "62 b1 7d 48 70 da b1"),
        of("vdivps zmm2, zmm2, zmm29", c -> c.emit(VDIVPS, 2, 2, 29), "62 91 6c 48 5e d5"),
        of("vaddps zmm0, zmm0, zmm30", c -> c.emit(VADDPS, 0, 0, 30), "62 91 7c 48 58 c6"),
        of("vpsubd zmm8, zmm24, zmm8", c -> c.emit(VPSUBD, 8, 24, 8), "62 51 3d 40 fa c0"),
        of("vpaddd zmm3, zmm12, zmm23", c -> c.emit(VPADDD, 3, 12, 23), "62 b1 1d 48 fe df"),
        of("vpackssdw zmm4, zmm0, zmm1", c -> c.emit(VPACKSSDW, 4, 0, 1), "62 f1 7d 48 6b e1"),
        of("vpacksswb zmm4, zmm4, zmm4", c -> c.emit(VPACKSSWB, 4, 4, 4), "62 f1 5d 48 63 e4"),
        of("vpermd zmm4, zmm26, zmm4", c -> c.emit(VPERMD, 4, 26, 4), "62 f2 2d 40 36 e4"),
        of("vpshufb zmm4, zmm4, zmm25", c -> c.emit(VPSHUFB, 4, 4, 25), "62 92 5d 48 00 e1"),
        of("vmovdqu32 zmm4{k3}, zmm8", c -> c.emitMasked(VMOVDQU32, 4, 3, 8), "62 d1 7e 4b 6f e0"),
        of(
            "vpternlogd zmm18, zmm28, [rdi+104]{1to16}, 0xE4",
            c -> c.ternaryEach(18, 28, at(RDI, 104), 0xE4),
            "62 e3 1d 50 25 57 1a e4"),
        of("kmovd k1, ebx", c -> c.mask(1, RBX), "c5 fb 92 cb"),
        of("kmovd k7, eax", c -> c.mask(7, RAX), "c5 fb 92 f8"),
        of("vzeroupper", Assembler::vzeroupper, "c5 f8 77"),
        of("mov rsi, [rdi]", c -> c.load(RSI, at(RDI)), "48 8b 37"),
        of("mov r8, [rdi+24]", c -> c.load(R8, at(RDI, 24)), "4c 8b 47 18"),
        of("mov rax, [r13]", c -> c.load(RAX, at(R13)), "49 8b 45 00"),
        of("mov rax, [rsp+8]", c -> c.load(RAX, at(RSP, 8)), "48 8b 44 24 08"),
        of(
            "mov r10, [r12+r15*8+1000]",
            c -> c.load(R10, at(R12, R15, 8).plus(1000)),
            "4f 8b 94 fc e8 03 00 00"),
        of("mov [rdi+64], rbx", c -> c.store(at(RDI, 64), RBX), "48 89 5f 40"),
        of("mov [r12], r9", c -> c.store(at(R12), R9), "4d 89 0c 24"),
        of("lea r10, [r9+r9*2]", c -> c.address(R10, at(R9, R9, 2)), "4f 8d 14 49"),
        of("lea r11, [r8+r9*4]", c -> c.address(R11, at(R8, R9, 4)), "4f 8d 1c 88"),
        of("mov r12, rsi", c -> c.move(R12, RSI), "49 89 f4"),
        of("mov rcx, r15", c -> c.move(RCX, R15), "4c 89 f9"),
        of("add r12, rdx", c -> c.add(R12, RDX), "49 01 d4"),
        of("add rax, r9", c -> c.add(RAX, R9), "4c 01 c8"),
        of("add rsi, 512", c -> c.add(RSI, 512), "48 81 c6 00 02 00 00"),
        of("add r13, 64", c -> c.add(R13, 64), "49 81 c5 40 00 00 00"),
        of("mov ebx, 0xAAAAAAAA", c -> c.set(RBX, 0xAAAAAAAA), "bb aa aa aa aa"),
        of("mov r15d, 4", c -> c.set(R15, 4), "41 bf 04 00 00 00"),
        of("dec r15", c -> c.decrement(R15), "49 ff cf"),
        of("dec rcx", c -> c.decrement(RCX), "48 ff c9"),
        of("dec qword ptr [rdi+40]", c -> c.decrement(at(RDI, 40)), "48 ff 4f 28"),
        of("push rbx", c -> c.push(RBX), "53"),
        of("push r12", c -> c.push(R12), "41 54"),
        of("pop r15", c -> c.pop(R15), "41 5f"),
        of("pop rbp", c -> c.pop(RBP), "5d"),
        of("prefetcht0 [r12+1024]", c -> c.prefetch(at(R12, 1024)), "41 0f 18 8c 24 00 04 00 00"),
        of("prefetcht0 [rdi+rsi]", c -> c.prefetch(at(RDI, RSI, 1)), "0f 18 0c 37"),
        of("prefetcht0 [rdi]", c -> c.prefetch(at(RDI)), "0f 18 0f"),
        of("sub rcx, rdi", c -> c.subtract(RCX, RDI), "48 29 f9"),
        of("sub r9, r12", c -> c.subtract(R9, R12), "4d 29 e1"),
        of("mov rax, [rsp+8]", c -> c.load(RAX, at(RSP, 8)), "48 8b 44 24 08"),
        of("prefetcht1 [rdi+rcx]", c -> c.prefetchSecond(at(RDI, RCX, 1)), "0f 18 14 0f"),
        of("prefetcht1 [rdi+8192]", c -> c.prefetchSecond(at(RDI, 8192)), "0f 18 97 00 20 00 00"),
        of("prefetcht1 [r12+64]", c -> c.prefetchSecond(at(R12, 64)), "41 0f 18 54 24 40"),
        of("vpbroadcastd zmm31, r9d", c -> c.broadcast(31, R9), "62 42 7d 48 7c f9"),
        of("vpbroadcastd zmm4, eax", c -> c.broadcast(4, RAX), "62 f2 7d 48 7c e0"),
        of("ret", Assembler::ret, "c3"));
  }

  @Test
  void jumpsLeadBack() {
    Assembler code = new Assembler();
    code.ret();
    int back = code.here();
    code.decrement(RCX);
    code.jumpIfNotZero(back);
    assertThat(HexFormat.of().formatHex(code.code())).isEqualTo("c348ffc90f85f7ffffff");
  }

  @Test
  void whatCannotBeEncodedIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> at(RAX, RSP, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> at(RAX, RBX, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> new Assembler().mask(1, R9));
    assertThatIllegalArgumentException().isThrownBy(() -> new Assembler().mask(0, RAX));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Assembler().emit(VPXORD, 32, 0, 0))
        .withMessageContaining("32");
  }

  private static Arguments of(String instruction, Consumer<Assembler> write, String bytes) {
    return arguments(instruction, write, bytes);
  }
}
