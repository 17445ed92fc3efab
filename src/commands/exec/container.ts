import { ActionError } from '../../errors.js';
import type { Machine } from '../../machines/machine/machine.js';
import { enumerated, excerpt } from '../../text.js';

/**
 * Returns the error of a machine that surely has no such container, by its configuration and by what it reports; undefined
 * where it has one, where that isn't known, or where no container is asked for.
 */
export function withoutContainer(
  { id, containerNames, containers }: Pick<Machine, 'id' | 'containerNames' | 'containers'>,
  container: string | undefined,
): ActionError | undefined {
  if (container === undefined || containerNames === undefined) return undefined;
  const names = new Set([...containerNames, ...containers.map(({ name }) => name)].filter(Boolean));
  if (names.has(container)) return undefined;
  const own = names.size === 0 ? 'it is not made of containers' : `it has ${namesOf(names)}`;
  return new ActionError('not found', `machine ${id} has no container ${container}: ${own}`, {
    hint: 'Check `container`, or leave such machines out with a filter, such as `process-group`.',
  });
}

function namesOf(names: ReadonlySet<string>): string {
  return enumerated([...names].map(excerpt));
}
