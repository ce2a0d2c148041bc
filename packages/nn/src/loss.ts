import { mean, mul, square, sub, type Tensor } from '@nlrn/tensor';

/** Half the mean square error, pixels in [0, 1]: a scalar. */
export function restorationLoss(restored: Tensor, truth: Tensor): Tensor {
  return mul(0.5, mean(square(sub(restored, truth))));
}
