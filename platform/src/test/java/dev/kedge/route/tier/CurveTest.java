package dev.kedge.route.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static Curve curve(double... relativeLow) {
    List<CurvePoint> points = new ArrayList<>();
    for (int i = 0; i < relativeLow.length; i++) {
      double large = 1 - i / (relativeLow.length - 1.0);
      points.add(
          new CurvePoint(
              large, large, large, large, large, 0.5, relativeLow[i] / 2, relativeLow[i]));
    }
    return new Curve(points);
  }

  @Test
  void theSearchForAFloorEndsAtTheFirstPointThatFails() {
    Curve curve = curve(1, 0.97, 0.94, 0.96, 0.99);
    assertThat(curve.atFloor(0.95).threshold()).isEqualTo(0.75);
    assertThat(curve.atAbsoluteFloor(0.475).threshold()).isEqualTo(0.75);
    assertThat(curve.atFloor(0.90).threshold()).isEqualTo(0);
  }

  @Test
  void wherePointsFailFromTheStartOnlyTheLargeModelRemains() {
    Curve curve = curve(1, 0.8, 0.7);
    assertThat(curve.atFloor(0.95).threshold()).isEqualTo(1);
    assertThat(curve.atAbsoluteFloor(0.9).threshold()).isEqualTo(1);
  }

  @Test
  void aCurveThatDoesNotFallOrBeginWithTheLargeModelIsRefused() {
    CurvePoint point = new CurvePoint(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9);
    CurvePoint first = new CurvePoint(1, 1, 1, 1, 1, 0.5, 0.5, 1);
    assertThatThrownBy(() -> new Curve(List.of())).hasMessageContaining("0 points");
    assertThatThrownBy(() -> new Curve(List.of(point))).hasMessageContaining("begin");
    assertThatThrownBy(() -> new Curve(List.of(first, point, point))).hasMessageContaining("fall");
    assertThatThrownBy(() -> new CurvePoint(0.5, 2, 0, 0, 0, 0, 0, 0))
        .hasMessageContaining("not from 0 to 1");
  }
}
