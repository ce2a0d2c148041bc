import { applyConv, type Parameters } from '@nlrn/nn';
import { relu, type Tensor } from '@nlrn/tensor';

/** How many convolutions, and their channels: of the image, between them, and of the result. */
export interface StackSize {
  readonly depth: number;
  readonly channels: number;
  readonly inputs?: number;
  readonly outputs?: number;
}

/**
 * Convolutions of 3 x 3 pixels one after another, `conv0`, `conv1`, …, with a ReLU after all but the last.
 *
 *   [B, H, W, inputs]  ->  [B, H, W, outputs]
 */
export function convStack(
  parameters: Parameters,
  { depth, channels, inputs = 1, outputs = 1 }: StackSize,
): (x: Tensor) => Tensor {
  const convs = Array.from({ length: depth }, (_, k) =>
    parameters.conv(`conv${k}`, [3, 3, k === 0 ? inputs : channels, k === depth - 1 ? outputs : channels]),
  );
  const last = convs.at(-1)!;
  return (x) =>
    applyConv(
      convs.slice(0, -1).reduce((h, conv) => relu(applyConv(h, conv)), x),
      last,
    );
}
