import { windowedAttentionGrad } from '@nlrn/tensor';
import { notDifferentiable, type Rules } from './rule.ts';

export const attentionRules: Rules<'windowedAttention' | 'windowedAttentionGrad'> = {
  windowedAttention: ({ g: [gZ, gLogits], used, x: [theta, psi, g, previous], y: [, logits], params }) => {
    const { dtheta, dpsi, dg, dlogits } = windowedAttentionGrad(gZ!, theta!, psi!, g!, logits!, {
      ...params,
      gLogits: used[1] ? gLogits : undefined,
    });
    return previous ? [dtheta, dpsi, dg, dlogits] : [dtheta, dpsi, dg];
  },
  windowedAttentionGrad: notDifferentiable('windowedAttentionGrad'),
};
