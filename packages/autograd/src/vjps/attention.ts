import { primitives, type Tensor, windowedAttentionGrad } from '@nlrn/tensor';
import { notDifferentiable, type Rules } from './rule.ts';

export const attentionRules: Rules<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention: ({
    g: [gZ, gLogits],
    used,
    x: [theta, psi, g, previous],
    y: [Z, logits, statistics],
    params,
    rebuild,
  }) => {
    if (used[2]) throw new Error('the statistics of windowedAttention cannot be differentiated');
    const forward = { theta, psi, g, Z, logits, statistics };
    const { dtheta, dpsi, dg, dlogits, ...rebuilt } = windowedAttentionGrad(gZ, forward, {
      ...params,
      gLogits: used[1] ? gLogits : undefined,
    });
    if (!previous) return [dtheta, dpsi, dg];
    if (isLogits(previous)) rebuild(previous, rebuilt.previous);
    return [dtheta, dpsi, dg, dlogits];
  },
  windowedAttentionGrad: notDifferentiable('windowedAttentionGrad'),
};

/**
 * Is this the logits of an attention? Its rule bears that the copy is rounded otherwise than they were; other rules compare
 * what was made with what it was made of.
 */
function isLogits(tensor: Tensor): boolean {
  if (tensor.origin.kind !== 'operation') return false;
  const { primitive, outputs } = tensor.origin.operation;
  return primitive === primitives.windowedAttention && tensor === outputs[1];
}
