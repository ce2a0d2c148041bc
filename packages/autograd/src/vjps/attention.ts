import { windowedAttentionGrad } from '@nlrn/tensor';
import { notDifferentiable, type Rules } from './rule.ts';

export const attentionRules: Rules<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention: ({
    g: [gZ, gLogits],
    used,
    x: [theta, psi, g, previous],
    y: [, logits],
    params,
    rebuild,
  }) => {
    const { dtheta, dpsi, dg, dlogits, ...rebuilt } = windowedAttentionGrad(gZ!, theta!, psi!, g!, logits!, {
      ...params,
      gLogits: used[1] ? gLogits : undefined,
    });
    if (!previous) return [dtheta, dpsi, dg];
    rebuild(previous, rebuilt.previous);
    return [dtheta, dpsi, dg, dlogits];
  },
  windowedAttentionGrad: notDifferentiable('windowedAttentionGrad'),
};
