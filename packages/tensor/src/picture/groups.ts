import type { Node, PlacedNode } from './picture.ts';

/** Nodes that are drawn within one frame. */
export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly PlacedNode[];
}

/**
 * The frames of a picture, in the order in which they are computed: the states, then the way back through them. A state's
 * two parts have a frame each, as arrows would else lead out of a frame and into it again, and some of them upwards.
 */
export function framesOf(nodes: readonly PlacedNode[]): Frame[] {
  const part = (isForward: boolean) => {
    const states = Map.groupBy(
      nodes.filter((node) => node.group !== undefined && node.isForward === isForward),
      ({ group }) => group!,
    );
    return [...states].sort(([a], [b]) => a - b);
  };
  return [
    ...part(true).map(([state, nodes]) => ({ id: `state${state}`, title: `state ${state}`, nodes })),
    ...part(false)
      .reverse()
      .map(([state, nodes]) => ({ id: `back${state}`, title: `back through state ${state}`, nodes })),
  ];
}

/**
 * Places nodes, each behind those that it reads, by the states that names such as `theta^2` and `∂s^2` tell.
 *
 * A node without such a name belongs to a state if all that reads it does, in the forward part; in the backward part, which
 * goes through the states from the last to the first, if all cotangents that it reads do.
 */
export function groupOf(nodes: readonly Node[], forward: ReadonlySet<Node>): PlacedNode[] {
  const groups = new Map<Node, number | undefined>();
  const readers = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
  for (const node of nodes) for (const input of node.inputs) readers.get(input)!.push(node);
  const isForward = (node: Node) => forward.has(node);
  const place = (node: Node, beside: readonly Node[]) =>
    groups.set(node, stateIn(node.names) ?? only(beside.map((other) => groups.get(other))));
  for (const node of nodes.toReversed()) {
    if (isForward(node)) place(node, readers.get(node)!.filter(isForward));
  }
  const backward = nodes.filter((node) => !isForward(node));
  const sources = new Set<Node>();
  // Also a weight that is flipped and then transposed
  const isOfWeights = (node: Node) => sources.has(node) && node.inputs.every(({ isGiven }) => isGiven);
  for (const node of backward) {
    const isSource = node.inputs.every((input) => isForward(input) || isOfWeights(input));
    if (isSource && stateIn(node.names) === undefined) sources.add(node);
  }
  for (const node of backward)
    place(
      node,
      node.inputs.filter((input) => !isForward(input) && !sources.has(input)),
    );
  for (const node of [...sources].reverse()) place(node, readers.get(node)!);
  return nodes.map((node) => ({ ...node, isForward: isForward(node), group: groups.get(node) }));
}

/** The state of the first name that tells one: 2 of `s^2`. */
function stateIn(names: readonly string[]): number | undefined {
  const state = names.map((name) => /\^(\d+)/.exec(name)?.[1]).find((state) => state !== undefined);
  return state === undefined ? undefined : Number(state);
}

/** What all of some are, if they are the same. */
function only(groups: readonly (number | undefined)[]): number | undefined {
  return groups.every((group) => group === groups[0]) ? groups[0] : undefined;
}
