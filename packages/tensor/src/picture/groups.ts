import type { Node, PlacedNode } from './picture.ts';

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
  const isSource = ({ inputs, names }: Node) => inputs.every(isForward) && stateIn(names) === undefined;
  const sources = new Set(backward.filter(isSource));
  for (const node of backward)
    place(
      node,
      node.inputs.filter((input) => !isForward(input) && !sources.has(input)),
    );
  for (const node of sources) place(node, readers.get(node)!);
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
